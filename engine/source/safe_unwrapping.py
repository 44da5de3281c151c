"""Unwrapping of a look's phase where that is safe, a refusal where it is not."""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap

UNWRAPPING_NOISE_CYCLES = 0.1
"""Noise that our unwrapping adds, in fringes."""
MAX_RESIDUES = 0.02
"""Phase residues per pixel from which fringes are too dense or too noisy to follow."""
MIN_VALID = 0.3


def unwrap_look(phase: np.ndarray, name: str) -> np.ndarray:
    """Unwrapped phase (H, W) in radians, NaN where not valid.

    Raises
    ------
    InputError
        Where the phase cannot be unwrapped safely; it says what to fetch.
    """
    valid = np.isfinite(phase)
    dense = (
        f"The fringes of “{name}” are too dense or too noisy to unwrap here; open the product's "
        f"unwrapped phase or "
        "displacement instead."
    )
    if residues(phase) > MAX_RESIDUES or valid.mean() < MIN_VALID:
        raise InputError(dense)
    result = unwrap(np.where(valid, phase, 0.0), valid.astype(float))
    if result is None:
        raise InputError(dense)
    return result


def residues(phase: np.ndarray) -> float:
    """Phase residues (Goldstein et al. 1988) per loop of four valid pixels."""
    loop = wrap(np.diff(phase[:-1], axis=1)) + wrap(np.diff(phase[:, 1:], axis=0))
    loop = loop - wrap(np.diff(phase[1:], axis=1)) - wrap(np.diff(phase[:, :-1], axis=0))
    good = np.isfinite(loop)
    return float((np.abs(loop[good]) > 1).sum() / max(good.sum(), 1))
