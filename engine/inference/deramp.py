"""The linear ramp in a window's phase, and its removal before the phase is encoded.

Orbit errors, the ionosphere and large weather systems tilt the phase of a whole scene, whereas an earthquake
changes a part of it. Without its ramp, a window with an earthquake looks the same as before, but a seam or
the edge of a basin across a ramp no longer looks like one. Detection deramps the windows of models whose card
asks for it; training deramps a part of its tiles as augmentation.
"""

from __future__ import annotations

import numpy as np

from ..numerics.phase import wrap
from ..tile import COSINE, SINE, UNWRAPPED, VALID
from .encoding import unwrapped_channel, unwrapped_phase

BASELINE_PIXELS = 16
"""Distance of the pixels whose difference gives the slope of unwrapped phase, large enough to outweigh
noise."""
SPECTRUM_OVERSAMPLING = 2
"""Frequencies in the spectrum of wrapped phase for each fringe per tile."""


def ramp(phase: np.ndarray, unwrapped: bool) -> np.ndarray:
    """Slope of each window's phase.

    Parameters
    ----------
    phase : ndarray, shape (B, H, W)
        Radians, NaN where not valid.
    unwrapped : bool

    Returns
    -------
    ndarray, shape (B, 2)
        Radians per pixel down and across: the median slope of unwrapped phase, or the strongest frequency of
        the phasors of wrapped phase. Zero if nothing is valid.
    """
    if unwrapped:
        slopes = [_median_slope(one, np.isfinite(one)) for one in phase]
    else:
        slopes = [_strongest_frequency(np.where(np.isfinite(one), np.exp(1j * one), 0)) for one in phase]
    return np.array(slopes).reshape(-1, 2)


def deramp(phase: np.ndarray, unwrapped: bool) -> np.ndarray:
    """The phase of windows without its ramp.

    Parameters
    ----------
    phase : ndarray of float32, shape (B, H, W)
        Radians, NaN where not valid.
    unwrapped : bool
        Wrapped phase is wrapped again.

    Returns
    -------
    ndarray of float32, shape (B, H, W)
    """
    planes = _planes(ramp(phase, unwrapped), phase.shape[-2:])
    level = np.asarray(phase - planes, dtype=phase.dtype)
    return level if unwrapped else wrap(level)


def deramped(tiles: np.ndarray) -> np.ndarray:
    """Tiles that are already encoded, without the ramp in their phase.

    Stored training tiles are encoded; detection uses `deramp` before it encodes.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        What `encode` gives for the deramped phase, except for a constant in the phasor; elevation and the
        valid mask are unchanged.
    """
    unwrapped = tiles[:, UNWRAPPED].any(axis=(1, 2))
    slopes = [
        _median_slope(unwrapped_phase(tile[UNWRAPPED]), tile[VALID] > 0)
        if tile[UNWRAPPED].any()
        else _strongest_frequency(tile[COSINE] + 1j * tile[SINE])
        for tile in tiles
    ]
    planes = _planes(np.array(slopes).reshape(-1, 2), tiles.shape[-2:])
    phasors = (tiles[:, COSINE] + 1j * tiles[:, SINE]) * np.exp(-1j * planes)
    out = np.array(tiles)
    out[:, COSINE], out[:, SINE] = phasors.real, phasors.imag
    if unwrapped.any():
        phase = unwrapped_phase(tiles[unwrapped, UNWRAPPED]) - planes[unwrapped]
        out[unwrapped, UNWRAPPED] = unwrapped_channel(phase.astype(tiles.dtype), tiles[unwrapped, VALID] > 0)
    return out


def _planes(slopes: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Planes about the centre of windows with given slopes, shape (B, H, W)."""
    down, across = (np.arange(extent) - (extent - 1) / 2 for extent in size)
    steps = slopes[..., None, None]
    return np.asarray(steps[:, 0] * down[:, None] + steps[:, 1] * across)


def _median_slope(phase: np.ndarray, valid: np.ndarray) -> tuple[float, float]:
    """Median slopes of unwrapped phase down and across; an earthquake in a part of the window hardly affects
    them."""
    step = BASELINE_PIXELS
    down = (phase[step:] - phase[:-step])[valid[step:] & valid[:-step]]
    across = (phase[:, step:] - phase[:, :-step])[valid[:, step:] & valid[:, :-step]]
    return _median(down) / step, _median(across) / step


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _strongest_frequency(phasor: np.ndarray) -> tuple[float, float]:
    """Slopes of the plane wave that fits most of a window of wrapped phase."""
    shape = tuple(SPECTRUM_OVERSAMPLING * extent for extent in phasor.shape)
    power = np.abs(np.fft.fft2(phasor, shape))
    row, column = np.unravel_index(int(power.argmax()), shape)
    waves = (np.fft.fftfreq(extent)[index] for extent, index in zip(shape, (row, column)))
    down, across = (2 * np.pi * float(wave) for wave in waves)
    return down, across
