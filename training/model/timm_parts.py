"""What the package uses of timm, imported after torchvision's missing operators are defined."""

from __future__ import annotations

from ._torchvision import define_missing_operators

define_missing_operators()

from timm import create_model  # noqa: E402
from timm.layers import resample_abs_pos_embed  # noqa: E402
from timm.utils import ModelEmaV3  # noqa: E402

__all__ = ["ModelEmaV3", "create_model", "resample_abs_pos_embed"]
