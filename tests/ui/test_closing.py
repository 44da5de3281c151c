"""QGIS itself, closed in the middle of two searches."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from quakefringe.tests.ui.helpers import write_raster

ROOT = Path(__file__).resolve().parents[2]
DRIVER = Path(__file__).parent / "in_window" / "close_during_a_run.py"
PROGRAM = shutil.which("qgis.bin") or shutil.which("qgis")
LIMIT_S = 200

pytestmark = [
    pytest.mark.skipif(PROGRAM is None or shutil.which("xvfb-run") is None, reason="needs QGIS and Xvfb"),
    pytest.mark.skipif(not list((ROOT / "resources/models").glob("*.onnx")), reason="needs the model"),
]


@pytest.mark.parametrize("way", ["exit", "close"])
def test_one_click_closes_qgis_and_nothing_is_left(tmp_path, way):
    noise = np.random.default_rng(1).uniform(-3, 3, (2000, 2000)).astype(np.float32)
    scenes = [write_raster(tmp_path / f"{name}.tif", noise) for name in ("first", "second")]
    for folder in ("plugins", "run"):
        (tmp_path / folder).mkdir(mode=0o700)
    (tmp_path / "plugins" / "quakefringe").symlink_to(ROOT, target_is_directory=True)
    log = tmp_path / "events.txt"
    environment = {
        **os.environ,
        "QGIS_PLUGINPATH": str(tmp_path / "plugins"),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONDONTWRITEBYTECODE": "1",
        "DRIVER_SCENES": os.pathsep.join(scenes),
        "DRIVER_CLOSE": way,
        "DRIVER_LOG": str(log),
    }
    for name in ("PYTHONPATH", "VIRTUAL_ENV"):  # QGIS must not import from the virtual environment
        environment.pop(name, None)
    options = ["--nologo", "--noversioncheck", "--profiles-path", str(tmp_path / "profiles")]
    done = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1200x800x24", PROGRAM, *options, "--code", str(DRIVER)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    events = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    assert events == ["running 2", "closing"], done.stderr[-2000:]
    assert done.returncode == 0
    left = {path.name for path in tmp_path.rglob("*") if path.suffix in (".gpkg", ".json", ".html", ".part")}
    assert not {name for name in left if name.startswith((".", "boxes", "heatmap", "result", "report"))}
    assert not (tmp_path / "quakefringe_results").exists(), "the folder of a cancelled run stays empty"
