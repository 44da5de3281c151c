"""The HTML page that ranks an archive's scenes; it needs no internet, only the thumbnails beside it."""

from __future__ import annotations

import json
from pathlib import Path

from ...engine.output.atomic import replacing
from .false_alarm import BY_CATALOGUE, MIN_QUIET_SCENES
from .rows import Row

TEMPLATE = Path(__file__).with_name("page.html")
MAX_SCENES = 2000
"""Scenes on the page, by rank; a browser filters so many rows without a noticeable delay. The tables hold
all scenes."""
FIELDS = (
    *("rank", "key", "path", "name", "date1", "date2", "error", "label", "verdict", "probability"),
    *("deformation_probability", "boxes", "area_km2", "peak_los_cm", "catalogue", "ring"),
    *("why", "false_alarm_probability", "quiet_scenes", "quiet_by", "catalogue_outcome", "thumbnail"),
)


def write_page(scenes: list[Row], path: Path) -> None:
    """Write the page; it appears whole or not at all.

    Parameters
    ----------
    scenes : list of dict
        Rows by rank, failed scenes last.
    path : Path

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    shown = [{name: row[name] for name in FIELDS} for row in scenes[:MAX_SCENES]]
    data = json.dumps(
        {"summary": _summary(scenes), "note": _note(scenes), "scenes": shown}, ensure_ascii=False
    )
    text = TEMPLATE.read_text(encoding="utf-8").replace("@DATA@", data.replace("<", "\\u003c"))
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def _summary(scenes: list[Row]) -> str:
    counts = {
        name: sum(row["verdict"] == name for row in scenes) for name in ("present", "uncertain", "absent")
    }
    failed = sum(row["status"] == "failed" for row in scenes)
    text = (
        f"{len(scenes)} scenes: an earthquake is present in {counts['present']}, uncertain in "
        f"{counts['uncertain']}, absent in {counts['absent']}; {failed} failed."
    )
    if len(scenes) > MAX_SCENES:
        text += f" The page shows the first {MAX_SCENES}; scenes.parquet holds all."
    return text


def _note(scenes: list[Row]) -> str:
    """What the column of false alarms means here."""
    compared = next((row for row in scenes if row["quiet_scenes"]), None)
    if compared is None:
        return f"False alarm: empty, because a scene needs {MIN_QUIET_SCENES} others to be compared with."
    text = "False alarm: the share of quiet scenes that look at least as much like an earthquake. "
    if compared["quiet_by"] == BY_CATALOGUE:
        return text + "Quiet are the scenes in which the catalogue expects no earthquake."
    return text + "All other scenes count as quiet, so the value is an upper limit; --catalogue narrows it."
