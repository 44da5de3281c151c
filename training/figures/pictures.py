"""Figures of interferograms: simulated tiles with attention, real scenes with heatmap and boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
from matplotlib.figure import Figure

from ...engine.inference.calibration import EARTHQUAKE, window_probabilities
from ...engine.inference.encoding import unwrapped_phase
from ...engine.tile import CLASSES, PATCH, TILE
from ..scoring.real_scores import picture_name
from .style import (
    FOUND_LINE,
    HEAT,
    OTHER_LINE,
    RED,
    TRUTH_LINE,
    bare,
    draw_box,
    figure,
    show_phase,
)

HEADS_SHOWN = 3
"""Attention heads shown for each sample."""


def tile_phase(tile: np.ndarray) -> np.ndarray:
    """Phase of an encoded tile (5, H, W) in radians: unwrapped if it was, and NaN where invalid."""
    tile = np.asarray(tile, np.float32)
    phase = np.arctan2(tile[1], tile[0])
    if np.any(tile[2] != 0):
        phase = unwrapped_phase(tile[2])
    return np.where(tile[4] > 0.5, phase, np.nan)


def pick_samples(answers: Mapping[str, np.ndarray], tiles: int, wanted: int = 8) -> list[int]:
    """Indices of up to `wanted` of the first `tiles`: half of them earthquakes, the rest other classes."""
    label, known = answers["label"][:tiles], answers["weight"][:tiles] > 0
    by_class = [[i for i in range(tiles) if label[i] == c and known[i]] for c in (1, 2, 0)]
    picked = by_class[0][: max(wanted // 2, wanted - len(by_class[1]) - len(by_class[2]))]
    for number, members in enumerate(by_class[1:]):
        room = (wanted - len(picked)) // (2 - number)
        picked += members[:room]
    return picked[:wanted]


def sample_panels(
    tiles: np.ndarray,
    answers: Mapping[str, np.ndarray],
    boxes: np.ndarray,
    picked: Sequence[int],
    heads: Optional[np.ndarray] = None,
    temperature: float = 1.0,
) -> Figure:
    """One row per tile: interferogram with boxes, combined attention, some heads, and mask.

    Parameters
    ----------
    tiles : ndarray, shape (N, 5, 224, 224)
    answers : mapping
        "logits", "attention", "mask", "label", "box".
    boxes : ndarray, shape (N, 4)
        The most probable box; NaN without a box.
    picked : sequence of int
    heads : ndarray, shape (N, heads, 14, 14), optional
    """
    shown = 0 if heads is None else min(HEADS_SHOWN, heads.shape[1])
    columns = 3 + shown
    drawing = figure(1.75 * columns + 0.3, 2.1 * len(picked) + 0.3)
    grid = np.atleast_2d(drawing.subplots(len(picked), columns, squeeze=False))
    full = (0, TILE, TILE, 0)
    for row, index in enumerate(picked):
        p = window_probabilities(answers["logits"][index], temperature)
        phase = tile_phase(tiles[index])
        axes = grid[row, 0]
        show_phase(axes, phase, full)
        if np.isfinite(answers["box"][index]).all():
            draw_box(axes, answers["box"][index] * TILE, TRUTH_LINE, "--")
        if np.isfinite(boxes[index]).all():
            draw_box(axes, boxes[index] * TILE, FOUND_LINE)
        kind = "unwrapped" if np.any(np.asarray(tiles[index][2]) != 0) else "wrapped"
        right = int(p.argmax()) == int(answers["label"][index])
        axes.set_title(
            f"{CLASSES[int(answers['label'][index])]}, {kind}\npredicted {CLASSES[int(p.argmax())]} "
            f"({100 * p.max():.0f} %)\nP(earthquake) {100 * p[EARTHQUAKE]:.0f} %",
            fontsize=7,
            fontweight="normal",
            color="#23272e" if right else RED,
        )
        maps: list[tuple[str, Any, float | None]] = [
            ("attention, combined", answers["attention"][index], None)
        ]
        maps += (
            [(f"head {head + 1}", heads[index, head], None) for head in range(shown)]
            if heads is not None
            else []
        )
        maps += [("mask", answers["mask"][index], 1.0)]
        for column, (title, values, top) in enumerate(maps, start=1):
            _overlay(grid[row, column], phase, np.asarray(values, np.float32), top)
            if np.isfinite(boxes[index]).all():
                draw_box(grid[row, column], boxes[index] * TILE, FOUND_LINE, width=0.9)
            grid[row, column].set_title(title if row == 0 else "", fontsize=7, fontweight="normal")
    return drawing


def _overlay(axes: Any, phase: np.ndarray, values: np.ndarray, top: Optional[float]) -> None:
    """A map of patches, with the outline of the valid area."""
    side = TILE // PATCH
    full = (0, TILE, TILE, 0)
    axes.imshow(
        values.reshape(side, side),
        cmap=HEAT,
        vmin=0,
        vmax=top or max(float(values.max()), 1e-6),
        extent=full,
        interpolation="bicubic" if top is None else "nearest",
    )
    valid = np.isfinite(phase)
    if not valid.all():
        axes.contour(valid, [0.5], colors="#8a8f98", linewidths=0.5)
    bare(axes)


def scene_figure(
    rows: Sequence[Mapping[str, Any]], folders: Sequence[tuple[str, Path, Mapping[str, Mapping[str, Any]]]]
) -> Optional[Figure]:
    """One row per real scene: interferogram with boxes, and the heatmap with boxes of each model.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of the scenes, from the first model.
    folders : sequence of (name, folder of pictures, rows by file)
        One or two models.
    """
    drawn = [row for row in rows if _picture(folders[0][1], row["file"]) is not None]
    if not drawn:
        return None
    columns = 1 + len(folders)
    shapes = [_height_ratio(_picture(folders[0][1], row["file"])) for row in drawn]
    drawing = figure(3.0 * columns + 0.3, float(sum(shapes)) * 2.75 + 0.42 * len(drawn))
    grid = drawing.subplots(len(drawn), columns, squeeze=False, gridspec_kw={"height_ratios": shapes})
    for line, row in enumerate(drawn):
        first = _picture(folders[0][1], row["file"])
        if first is not None:
            _scene_phase(grid[line, 0], row, first)
        for column, (name, folder, by_file) in enumerate(folders, start=1):
            picture = _picture(folder, row["file"])
            if picture is None:
                grid[line, column].set_axis_off()
                continue
            _scene_heat(grid[line, column], name, by_file.get(row["file"], row), picture)
    return drawing


def _height_ratio(picture: Optional[Mapping[str, np.ndarray]]) -> float:
    """Height of a scene over its width, limited to 0.5 to 1.7."""
    if picture is None:
        return 1.0
    wide, high = picture["ground"]
    return float(np.clip(high / wide, 0.5, 1.7))


def _picture(folder: Path, file: str) -> Optional[dict[str, np.ndarray]]:
    path = folder / f"{picture_name(file)}.npz"
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _frame(picture: Mapping[str, np.ndarray]) -> tuple[tuple[float, ...], float]:
    """Extent for imshow, and the aspect at which a kilometre has the same length in both directions."""
    x0, y0, x1, y1 = (float(value) for value in picture["extent"])
    wide, high = (float(value) for value in picture["ground"])
    return (x0, x1, y0, y1), (high / max(y1 - y0, 1e-12)) / (wide / max(x1 - x0, 1e-12))


def _scene_phase(axes: Any, row: Mapping[str, Any], picture: Mapping[str, np.ndarray]) -> None:
    extent, aspect = _frame(picture)
    show_phase(axes, picture["phase"], extent, aspect)
    _boxes(axes, picture)
    size = f", Mw {row['magnitude']:g}" if row["magnitude"] is not None else ""
    wide = picture["ground"][0] / 1000
    width = f", {wide:.0f} km wide" if bool(picture["metric"]) else ""
    axes.set_title(f"{row['group']}{size}{width}\n{Path(row['file']).stem}", fontsize=7, fontweight="normal")


def _scene_heat(axes: Any, name: str, row: Mapping[str, Any], picture: Mapping[str, np.ndarray]) -> None:
    extent, aspect = _frame(picture)
    axes.set_facecolor("#d9dce0")
    heat = picture["heat"].astype(np.float32)
    axes.imshow(heat, cmap=HEAT, vmin=0, vmax=1, extent=extent, aspect=aspect, origin="upper")
    bare(axes)
    _boxes(axes, picture)
    iou = f", IoU {row['iou']:.2f}" if row["iou"] is not None else ""
    wrong = (row["label"] == "earthquake") != (row["verdict"] == "present")
    axes.set_title(
        f"{name}\n{row['verdict']} ({100 * row['probability']:.0f} %){iou}",
        fontsize=7,
        fontweight="normal",
        color=RED if wrong else "#23272e",
    )


def _boxes(axes: Any, picture: Mapping[str, np.ndarray]) -> None:
    """Predicted boxes (other deformation in purple), and the catalogue's box dashed above them."""
    for box, quake in list(zip(picture["boxes"], picture["quake"]))[:6]:
        draw_box(axes, box, FOUND_LINE if quake else OTHER_LINE)
    if picture["truth"].size == 4:
        draw_box(axes, picture["truth"], TRUTH_LINE, "--")


def contact_sheet(rows: Sequence[Mapping[str, Any]], folder: Path, limit: int = 30) -> Optional[Figure]:
    """Small pictures of files with their probability, for example of all false alarms."""
    candidates = [(row, _picture(folder, row["file"])) for row in rows]
    shown = [(row, picture) for row, picture in candidates if picture is not None][:limit]
    if not shown:
        return None
    columns = min(6, len(shown))
    lines = -(-len(shown) // columns)
    drawing = figure(1.75 * columns, 2.1 * lines)
    grid = drawing.subplots(lines, columns, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, (row, picture) in zip(grid.flat, shown):
        axes.set_axis_on()
        extent, aspect = _frame(picture)
        show_phase(axes, picture["phase"], extent, aspect)
        _boxes(axes, picture)
        axes.set_title(
            f"{row['group'][:26]}\n{row['label']}, {100 * row['probability']:.0f} %",
            fontsize=6.5,
            fontweight="normal",
        )
    return drawing
