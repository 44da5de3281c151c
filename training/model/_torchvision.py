"""Lets timm be imported beside a torchvision whose compiled operators do not fit the installed torch.

timm imports a few helpers of torchvision. torchvision then registers shape rules for its operators, and fails
where the operators themselves are missing because its wheel was built against another torch. The network uses
none of them, so their bare definitions are enough. If torchvision's own operators load, nothing is done.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch

_OPERATORS = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_definitions: list[Any] = []  # torch.library drops a definition when its Library object is deleted


def define_missing_operators() -> list[str]:
    """Define torchvision's operators where no compiled library provides them.

    Returns
    -------
    list of str
        Names of the defined operators; empty if torchvision provides its own or is not installed.
    """
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None or _definitions:
        return []
    for library in sorted(Path(spec.origin).parent.glob("_C*.so")):
        try:
            torch.ops.load_library(str(library))
        except OSError:  # built for another torch: the definitions below replace it
            break
    missing = [name for name in _OPERATORS if not hasattr(torch.ops.torchvision, name)]
    if missing:
        definitions = torch.library.Library("torchvision", "FRAGMENT")
        for name in missing:
            definitions.define(_OPERATORS[name])
        _definitions.append(definitions)
    return missing
