"""The motion that an estimate predicts, at any place and along any line of sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from ..deformation.okada import bury, okada
from ..raster.grid import Grid
from .frame import LocalFrame
from .look import LookRaster
from .places import grid_lonlat
from .results import Fault, LookFit, SourceEstimate

_PIXELS_AT_ONCE = 1 << 16
"""Pixels of one chunk; the temporaries of a chunk stay below 20 MB."""


def displacement(
    faults: Sequence[Fault], frame: LocalFrame, longitude: np.ndarray, latitude: np.ndarray
) -> np.ndarray:
    """Displacement of the ground by faults.

    Parameters
    ----------
    faults : sequence of Fault
        Their motions are added.
    frame : LocalFrame
        In which they lie.
    longitude, latitude : ndarray, shape (N,)
        Degrees.

    Returns
    -------
    ndarray, shape (3, N)
        East, north and up in m.
    """
    east, north = frame.to_km(longitude, latitude)
    total = np.zeros((3, east.size))
    for fault in faults:
        rake = np.radians(fault.rake)
        total += okada(
            east - fault.east_km,
            north - fault.north_km,
            depth=bury(fault.depth_km, fault.dip, fault.width_km),
            strike=fault.strike,
            dip=fault.dip,
            length=fault.length_km,
            width=fault.width_km,
            strike_slip=fault.slip_m * np.cos(rake),
            dip_slip=fault.slip_m * np.sin(rake),
            opening=fault.opening_m,
        )
    return total


def predict_los(
    estimate: SourceEstimate,
    longitude: np.ndarray,
    latitude: np.ndarray,
    look_vectors: np.ndarray,
    *,
    ramp_of: Optional[LookFit] = None,
    faults: Optional[Sequence[Fault]] = None,
) -> np.ndarray:
    """Displacement along the line of sight that an estimate predicts.

    Parameters
    ----------
    estimate : SourceEstimate
    longitude, latitude : ndarray, shape (N,)
        Degrees.
    look_vectors : ndarray, shape (N, 3) or (3,)
        East, north, up, from the ground to the satellite.
    ramp_of : LookFit, optional
        Add the offset and ramp of this look of the estimate, to compare with the data as delivered.
    faults : sequence of Fault, optional
        By default the estimate's own; `[plane.fault]` for the other nodal plane.

    Returns
    -------
    ndarray, shape (N,)
        Metres, positive towards the satellite; NaN where a look vector is NaN.
    """
    moved = displacement(estimate.faults if faults is None else faults, estimate.frame, longitude, latitude)
    along = np.einsum("in,ni->n", moved, np.broadcast_to(look_vectors, (moved.shape[1], 3)))
    if ramp_of is not None:
        along = along + ramp_at(ramp_of, estimate.frame, longitude, latitude)
    return along


def ramp_at(look: LookFit, frame: LocalFrame, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Offset and ramp of a look in m at places in degrees."""
    east, north = frame.to_km(longitude, latitude)
    return look.offset_m + look.ramp_m_per_km[0] * east + look.ramp_m_per_km[1] * north


def predict_grid(
    estimate: SourceEstimate, grid: Grid, look_vectors: np.ndarray, *, ramp_of: Optional[LookFit] = None
) -> np.ndarray:
    """The same as `predict_los` on a raster's grid: (H, W) float32.

    Parameters
    ----------
    estimate : SourceEstimate
    grid : Grid
        With a coordinate system.
    look_vectors : ndarray, shape (3, H, W) or (3,)
        East, north, up.
    ramp_of : LookFit, optional
        Add this look's offset and ramp.
    """
    shape = (grid.height, grid.width)
    look = np.broadcast_to(
        np.asarray(look_vectors).reshape(3, *np.shape(look_vectors)[1:] or (1, 1)), (3, *shape)
    )
    out = np.empty(shape, np.float32)
    step = max(1, _PIXELS_AT_ONCE // grid.width)
    for row in range(0, grid.height, step):
        rows = slice(row, min(row + step, grid.height))
        longitude, latitude = grid_lonlat(grid, rows)
        vectors = look[:, rows].reshape(3, -1).T
        values = predict_los(estimate, longitude.ravel(), latitude.ravel(), vectors, ramp_of=ramp_of)
        out[rows] = values.reshape(longitude.shape)
    return out


def predict_raster(
    estimate: SourceEstimate, raster: LookRaster, ramp_of: Optional[LookFit] = None
) -> np.ndarray:
    """Model for the pixels of a look's raster, (H, W) float32: data - model is the map of residuals."""
    return predict_grid(estimate, raster.grid, raster.look_vectors, ramp_of=ramp_of)
