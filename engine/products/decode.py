"""A layer's numbers turned into phase: radians, positive towards the satellite, NaN where not valid."""

from __future__ import annotations

from typing import Optional

import numpy as np

from ..numerics.phase import wrap
from .model import Layer, Quantity, SampleFormat

FLAT_AREA_HALO_PIXELS = 2
"""Pixels on each side of a window that the search for flat grey areas needs."""
NODATA_MAGNITUDE = 1e6
"""Larger numbers are fill values, declared or not."""


def valid_values(layer: Layer, raw: np.ndarray) -> np.ndarray:
    """True where the layer's numbers are data, by its nodata values alone."""
    valid = np.isfinite(raw)
    if layer.sample_format is SampleFormat.REAL and raw.dtype.kind == "f":
        valid &= np.abs(raw) < NODATA_MAGNITUDE
    for value in layer.nodata:
        valid &= raw != np.asarray(value).astype(raw.dtype) if _fits(value, raw.dtype) else True
    return valid


def _fits(value: float, dtype: np.dtype) -> bool:
    """Whether the type can hold a nodata value at all."""
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        return float(value).is_integer() and info.min <= value <= info.max
    return bool(np.isfinite(value))


def to_source(layer: Layer, raw: np.ndarray) -> np.ndarray:
    """The numbers in the source's unit and with its sign, float32; validity is not applied."""
    if layer.sample_format is SampleFormat.COMPLEX:
        return np.angle(raw).astype(np.float32)
    if layer.sample_format is SampleFormat.GRAY:
        return (raw.astype(np.float32) * np.float32(2 * np.pi / 255) - np.float32(np.pi)).astype(np.float32)
    if layer.sample_format is SampleFormat.GRAY_FROM_ONE:
        step = np.float32(2 * np.pi / 254)
        return ((raw.astype(np.float32) - 1) * step - np.float32(np.pi)).astype(np.float32)
    scale, offset = layer.packing
    if (scale, offset) != (1.0, 0.0):
        return (raw.astype(np.float64) * scale + offset).astype(np.float32)
    return raw.astype(np.float32)


def to_phase(
    layer: Layer,
    raw: np.ndarray,
    quantity: Quantity,
    unit_scale: float,
    wavelength: Optional[float],
    away: bool,
) -> np.ndarray:
    """Phase in rad, positive towards the satellite; wrapped quantities within [-pi, pi].

    Parameters
    ----------
    layer : Layer
    raw : ndarray
        The layer's numbers as stored.
    quantity : Quantity
        What they are taken for.
    unit_scale : float
        Source unit to rad or m.
    wavelength : float, optional
        In m; needed for displacement.
    away : bool
        Whether the source is positive away from the satellite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        values = to_source(layer, raw)
        factor = phase_factor(quantity, unit_scale, wavelength, away)
        if factor != 1.0:
            values = values * np.float32(factor)
        if quantity is Quantity.WRAPPED:
            values = np.clip(wrap(values), -np.float32(np.pi), np.float32(np.pi))
        values = np.where(valid_values(layer, raw), values, np.float32(np.nan))
    return values.astype(np.float32, copy=False)


def phase_factor(quantity: Quantity, unit_scale: float, wavelength: Optional[float], away: bool) -> float:
    """Phase in rad, positive towards the satellite, for one unit of the source."""
    factor = -unit_scale if away else unit_scale
    if quantity is Quantity.DISPLACEMENT and wavelength:
        factor *= 4 * np.pi / wavelength
    return factor


def flat_areas(values: np.ndarray, levels: tuple[int, ...], size: int = 3) -> np.ndarray:
    """True on connected areas of one of the levels, at least `size` pixels thick."""
    flat = np.zeros(values.shape, dtype=bool)
    for level in levels:
        flat |= opening(values == level, size)
    return flat


def opening(mask: np.ndarray, size: int) -> np.ndarray:
    reach = size // 2
    return _spread(~_spread(~mask, reach), reach)


def _spread(mask: np.ndarray, reach: int) -> np.ndarray:
    """Dilation by a square, shifts clipped at the edge."""
    out = mask
    for axis in (0, 1):
        grown = out.copy()
        for step in range(1, reach + 1):
            if out.shape[axis] > step:
                ahead = [slice(None), slice(None)]
                behind = [slice(None), slice(None)]
                ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
                grown[tuple(ahead)] |= out[tuple(behind)]
                grown[tuple(behind)] |= out[tuple(ahead)]
        out = grown
    return out
