"""The device that a command runs on."""

from __future__ import annotations

import torch

from ..engine.errors import InputError


def chosen_device(name: str) -> str:
    """What "auto", "cpu" or "gpu" stands for: "cpu" or "cuda"; raises `InputError` where there is none."""
    if name not in ("auto", "cpu", "gpu"):
        raise InputError(f"There is no device '{name}'; give auto, cpu or gpu.")
    there = torch.cuda.is_available()
    if name == "gpu" and not there:
        raise InputError("A GPU was asked for and none is usable; use --device cpu or a torch for your GPU.")
    return "cuda" if there and name != "cpu" else "cpu"
