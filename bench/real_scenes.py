"""The main job on every real scene of a catalogue, through `qgis_process`: a table of verdicts.

    python -m quakefringe.bench.real_scenes FOLDER [--out scenes.csv] [--only TEXT]

FOLDER holds ``catalogue.csv``; its crops are left out. Files are opened as a user would open them, by path.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
from pathlib import Path

from .machine import heading
from .qgis import Profile

COLUMNS = ("scene", "label", "verdict", "probability", "other", "boxes", "seconds")


def main() -> None:
    """Run, print a Markdown table, and count what was right."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path, help="folder with catalogue.csv")
    parser.add_argument("--out", type=Path, help="write the table as CSV as well")
    parser.add_argument("--only", default="", help="only files whose name holds this text")
    options = parser.parse_args()
    heading("python -m quakefringe.bench.real_scenes")
    with (options.folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["file"].startswith("scenes/")]
    found = []
    print("| " + " | ".join(COLUMNS) + " |\n|" + "---|" * len(COLUMNS))
    with Profile() as profile:
        profile.call(["plugins", "enable", "quakefringe"])
        for row in rows:
            if options.only in row["file"]:
                found.append(_look(profile, options.folder / row["file"], row["label"]))
                print("| " + " | ".join(str(value) for value in found[-1].values()) + " |", flush=True)
    _count(found)
    if options.out:
        temporary = options.out.with_suffix(".part")
        with temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(found)
        os.replace(temporary, options.out)


def _look(profile: Profile, path: Path, label: str) -> dict[str, object]:
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


def _count(found: list[dict[str, object]]) -> None:
    for label in sorted({str(row["label"]) for row in found}):
        verdicts = [row["verdict"] for row in found if row["label"] == label]
        words = ", ".join(f"{verdicts.count(name)} {name}" for name in ("present", "uncertain", "absent"))
        print(f"{label}: {words}, of {len(verdicts)}")


if __name__ == "__main__":
    main()
