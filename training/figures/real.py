"""The chapter on real data: scores, tables, and pictures of every earthquake scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..real.catalogue import POSTSEISMIC
from ..scoring.real_summary import VERDICTS
from . import alarms, pictures
from . import scores as draw
from .forms import release_part
from .page import Page, number_text, percent, with_interval
from .style import MODELS, save_png

SCENES_PER_PICTURE = 6


def real_chapter(page: Page, target: Path, sources: Sequence[Any]) -> None:
    """Add the chapter; `sources` are one or two `build.Source` with rows."""
    page.chapter("Real data")
    page.text(
        "The plugin's own engine processed every file: scenes at all scales, crops as one window. "
        "Earthquakes are the positives, everything else is a negative; postseismic motion counts as "
        "neither and is reported separately. A file is called an earthquake if its verdict is “present”. "
        "Intervals (95 %) are from a bootstrap over whole events and volcanoes."
    )
    for source in sources:
        _describe(page, source)
    _scores_table(page, sources)
    _alarms_table(page, sources)
    page.picture(
        save_png(
            alarms.alarms_figure([(s.name, s.scores["real"]["alarms"]) for s in sources]),
            target / "real-alarms.png",
        ),
        "Rates at which each kind of ground without a coseismic signal is called an earthquake.",
    )
    series, tables, bins = [], [], []
    for number, source in enumerate(sources):
        counted = [row for row in source.rows if row["label"] != POSTSEISMIC]
        value = np.array([row["probability"] for row in counted])
        truth = np.array([row["label"] == "earthquake" for row in counted])
        series.append((source.name, value, truth, MODELS[number % 2]))
        bins.append((source.name, source.scores["real"]["reliability"], MODELS[number % 2]))
        confusion = source.scores["real"]["confusion"]
        labels = [label for label, counts in confusion.items() if sum(counts.values())]
        counts = np.array([[confusion[label][v] for v in VERDICTS] for label in labels])
        tables.append((source.name, counts, labels, VERDICTS))
    height = 0.55 * max(len(labels) for _, _, labels, _ in tables) + 1.0
    drawing = draw.confusion_figure(tables, height=height)
    page.picture(
        save_png(drawing, target / "real-confusion.png"),
        "Label by verdict: files, and per cent of the label.",
    )
    page.picture(
        save_png(draw.curves(series), target / "real-roc.png"),
        "ROC and precision–recall of all files except postseismic ones.",
    )
    page.picture(
        save_png(draw.reliability_figure(bins), target / "real-reliability.png"),
        "Reliability of the scene's probability.",
    )
    release_part(page, target, sources[-1])
    _boxes_table(page, sources)
    _events_table(page, sources)
    _scene_pictures(page, target, sources)
    _mistakes(page, target, sources[-1])
    _every_scene(page, sources)


def _describe(page: Page, source: Any) -> None:
    """Say which files were scored, and by which models."""
    real = source.scores["real"]
    sentence = f"{source.name}: {real['files']} files"
    if real.get("folds"):
        sentence += f", each scored by one of {len(real['folds'])} models that held out its event or volcano"
    if real.get("left_out"):
        sentence += f"; {real['left_out']} files are not scored, because every model was trained on them"
    if real.get("refused"):
        sentence += f"; the engine refused {len(real['refused'])} files, which count as absent"
    page.text(sentence + ".")


def _scores_table(page: Page, sources: Sequence[Any]) -> None:
    names = ("precision", "recall", "f1", "accuracy", "auc")
    rows = []
    for source in sources:
        for part, scores in source.scores["real"]["sets"].items():
            intervals = scores.get("intervals", {})
            rows.append(
                [
                    f"{source.name}, {part}",
                    scores["files"],
                    f"{scores['earthquakes']} of {scores['events']} events",
                    *(with_interval(scores.get(name), intervals.get(name)) for name in names),
                    number_text(scores.get("ece")),
                ]
            )
            by_group = scores.get("by_group", {})
            rows.append(
                [f"{source.name}, {part}, weighted by event", scores["groups"], "groups"]
                + [number_text(by_group.get(name)) for name in names]
                + ["—"]
            )
    page.table(["set", "files", "earthquakes", *names, "ece"], rows)


def _alarms_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Rates at the model's thresholds")
    rows = []
    for source in sources:
        limits = source.scores.get("model", {}).get("thresholds", {})
        for kind, rates in source.scores["real"]["alarms"].items():
            present = rates["present"]
            rows.append(
                [
                    f"{source.name}: {kind.replace('_', ' ')}",
                    present["count"],
                    present["hits"],
                    percent(present["rate"]),
                    f"{100 * present['low']:.1f}–{100 * present['high']:.1f} %",
                    percent(rates["uncertain"]["rate"]),
                ]
            )
        if limits:
            page.text(
                f"{source.name}: present from {limits.get('present', 0):.2f}, absent up to "
                f"{limits.get('absent', 0):.2f}."
            )
    page.table(["ground", "files", "called earthquake", "rate", "95 %", "uncertain"], rows)


def _boxes_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Boxes and heatmap compared with the catalogue's boxes")
    rows = []
    for source in sources:
        boxes = source.scores["real"]["boxes"]
        if not boxes:
            continue
        rows.append(
            [
                source.name,
                boxes["scenes"],
                boxes["drawn"],
                *(number_text(boxes[name], 2) for name in ("iou", "iou_first", "iou_any")),
                percent(boxes["good_iou"]["rate"], 0),
                number_text(boxes.get("centre_km_median"), 1),
                percent(boxes["centre_right"]["rate"], 0),
                percent(boxes["pointing"]["rate"], 0) if "pointing" in boxes else "—",
                number_text(boxes.get("energy"), 2),
            ]
        )
    head = ["model", "scenes", "with a box", "mean IoU, best", "most probable", "any class", "IoU ≥ 0.5"]
    page.table([*head, "centre km, median", "centre right", "heat peak inside", "heat inside"], rows)
    page.text(
        "A scene without an earthquake's box has IoU 0. “Any class” includes boxes of other deformation. A "
        "centre is right within 3 km or a tenth of the box's longer side."
    )


def _events_table(page: Page, sources: Sequence[Any]) -> None:
    page.section("Earthquake by earthquake")
    head = ["event", "Mw", "scenes"]
    head += [f"{source.name}: {name}" for source in sources for name in ("detected", "mean P", "mean IoU")]
    by_source = [{event["event"]: event for event in source.scores["real"]["events"]} for source in sources]
    rows = []
    for event in source_events(by_source):
        cells: list[Any] = [event["event"], number_text(event["magnitude"], 1), event["scenes"]]
        for events in by_source:
            own = events.get(event["event"], {})
            cells += [
                own.get("found"),
                percent(own.get("probability"), 0),
                number_text(own.get("iou"), 2),
            ]
        rows.append(cells)
    page.table(head, rows)


def source_events(events: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All events of the sources, each once, in alphabetical order."""
    merged: dict[str, Mapping[str, Any]] = {}
    for of_source in events:
        for name, event in of_source.items():
            merged.setdefault(name, event)
    return [merged[name] for name in sorted(merged)]


def _scene_pictures(page: Page, target: Path, sources: Sequence[Any]) -> None:
    page.section("Every earthquake scene")
    page.text(
        "Left: the interferogram, one colour cycle per fringe (displacement is converted to phase). Right: "
        "the attention heatmap. Predicted boxes are black (other deformation: purple), the catalogue's box "
        "is white and dashed. Wrong verdicts are red."
    )
    folders = [(s.name, s.pictures, {row["file"]: row for row in s.rows}) for s in sources]
    rows = [row for row in sources[0].rows if row["label"] == "earthquake"]
    rows.sort(key=lambda row: (row["group"], row["file"]))
    for number, start in enumerate(range(0, len(rows), SCENES_PER_PICTURE), start=1):
        drawing = pictures.scene_figure(rows[start : start + SCENES_PER_PICTURE], folders)
        if drawing is not None:
            part = rows[start : start + SCENES_PER_PICTURE]
            names = ", ".join(dict.fromkeys(row["group"] for row in part))
            page.picture(save_png(drawing, target / f"real-scenes-{number}.png"), names + ".")


def _mistakes(page: Page, target: Path, source: Any) -> None:
    """Pictures of all false alarms of one source."""
    wrong = [
        row
        for row in source.rows
        if row["label"] not in ("earthquake", POSTSEISMIC) and row["verdict"] == "present"
    ]
    wrong.sort(key=lambda row: -row["probability"])
    drawing = pictures.contact_sheet(wrong, source.pictures)
    if drawing is not None:
        page.section(f"False alarms of {source.name}")
        page.picture(
            save_png(drawing, target / "real-false-alarms.png"),
            f"{len(wrong)} files without an earthquake that are called one, by decreasing probability (at "
            "most 30).",
        )


def _every_scene(page: Page, sources: Sequence[Any]) -> None:
    """The table of every scene, and of the crops with a wrong verdict."""
    page.section("Every scene")
    page.text("Quiet and volcanic crops are listed only if they were called earthquakes.")
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
