"""Real interferograms, processed by the plugin's own engine: one row of scores per file, and its pictures."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine import detection
from ...engine.errors import QuakeFringeError
from ...engine.raster.grid import Grid, ground_distance
from ...engine.report.pictures import overview
from ...engine.results import Result
from ..real.catalogue import Box, RealScene
from .geometry import box_iou, centre

NATIVE = "native"
"""The form of a scene that the catalogue has; see `form_scenes` for the others."""
PICTURE_MAX_SIDE_PX = 420
"""Longer side of a stored picture."""
COLUMNS = (
    "file",
    "group",
    "label",
    "magnitude",
    "quality",
    "crop",
    "form",
    "unwrapped",
    "fold",
    "model",
    "verdict",
    "probability",
    "other_probability",
    "deformation",
    "deformation_probability",
    "kind",
    "evidence",
    "windows",
    "scales",
    "boxes",
    "iou",
    "iou_first",
    "iou_any",
    "centre_km",
    "centre_share",
    "pointing",
    "energy",
    "seconds",
    "error",
)
"""Columns of ``scenes.csv``; see `score_scene`."""


@dataclass
class Scored:
    """The row of one file, the raw logits of its windows, and its pictures (None for a quiet crop)."""

    row: dict[str, Any]
    logits: np.ndarray
    pictures: Optional[dict[str, np.ndarray]]


def score_scene(
    scene: RealScene, network: Any, model: str, *, folds: int = 5, form: str = NATIVE, pictures: bool = True
) -> Scored:
    """Run the engine on one file as a user would, and compare it with the catalogue.

    Parameters
    ----------
    scene : RealScene
    network, model : Network, str
        The network to score, and its name.
    folds : int
        Number of volcano folds.
    form : str
        Form of the scene, for its row.
    pictures : bool
        Whether to return the data of its pictures, too.

    Returns
    -------
    Scored
        Its row holds the engine's answers and probabilities of both questions and its "evidence"; the numbers
        of "windows" and "scales"; the IoU with the catalogue's box of the earthquake box that fits it best
        ("iou"), of the most probable one ("iou_first") and of the best box of any class ("iou_any");
        "centre_km" between the centres of the best and the catalogue's box, and "centre_share", that distance
        over the longer side of the catalogue's box; "pointing", whether the heatmap peaks inside the
        catalogue's box; "energy", the fraction of the heatmap's sum inside it. Columns that do not apply are
        None. "unwrapped" says whether the phase was unwrapped. "error" is the engine's message if it
        refused the file, which counts as "absent" with probability 0.
    """
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row.update(
        file=scene.file,
        group=scene.group,
        label=scene.label,
        magnitude=scene.magnitude,
        quality=scene.quality,
        crop=scene.crop,
        form=form,
        fold=scene.fold(folds),
        model=model,
    )
    start = time.perf_counter()
    try:
        result = detection.detect(str(scene.path), scene.settings, network=network)
    except QuakeFringeError as error:
        row.update(
            verdict="absent",
            probability=0.0,
            other_probability=0.0,
            windows=0,
            error=str(error),
            deformation="absent",
            deformation_probability=0.0,
            kind="none",
        )
        return Scored(row, np.empty((0, 3), np.float32), None)
    row["seconds"] = time.perf_counter() - start
    logits = _logits(result)
    row.update(
        verdict=result.verdict,
        probability=result.probability,
        other_probability=result.other_probability,
        deformation=result.deformation,
        deformation_probability=result.deformation_probability,
        kind=result.kind,
        evidence=result.evidence,
        unwrapped=_is_unwrapped(result),
        windows=len(logits),
        scales=len(result.windows),
        boxes=len(result.boxes),
    )
    if scene.box is not None:
        row.update(compare(result, scene.box))
    wanted = pictures and (not scene.crop or scene.label != "quiet" or result.verdict != "absent")
    return Scored(row, logits, _pictures(scene, result) if wanted else None)


def compare(result: Result, box: Box) -> dict[str, Any]:
    """Compare boxes and heatmap with the catalogue's box (xmin, ymin, xmax, ymax; scene coordinates)."""
    out: dict[str, Any] = {"iou": 0.0, "iou_first": 0.0}
    out["iou_any"] = max((box_iou(drawn.extent, box) for drawn in result.boxes), default=0.0)
    quakes = [drawn for drawn in result.boxes if drawn.class_name == "earthquake"]
    if quakes:
        ious = [box_iou(drawn.extent, box) for drawn in quakes]
        best = quakes[int(np.argmax(ious))]
        metres = _metres_between(result.grid, centre(best.extent), centre(box))
        side = max(
            _metres_between(result.grid, (box[0], box[1]), (box[2], box[1])),
            _metres_between(result.grid, (box[0], box[1]), (box[0], box[3])),
        )
        out.update(
            iou=max(ious), iou_first=ious[0], centre_km=metres / 1000, centre_share=metres / max(side, 1.0)
        )
    heat = np.nan_to_num(result.heat)
    if heat.max(initial=0) > 0:
        inside = _inside(result.grid, box)
        out["pointing"] = bool(inside.flat[int(heat.argmax())])
        out["energy"] = float(heat[inside].sum() / heat.sum())
    return out


def _is_unwrapped(result: Result) -> Optional[bool]:
    """Whether the engine read unwrapped phase or displacement."""
    quantity = result.input.get("quantity")
    return None if quantity is None else quantity != "wrapped"


def _logits(result: Result) -> np.ndarray:
    rows = [row[5:8] for scale in result.windows for row in scale["scores"]]
    return np.asarray(rows, np.float32).reshape(-1, 3)


def _metres_between(grid: Grid, one: tuple[float, float], other: tuple[float, float]) -> float:
    if grid.is_geographic:
        return ground_distance(one, other)
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _inside(grid: Grid, box: Box) -> np.ndarray:
    """Heatmap pixels whose centre lies in a box, as a boolean mask."""
    t = grid.transform
    x = t[0] + (np.arange(grid.width) + 0.5) * t[1]
    y = t[3] + (np.arange(grid.height) + 0.5) * t[5]
    across, down = (x >= box[0]) & (x <= box[2]), (y >= box[1]) & (y <= box[3])
    return np.asarray(down[:, None] & across[None, :])


def _pictures(scene: RealScene, result: Result) -> dict[str, np.ndarray]:
    """Phase, heatmap and boxes of one file, reduced in size for storage."""
    interferogram = detection.open_with(str(scene.path), scene.settings)
    wrapped = interferogram.quantity.value == "wrapped"
    phase = overview(interferogram, wrapped, longest=PICTURE_MAX_SIDE_PX)
    step = max(1, -(-max(result.heat.shape) // PICTURE_MAX_SIDE_PX))
    dx, dy = interferogram.grid.pixel_size_m
    return {
        "phase": phase.astype(np.float32),
        "wrapped": np.array(wrapped),
        "heat": result.heat[::step, ::step].astype(np.float16),
        "extent": np.array(result.grid.extent),
        "ground": np.array([dx * interferogram.grid.width, dy * interferogram.grid.height]),
        "metric": np.array(interferogram.grid.is_metric),
        "boxes": np.array([one.extent for one in result.boxes]).reshape(-1, 4),
        "quake": np.array([one.class_name == "earthquake" for one in result.boxes], bool),
        "chance": np.array([one.probability for one in result.boxes], np.float32),
        "truth": np.array(scene.box if scene.box is not None else [], float),
    }


def picture_name(file: str) -> str:
    """File name of a file's pictures, without suffix."""
    return Path(file).with_suffix("").as_posix().replace("/", "-")
