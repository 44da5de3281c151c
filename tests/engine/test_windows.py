"""Windows of a scene: they show the right ground, in one pass over the raster and in bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.raster.resample import resample
from quakefringe.engine.tiling.windows import WindowStream
from quakefringe.tests.engine.made import bowls, fake_interferogram, wrap, write

UTM = wkt_of_epsg(32645)


def scene(values, dx=80.0, dy=None, quantity="wrapped", **more):
    height, width = values.shape
    transform = (3e5, dx, 0, 3.2e6, 0, -(dy or dx))

    def read(col, row, wide, high):
        return values[row : row + high, col : col + wide]

    return fake_interferogram(read, Grid(width, height, transform, UTM), quantity, **more)


def test_every_window_shows_the_scene_averaged_at_its_scale():
    values = wrap(bowls((700, 901), [(300, 400)], (50, 70), 30)).astype(np.float32)
    interferogram = scene(values, 80, 60)
    stream = WindowStream(interferogram)
    windows = list(stream)
    assert len(stream.scales) == 3
    assert len(windows) == stream.total == stream.visited
    for scale in stream.scales:
        lattice = resample(interferogram.read, (901, 700), (scale.fx, scale.fy), True)
        for window in (w for w in windows if w.scale is scale):
            top, left = max(0, -window.row), max(0, -window.col)
            part = lattice[max(0, window.row) :, max(0, window.col) :][: 224 - top, : 224 - left]
            tile = window.phase[top : top + part.shape[0], left : left + part.shape[1]]
            inner = np.s_[: min(part.shape[0], 200), : min(part.shape[1], 200)]
            both = np.isfinite(part[inner]) & np.isfinite(tile[inner])
            assert both.mean() > 0.95
            assert np.abs(wrap(tile[inner] - part[inner])[both]).max() < 1e-3


def test_the_raster_is_read_once_for_all_scales():
    values = np.zeros((1500, 900), dtype=np.float32)
    interferogram, rows = scene(values), []
    plain = interferogram.read
    interferogram.read = lambda col, row, width, height: (
        rows.append(height),
        plain(col, row, width, height),
    )[1]
    assert len(WindowStream(interferogram).scales) > 1
    list(WindowStream(interferogram))
    assert sum(rows) < 1.05 * 1500


def test_windows_without_valid_ground_are_skipped():
    values = np.full((1200, 1200), np.nan, dtype=np.float32)
    values[:300, :300] = 1.0
    stream = WindowStream(scene(values))
    windows = list(stream)
    assert stream.visited == stream.total
    assert 0 < len(windows) < stream.total
    assert all(window.valid >= 0.05 for window in windows)
    assert {(w.col, w.row) for w in windows if w.scale.index == 2} >= {(0, 0)}


def test_memory_is_bounded_for_large_rasters():
    def read(col, row, width, high):
        return np.ones((high, width), dtype=np.float32)

    grid = Grid(1500, 20_000, (3e5, 20.0, 0, 3.2e6, 0, -20.0), UTM)
    tracemalloc.start()
    windows = sum(1 for _ in WindowStream(fake_interferogram(read, grid)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert windows > 50
    assert peak < 0.5 * 4 * 1500 * 20_000  # bytes: half of the raster itself


def test_an_extent_is_a_scene_of_its_own():
    values = wrap(bowls((600, 600), [(300, 300)], (30, 30), 20)).astype(np.float32)
    interferogram = scene(values)
    x, y = 3e5 + 200 * 80, 3.2e6 - 200 * 80
    part = list(WindowStream(interferogram, extent=(x, y - 224 * 80, x + 224 * 80, y)))
    assert len(part) == 1
    inside = np.isfinite(part[0].phase)
    assert np.abs(wrap(part[0].phase - values[200:424, 200:424])[inside]).max() < 0.05


def test_elevation_in_another_crs_and_resolution_is_warped_to_the_windows(tmp_path):
    values = np.zeros((400, 400), dtype=np.float32)
    interferogram = scene(values)
    west, north = interferogram.grid.lonlat(3e5 - 3000, 3.2e6 + 3000)
    columns = west + 0.004 * (np.arange(120) + 0.5)
    rows = north - 0.004 * (np.arange(120) + 0.5)
    dem = 1000 * (columns[None, :] - west) + 500 * (north - rows[:, None])
    path = write(
        tmp_path / "dem.tif", dem.astype(np.float32), (west, 0.004, 0, north, 0, -0.004), 4326, unit=""
    )
    window = next(iter(WindowStream(interferogram, dem=path)))
    step = window.scale.metres
    for row, col in ((10, 10), (100, 200), (200, 30)):
        lon, lat = interferogram.grid.lonlat(3e5 + (col + 0.5) * step, 3.2e6 - (row + 0.5) * step)
        want = 1000 * (lon - west) + 500 * (north - lat)
        assert window.elevation[row, col] == pytest.approx(want, abs=3.0)


def test_the_elevation_beside_the_phase_is_used_unless_switched_off(tmp_path):
    path = write(
        tmp_path / "dem.tif", np.ones((40, 40), np.float32), (3e5, 800, 0, 3.2e6, 0, -800), 32645, unit=""
    )
    interferogram = scene(np.zeros((300, 300), np.float32), elevation_path=path)
    assert next(iter(WindowStream(interferogram))).elevation is not None
    assert next(iter(WindowStream(interferogram, dem="none"))).elevation is None


def test_elevation_of_another_place_is_refused(tmp_path):
    path = write(
        tmp_path / "dem.tif", np.ones((40, 40), np.float32), (9e5, 80, 0, 3.2e6, 0, -80), 32645, unit=""
    )
    with pytest.raises(InputError, match="does not overlap"):
        WindowStream(scene(np.zeros((300, 300), np.float32)), dem=path)


def test_elevation_needs_a_scene_with_a_crs(tmp_path):
    path = write(tmp_path / "dem.tif", np.ones((40, 40), np.float32), (0, 1, 0, 0, 0, -1.5), 32645, unit="")
    interferogram = scene(np.zeros((300, 300), np.float32))
    interferogram.grid = Grid(300, 300, (0, 1, 0, 0, 0, -1), "")
    with pytest.raises(InputError, match="coordinate system"):
        WindowStream(interferogram, dem=path)


def test_an_unreadable_elevation_model_beside_the_phase_gives_a_warning(tmp_path):
    path = tmp_path / "dem.tif"
    path.write_bytes(b"no raster")
    stream = WindowStream(scene(np.zeros((300, 300), np.float32), elevation_path=str(path)))
    assert next(iter(stream)).elevation is None
    assert len(stream.warnings) == 1
    with pytest.raises(InputError):
        WindowStream(scene(np.zeros((300, 300), np.float32)), dem=str(path))
