"""The result of one run as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from .raster.grid import Grid

SCHEMA = 2
"""Version of the JSON layout, raised when a key changes its meaning or is removed."""
SCORES = ("col", "row", "valid", "earthquake", "other", "logit_none", "logit_earthquake", "logit_other")
"""Columns of the window scores: first lattice cell, valid fraction, probabilities, raw logits."""


@dataclass(frozen=True)
class Box:
    """A box round deformed ground.

    Attributes
    ----------
    rank : int
        1 is the most probable.
    probability : float
        Calibrated probability of deformation of this class in the box.
    class_name : str
        "earthquake" or "other".
    extent : tuple of float
        (xmin, ymin, xmax, ymax) in the CRS of the scene.
    width_km, height_km : float or None
        Size on the ground; None without a CRS.
    area_km2 : float or None
        Area of the deformed ground in the box; None without a CRS.
    lon, lat : float or None
        Centre in degrees, WGS 84; None without a CRS.
    peak_los_cm : float or None
        Largest line-of-sight displacement relative to the surrounding ground, positive towards the satellite;
        None where it cannot be measured.
    fringes : float or None
        Its absolute value in fringes (cycles of 2 pi).
    scale_m : float
        Tile pixel, in metres, of the scale on which the box was drawn (in pixels without a CRS).
    window_probability : float
        Probability of deformation in the window in which the box was drawn.
    guess : dict or None
        First guess of the earthquake's magnitude, depth and mechanism by the source network: see
        `engine.source_network.boxes.as_attributes`. None where there is none.
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
    guess: Optional[dict[str, Any]] = None


@dataclass
class Result:
    """The result of one run and everything needed to reproduce it.

    Attributes
    ----------
    run_id : str
    label : str
        The answers to both questions in words, such as "Earthquake present (97 %)".
    verdict : str
        Whether there is an earthquake: "present", "absent" or "uncertain".
    probability, other_probability : float
        Calibrated probabilities of an earthquake and of other deformation anywhere in the scene.
    evidence, other_evidence : float
        Mean log-odds of the windows with the strongest evidence of an earthquake and of other deformation.
    deformation : str
        Whether the ground deforms: "present", "absent" or "uncertain".
    deformation_probability : float
        Calibrated probability that it does; the sum of the two above, except for models up to 0.13.
    deformation_evidence : float
        Mean log-odds of the windows with the strongest evidence of deformation.
    kind : str
        Kind of the deformation: "earthquake", "other", "unclear" or "none" (no deformation found).
    boxes : list of Box
        By rank.
    heat : ndarray, shape (grid.height, grid.width), float32
        0 to 1, north up, NaN where the phase is not valid.
    grid : Grid
        Grid of the heatmap.
    input, settings, model : dict
        The interferogram as read, the settings, and the model: "version", "name", "hash", "recipe".
    thresholds : dict
        Probabilities as used, see `engine.network.card.ModelCard`.
    backend : str
        "numpy" or "onnxruntime".
    windows : list of dict
        For each scale: "metres", "tile_km", "windows" (all), "used" (with enough valid phase) and "scores"
        (columns: `SCORES`).
    timings : dict
        Seconds for each part of the run.
    started : str
        ISO time in UTC.
    heads : ndarray, shape (heads, grid.height, grid.width), float32, optional
        Attention of each head of the network, if it was asked for; as the heatmap, which combines them.
    mask : ndarray, shape (grid.height, grid.width), float32, optional
        Share of deformed ground, 0 to 1, which the boxes are drawn from; with `heads` only.
    two_questions : bool
        Whether the model is calibrated for deformation and for its kind; models up to 0.13 are not, and the
        larger of their two probabilities stands for that of deformation.
    catalogue : dict or None
        Match with an earthquake catalogue (`engine.catalogue.match`); None without one.
    context : list of dict
        Volcano and fault near each box (`engine.context`). They change no probability.
    """

    run_id: str
    label: str
    verdict: str
    probability: float
    other_probability: float
    evidence: float
    other_evidence: float
    deformation: str
    deformation_probability: float
    deformation_evidence: float
    kind: str
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
    two_questions: bool = True
    heads: Optional[np.ndarray] = None
    mask: Optional[np.ndarray] = None
    catalogue: Optional[dict[str, Any]] = None
    context: list[dict[str, Any]] = field(default_factory=list)
    schema: int = SCHEMA

    @property
    def detected(self) -> bool:
        """Whether the verdict is "present"."""
        return self.verdict == "present"

    @property
    def outcome(self) -> str:
        """What a map shows at a glance: "present" where the ground deforms, "absent" or "uncertain"."""
        return "present" if self.detected else self.deformation

    @property
    def earthquake_share(self) -> Optional[float]:
        """Probability of an earthquake given deformation; None where no deformation is possible."""
        total = self.probability + self.other_probability
        return self.probability / total if total > 0 else None
