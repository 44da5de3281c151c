"""Scenes for the benchmarks of the archive, and what stands for their examination in a simulation."""

from __future__ import annotations

import functools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from ..archive.options import ExamineOptions
from ..archive.record import Examined, done
from ..archive.scene import Scene
from ..engine.detection import detect
from ..engine.resources import RESOURCES
from ..engine.settings import Settings
from .scenes import FOLDER, phase, write_phase

SAMPLE = RESOURCES / "sample" / "20150417_20150429.geo.diff_pha.tif"


def small_scenes(count: int, side: int = 256) -> list[str]:
    """Paths of quiet scenes, one window of the network large, of 100 m pixels; made once."""
    folder = FOLDER / f"archive_{side}"
    for number in range(count):
        path = folder / f"{number:05d}.tif"
        if not path.exists():
            write_phase(path, phase(side, side, seed=number, quiet=True), 100.0)
    return [str(folder / f"{number:05d}.tif") for number in range(count)]


def large_scenes(count: int, width: int, height: int) -> list[str]:
    """Paths of quiet scenes of 100 m pixels with many windows; made once."""
    folder = FOLDER / f"archive_{width}x{height}"
    for number in range(count):
        path = folder / f"{number:03d}.tif"
        if not path.exists():
            write_phase(path, phase(height, width, seed=number, quiet=True), 100.0)
    return [str(folder / f"{number:03d}.tif") for number in range(count)]


@functools.lru_cache(maxsize=1)
def _template() -> str:
    """The record of the bundled earthquake as JSON."""
    path = str(SAMPLE)
    return json.dumps(done(Scene(path, "2015-04-29"), detect(path, Settings(scales=1)), 1.0))


def template() -> dict[str, Any]:
    """A record as long as that of a real scene with a box."""
    record: dict[str, Any] = json.loads(_template())
    return record


def stub(record: dict[str, Any], scene: Scene, options: ExamineOptions) -> Examined:
    """Stands for `examine`: a record of the right size at once, with a place and a probability of its own."""
    random = np.random.default_rng(int(scene.key[:8], 16))
    west, south = random.uniform(-179, 178), random.uniform(-60, 60)
    ring = [(west, south), (west + 1, south), (west + 1, south + 1), (west, south + 1), (west, south)]
    probability = float(random.beta(0.2, 5))
    verdict = "present" if probability > 0.8 else "absent"
    result = {**record["result"], "probability": probability, "verdict": verdict}
    if verdict == "absent":
        result["boxes"] = []
    changes = {"key": scene.key, "path": scene.path, "date": scene.date, "ring": ring, "seconds": 0.0}
    return Examined({**record, **changes, "result": result})


def cpu_seconds() -> float:
    """Processor time of this process so far; a worker imports the engine for the call."""
    return time.process_time()


def folder_size(folder: Path) -> tuple[int, float]:
    """Number of files below a folder, and their size in MB."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files) / 1e6
