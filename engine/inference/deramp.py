"""The ramp in a tile's phase, and tiles without it.

Orbits, the ionosphere and wide weather tilt the phase of a whole scene; an earthquake moves a part of it.
Made level, a tile with an earthquake looks as much like one as before. Where a seam or the edge of a basin
stood across a slope, little is left that does.
"""

from __future__ import annotations

import numpy as np

from ..tile import COSINE, SINE, UNWRAPPED, VALID
from .encoding import unwrapped_channel, unwrapped_phase

REACH = 16
"""Pixels between those whose difference tells the slope of continuous phase: far enough to outweigh noise."""
FINER = 2
"""Times that the spectrum of wrapped phase is finer than a fringe a tile."""


def ramp(tiles: np.ndarray) -> np.ndarray:
    """Slope of each tile's phase.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
        Encoded tiles.

    Returns
    -------
    ndarray, shape (B, 2)
        Radians per pixel down and across: the median slope of continuous phase, the strongest line in the
        spectrum of the phasors of wrapped phase. Zero where nothing is valid.
    """
    slopes = [_median_slope(tile) if tile[UNWRAPPED].any() else _strongest_line(tile) for tile in tiles]
    return np.array(slopes).reshape(-1, 2)


def deramped(tiles: np.ndarray) -> np.ndarray:
    """Encoded tiles without the ramp in their phase.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        What `encode` would have made of the level phase, but for a constant in the phasor; elevation and the
        valid mask are as before.
    """
    height, width = tiles.shape[-2:]
    down, across = (np.arange(extent) - (extent - 1) / 2 for extent in (height, width))
    slopes = ramp(tiles)[..., None, None]
    planes = slopes[:, 0] * down[:, None] + slopes[:, 1] * across
    phasors = (tiles[:, COSINE] + 1j * tiles[:, SINE]) * np.exp(-1j * planes)
    out = np.array(tiles)
    out[:, COSINE], out[:, SINE] = phasors.real, phasors.imag
    known = tiles[:, UNWRAPPED].any(axis=(1, 2))
    if known.any():
        phase = unwrapped_phase(tiles[known, UNWRAPPED]) - planes[known]
        out[known, UNWRAPPED] = unwrapped_channel(phase.astype(tiles.dtype), tiles[known, VALID] > 0)
    return out


def _median_slope(tile: np.ndarray) -> tuple[float, float]:
    """Of continuous phase, along rows and columns each by itself: an earthquake in a part of the tile hardly
    changes a median."""
    phase, valid = unwrapped_phase(tile[UNWRAPPED]), tile[VALID] > 0
    down = (phase[REACH:] - phase[:-REACH])[valid[REACH:] & valid[:-REACH]]
    across = (phase[:, REACH:] - phase[:, :-REACH])[valid[:, REACH:] & valid[:, :-REACH]]
    return _median(down) / REACH, _median(across) / REACH


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _strongest_line(tile: np.ndarray) -> tuple[float, float]:
    """Of wrapped phase: the plane wave that most of the tile agrees with."""
    phasor = tile[COSINE] + 1j * tile[SINE]
    shape = tuple(FINER * extent for extent in phasor.shape)
    power = np.abs(np.fft.fft2(phasor, shape))
    row, column = np.unravel_index(int(power.argmax()), shape)
    waves = (np.fft.fftfreq(extent)[index] for extent, index in zip(shape, (row, column)))
    down, across = (2 * np.pi * float(wave) for wave in waves)
    return down, across
