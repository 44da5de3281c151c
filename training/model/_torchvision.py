"""Lets timm be imported beside a torchvision whose compiled operators do not fit the installed torch.

timm asks torchvision for a few helpers at import; torchvision then registers shape rules for its operators
and stops where the operators themselves are missing (a torchvision wheel built against another torch).
The network uses none of them, so their bare definitions are enough. Where torchvision's own operators
load, nothing is done.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import torch

_MISSING = {
    "nms": "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_definitions: list[Any] = []  # torch.library drops a definition when its Library object goes


def define_missing_operators() -> list[str]:
    """Define torchvision's operators where no compiled library offers them.

    Returns
    -------
    list of str
        Names of the operators that were defined; empty where torchvision brings its own or is not there.
    """
    spec = importlib.util.find_spec("torchvision")
    if spec is None or spec.origin is None or _definitions:
        return []
    for library in sorted(Path(spec.origin).parent.glob("_C*.so")):
        try:
            torch.ops.load_library(str(library))
        except OSError:  # built for another torch: the definitions below stand in
            break
    missing = [name for name in _MISSING if not hasattr(torch.ops.torchvision, name)]
    if missing:
        definitions = torch.library.Library("torchvision", "FRAGMENT")
        for name in missing:
            definitions.define(_MISSING[name])
        _definitions.append(definitions)
    return missing
