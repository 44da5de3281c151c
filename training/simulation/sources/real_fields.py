"""Measured deformation fields, read whole into memory."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from ....engine.errors import InputError
from ...config.source_kinds import code_of_label
from ...real.catalogue import RealScene

if TYPE_CHECKING:
    from ....engine.interferogram import Interferogram

MAX_SIDE_PIXELS = 4000
"""Longest side in pixels of a scene that is held in memory whole."""


@dataclass
class RealField:
    """One measured field.

    Attributes
    ----------
    group : str
        Event or volcano; never split between training and scoring.
    kind : int
        Index into `source_kinds()`.
    layers : Tensor, shape (C, H, W)
        Line-of-sight motion in metres and the valid mask (C = 2) or, for wrapped phase, its cosine and sine
        and the valid mask (C = 3); zero where not valid.
    step_km : tuple of float
        Height and width of a pixel in kilometres.
    box : tuple of float, optional
        Deformed ground in pixels: xmin, ymin, xmax, ymax.
    wrapped : bool
        Whether only wrapped phase exists; the field then includes its own background.
    peak_m : float
        Peak motion in metres (99th percentile inside the box); 0 where unknown.
    """

    group: str
    kind: int
    layers: Tensor
    step_km: tuple[float, float]
    box: tuple[float, float, float, float] | None
    wrapped: bool
    peak_m: float


def measured(scene: RealScene) -> dict[str, Any]:
    """Values and facts of a scene, as `packed.write_packed` takes them.

    Raises
    ------
    InputError
        The scene cannot be read, or is too large.
    """
    # imported here, as simulation without real fields needs no GDAL
    from ....engine.detection import open_with
    from ....engine.interferogram import Quantity

    source = open_with(str(scene.path), scene.settings)
    grid = source.grid
    if max(grid.width, grid.height) > MAX_SIDE_PIXELS:
        raise InputError(
            f"'{scene.path.name}' is larger than {MAX_SIDE_PIXELS} pixels; cut it to the deformed ground."
        )
    values = source.read(0, 0, grid.width, grid.height)
    wrapped = source.quantity is Quantity.WRAPPED
    if not wrapped:
        values = values * np.float32((source.wavelength or 1.0) / (4 * math.pi))
    dx, dy = grid.pixel_size_m if grid.is_metric else (100.0, 100.0)
    return {
        "values": values,
        "wrapped": wrapped,
        "group": scene.group,
        "label": scene.label,
        "step_km": (dy / 1000, dx / 1000),
        "box": _pixel_box(source, scene),
    }


def field_of(facts: dict[str, Any], device: torch.device) -> RealField:
    """The field of a scene, referenced to the ground outside its box; `facts` come from `measured`."""
    values = torch.from_numpy(np.ascontiguousarray(facts["values"], np.float32))
    valid = torch.isfinite(values)
    box = tuple(facts["box"]) if facts["box"] is not None else None
    filled = torch.where(valid, values, torch.zeros_like(values))
    peak = 0.0
    if facts["wrapped"]:
        layers = torch.stack([torch.cos(filled) * valid, torch.sin(filled) * valid, valid.float()])
    else:
        outside, inside = valid.clone(), valid
        if box is not None:
            left, top, right, bottom = (max(0, round(v)) for v in box)
            outside[top:bottom, left:right] = False
            inside = valid & ~outside
        reference = values[outside if outside.sum() > 100 else valid].median()
        metres = (filled - reference) * valid
        layers = torch.stack([metres, valid.float()])
        if inside.any():
            peak = float(np.quantile(metres[inside].abs().numpy(), 0.99))
    kind = code_of_label(facts["label"])
    assert kind is not None, facts["label"]
    step_km = (float(facts["step_km"][0]), float(facts["step_km"][1]))
    return RealField(
        facts["group"], kind, layers.float().to(device), step_km, box, bool(facts["wrapped"]), peak
    )


def _pixel_box(source: Interferogram, scene: RealScene) -> tuple[float, float, float, float] | None:
    """The catalogue's box in pixels."""
    if scene.box is None:
        return None
    xmin, ymin, xmax, ymax = scene.box
    corners = [source.grid.colrow(x, y) for x in (xmin, xmax) for y in (ymin, ymax)]
    columns, rows = np.array(corners).T
    return float(columns.min()), float(rows.min()), float(columns.max()), float(rows.max())
