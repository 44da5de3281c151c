"""The algorithms on the command line, in a temporary QGIS profile."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from quakefringe.tests.ui.helpers import bowl, wrap, write_raster

ROOT = Path(__file__).resolve().parents[2]
# Debian's wrapper script passes an option that the program refuses.
PROGRAM = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
MODEL = list((ROOT / "resources" / "models").glob("*.onnx"))

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="qgis_process is not installed")
needs_model = pytest.mark.skipif(not MODEL, reason="resources/models has no model")


@pytest.fixture(scope="module")
def qgis_process(tmp_path_factory):
    """Function that runs qgis_process with this checkout as the plugin; returns (status, stdout, stderr)."""
    base = tmp_path_factory.mktemp("profile")
    (base / "plugins").mkdir()
    (base / "plugins" / "quakefringe").symlink_to(ROOT, target_is_directory=True)
    (base / "run").mkdir(mode=0o700)
    environment = {
        **os.environ,
        "QGIS_PLUGINPATH": str(base / "plugins"),
        "QGIS_CUSTOM_CONFIG_PATH": str(base / "config"),
        "XDG_RUNTIME_DIR": str(base / "run"),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    # QGIS must not import from the virtual environment.
    environment.pop("PYTHONPATH", None)
    environment.pop("VIRTUAL_ENV", None)

    def run(*arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [PROGRAM, *arguments],
            env=environment,
            cwd=base,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def start(*arguments: str) -> subprocess.Popen:
        return subprocess.Popen(
            [PROGRAM, *arguments],
            env=environment,
            cwd=base,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    run.start = start
    status, out, err = run("plugins", "enable", "quakefringe")
    assert status == 0, out + err
    return run


@pytest.fixture
def scene(tmp_path):
    return write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", wrap(bowl()))


def test_the_algorithms_are_listed_with_their_help(qgis_process):
    status, out, err = qgis_process("list")
    assert status == 0
    for name in ("detect", "diagnose", "open"):
        assert f"quakefringe:{name}" in out
    assert "Traceback" not in out + err
    status, out, _ = qgis_process("help", "quakefringe:detect")
    assert status == 0
    assert "LABEL" in out and "WAVELENGTH" in out


def test_diagnose_writes_json(qgis_process):
    status, out, _ = qgis_process("run", "quakefringe:diagnose", "--json")
    results = json.loads(out)["results"]
    assert status == 0
    assert isinstance(results["HEALTHY"], bool)
    assert "GDAL" in results["TEXT"]
    if MODEL:
        assert len(results["MODEL_HASH"]) == 64
        assert results["NUMPY_SECONDS"] > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--INPUT={tmp}/nowhere.tif"], "nowhere.tif"),
        (["--INPUT={tmp}/nan.tif"], "nan.tif"),
        (["--INPUT={scene}", "--DEM={tmp}/no-dem.tif"], "no-dem.tif"),
        (["--INPUT={scene}", "--HEATMAP={tmp}/no-folder/h.tif"], "no-folder"),
        (["--INPUT={scene}", "--BOXES={tmp}/boxes.shp"], "boxes.shp"),
        (["--INPUT={scene}", "--THRESHOLD=7"], "THRESHOLD"),
    ],
)
def test_bad_input_gives_a_message_and_a_status(qgis_process, scene, tmp_path, arguments, words):
    write_raster(tmp_path / "nan.tif", np.full((64, 64), np.nan, np.float32))
    before = set(tmp_path.rglob("*"))
    filled = [a.format(tmp=tmp_path, scene=scene) for a in arguments]
    status, out, err = qgis_process("run", "quakefringe:detect", *filled)
    assert status != 0
    assert words in out + err
    assert "Traceback" not in out + err
    assert set(tmp_path.rglob("*")) == before


@needs_model
def test_detect_writes_all_outputs_and_json(qgis_process, scene, tmp_path):
    targets = {"HEATMAP": "h.tif", "BOXES": "b.gpkg", "REPORT": "r.html", "RESULT": "r.json"}
    status, out, err = qgis_process(
        "run",
        "quakefringe:detect",
        "--json",
        f"--INPUT={scene}",
        *(f"--{name}={tmp_path / file}" for name, file in targets.items()),
    )
    assert status == 0, err
    results = json.loads(out)["results"]
    assert isinstance(results["LABEL"], str)
    assert 0 <= results["PROBABILITY"] <= 1
    assert isinstance(results["DETECTED"], bool)
    assert isinstance(results["BOX_COUNT"], int)
    for name, file in targets.items():
        assert results[name] == str(tmp_path / file)
        assert (tmp_path / file).stat().st_size > 0
    assert (tmp_path / "h.qml").is_file()
    result = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert result["label"] == results["LABEL"]


@needs_model
def test_an_interrupt_ends_with_a_status_and_without_files(qgis_process, tmp_path):
    noise = np.random.default_rng(1).uniform(-3, 3, (2000, 2000)).astype(np.float32)
    raster = write_raster(tmp_path / "20150417_20150429.geo.diff_pha.tif", noise)
    before = set(tmp_path.rglob("*"))
    process = qgis_process.start(
        "run", "quakefringe:detect", f"--INPUT={raster}", f"--HEATMAP={tmp_path / 'h.tif'}"
    )
    seen = ""
    while "Analysing" not in seen:
        seen += process.stdout.read(1)
        assert process.poll() is None, seen
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode != 0
    assert set(tmp_path.rglob("*")) == before


@needs_model
def test_detect_without_destinations_writes_nothing(qgis_process, scene, tmp_path):
    before = set(tmp_path.rglob("*"))
    status, out, err = qgis_process("run", "quakefringe:detect", "--json", f"--INPUT={scene}")
    assert status == 0, err
    assert "LABEL" in json.loads(out)["results"]
    assert set(tmp_path.rglob("*")) == before


def test_open_writes_styled_layers(qgis_process, scene, tmp_path):
    status, out, err = qgis_process(
        "run", "quakefringe:open", "--json", f"--INPUT={scene}", f"--OUTPUT={tmp_path / 'o'}"
    )
    assert status == 0, err
    results = json.loads(out)["results"]
    assert results["COUNT"] == len(results["LOADED"]) >= 1
    for path in results["LOADED"]:
        assert Path(path).is_file()
        assert Path(path).with_suffix(".qml").is_file()
