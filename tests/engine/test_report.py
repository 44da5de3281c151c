"""The report: one self-contained file with verdict, maps, boxes and input; no text can break it."""

import os
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from osgeo import gdal, osr

from quakefringe.engine.errors import OutputError
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.raster.grid import Grid
from quakefringe.engine.report.page import write_report
from quakefringe.engine.results import Box, Result

TRANSFORM = (85.0, 0.002, 0.0, 28.5, 0.0, -0.002)
SPACE = "\u202f"
EMPTY = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Text and addresses of a page; fails when tags do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.words, self.tags = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src", "xlink:href")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in EMPTY:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture
def scene(tmp_path):
    """A function that writes a small raster and opens it as an interferogram."""

    def make(values, description, unit="rad", name="scene.tif", transform=TRANSFORM, crs=True, **options):
        path = str(tmp_path / name)
        raster = gdal.GetDriverByName("GTiff").Create(
            path, values.shape[1], values.shape[0], 1, gdal.GDT_Float32
        )
        raster.SetGeoTransform(transform)
        if crs:
            system = osr.SpatialReference()
            system.ImportFromEPSG(4326)
            raster.SetProjection(system.ExportToWkt())
        band = raster.GetRasterBand(1)
        band.SetDescription(description)
        band.SetUnitType(unit)
        band.SetNoDataValue(float("nan"))
        band.WriteArray(values.astype(np.float32))
        band = raster = None
        return open_interferogram(path, **options)

    return make


@pytest.fixture
def wrapped(scene):
    random = np.random.default_rng(3)
    y, x = np.mgrid[0:120, 0:160]
    phase = 20 * np.exp(-((x - 80) ** 2 + (y - 60) ** 2) / 600) + random.normal(0, 0.2, x.shape)
    values = np.angle(np.exp(1j * phase))
    values[:20, :30] = np.nan
    return scene(values, "wrapped phase", wavelength=0.0555)


def result_of(interferogram, **changes):
    grid = interferogram.grid
    width, height = grid.width // 4, grid.height // 4
    heat = np.full((height, width), 0.1, np.float32)
    heat[height // 3 : height // 2, width // 3 : width // 2] = 0.9
    t = grid.transform
    boxes = [
        Box(1, 0.93, "earthquake", (85.1, 28.36, 85.2, 28.44), 9.8, 8.9, 61.0, 85.15, 28.4, -12.3, 4.4, 90.0),
        Box(2, 0.55, "other", (85.02, 28.3, 85.05, 28.33), 3.0, 3.1, 4.0, 85.03, 28.31, None, None, 45.0),
    ]
    values = {
        "run_id": "run-1",
        "label": "Earthquake present (93 %)",
        "verdict": "present",
        "probability": 0.93,
        "other_probability": 0.05,
        "evidence": 2.0,
        "other_evidence": -2.0,
        "deformation": "present",
        "deformation_probability": 0.98,
        "deformation_evidence": 4.0,
        "kind": "earthquake",
        "boxes": boxes,
        "heat": heat,
        "grid": Grid(width, height, (t[0], t[1] * 4, 0.0, t[3], 0.0, t[5] * 4), grid.crs_wkt),
        "input": interferogram.describe(),
        "settings": {"backend": "auto", "threshold": None},
        "model": {"version": "0.1.0", "name": "model.onnx", "hash": "f00dcafe", "recipe": "default"},
        "thresholds": {"present": 0.7, "absent": 0.3, "deformation_present": 0.6, "deformation_absent": 0.2},
        "backend": "numpy",
        "windows": [{"metres": 200.0, "tile_km": 44.8, "windows": 9, "used": 7, "scores": []}],
        "timings": {"network": 1.25, "total": 2.5},
        "started": "2026-01-02T03:04:05Z",
        "plugin_version": "0.1.0",
    }
    values.update(changes)
    return Result(**values)


def written(result, interferogram, folder):
    path = folder / "report.html"
    write_report(result, interferogram, str(path))
    return path.read_text(encoding="utf-8")


def test_report_shows_verdict_boxes_input_and_settings(wrapped, tmp_path):
    text = Page(written(result_of(wrapped), wrapped, tmp_path)).text
    for words in (
        "Earthquake present (93 %)",
        "present from 70 %",
        "absent up to 30 %",
        "wrapped phase",
        "160 × 120 pixels",
        "−12.3",
        "4.4",
        "earthquake",
        "f00dcafe",
        "numpy",
        "2.77 cm",
        "run-1",
        "network 1.2 s",
        "scene.tif",
        "not proof",
    ):
        assert words in text, words


def test_report_needs_no_other_file_and_runs_no_script(wrapped, tmp_path):
    html = written(result_of(wrapped), wrapped, tmp_path)
    page = Page(html)
    assert page.addresses
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert "script" not in page.tags
    assert not re.search(r"@import|url\(", html)


def test_every_text_is_escaped(wrapped, tmp_path):
    bad = '<script>alert("1")</script>&'
    wrapped.name, wrapped.notes = bad, [bad]
    wrapped.orbit_direction = wrapped.layer = wrapped.nodata = bad
    result = result_of(
        wrapped,
        label=bad,
        warnings=[bad],
        notes=[bad],
        run_id=bad,
        backend=bad,
        started=bad,
        model={"version": bad, "name": bad, "hash": bad},
        settings={bad: bad},
        timings={bad: 1.0},
        input={"product": bad, "dates": [bad]},
    )
    html = written(result, wrapped, tmp_path)
    assert "script" not in Page(html).tags
    assert html.count("&lt;script&gt;") >= 12


def test_wrapped_phase_has_no_displacement_map_and_displacement_has_one(wrapped, scene, tmp_path):
    y, x = np.mgrid[0:60, 0:80]
    bowl = scene(-0.2 * np.exp(-((x - 40) ** 2 + (y - 30) ** 2) / 200), "LOS displacement", "m", "los.tif")
    assert "Red: motion towards" not in written(result_of(wrapped), wrapped, tmp_path)
    text = Page(written(result_of(bowl), bowl, tmp_path)).text
    assert "Red: motion towards" in text
    assert "−20" in text


def test_unwrapped_phase_is_shown_about_its_median(scene, tmp_path):
    values = np.full((60, 80), 1000.0)
    values[20:40, 30:50] += 4 * np.pi
    shifted = scene(values, "unwrapped phase", name="shifted_unw.tif", quantity="unwrapped", wavelength=0.05)
    text = Page(written(result_of(shifted), shifted, tmp_path)).text
    assert "Zero is the median of the scene" in text
    assert "−5 0 5" in text  # two fringes of 2.5 cm


def test_a_scene_without_boxes_says_so(wrapped, tmp_path):
    result = result_of(
        wrapped, boxes=[], verdict="absent", label="No earthquake found (4 %)", probability=0.04
    )
    text = Page(written(result, wrapped, tmp_path)).text
    assert "No deformed ground was outlined in this scene" in text
    assert "Close-ups" not in text


def test_the_report_explains_both_questions(wrapped, tmp_path):
    changes = {"other_probability": 0.31, "probability": 0.62, "deformation_probability": 0.93}
    text = Page(written(result_of(wrapped, **changes), wrapped, tmp_path)).text
    assert "that the ground deforms: 93 %" in text
    assert "the cause is an earthquake with 67 % and another source" in text
    assert "Deformation is present from 60 %, absent up to 20 %" in text


def test_the_report_of_an_old_model_gives_its_two_probabilities(wrapped, tmp_path):
    result = result_of(wrapped, other_probability=0.8, two_questions=False)
    text = Page(written(result, wrapped, tmp_path)).text
    assert "other deformation (volcano, subsidence, landslide): 80 %" in text
    assert "that the ground deforms:" not in text


def test_scene_without_coordinate_system_has_no_kilometres(scene, tmp_path):
    values = np.angle(np.exp(1j * np.random.default_rng(1).normal(0, 1, (64, 64))))
    plain = scene(values, "wrapped phase", transform=(0.0, 1.0, 0.0, 64.0, 0.0, -1.0), crs=False)
    box = Box(1, 0.9, "earthquake", (10.0, 20.0, 30.0, 40.0), None, None, None, None, None, None, 1.0, 1.0)
    html = written(result_of(plain, boxes=[box]), plain, tmp_path)
    assert "there is no coordinate system" in Page(html).text
    assert 'class="scale"' not in html


def test_part_of_a_scene_shows_that_part(wrapped, tmp_path):
    part = wrapped.grid.subgrid(40, 30, 60, 50)
    result = result_of(wrapped, grid=part, heat=np.zeros((50, 60), np.float32), boxes=[])
    html = written(result, wrapped, tmp_path)
    longitudes = [float(text) for text in re.findall(r">([\d.]+)°" + SPACE + "E<", html)]
    assert longitudes
    assert all(85.08 - 1e-6 <= longitude <= 85.2 + 1e-6 for longitude in longitudes)


def test_large_raster_is_read_in_parts_and_gives_a_small_page(wrapped, tmp_path):
    class Large:
        """Stands in for a raster of 12 000 × 10 000 pixels."""

        def __init__(self):
            self.grid = Grid(12_000, 10_000, (85.0, 1e-4, 0.0, 28.5, 0.0, -1e-4), wrapped.grid.crs_wkt)
            self.largest = 0

        def __getattr__(self, name):
            return getattr(wrapped, name)

        def read(self, col, row, width, height):
            self.largest = max(self.largest, width * height)
            return np.zeros((height, width), np.float32)

    large = Large()
    html = written(result_of(large, boxes=[]), large, tmp_path)
    assert large.largest <= 2_000_000
    assert len(html) < 2_000_000


def test_report_that_cannot_be_written_leaves_nothing(wrapped, tmp_path):
    with pytest.raises(OutputError):
        write_report(result_of(wrapped), wrapped, str(tmp_path / "missing" / "report.html"))
    assert not (tmp_path / "missing").exists()


def test_report_that_fails_half_way_keeps_the_old_one(wrapped, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old", encoding="utf-8")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_report(result_of(wrapped), wrapped, str(path))
    assert path.read_text(encoding="utf-8") == "old"
    assert [name for name in os.listdir(tmp_path) if name.startswith(".")] == []


def test_report_can_be_stopped_while_it_reads(wrapped, tmp_path):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    with pytest.raises(Stop):
        write_report(result_of(wrapped), wrapped, str(tmp_path / "report.html"), stop)
    assert not (tmp_path / "report.html").exists()
