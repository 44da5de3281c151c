"""Truth against estimate, with 90 % intervals, of the source estimate on simulated earthquakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .style import BLUE, INK, RED, figure, save_png, styled

PANELS = (
    ("mw", "Mw"),
    ("depth", "Depth, km"),
    ("strike", "Strike, °"),
    ("dip", "Dip, °"),
    ("rake", "Rake, °"),
)
"""Quantities and their titles. Strike and rake are drawn near the truth, whole turns left out."""
TRUTH_NAMES = {"depth": "depth_km"}


def estimate_figure(rows: Sequence[dict[str, Any]]) -> Figure:
    """One row of panels for each number of looks; red where the interval misses the truth."""
    good = [row for row in rows if "errors" in row]
    counts = sorted({row["looks"] for row in good}, reverse=True)
    drawing = figure(13.0, 2.9 * max(len(counts), 1))
    axes = drawing.subplots(max(len(counts), 1), len(PANELS), squeeze=False)
    for line, looks in zip(axes, counts):
        chosen = [row for row in good if row["looks"] == looks]
        for axis, (name, title) in zip(line, PANELS):
            _panel(axis, chosen, name)
            axis.set_title(f"{title}: {'one look' if looks == 1 else f'{looks} looks'}")
            axis.set_xlabel("truth")
        line[0].set_ylabel("estimate, 90 % interval")
    return drawing


def _panel(axis: Axes, rows: Sequence[dict[str, Any]], name: str) -> None:
    truth = np.array([row["truth"][TRUTH_NAMES.get(name, name)] for row in rows])
    value, low, high = np.array([row["estimate"][name] for row in rows]).T
    if name in ("strike", "rake"):
        turns = np.round((value - truth) / 360) * 360
        value, low, high = value - turns, low - turns, high - turns
    holds = np.array([row["stretch"][name] <= 1 for row in rows])
    for part, colour in ((holds, BLUE), (~holds, RED)):
        lengths = np.maximum([value[part] - low[part], high[part] - value[part]], 0)
        axis.errorbar(
            truth[part], value[part], lengths, fmt="o", markersize=3, linewidth=0.7, color=colour, alpha=0.8
        )
    if name == "depth":
        axis.set_xscale("log")
        axis.set_yscale("log")
    ends = np.array([truth.min(), truth.max()])
    axis.plot(ends, ends, color=INK, linewidth=0.8)


def write_estimate_figure(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """The figure as PNG."""
    with styled():
        save_png(estimate_figure(rows), path)
