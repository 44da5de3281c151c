"""quakefringe:diagnose: versions, backends, model and problems."""

import numpy as np
import processing
import pytest

from quakefringe.engine import network
from quakefringe.engine.errors import ModelError
from quakefringe.ui import diagnosis


class Card:
    version, recipe, recipe_hash = "9.8.7", "default", "abc"


class FakeNetwork:
    card, hash, path = Card(), "f" * 64, "model.onnx"

    def __init__(self):
        self.shapes = []

    def run(self, tiles):
        assert tiles.dtype == np.float32
        self.shapes.append(tiles.shape)


@pytest.fixture
def fake_model(monkeypatch):
    fake = FakeNetwork()
    monkeypatch.setattr(network, "load_model", lambda path=None, backend="auto": fake)
    return fake


@pytest.fixture(autouse=True)
def _plugin(plugin):
    pass


def test_diagnosis_lists_versions_speeds_and_the_model(fake_model, tmp_path):
    results = processing.run("quakefringe:diagnose", {"OUTPUT": str(tmp_path / "d.html")})
    assert results["MODEL_VERSION"] == "9.8.7"
    assert results["MODEL_HASH"] == "f" * 64
    assert results["NUMPY_SECONDS"] >= 0
    assert fake_model.shapes[0] == (1, 5, 224, 224)
    page = (tmp_path / "d.html").read_text(encoding="utf-8")
    for word in ("QGIS", "GDAL", "numpy", "HDF5", "netCDF", "BLAS", "SHA-256"):
        assert word in page and word in results["TEXT"]


def test_a_missing_model_is_reported_once(monkeypatch):
    def missing(path=None, backend="auto"):
        raise ModelError("There is no model file; reinstall the plugin.")

    monkeypatch.setattr(network, "load_model", missing)
    results = processing.run("quakefringe:diagnose", {})
    assert results["HEALTHY"] is False
    assert results["PROBLEMS"].count("There is no model file") == 1
    assert "NUMPY_SECONDS" not in results
    assert results["BACKEND"] == ""


def test_a_broken_backend_does_not_break_the_diagnosis(monkeypatch):
    def broken(path=None, backend="auto"):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(network, "load_model", broken)
    assert "oops" in processing.run("quakefringe:diagnose", {})["PROBLEMS"]


def test_a_missing_onnxruntime_is_no_problem(fake_model, monkeypatch):
    real = diagnosis.find_spec
    monkeypatch.setattr(diagnosis, "find_spec", lambda name: None if name == "onnxruntime" else real(name))
    results = processing.run("quakefringe:diagnose", {})
    assert results["BACKEND"] == "numpy"
    assert "ONNXRUNTIME_SECONDS" not in results
    assert "onnxruntime" not in results["PROBLEMS"]


def test_missing_drivers_are_reported_with_their_use(fake_model, monkeypatch):
    monkeypatch.setitem(diagnosis.DRIVERS, "NoSuchDriver", "imaginary products")
    problems = processing.run("quakefringe:diagnose", {})["PROBLEMS"]
    assert "no NoSuchDriver driver" in problems and "imaginary products" in problems
