"""The result of a decomposition as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from ..raster.grid import Grid
from .solution import Components

SCHEMA = 1
"""Version of the JSON layout, raised when a key changes its meaning or is removed."""
LOW_PERCENTILE, HIGH_PERCENTILE = 0.1, 99.9
"""Percentiles given as the lowest and highest displacement: single wrong pixels lie beyond."""


@dataclass
class Decomposition:
    """Displacement of the ground from several looks.

    Attributes
    ----------
    grid : Grid
    components : Components
    north : str
        "zero" (fixed to zero), "predicted" (of a source estimate), "solved", or "partly" (solved where three
        looks overlap, else zero).
    looks : list of dict
        What was read for each look, its reference and its noise.
    shared_dates : tuple of str
        Latest first and earliest last date: the span that all looks share; empty when not known.
    warnings, notes : list of str
    plugin_version, started : str
    timings : dict of str to float
        Seconds.
    """

    grid: Grid
    components: Components
    north: str
    looks: list[dict[str, Any]]
    shared_dates: tuple[str, ...]
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    plugin_version: str = ""
    started: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def layers(self) -> dict[str, np.ndarray]:
        """The rasters by name: up, east, north where it was solved, and their standard deviations."""
        parts = self.components
        out = {"up": parts.up, "east": parts.east}
        if self.north in ("solved", "partly"):
            out["north"] = parts.north
        out.update({f"{name}_sigma": getattr(parts, f"{name}_sigma") for name in list(out)})
        return out

    def statistics(self) -> dict[str, Any]:
        """Lowest and highest displacement, median uncertainty and the share of solved pixels, by
        component."""
        out = {}
        for name, values in self.layers().items():
            if name.endswith("_sigma"):
                continue
            known = values[np.isfinite(values)]
            sigma = self.layers()[f"{name}_sigma"]
            sigma = sigma[np.isfinite(sigma)]
            out[name] = {
                "lowest_m": _percentile(known, LOW_PERCENTILE),
                "highest_m": _percentile(known, HIGH_PERCENTILE),
                "median_sigma_m": _percentile(sigma, 50.0),
                "solved_share": float(known.size / values.size),
            }
        return out

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, without the rasters."""
        parts, grid = self.components, self.grid
        return {
            "schema": SCHEMA,
            "plugin": "quakefringe",
            "plugin_version": self.plugin_version,
            "started": self.started,
            "north": self.north,
            "north_in_up": _number(parts.north_in_up),
            "north_in_east": _number(parts.north_in_east),
            "misfit": _number(parts.misfit),
            "statistics": self.statistics(),
            "shared_dates": list(self.shared_dates),
            "looks": self.looks,
            "grid": {
                "width": grid.width,
                "height": grid.height,
                "transform": list(grid.transform),
                "crs_wkt": grid.crs_wkt,
                "pixel_size_m": list(grid.pixel_size_m),
            },
            "timings": self.timings,
            "warnings": self.warnings,
            "notes": self.notes,
        }


def _percentile(values: np.ndarray, share: float) -> Optional[float]:
    return float(np.percentile(values, share)) if values.size else None


def _number(value: float) -> Optional[float]:
    return value if np.isfinite(value) else None
