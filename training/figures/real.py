"""The page's chapter on real data: scores, tables, and pictures of every earthquake scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..real.catalogue import POSTSEISMIC
from ..scoring.real_summary import VERDICTS
from . import pictures
from . import scores as draw
from .page import Page, number_text, percent, with_interval
from .style import MODELS, save_png

PER_PICTURE = 6
"""Scenes in one picture."""


def real_chapter(page: Page, target: Path, sources: Sequence[Any]) -> None:
    """Add the chapter; `sources` are those with rows (see `figures.Source`), one or two."""
    page.chapter("Real data")
    page.text(
        "Every file went through the plugin's own engine, scenes on all scales and crops as one window. An "
        "earthquake is a positive, everything else a negative; postseismic motion counts as neither and is "
        "told apart. A file is called an earthquake when the verdict is “present”. Intervals (95 %) come "
        "from drawing whole events and volcanoes."
    )
    for source in sources:
        _told(page, source)
    _scores_table(page, sources)
    _alarms_table(page, sources)
    page.picture(
        save_png(
            draw.alarms_figure([(s.name, s.scores["real"]["alarms"]) for s in sources]),
            target / "real-alarms.png",
        ),
        "How often each kind of ground without a coseismic signal is called an earthquake.",
    )
    series, tables, bins = [], [], []
    for number, source in enumerate(sources):
        counted = [row for row in source.rows if row["label"] != POSTSEISMIC]
        value = np.array([row["probability"] for row in counted])
        truth = np.array([row["label"] == "earthquake" for row in counted])
        series.append((source.name, value, truth, MODELS[number % 2]))
        bins.append((source.name, source.scores["real"]["reliability"], MODELS[number % 2]))
        found = source.scores["real"]["confusion"]
        labels = [label for label, counts in found.items() if sum(counts.values())]
        counts = np.array([[found[label][v] for v in VERDICTS] for label in labels])
        tables.append((source.name, counts, labels, VERDICTS))
    made = draw.confusion_figure(tables, height=0.55 * max(len(t[2]) for t in tables) + 1.0)
    page.picture(
        save_png(made, target / "real-confusion.png"), "True label against the verdict: files, and per cent."
    )
    page.picture(
        save_png(draw.curves(series), target / "real-roc.png"),
        "ROC and precision–recall over all files but postseismic ones.",
    )
    page.picture(
        save_png(draw.reliability_figure(bins), target / "real-reliability.png"),
        "Reliability of the scene's probability.",
    )
    _boxes_table(page, sources)
    _events_table(page, sources)
    _scene_pictures(page, target, sources)
    _mistakes(page, target, sources[-1])
    _every_scene(page, sources)


def _told(page: Page, source: Any) -> None:
    found = source.scores["real"]
    words = f"{source.name}: {found['files']} files"
    if found.get("folds"):
        words += f", each scored by one of {len(found['folds'])} models that never saw its event or volcano"
    if found.get("left_out"):
        words += f"; {found['left_out']} files were left out, for every model had seen them"
    if found.get("refused"):
        words += f"; the engine refused {len(found['refused'])} files as empty, which count as absent"
    page.text(words + ".")


def _scores_table(page: Page, sources: Sequence[Any]) -> None:
    names = ("precision", "recall", "f1", "accuracy", "auc")
    rows = []
    for source in sources:
        for part, one in source.scores["real"]["sets"].items():
            intervals = one.get("intervals", {})
            rows.append(
                [
                    f"{source.name}, {part}",
                    one["files"],
                    f"{one['earthquakes']} of {one['events']} events",
                    *(with_interval(one.get(name), intervals.get(name)) for name in names),
                    number_text(one.get("ece")),
                ]
            )
            each = one.get("by_group", {})
            rows.append(
                [f"{source.name}, {part}, each event once", one["groups"], "groups"]
                + [number_text(each.get(name)) for name in names]
                + ["—"]
            )
    page.table(["set", "files", "earthquakes", *names, "ece"], rows)


def _alarms_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Rates at the model's thresholds")
    rows = []
    for source in sources:
        limits = source.scores.get("model", {}).get("thresholds", {})
        for kind, one in source.scores["real"]["alarms"].items():
            said = one["present"]
            rows.append(
                [
                    f"{source.name}: {kind.replace('_', ' ')}",
                    said["count"],
                    said["hits"],
                    percent(said["rate"]),
                    f"{100 * said['low']:.1f}–{100 * said['high']:.1f} %",
                    percent(one["uncertain"]["rate"]),
                ]
            )
        if limits:
            page.text(
                f"{source.name}: present from {limits.get('present', 0):.2f}, absent up to "
                f"{limits.get('absent', 0):.2f}."
            )
    page.table(["ground", "files", "called earthquake", "rate", "95 %", "uncertain"], rows)


def _boxes_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Boxes and heatmap against the catalogue's boxes")
    rows = []
    for source in sources:
        found = source.scores["real"]["boxes"]
        if not found:
            continue
        rows.append(
            [
                source.name,
                found["scenes"],
                found["drawn"],
                *(number_text(found[name], 2) for name in ("iou", "iou_first", "iou_any")),
                percent(found["good_iou"]["rate"], 0),
                number_text(found.get("centre_km_median"), 1),
                percent(found["centre_right"]["rate"], 0),
                percent(found["pointing"]["rate"], 0) if "pointing" in found else "—",
                number_text(found.get("energy"), 2),
            ]
        )
    head = ["model", "scenes", "with a box", "mean IoU, best", "surest", "any class", "IoU ≥ 0.5"]
    page.table([*head, "centre km, median", "centre right", "heat peak inside", "heat inside"], rows)
    page.text(
        "A scene without an earthquake's box counts with IoU 0. “Any class” takes boxes of other deformation "
        "as well. A centre is right within 3 km or a tenth of the box's longer side."
    )


def _events_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Earthquake by earthquake")
    head = ["event", "Mw", "scenes"]
    head += [f"{source.name}: {name}" for source in sources for name in ("found", "mean P", "mean IoU")]
    others = [{one["event"]: one for one in source.scores["real"]["events"]} for source in sources]
    rows = []
    for one in source_events(others):
        cells: list[Any] = [one["event"], number_text(one["magnitude"], 1), one["scenes"]]
        for events in others:
            mine = events.get(one["event"], {})
            cells += [
                mine.get("found"),
                percent(mine.get("probability"), 0),
                number_text(mine.get("iou"), 2),
            ]
        rows.append(cells)
    page.table(head, rows)


def source_events(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Every event that one of the sources has, once, by name."""
    merged: dict[str, Mapping[str, Any]] = {}
    for one in events:
        for name, event in one.items():
            merged.setdefault(name, event)
    return [merged[name] for name in sorted(merged)]


def _scene_pictures(page: Page, target: Path, sources: Sequence[Any]) -> None:
    page.section("Every earthquake scene")
    page.text(
        "Left the interferogram, one colour cycle a fringe (displacement is shown as the phase that it would "
        "make); right the attention heatmap. Boxes found: black (purple: other deformation). The catalogue's "
        "box: white, dashed. Wrong verdicts are red."
    )
    folders = [(s.name, s.pictures, {row["file"]: row for row in s.rows}) for s in sources]
    rows = [row for row in sources[0].rows if row["label"] == "earthquake"]
    rows.sort(key=lambda row: (row["group"], row["file"]))
    for number, start in enumerate(range(0, len(rows), PER_PICTURE), start=1):
        made = pictures.scene_figure(rows[start : start + PER_PICTURE], folders)
        if made is not None:
            part = rows[start : start + PER_PICTURE]
            names = ", ".join(dict.fromkeys(row["group"] for row in part))
            page.picture(save_png(made, target / f"real-scenes-{number}.png"), names + ".")


def _mistakes(page: Page, target: Path, source: Any) -> None:
    """Pictures of all false alarms of one source."""
    wrong = [
        row
        for row in source.rows
        if row["label"] not in ("earthquake", POSTSEISMIC) and row["verdict"] == "present"
    ]
    wrong.sort(key=lambda row: -row["probability"])
    made = pictures.contact_sheet(wrong, source.pictures)
    if made is not None:
        page.section(f"False alarms of {source.name}")
        page.picture(
            save_png(made, target / "real-false-alarms.png"),
            f"{len(wrong)} files without an earthquake that are called one, the surest first (at most 30).",
        )


def _every_scene(page: Page, sources: Sequence[Any]) -> None:
    """The table of every scene; crops only where they went wrong."""
    page.section("Every scene")
    page.text("Quiet and volcanic crops are listed only where they were called earthquakes.")
    head = ["file", "label", "model", "verdict", "P(eq)", "P(other)", "windows", "s", "IoU", "centre km"]
    rows, wrong = [], []
    for source in sources:
        for row in source.rows:
            called = row["verdict"] == "present"
            if row["crop"] and not called:
                continue
            rows.append(
                [
                    Path(row["file"]).stem,
                    row["label"],
                    source.name,
                    row["verdict"],
                    percent(row["probability"], 0),
                    percent(row["other_probability"], 0),
                    row["windows"],
                    number_text(row["seconds"], 1),
                    number_text(row["iou"], 2),
                    number_text(row["centre_km"], 1),
                ]
            )
            wrong.append(row["label"] != POSTSEISMIC and (row["label"] == "earthquake") != called)
    order = sorted(range(len(rows)), key=lambda index: (rows[index][1], rows[index][0], rows[index][2]))
    page.table(head, [rows[index] for index in order], [wrong[index] for index in order])
