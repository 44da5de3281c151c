"""Figures of numbers: training curves, confusion, ROC, reliability, detectability, localisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FormatStrFormatter, LogLocator, NullLocator

from ...engine.inference.calibration import EARTHQUAKE, window_probabilities
from ...engine.tile import CLASSES
from ..scoring.detectability import DEPTHS_KM, LIMITS
from ..scoring.metrics import precision_recall, roc
from .style import BLUE, COUNTS, GREEN, GREY, INK, ORANGE, PARTS, SHARE, figure

Answers = Mapping[str, np.ndarray]


def training_curves(train: Sequence[dict[str, Any]], validation: Sequence[dict[str, Any]]) -> Figure:
    """Loss and its parts, and scores on the validation sets, against tiles shown."""
    drawing = figure(9.0, 3.4)
    left, right = drawing.subplots(1, 2)
    shown = np.array([entry["shown"] for entry in train]) / 1000
    for name, colour in (("loss", INK), ("class", BLUE), ("mask", GREEN), ("attention", ORANGE)):
        values = [entry.get(name, np.nan) for entry in train]
        left.plot(shown, values, color=colour, label="all, weighted" if name == "loss" else name)
    left.set(title="Training loss", xlabel="tiles shown / 1000", yscale="log")
    low, high = left.get_ylim()
    left.set_ylim(low, high * 1.5)
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    left.yaxis.set_minor_locator(NullLocator())
    left.legend(ncols=4, loc="upper right", columnspacing=1.0)
    at = np.array([entry["shown"] for entry in validation]) / 1000
    lines = (
        ("mixed/wrapped", "accuracy", BLUE, "accuracy, wrapped"),
        ("mixed/unwrapped", "accuracy", ORANGE, "accuracy, unwrapped"),
        ("mixed", "auc", INK, "AUC of earthquake"),
        ("hard_negatives", "false_alarms", GREY, "false alarms, hard negatives"),
    )
    for part, name, colour, label in lines:
        values = [entry["scores"].get(part, {}).get(name, np.nan) for entry in validation]
        if np.isfinite(np.asarray(values, float)).any():
            right.plot(at, values, color=colour, label=label, marker="o", markersize=3)
    right.set(title="Validation during training", xlabel="tiles shown / 1000", ylim=(0, 1.02))
    right.legend(loc="center right", bbox_to_anchor=(1.0, 0.42))
    for axes in (left, right):
        _mark_stages(axes, train)
    return drawing


def _mark_stages(axes: Any, train: Sequence[dict[str, Any]]) -> None:
    for before, after in zip(train, train[1:]):
        if before.get("stage") != after.get("stage"):
            axes.axvline(before["shown"] / 1000, color=GREY, linewidth=0.8, linestyle=":")


def confusion_figure(
    tables: Sequence[tuple[str, np.ndarray, Sequence[str], Sequence[str]]], height: float = 3.3
) -> Figure:
    """Confusion matrices side by side: (title, counts, names of rows, names of columns)."""
    drawing = figure(3.1 * len(tables) + 0.4, height)
    for axes, (title, table, rows, columns) in zip(np.atleast_1d(drawing.subplots(1, len(tables))), tables):
        counts = np.asarray(table, float)
        part = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        axes.imshow(part, cmap=COUNTS, vmin=0, vmax=1, aspect="auto")
        for row in range(counts.shape[0]):
            for column in range(counts.shape[1]):
                axes.text(
                    column,
                    row,
                    f"{counts[row, column]:.0f}\n{100 * part[row, column]:.1f} %",
                    ha="center",
                    va="center",
                    fontsize=8,
                    color="white" if part[row, column] > 0.6 else INK,
                )
        axes.set_xticks(range(len(columns)), columns)
        axes.set_yticks(range(len(rows)), rows)
        axes.set(title=title, xlabel="answer", ylabel="truth")
        axes.grid(False)
    return drawing


def simulated_confusion(sets: Mapping[str, Any]) -> Figure:
    """Confusion of the three classes and of earthquakes, for wrapped and unwrapped tiles."""
    tables: list[Any] = []
    for part in ("wrapped", "unwrapped"):
        one = sets.get(f"mixed/{part}", {})
        if "confusion" in one:
            tables.append((f"{part.capitalize()}: classes", one["confusion"], CLASSES, CLASSES))
            names = ("no earthquake", "earthquake")
            tables.append((f"{part.capitalize()}: earthquake", one["confusion_earthquake"], names, names))
    return confusion_figure(tables)


def curves(series: Sequence[tuple[str, np.ndarray, np.ndarray, str]]) -> Figure:
    """ROC and precision–recall: (label, probability, truth, colour)."""
    drawing = figure(8.4, 3.8)
    left, right = drawing.subplots(1, 2)
    for label, value, truth, colour in series:
        if truth.any() and (~truth).any():
            left.step(*roc(value, truth), color=colour, label=label, where="post")
            right.step(*precision_recall(value, truth), color=colour, label=label, where="post")
    left.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
    left.set(title="ROC", xlabel="false-alarm rate", ylabel="recall", xlim=(-0.01, 1), ylim=(0, 1.01))
    right.set(title="Precision–recall", xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.01))
    left.legend(loc="lower right")
    return drawing


def simulated_curves(mixed: Answers, temperature: float) -> Figure:
    """ROC and precision–recall of the mixed set, for all, wrapped and unwrapped tiles."""
    series = []
    known = mixed["weight"] > 0
    value = window_probabilities(mixed["logits"], temperature)[:, EARTHQUAKE]
    unwrapped = mixed.get("meta_unwrapped", np.zeros(len(known))) >= 0.5
    for name, chosen in (("all", known), ("wrapped", known & ~unwrapped), ("unwrapped", known & unwrapped)):
        truth = mixed["label"][chosen] == EARTHQUAKE
        series.append((name, value[chosen], truth, PARTS[name]))
    return curves(series)


def reliability_figure(series: Sequence[tuple[str, Mapping[str, Any], str]]) -> Figure:
    """Reliability diagrams (label, table, colour), with the number of answers in each bin below."""
    drawing = figure(4.6, 4.6)
    upper, lower = drawing.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [3, 1]})
    upper.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
    for number, (label, table, colour) in enumerate(series):
        predicted = np.array([np.nan if v is None else v for v in table["said"]], float)
        observed = np.array([np.nan if v is None else v for v in table["seen"]], float)
        count = np.asarray(table["count"], float)
        filled = count > 0
        upper.plot(predicted[filled], observed[filled], color=colour, marker="o", markersize=4, label=label)
        width = 0.8 / len(count) / len(series)
        centre = (np.arange(len(count)) + 0.5) / len(count) + (number - (len(series) - 1) / 2) * width
        lower.bar(centre, count, width, color=colour)
    upper.set(title="Reliability", ylabel="share of earthquakes", xlim=(0, 1), ylim=(0, 1.02))
    upper.legend(loc="upper left")
    lower.set(xlabel="predicted P(earthquake)", ylabel="count", yscale="log")
    lower.set_ylim(0.7, None)
    lower.yaxis.set_major_formatter(FormatStrFormatter("%g"))
    lower.yaxis.set_minor_locator(NullLocator())
    return drawing


def detectability_figure(detectability: Mapping[str, Any]) -> Figure:
    """Recall by magnitude and depth with the physical limits, and recall by magnitude."""
    table = detectability["table"]
    magnitudes, depths = np.array(table["magnitudes"]), np.array(table["depths"])
    count, hits = np.array(table["count"], float), np.array(table["found"], float)
    drawing = figure(9.4, 4.0)
    left, right = drawing.subplots(1, 2, gridspec_kw={"width_ratios": [1.7, 1]})
    with np.errstate(invalid="ignore"):
        recall = np.where(count > 0, hits / count, np.nan)
    picture = left.pcolormesh(magnitudes, np.arange(len(depths)), recall, cmap=SHARE, vmin=0, vmax=1)
    for row in range(count.shape[0]):
        for column in range(count.shape[1]):
            if count[row, column]:
                left.text(
                    (magnitudes[column] + magnitudes[column + 1]) / 2,
                    row + 0.5,
                    f"{count[row, column]:.0f}",
                    ha="center",
                    va="center",
                    fontsize=6,
                    color=INK,
                )
    along = np.interp(DEPTHS_KM, depths, np.arange(len(depths)))
    for mechanism, style in (("strike-slip", "-"), ("thrust", "--")):
        for threshold, colour in (("1 cm", "#000000"), ("one fringe", "#5b2a86")):
            limit = LIMITS[mechanism][threshold]
            left.plot(limit, along, color="white", linewidth=3.2)
            left.plot(limit, along, color=colour, linestyle=style, label=f"{threshold}, {mechanism}")
    left.set_yticks(np.arange(len(depths)), [f"{depth:g}" for depth in depths])
    left.set(
        title="Recall of all simulated earthquakes (number in each cell)",
        xlabel="Mw",
        ylabel="centroid depth / km",
        ylim=(len(depths) - 1, 0),
    )
    left.grid(False)
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.13), ncols=4, columnspacing=1.2)
    drawing.colorbar(picture, ax=left, label="recall", pad=0.01)
    middle = (magnitudes[:-1] + magnitudes[1:]) / 2
    for names, colour, label in (
        (("found", "count"), GREY, "all, hidden ones included"),
        (("visible_found", "visible"), BLUE, "visible"),
    ):
        hit, of = (np.array(table[name], float).sum(axis=0) for name in names)
        filled = of > 0
        right.plot(
            middle[filled], hit[filled] / of[filled], color=colour, marker="o", markersize=4, label=label
        )
    right.set(title="Recall over magnitude", xlabel="Mw", ylim=(0, 1.02))
    right.legend(loc="lower right")
    return drawing


def localisation_figure(local: Mapping[str, np.ndarray], quake: np.ndarray) -> Figure:
    """Box IoU, centre error and attention inside the box of visible simulated earthquakes."""
    drawing = figure(9.4, 3.1)
    first, second, third = drawing.subplots(1, 3)
    visible = quake & np.isfinite(local["iou"])
    bins = np.linspace(0, 1, 21)
    first.hist(local["iou"][visible], bins, color=BLUE, label="most probable box")
    first.hist(local["iou_hull"][visible], bins, histtype="step", color=ORANGE, label="around all boxes")
    first.set(title=f"Box IoU, mean {_mean(local['iou'][visible])}", xlabel="IoU", ylabel="earthquakes")
    first.legend()
    distance = local["centre_km"][visible & np.isfinite(local["centre_km"])]
    if len(distance):
        second.hist(
            np.clip(distance, 0.05, None), np.geomspace(0.05, max(100, distance.max() * 1.1), 25), color=BLUE
        )
        second.axvline(
            np.median(distance), color=ORANGE, linestyle="--", label=f"median {np.median(distance):.1f} km"
        )
        second.legend()
    second.set(title="Centre error", xlabel="km", xscale="log")
    third.hist(local["energy"][visible], bins, color=BLUE)
    pointing = _mean(local["pointing"][visible])
    third.set(
        title=f"Attention in the true box\n(pointing game {pointing})", xlabel="fraction of the attention"
    )
    return drawing


def _mean(values: np.ndarray) -> str:
    return f"{values.mean():.2f}" if len(values) else "—"
