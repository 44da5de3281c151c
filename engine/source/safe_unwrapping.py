"""Unwrapping of a look's phase where that is safe, a refusal where it is not."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..numerics.connected_components import connected
from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap

UNWRAPPING_NOISE_CYCLES = 0.1
"""Noise that our unwrapping adds, in fringes."""
MAX_RESIDUES = 0.02
"""Phase residues per pixel from which fringes are too dense or too noisy to follow."""
MIN_VALID = 0.3
MIN_MAIN_PART = 0.5
"""Largest connected ground in parts of all, below which the scene is islands."""


def unwrap_look(phase: np.ndarray, name: str) -> np.ndarray:
    """Unwrapped phase (H, W) in radians, NaN where not valid.

    Raises
    ------
    InputError
        Where the phase cannot be unwrapped safely; it says what to fetch.
    """
    valid = np.isfinite(phase)
    dense = (
        f"The fringes of “{name}” are too dense or too noisy to unwrap here; open the product's unwrapped "
        "phase or displacement instead."
    )
    if residues(phase) > MAX_RESIDUES or valid.mean() < MIN_VALID:
        raise InputError(dense)
    main = largest_part(valid)
    if main.sum() < MIN_MAIN_PART * valid.sum():
        raise InputError(
            f"The ground that “{name}” sees is broken into islands, between which no fringes can be counted; "
            "open the product's unwrapped phase or displacement, or choose a box on one piece of ground."
        )
    result = unwrap(np.where(main, phase, 0.0), main.astype(float))
    if result is None:
        raise InputError(dense)
    return np.where(main, result, np.nan)


def largest_part(valid: np.ndarray) -> np.ndarray:
    """The largest connected part of the valid pixels (H, W); whole fringes between islands are unknown."""
    labels, count = connected(valid)
    if count < 2:
        return valid
    return np.asarray(labels == 1 + np.argmax(np.bincount(labels.ravel(), minlength=count + 1)[1:]))


def residues(phase: np.ndarray) -> float:
    """Phase residues (Goldstein et al. 1988) per loop of four valid pixels."""
    loop = wrap(np.diff(phase[:-1], axis=1)) + wrap(np.diff(phase[:, 1:], axis=0))
    loop = loop - wrap(np.diff(phase[1:], axis=1)) - wrap(np.diff(phase[:, :-1], axis=0))
    good = np.isfinite(loop)
    return float((np.abs(loop[good]) > 1).sum() / max(good.sum(), 1))
