"""The bundled sample scene: its files, its physics, and the command that makes it."""

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed")
gdal = pytest.importorskip("osgeo.gdal", reason="GDAL's Python package is not installed")

from quakefringe.engine.errors import OutputError  # noqa: E402
from quakefringe.engine.interferogram import open_interferogram  # noqa: E402
from quakefringe.tests.golden import QUIET, TRUTH  # noqa: E402
from quakefringe.training.sample import __main__ as command  # noqa: E402
from quakefringe.training.sample import files  # noqa: E402
from quakefringe.training.sample import scene as sample  # noqa: E402
from quakefringe.training.simulation.sources.scaling import moment_magnitude  # noqa: E402

BUNDLED = Path(__file__).resolve().parents[2] / "resources" / "sample"
KATHMANDU = (85.32, 27.71)


def opened(layer):
    return open_interferogram(str(BUNDLED / f"{sample.PAIR}.geo.{layer}.tif"))


def whole(scene):
    return scene.read(0, 0, scene.grid.width, scene.grid.height)


def test_slip_has_the_moment_and_the_peak_of_the_published_models():
    slip = sample.slip_grid()
    area = sample.PLANE["length"] * sample.PLANE["width"] * 1e6
    assert moment_magnitude(30e9 * area * slip.mean()) == pytest.approx(7.8)
    assert 4.5 < slip.max() < 6.5
    assert slip[0].max() < 0.5 * slip.max()


def test_the_bundle_is_small():
    assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) < 7e6


def test_the_golden_box_is_the_ground_that_moves_by_more_than_a_fifth_of_the_peak():
    motion = np.abs(sample.simulate().motion)
    moving = motion > 0.2 * motion.max()
    rows, columns = np.flatnonzero(moving.any(axis=1)), np.flatnonzero(moving.any(axis=0))
    west, east = (sample.WEST + sample.STEP * edge for edge in (columns[0], columns[-1] + 1))
    north, south = (sample.NORTH - sample.STEP * edge for edge in (rows[0], rows[-1] + 1))
    assert (west, south, east, north) == pytest.approx(TRUTH, abs=sample.STEP)


def test_the_quiet_sample_holds_no_motion_and_lies_in_the_frame():
    scene = open_interferogram(str(QUIET))
    assert scene.product == "LiCSAR"
    assert scene.dates == ("2015-04-05", "2015-04-17")
    west, south, east, north = scene.grid.extent
    assert sample.WEST < west < east < sample.WEST + sample.STEP * sample.COLUMNS
    assert sample.NORTH - sample.STEP * sample.ROWS < south < north < sample.NORTH
    assert not sample.simulate(sample.QUIET_SEED, earthquake=False).motion.any()


def test_the_ascending_look_sees_the_same_earthquake_from_the_other_side():
    scene = open_interferogram(str(BUNDLED / "ascending" / f"{sample.ASCENDING.pair}.geo.unw.tif"))
    assert scene.dates == ("2015-04-09", "2015-05-03")
    assert scene.orbit_direction == "ascending"
    east, _, up = np.nanmedian(scene.look_vectors(0, 0, 100, 100).reshape(3, -1), axis=1)
    assert east < 0 < up
    metres = whole(scene) * scene.wavelength / (4 * np.pi)
    column, row = (int(value) for value in scene.grid.colrow(*KATHMANDU))
    assert 0.7 < np.nanmedian(metres[row - 5 : row + 6, column - 5 : column + 6]) < 1.6


def test_the_command_makes_the_quiet_sample_again(tmp_path):
    assert command.main([str(tmp_path), "--quiet"]) == 0
    assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in QUIET.parent.glob("*.tif"))
    folders = (tmp_path, QUIET.parent)
    fresh, bundled = (gdal.Open(str(folder / QUIET.name)).ReadAsArray() for folder in folders)
    assert (np.abs(fresh - bundled) > 0.1).mean() < 0.02


def test_the_bundle_is_read_as_a_licsar_pair():
    scene = opened("diff_pha")
    assert scene.product == "LiCSAR"
    assert scene.dates == ("2015-04-17", "2015-04-29")
    assert scene.wavelength == pytest.approx(0.0555, abs=1e-3)
    assert scene.orbit_direction.lower().startswith("desc")
    assert scene.elevation_path is not None
    assert scene.elevation_path.endswith(".geo.hgt.tif")


def test_kathmandu_rises_and_the_north_sinks_along_the_line_of_sight():
    scene = opened("unw")
    phase = whole(scene)
    metres = phase * scene.wavelength / (4 * np.pi)
    column, row = (int(value) for value in scene.grid.colrow(*KATHMANDU))
    assert 0.7 < np.nanmedian(metres[row - 9 : row + 10, column - 9 : column + 10]) < 1.4
    column, row = (int(value) for value in scene.grid.colrow(85.55, 28.08))
    assert -0.9 < np.nanmedian(metres[row - 9 : row + 10, column - 9 : column + 10]) < -0.4
    assert 0.5 < np.isfinite(phase).mean() < 0.95


def test_wrapped_and_unwrapped_agree():
    wrapped, unwrapped = whole(opened("diff_pha")), whole(opened("unw"))
    valid = np.isfinite(wrapped) & np.isfinite(unwrapped)
    difference = np.angle(np.exp(1j * (unwrapped - wrapped)))[valid]
    assert valid.sum() > 0.9 * np.isfinite(unwrapped).sum()
    assert np.abs(difference).max() <= 2 * files.PHASE_STEP


def test_the_command_makes_the_bundle_again(tmp_path):
    assert command.main([str(tmp_path)]) == 0
    assert sorted(os.listdir(tmp_path)) == sorted(path.name for path in BUNDLED.glob("*.tif"))
    for name in (f"{sample.PAIR}.geo.diff_pha.tif", f"{sample.PAIR}.geo.cc.tif"):
        fresh, bundled = (gdal.Open(str(folder / name)).ReadAsArray() for folder in (tmp_path, BUNDLED))
        # another build of torch may round differently in places
        assert (np.abs(fresh.astype(float) - bundled) > 0.1).mean() < 0.02


def test_a_folder_that_cannot_be_created_is_an_output_error(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    empty = np.zeros((20, 20), np.float32)
    scene = sample.Scene(empty, empty, empty, empty, empty, empty)
    with pytest.raises(OutputError, match="another folder"):
        files.write(str(blocked / "inside"), scene)
