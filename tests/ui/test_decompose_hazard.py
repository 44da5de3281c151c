"""quakefringe:decompose and quakefringe:hazard through Processing, on two looks of a rising bowl."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from qgis import processing
from qgis.core import QgsProcessingException, QgsVectorLayer

from quakefringe.tests.ui.helpers import write_raster

SIZE = 80


@pytest.fixture(scope="module")
def looks(tmp_path_factory):
    """Displacement (m) of an uplift of 0.5 m in an ascending and a descending look, incidence 39 degrees."""
    folder = tmp_path_factory.mktemp("looks")
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    up = 0.5 * np.exp(-(x**2 + y**2) / (2 * 10.0**2))
    los = (up * np.cos(np.radians(39))).astype(np.float32)
    noise = np.random.default_rng(3).normal(0, 0.003, (2, SIZE, SIZE)).astype(np.float32)
    return [
        write_raster(folder / f"{name}.tif", los + noise[index], epsg=32645, unit="m")
        for index, name in enumerate(("ascending", "descending"))
    ]


@pytest.fixture(scope="module")
def decomposed(plugin, looks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("decomposed")
    return processing.run(
        "quakefringe:decompose",
        {
            "INPUT": looks,
            "HEADING": "-12 -168",
            "INCIDENCE": "39 39",
            "WAVELENGTH": 0.0555,
            "FOLDER": str(folder),
        },
    )


def test_decompose_writes_layers_that_qgis_opens_with_a_style(decomposed):
    assert decomposed["NORTH_IS"] == "zero"
    for name in ("UP", "EAST", "UP_SIGMA", "EAST_SIGMA"):
        assert Path(decomposed[name]).is_file()
    assert Path(decomposed["UP"]).with_suffix(".qml").is_file()
    statistics = json.loads(Path(decomposed["RESULT"]).read_text(encoding="utf-8"))["statistics"]
    assert statistics["up"]["highest_m"] == pytest.approx(0.5, abs=0.03)
    assert abs(statistics["east"]["highest_m"]) < 0.03


def test_hazard_takes_the_folder_of_decompose(decomposed, tmp_path):
    result = processing.run(
        "quakefringe:hazard",
        {
            "INPUT": decomposed["FOLDER"],
            "LEVELS": "0.1 0.25",
            "PAGE": str(tmp_path / "page.html"),
            "LAYERS": str(tmp_path / "layers.gpkg"),
            "RESULT": str(tmp_path / "result.json"),
        },
    )
    # a Gaussian exceeds the level l over an area of 2 pi sigma^2 ln(peak / l); a pixel is 100 m
    assert result["UPLIFT_KM2"] == pytest.approx(2 * np.pi * 1.0**2 * np.log(0.5 / 0.1), rel=0.05)
    layer = QgsVectorLayer(f"{result['LAYERS']}|layername=zones", "zones")
    assert layer.isValid()
    assert layer.featureCount() == 2
    assert layer.renderer().type() == "categorizedSymbol"


def test_looks_without_direction_ask_for_heading_and_incidence(plugin, looks, tmp_path):
    with pytest.raises(QgsProcessingException, match=r"heading.*incidence"):
        processing.run(
            "quakefringe:decompose", {"INPUT": looks, "WAVELENGTH": 0.0555, "FOLDER": str(tmp_path)}
        )
