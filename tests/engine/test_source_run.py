"""The run of a source estimate, from interferograms to files, with a stand-in for the inversion."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).parent))
import synthetic_source as synthetic

from quakefringe.engine.catalogue import Event, NodalPlane
from quakefringe.engine.commands import source as command
from quakefringe.engine.errors import Cancelled, InputError
from quakefringe.engine.source import Look
from quakefringe.engine.source_output import run as running
from quakefringe.engine.source_output.catalogue_event import event_near, mechanism_of
from quakefringe.engine.source_output.options import SourceFiles, SourceOptions

gdal.UseExceptions()


@pytest.fixture(scope="module")
def scenes():
    return {"ascending 20231014_20231107": synthetic.raster(-12.0)}


@pytest.fixture(scope="module")
def estimate(scenes):
    return synthetic.estimate_of(scenes)


@pytest.fixture
def stand_in(monkeypatch, scenes, estimate, tmp_path):
    """A raster, and a stand-in for reading looks and for the inversion."""
    path = str(tmp_path / "20231014_20231107.tif")
    raster = next(iter(scenes.values()))
    file = gdal.GetDriverByName("GTiff").Create(path, 80, 60, 1, gdal.GDT_Float32)
    file.SetGeoTransform(raster.grid.transform)
    file.SetProjection(raster.grid.crs_wkt)
    file.GetRasterBand(1).SetUnitType("m")
    file.GetRasterBand(1).SetDescription("displacement")
    file.GetRasterBand(1).WriteArray(raster.displacement)
    file = None
    calls = SimpleNamespace(looks=None, settings=None)

    def looks(scenes_, extent, **angles):
        calls.looks = (extent, angles)
        fit = estimate.looks[0]
        return [Look("a", fit.longitude, fit.latitude, fit.data, fit.look_vectors, raster=raster)]

    def invert(looks_, settings, *, proposal, progress, cancelled):
        calls.settings = settings
        progress(50, "half")
        return estimate

    monkeypatch.setattr(running, "looks_from_scenes", looks)
    monkeypatch.setattr(running, "estimate_source", invert)
    return SimpleNamespace(path=path, calls=calls, folder=tmp_path)


def test_a_run_writes_every_file(stand_in):
    out = stand_in.folder / "out"
    out.mkdir()
    assert command.main([stand_in.path, "--folder", str(out), "--heading", "-12", "--incidence", "39"]) == 0
    names = {path.name for path in out.iterdir()}
    assert {"source.json", "source.gpkg", "source.html", "source.xml", "source_1_data.tif"} <= names
    assert not [name for name in names if name.startswith(".")]
    angles = {"heading": -12.0, "incidence": 39.0, "wavelength": None}
    given = {name: value for name, value in stand_in.calls.looks[1].items() if name != "tick"}
    assert given == {**angles, "margin_km": 1.0}


def test_a_folder_without_a_time_says_that_quakeml_is_left_out(stand_in, capsys):
    out = stand_in.folder / "out"
    out.mkdir()
    undated = stand_in.folder / "scene.tif"
    Path(stand_in.path).rename(undated)
    arguments = [str(undated), "--folder", str(out), "--heading", "-12", "--incidence", "39"]
    assert command.main(arguments) == 0
    assert "No QuakeML file was written" in capsys.readouterr().err
    assert not (out / "source.xml").exists()
    assert (out / "source.json").exists()


def test_files_of_an_earlier_estimate_are_named(stand_in, capsys):
    out = stand_in.folder / "out"
    out.mkdir()
    (out / "source_2_data.tif").write_bytes(b"old")
    assert command.main([stand_in.path, "--folder", str(out), "--heading", "-12", "--incidence", "39"]) == 0
    assert "files of an earlier estimate, such as source_2_data.tif" in capsys.readouterr().err
    assert (out / "source_2_data.tif").read_bytes() == b"old"


def test_warnings_of_reading_stand_in_every_file(stand_in):
    out = stand_in.folder / "out"
    out.mkdir()
    done = running.run_source(
        [stand_in.path],
        SourceOptions(quantity="displacement"),
        files=SourceFiles([], result=str(out / "a.json"), page=str(out / "a.html")),
    )
    heard = next(text for text in done.warnings if "wavelength" in text)
    assert heard in json.loads((out / "a.json").read_text(encoding="utf-8"))["warnings"]
    assert heard in (out / "a.html").read_text(encoding="utf-8")


def test_a_wrong_report_is_refused_before_the_estimate(stand_in):
    report = stand_in.folder / "report.html"
    report.write_text("<html></html>", encoding="utf-8")
    with pytest.raises(InputError, match="no report"):
        running.run_source([stand_in.path], files=SourceFiles([], report=str(report)))
    assert stand_in.calls.looks is None


def test_a_look_is_turned_with_its_raster(stand_in, monkeypatch):
    turned = []
    invert = running.estimate_source

    def seen(looks, *settings, **more):
        turned.append(looks)
        return invert(looks, *settings, **more)

    monkeypatch.setattr(running, "estimate_source", seen)
    running.run_source([stand_in.path])
    running.run_source([stand_in.path], SourceOptions(turned=(1,)))
    (before,), (after,) = turned
    assert np.array_equal(after.displacement, -before.displacement)
    assert np.array_equal(after.raster.displacement, -before.raster.displacement, equal_nan=True)


def test_a_cancelled_run_writes_nothing(stand_in):
    files = SourceFiles([], result=str(stand_in.folder / "a.json"))
    asked = iter([False] * 3)
    with pytest.raises(Cancelled):
        running.run_source([stand_in.path], SourceOptions(), files=files, cancelled=lambda: next(asked, True))
    assert not (stand_in.folder / "a.json").exists()


def test_the_first_plane_of_the_catalogue_is_its_mechanism():
    event = Event("us1", None, 62.0, 34.5, 8.0, 6.3, planes=(NodalPlane(287, 6, 96), NodalPlane(101, 84, 89)))
    assert mechanism_of(event) == (287, 6, 96)
    assert mechanism_of(None) is None


def test_an_event_is_found_across_180_degrees_without_an_extent(tmp_path):
    catalogue = tmp_path / "events.csv"
    catalogue.write_text(
        "time,latitude,longitude,depth,mag,magType,id,type\n"
        "2023-10-15T03:36:00.000Z,-20.0,179.99,8,6.3,mww,us1,earthquake\n",
        encoding="utf-8",
    )
    longitude = np.array([179.5, 179.9, -179.9, -179.5])
    look = Look("a", longitude, np.full(4, -20.0), np.zeros(4), np.tile([0.0, 0.0, 1.0], (4, 1)))
    found = event_near(str(catalogue), None, look, [])
    assert found is not None and found.id == "us1"


def test_the_catalogue_gives_event_and_time(stand_in):
    catalogue = stand_in.folder / "events.csv"
    catalogue.write_text(
        "time,latitude,longitude,depth,mag,magType,id,type\n"
        "2023-10-15T03:36:00.000Z,34.52,62.05,8,6.3,mww,us1,earthquake\n"
        "2023-10-16T03:36:00.000Z,34.52,62.05,8,4.3,mb,us2,earthquake\n"
        "2023-12-15T03:36:00.000Z,34.52,62.05,8,7.3,mww,us3,earthquake\n",
        encoding="utf-8",
    )
    done = running.run_source([stand_in.path], SourceOptions(catalogue=str(catalogue)))
    assert done.event is not None and done.event.id == "us1"
    assert stand_in.calls.settings.mechanism is None
    assert done.time is not None and done.time.iso.startswith("2023-10-15T03:36:00")


def test_an_error_is_one_sentence_and_status_one(stand_in, capsys):
    assert command.main([str(stand_in.folder / "none.tif")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert command.main([stand_in.path, "--folder", str(stand_in.folder / "none")]) == 1
    assert "does not exist" in capsys.readouterr().err
