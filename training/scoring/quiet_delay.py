"""The delay of a real quiet crop as a smooth field over a whole scene."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, zoom

from ..simulation.scene.quiet import prepared_crops


def over_scene(crop: Path, shape: tuple[int, int]) -> np.ndarray:
    """The unwrapped phase of a crop, stretched over a scene.

    The crop covers 23 km, a scene up to ten times that. Delay grows with distance, so one stretched crop is
    closer to the delay over a scene than a mosaic of crops.

    Parameters
    ----------
    crop : Path
        8-bit picture of wrapped phase at C band, 227 × 227 pixels.
    shape : tuple of int
        Height and width of the scene in pixels.

    Returns
    -------
    ndarray of float32, shape `shape`
        Radians at C band; masked pixels hold their nearest neighbour's phase.

    Raises
    ------
    InputError
        The crop is no such picture.
    """
    phase = _unwrapped(crop)
    factors = [side / length for side, length in zip(shape, phase.shape)]
    return np.asarray(zoom(phase, factors, order=1, mode="nearest", grid_mode=True), np.float32)


@lru_cache(maxsize=8)
def _unwrapped(crop: Path) -> np.ndarray:
    phase = prepared_crops([crop], "")[1][0].astype(np.float32)
    masked = ~np.isfinite(phase)
    if masked.all():
        return np.zeros_like(phase)
    if not masked.any():
        return phase
    nearest = distance_transform_edt(masked, return_distances=False, return_indices=True)
    return np.asarray(phase[tuple(nearest)])
