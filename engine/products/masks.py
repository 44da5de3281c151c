"""Which pixels coherence, connected components and water masks let through.

The rules here are shared by several families; a rule of one family stands in the family's own module.
"""

from __future__ import annotations

import numpy as np

from .model import Mask, MaskRule


def valid_by(mask: Mask, values: np.ndarray) -> np.ndarray:
    """True where the mask's values let the phase through."""
    return mask.rule.valid(values, mask)


def mask_description(mask: Mask) -> str:
    """What the mask takes out, in a few words."""
    return mask.rule.description.format(threshold=mask.threshold)


def _coherent(values: np.ndarray, mask: Mask) -> np.ndarray:
    magnitude = np.abs(values).astype(np.float32) / np.float32(mask.scale)
    with np.errstate(invalid="ignore"):
        return np.isfinite(magnitude) & (magnitude >= np.float32(mask.threshold)) & (magnitude > 0)


def _connected(values: np.ndarray, mask: Mask) -> np.ndarray:
    fill = 255 if values.dtype == np.uint8 else 65535
    return np.isfinite(values) & (values > 0) & (values != fill)


def _one(values: np.ndarray, mask: Mask) -> np.ndarray:
    return np.isfinite(values) & (values == 1)


def _zero(values: np.ndarray, mask: Mask) -> np.ndarray:
    return np.isfinite(values) & (values == 0)


COHERENCE = MaskRule("coherence", _coherent, "coherence below {threshold:g} is left out", has_threshold=True)
"""At least the mask's threshold after division by its scale."""
COMPONENTS = MaskRule("components", _connected, "pixels of no connected component are left out")
"""Above 0, and not the fill value (255 in bytes, 65535 otherwise)."""
LAND = MaskRule("land", _one, "water is left out")
"""1 is land."""
WATER = MaskRule("water", _zero, "water is left out")
"""1 is water, 0 is land."""
VALID = MaskRule("mask", _one, "pixels outside the product's own mask are left out")
"""1 is valid."""
