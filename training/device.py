"""The device that a command runs on."""

from __future__ import annotations

import torch

from ..engine.errors import InputError


def chosen_device(name: str) -> str:
    """The device for "auto", "cpu" or "gpu": "cpu" or "cuda"; raises `InputError` if it is missing."""
    if name not in ("auto", "cpu", "gpu"):
        raise InputError(f"There is no device '{name}'; give auto, cpu or gpu.")
    has_gpu = torch.cuda.is_available()
    if name == "gpu" and not has_gpu:
        raise InputError("No usable GPU was found; use --device cpu, or install a torch for your GPU.")
    return "cuda" if has_gpu and name != "cpu" else "cpu"
