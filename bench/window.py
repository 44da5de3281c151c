"""How soon the window answers, and how long it freezes: one search in QGIS under Xvfb, several times.

The times that the machine needs depend on what else runs on it, so the table has the processor time beside
them. A freeze is the longest gap between the ticks of a timer of 5 ms; the work of the window's own thread in
it tells a busy window from one that waited for a core.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import scenes
from .machine import heading, table
from .qgis import ROOT, Profile

SAMPLE = ROOT / "resources" / "sample" / "20150417_20150429.geo.diff_pha.tif"
WIDTH, HEIGHT = 3000, 2500
"""Pixels of a LiCSAR frame."""
SCRIPT = Path(__file__).with_name("in_window.py")
PHASES = (("freeze_reading", "reading"), ("freeze_first_look", "first look"), ("freeze_search", "search"))
COLUMNS = (
    *("scene", "load", "first word (s)", "first verdict (s)", "processor time of it (s)", "verdict (s)"),
    *(f"longest freeze, {name}: all / own work (ms)" for _, name in PHASES),
)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--scene", type=Path, help="measure on this raster instead of the bundled sample")
    parser.add_argument(
        "--frame", action="store_true", help=f"measure on a frame of {WIDTH} × {HEIGHT} pixels as well"
    )
    parser.add_argument("--onnxruntime", action="store_true", help="let QGIS use onnxruntime of .venv")
    arguments = parser.parse_args()
    heading("Answers and freezes of the window")
    paths = [arguments.scene or SAMPLE, *([scenes.scene(WIDTH, HEIGHT)] if arguments.frame else [])]
    rows = [
        row(path, search(path.resolve(), arguments.onnxruntime))
        for path in paths
        for _ in range(arguments.repeats)
    ]
    table(COLUMNS, rows)


def search(path: Path, onnxruntime: bool) -> dict[str, Any]:
    """Search one raster in a new window; the figures of `bench/in_window.py`, and the load before."""
    with Profile() as profile:
        profile.call(["plugins", "enable", "quakefringe"])
        if onnxruntime and not profile.onnxruntime():
            raise RuntimeError("onnxruntime is not installed in .venv.")
        out = profile.folder / "figures.json"
        environment = {
            **profile.environment,
            "QT_QPA_PLATFORM": "xcb",
            "BENCH_SCENE": str(path),
            "BENCH_OUT": str(out),
        }
        program = "/usr/bin/qgis.bin" if Path("/usr/bin/qgis.bin").exists() else "qgis"
        command = ["xvfb-run", "-a", "-s", "-screen 0 1400x900x24", program, "--nologo", "--noversioncheck"]
        command += ["--profiles-path", str(profile.folder / "gui"), "--code", str(SCRIPT)]
        load = os.getloadavg()[0]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(ended.stderr.strip() or f"QGIS ended with status {ended.returncode}.")
        return {"load": load, **json.loads(out.read_text(encoding="utf-8"))}


def row(path: Path, figures: Mapping[str, Any]) -> list[str]:
    """One row of the table."""
    freezes = [figures[key] for key, _ in PHASES]
    return [
        path.name,
        f"{figures['load']:.1f}",
        f"{figures['first_word_s']:.2f}",
        f"{figures['first_verdict_s']:.2f} ({figures['first_verdict']})",
        f"{figures['first_verdict_work_s']:.2f}",
        f"{figures['verdict_s']:.1f} ({figures['verdict']})",
        *(
            f"{1000 * freeze['longest_s']:.0f} / {1000 * freeze['longest_own_work_s']:.0f}"
            for freeze in freezes
        ),
    ]


if __name__ == "__main__":
    main()
