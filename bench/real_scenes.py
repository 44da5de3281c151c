"""Verdicts on every real scene of a catalogue, through `qgis_process`, as a table.

    python -m quakefringe.bench.real_scenes FOLDER [--out scenes.csv] [--only TEXT]

FOLDER contains ``catalogue.csv``, of which only whole scenes are used, not crops.
"""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

from ..engine.output.atomic import replacing
from .machine import heading
from .qgis import Profile

COLUMNS = ("scene", "label", "verdict", "probability", "other", "boxes", "seconds")


def main() -> None:
    """Print a Markdown table and the number of verdicts of each label."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="folder with catalogue.csv")
    parser.add_argument("--out", type=Path, help="also write the table as CSV")
    parser.add_argument("--only", default="", help="use only files with this text in their name")
    options = parser.parse_args()
    heading("python -m quakefringe.bench.real_scenes")
    with (options.folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("scenes/")]
    results = []
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    with Profile() as profile:
        profile.call(["plugins", "enable", "quakefringe"])
        for row in rows:
            if options.only in row["file"]:
                results.append(_verdict(profile, options.folder / row["file"], row["label"]))
                print("| " + " | ".join(str(value) for value in results[-1].values()) + " |", flush=True)
    _count(results)
    if options.out:
        with replacing(options.out) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(results)


def _verdict(profile: Profile, path: Path, label: str) -> dict[str, object]:
    result = profile.folder / "result.json"
    outputs = [f"--{name.upper()}={profile.folder / file}" for name, file in _outputs().items()]
    run = profile.call(["run", "quakefringe:detect", f"--INPUT={path}", *outputs])
    values = json.loads(result.read_text(encoding="utf-8"))
    return {
        "scene": path.stem,
        "label": label,
        "verdict": values["verdict"],
        "probability": round(values["probability"], 3),
        "other": round(values["other_probability"], 3),
        "boxes": len(values["boxes"]),
        "seconds": round(run.seconds, 1),
    }


def _outputs() -> dict[str, str]:
    return {"heatmap": "heat.tif", "boxes": "boxes.gpkg", "report": "report.html", "result": "result.json"}


def _count(results: list[dict[str, object]]) -> None:
    for label in sorted({str(row["label"]) for row in results}):
        verdicts = [row["verdict"] for row in results if row["label"] == label]
        words = ", ".join(f"{verdicts.count(name)} {name}" for name in ("present", "uncertain", "absent"))
        print(f"{label}: {words} of {len(verdicts)}")


if __name__ == "__main__":
    main()
