"""Data, model and residual of one look without its ramp, at the points of the fit and on the scene's pixels.

Everything that users see keeps one rule: data is the displacement less the fitted offset and ramp, model is
the motion of the source alone, and residual = data - model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..raster.grid import Grid
from ..source.look import LookRaster
from ..source.places import grid_lonlat
from ..source.prediction import predict_raster, ramp_at
from ..source.results import LookFit, SourceEstimate

SCALE_PERCENTILE = 99.5
"""Percentile of |data| at the ends of the colour scale; single wild pixels do not flatten the colours."""


@dataclass(frozen=True)
class FitMap:
    """Data, model and residual of one look on a grid, each (H, W) float32 in m towards the satellite."""

    name: str
    grid: Grid
    data: np.ndarray
    model: np.ndarray
    residual: np.ndarray


@dataclass(frozen=True)
class FitPoints:
    """The same at the points of the fit, each of shape (N,), with what the fitted ramp adds to the data."""

    name: str
    longitude: np.ndarray
    latitude: np.ndarray
    data: np.ndarray
    model: np.ndarray
    residual: np.ndarray
    ramp: np.ndarray


def fit_points(estimate: SourceEstimate, look: LookFit) -> FitPoints:
    """Data, model and residual of a look at its points."""
    ramp = ramp_at(look, estimate.frame, look.longitude, look.latitude)
    return FitPoints(
        look.name, look.longitude, look.latitude, look.data - ramp, look.model - ramp, look.residual, ramp
    )


def fit_map(estimate: SourceEstimate, look: LookFit, raster: LookRaster) -> FitMap:
    """Data, model and residual of a look on the pixels of its scene.

    The model covers the pixels whose direction to the satellite is known, also where there are no data.
    """
    longitude, latitude = grid_lonlat(raster.grid)
    ramp = ramp_at(look, estimate.frame, longitude, latitude)
    data = (raster.displacement - ramp).astype(np.float32)
    model = predict_raster(estimate, raster).astype(np.float32)
    return FitMap(look.name, raster.grid, data, model, data - model)


def colour_limit(data: np.ndarray, model: Optional[np.ndarray] = None) -> float:
    """The value in m at the ends of the one colour scale of all three; 0 where nothing is known."""
    values = np.abs(np.asarray(data, float)).ravel()
    values = values[np.isfinite(values)]
    if not len(values) and model is not None:
        return colour_limit(model)
    return float(np.percentile(values, SCALE_PERCENTILE)) if len(values) else 0.0
