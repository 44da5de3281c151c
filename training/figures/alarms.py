"""Figures of false alarms on simulated and on real ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .style import BLUE, GREEN, GREY, INK, MODELS, ORANGE, figure


def false_alarm_figure(
    hard: Mapping[str, Any], elevation: Mapping[str, Any], bands: Mapping[str, Any]
) -> Figure:
    """False alarms on hard negatives, the effect of elevation, and precision and recall by band."""
    drawing = figure(9.4, 3.1)
    first, second, third = drawing.subplots(1, 3)
    names = [name for name in hard if name != "all"] + (["all"] if "all" in hard else [])
    shares = [hard[name] for name in names]
    positions = np.arange(len(names))
    high = _bars(first, positions, shares, 0.6, BLUE)
    _label_counts(first, positions, shares, high + 0.02 * max(high.max(), 1))
    first.set_xticks(positions, [name.replace("hard_", "") for name in names])
    first.set(title="Called earthquake", ylabel="% of hard negatives")
    first.axhline(2, color=GREY, linewidth=0.9, linestyle="--")
    chosen = [n for n in elevation if n != "mixed" and "with" in elevation[n]]
    for offset, key, colour in ((-0.2, "with", GREEN), (0.2, "without", GREY)):
        values = [100 * elevation[name][key].get("false_alarms", np.nan) for name in chosen]
        second.bar(np.arange(len(chosen)) + offset, values, 0.38, color=colour, label=f"{key} elevation")
    second.set_xticks(range(len(chosen)), [name.replace("hard_", "") for name in chosen])
    second.set(title="With and without elevation", ylabel="% called earthquake")
    if chosen:
        second.legend()
    labels = list(bands)
    for offset, key, colour in ((-0.2, "precision", BLUE), (0.2, "recall", ORANGE)):
        values = [bands[name].get(key, np.nan) for name in labels]
        third.bar(np.arange(len(labels)) + offset, np.array(values, float), 0.38, color=colour, label=key)
    third.set_xticks(range(len(labels)), [f"{name[5:]}\n{bands[name]['count']}" for name in labels])
    third.set(title="By band (number of tiles)", ylim=(0, 1.02))
    third.legend(loc="lower right", frameon=True, facecolor="white", framealpha=0.9)
    return drawing


def _bars(
    axes: Any,
    positions: np.ndarray,
    shares: Sequence[Mapping[str, Any]],
    width: float,
    colour: str,
    label: str = "",
) -> np.ndarray:
    """Bars of rates in per cent with their 95 % intervals; returns the upper ends."""
    rate = np.array([100 * (share["rate"] or 0) for share in shares])
    low, high = (np.array([100 * share[key] for share in shares]) for key in ("low", "high"))
    ends = np.maximum([rate - low, high - rate], 0)
    axes.bar(positions, rate, width, color=colour, label=label, yerr=ends, ecolor=INK, capsize=3)
    return high


def _label_counts(
    axes: Any, positions: np.ndarray, shares: Sequence[Mapping[str, Any]], heights: np.ndarray
) -> None:
    """Write "hits/count" above each bar."""
    for x, share, y in zip(positions, shares, heights):
        axes.text(x, y, f"{share['hits']}/{share['count']}", ha="center", fontsize=7)


def alarms_figure(models: Sequence[tuple[str, Mapping[str, Any]]]) -> Figure:
    """Rates at which each kind of real ground is called an earthquake, for one or two models."""
    names = [name for name in models[0][1] if all(name in alarms for _, alarms in models)]
    drawing = figure(9.4, 3.4)
    axes = drawing.subplots()
    for number, (label, alarms) in enumerate(models):
        shares = [alarms[name]["present"] for name in names]
        positions = np.arange(len(names)) + (number - (len(models) - 1) / 2) * 0.36
        high = _bars(axes, positions, shares, 0.34, MODELS[number % 2], label)
        _label_counts(axes, positions, shares, high + 1)
    axes.set_xticks(range(len(names)), [name.replace("_", "\n", 1).replace("_", " ") for name in names])
    axes.set(title="Called an earthquake (95 % intervals)", ylabel="%")
    axes.set_ylim(0, 1.08 * axes.get_ylim()[1])
    axes.legend()
    return drawing
