"""Reliability diagrams of both questions on real files of left-out events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, NullLocator

from .style import BLUE, GREY, ORANGE, figure

TITLES = {"deformation": "Does the ground deform?", "kind": "Earthquake, if it deforms?"}
COLOURS = {"deformation": BLUE, "kind": ORANGE}


def questions_figure(tables: Mapping[str, Mapping[str, Any]]) -> Figure:
    """One diagram a question: observed frequency with its 95 % interval, and the number of files below.

    Parameters
    ----------
    tables : mapping of str to mapping
        Part "reliability" of ``calibration.json``, see `scoring.calibration_report.reliability_of`.
    """
    drawing = figure(8.6, 4.6)
    upper, lower = drawing.subplots(
        2, len(tables), sharex=True, squeeze=False, gridspec_kw={"height_ratios": [3, 1]}
    )
    for column, (question, table) in enumerate(tables.items()):
        colour, bins = COLOURS.get(question, GREY), len(table["count"])
        said, seen, low, high = (_numbers(table[name]) for name in ("said", "seen", "low", "high"))
        count = _numbers(table["count"])
        filled = count > 0
        top, bottom = upper[column], lower[column]
        top.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
        ends = np.abs(np.stack([seen - low, high - seen]))[:, filled]
        top.errorbar(
            said[filled],
            seen[filled],
            ends,
            color=colour,
            ecolor=colour,
            elinewidth=0.9,
            marker="o",
            markersize=4,
        )
        top.set(title=TITLES.get(question, question), xlim=(0, 1), ylim=(0, 1.02))
        error = f"calibration error {table['ece']:.3f}"
        area = "" if table["auc"] is None else f", area {table['auc']:.3f}"
        top.text(0.03, 0.95, error + area, transform=top.transAxes, va="top", fontsize=8)
        bottom.bar((np.arange(bins) + 0.5) / bins, count, 0.8 / bins, color=colour)
        bottom.set(xlabel="predicted probability", yscale="log")
        bottom.set_ylim(0.7, None)
        bottom.yaxis.set_major_formatter(FormatStrFormatter("%g"))
        bottom.yaxis.set_minor_locator(NullLocator())
    upper[0].set_ylabel("observed frequency")
    lower[0].set_ylabel("files")
    return drawing


def _numbers(values: Any) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], float)
