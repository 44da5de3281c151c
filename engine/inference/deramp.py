"""The linear ramp in a tile's phase, and its removal.

Orbit errors, the ionosphere and large weather systems tilt the phase of a whole scene, whereas an earthquake
changes a part of it. Without its ramp, a tile with an earthquake looks the same as before, but a seam or the
edge of a basin across a ramp no longer looks like one.
"""

from __future__ import annotations

import numpy as np

from ..tile import COSINE, SINE, UNWRAPPED, VALID
from .encoding import unwrapped_channel, unwrapped_phase

BASELINE_PIXELS = 16
"""Distance of the pixels whose difference gives the slope of unwrapped phase, large enough to outweigh
noise."""
SPECTRUM_OVERSAMPLING = 2
"""Frequencies in the spectrum of wrapped phase for each fringe per tile."""


def ramp(tiles: np.ndarray) -> np.ndarray:
    """Slope of each tile's phase.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
        Encoded tiles.

    Returns
    -------
    ndarray, shape (B, 2)
        Radians per pixel down and across: the median slope of unwrapped phase, or the strongest frequency of
        the phasors of wrapped phase. Zero if nothing is valid.
    """
    slopes = [_median_slope(tile) if tile[UNWRAPPED].any() else _strongest_frequency(tile) for tile in tiles]
    return np.array(slopes).reshape(-1, 2)


def deramped(tiles: np.ndarray) -> np.ndarray:
    """Encoded tiles without the ramp in their phase.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        What `encode` gives for the deramped phase, except for a constant in the phasor; elevation and the
        valid mask are unchanged.
    """
    height, width = tiles.shape[-2:]
    down, across = (np.arange(extent) - (extent - 1) / 2 for extent in (height, width))
    slopes = ramp(tiles)[..., None, None]
    planes = slopes[:, 0] * down[:, None] + slopes[:, 1] * across
    phasors = (tiles[:, COSINE] + 1j * tiles[:, SINE]) * np.exp(-1j * planes)
    out = np.array(tiles)
    out[:, COSINE], out[:, SINE] = phasors.real, phasors.imag
    unwrapped = tiles[:, UNWRAPPED].any(axis=(1, 2))
    if unwrapped.any():
        phase = unwrapped_phase(tiles[unwrapped, UNWRAPPED]) - planes[unwrapped]
        out[unwrapped, UNWRAPPED] = unwrapped_channel(phase.astype(tiles.dtype), tiles[unwrapped, VALID] > 0)
    return out


def _median_slope(tile: np.ndarray) -> tuple[float, float]:
    """Median slopes of unwrapped phase down and across; an earthquake in a part of the tile hardly affects
    them."""
    phase, valid = unwrapped_phase(tile[UNWRAPPED]), tile[VALID] > 0
    down = (phase[BASELINE_PIXELS:] - phase[:-BASELINE_PIXELS])[
        valid[BASELINE_PIXELS:] & valid[:-BASELINE_PIXELS]
    ]
    across = (phase[:, BASELINE_PIXELS:] - phase[:, :-BASELINE_PIXELS])[
        valid[:, BASELINE_PIXELS:] & valid[:, :-BASELINE_PIXELS]
    ]
    return _median(down) / BASELINE_PIXELS, _median(across) / BASELINE_PIXELS


def _median(values: np.ndarray) -> float:
    return float(np.median(values)) if len(values) else 0.0


def _strongest_frequency(tile: np.ndarray) -> tuple[float, float]:
    """Slopes of the plane wave that fits most of a tile of wrapped phase."""
    phasor = tile[COSINE] + 1j * tile[SINE]
    shape = tuple(SPECTRUM_OVERSAMPLING * extent for extent in phasor.shape)
    power = np.abs(np.fft.fft2(phasor, shape))
    row, column = np.unravel_index(int(power.argmax()), shape)
    waves = (np.fft.fftfreq(extent)[index] for extent, index in zip(shape, (row, column)))
    down, across = (2 * np.pi * float(wave) for wave in waves)
    return down, across
