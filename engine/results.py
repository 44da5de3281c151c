"""The result of one run as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from .raster.grid import Grid

SCHEMA = 1
"""Version of the JSON's layout; it grows when a key changes its meaning or goes."""
SCORES = ("col", "row", "valid", "earthquake", "other", "logit_none", "logit_earthquake", "logit_other")
"""Columns of a scale's window scores: first lattice cell, valid part, probabilities, raw logits."""


@dataclass(frozen=True)
class Box:
    """One piece of deformed ground.

    Attributes
    ----------
    rank : int
        1 is the surest.
    probability : float
        That there is deformation of this class here, calibrated.
    class_name : str
        "earthquake" or "other".
    extent : tuple of float
        (xmin, ymin, xmax, ymax) in the scene's CRS.
    width_km, height_km : float or None
        On the ground; None without a CRS.
    area_km2 : float or None
        Of the deformed ground, as the mask draws it, inside the box.
    lon, lat : float or None
        The centre, WGS 84.
    peak_los_cm : float or None
        Largest line-of-sight change against the ground round the box, positive towards the satellite.
    fringes : float or None
        The same in fringes (cycles of 2 pi), never negative.
    scale_m : float
        Tile pixel of the scale that drew the box, in metres (in pixels without a CRS).
    window_probability : float
        Of deformation, in the window that drew it.
    """

    rank: int
    probability: float
    class_name: str
    extent: tuple[float, float, float, float]
    width_km: Optional[float]
    height_km: Optional[float]
    area_km2: Optional[float]
    lon: Optional[float]
    lat: Optional[float]
    peak_los_cm: Optional[float]
    fringes: Optional[float]
    scale_m: float
    window_probability: float = 0.0


@dataclass
class Result:
    """What one run found, and all that is needed to tell how.

    Attributes
    ----------
    run_id : str
    label : str
        The verdict in words, such as "Earthquake present (97 %)".
    verdict : str
        "present", "absent" or "uncertain".
    probability, other_probability : float
        Calibrated, of an earthquake and of other deformation anywhere in the scene.
    evidence, other_evidence : float
        The evidence L that the probabilities were made of (see `calibration`).
    boxes : list of Box
        By rank.
    heat : ndarray, shape (grid.height, grid.width), float32
        0 to 1, north up, NaN where there is nothing to see.
    grid : Grid
        Where the heatmap lies.
    input, settings, model : dict
        What was read, how, and with which model ("version", "name", "hash", "recipe").
    thresholds : dict
        "present", "absent", "box", "mask" as used.
    backend : str
        "numpy" or "onnxruntime".
    windows : list of dict
        Per scale: "metres", "tile_km", "windows" (all), "used" (looked at), "scores" (see `SCORES`).
    timings : dict
        Seconds, by part.
    started : str
        ISO time, UTC.
    """

    run_id: str
    label: str
    verdict: str
    probability: float
    other_probability: float
    evidence: float
    other_evidence: float
    boxes: list[Box]
    heat: np.ndarray
    grid: Grid
    input: dict[str, Any]
    settings: dict[str, Any]
    model: dict[str, Any]
    thresholds: dict[str, float]
    backend: str
    windows: list[dict[str, Any]]
    timings: dict[str, float]
    started: str
    plugin_version: str
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    schema: int = SCHEMA

    @property
    def detected(self) -> bool:
        """Whether the verdict is "present"."""
        return self.verdict == "present"
