"""What coherence, connected components and water masks say about a pixel."""

from __future__ import annotations

import numpy as np

from .model import Mask


def valid_by(mask: Mask, values: np.ndarray) -> np.ndarray:
    """True where the mask's values let the phase through."""
    if mask.rule == "coherence":
        return _coherent(mask, values)
    if mask.rule == "components":
        fill = 255 if values.dtype == np.uint8 else 65535
        return np.isfinite(values) & (values > 0) & (values != fill)
    if mask.rule == "nisar":
        return nisar_valid(values)
    if mask.rule == "water":
        return np.isfinite(values) & (values == 0)
    return np.isfinite(values) & (values == 1)


def _coherent(mask: Mask, values: np.ndarray) -> np.ndarray:
    magnitude = np.abs(values).astype(np.float32) / np.float32(mask.scale)
    with np.errstate(invalid="ignore"):
        return np.isfinite(magnitude) & (magnitude >= np.float32(mask.threshold)) & (magnitude > 0)


def nisar_valid(values: np.ndarray) -> np.ndarray:
    """NISAR's three decimal digits: water, reference subswath, secondary subswath; 255 is fill.

    A zero in either subswath digit is invalid, and so is water (hundreds not 0).
    """
    number = values.astype(np.int32)
    return (number != 255) & (number // 100 == 0) & (number // 10 % 10 > 0) & (number % 10 > 0)


def words_of(mask: Mask) -> str:
    """The mask in a few words."""
    return {
        "coherence": f"coherence below {mask.threshold:g} is left out",
        "components": "pixels of no connected component are left out",
        "nisar": "water and pixels outside the subswaths are left out",
        "water": "water is left out",
        "land": "water is left out",
    }[mask.rule]
