"""Rasters stored from south to north come out of the reader north up, with masks and look vectors."""

from __future__ import annotations

import pickle
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.tiling.windows import WindowStream


def flip(path):
    """Rewrite a GeoTIFF with its rows in the opposite order; the ground stays where it is."""
    source = gdal.Open(str(path))
    bands = [source.GetRasterBand(i + 1).ReadAsArray() for i in range(source.RasterCount)]
    x, dx, _, y, _, dy = source.GetGeoTransform()
    nodata, crs = source.GetRasterBand(1).GetNoDataValue(), source.GetProjection()
    del source
    turned = (x, dx, 0, y + dy * bands[0].shape[0], 0, -dy)
    fixtures.write_tiff(Path(path), [band[::-1] for band in bands], turned, None, nodata)
    copy = gdal.Open(str(path), gdal.GA_Update)
    copy.SetProjection(crs)
    assert copy.GetGeoTransform()[5] > 0


@pytest.fixture
def twins(home, built, tmp_path):
    """The same product twice: as delivered, and with the files of a pattern stored from south to north."""

    def make(family, *patterns):
        case = fixtures.case_of(built, family)
        source = home / family
        target = tmp_path / family
        shutil.copytree(source, target)
        for pattern in patterns:
            paths = sorted(target.rglob(pattern))
            assert paths
            for path in paths:
                flip(path)
        return case.path, str(target / Path(case.path).relative_to(source))

    return make


def same(path, turned):
    straight, flipped = open_interferogram(path), open_interferogram(turned)
    assert flipped.grid.transform == pytest.approx(straight.grid.transform)
    assert flipped.grid.transform[5] < 0
    width, height = straight.grid.width, straight.grid.height
    np.testing.assert_array_equal(flipped.read(0, 0, width, height), straight.read(0, 0, width, height))
    np.testing.assert_array_equal(flipped.read(-3, 5, 20, 30), straight.read(-3, 5, 20, 30))
    if straight.look is not None:
        vectors = (one.look_vectors(2, 3, 40, 30) for one in (flipped, straight))
        np.testing.assert_allclose(*vectors, atol=1e-6)
    return straight, pickle.loads(pickle.dumps(flipped))


@pytest.mark.parametrize(
    ("family", "patterns"),
    [
        ("plain", ["*.tif"]),
        ("licsar", ["*.tif"]),
        ("licsar", ["*.geo.unw.tif"]),
        ("licsar", ["*.geo.cc.tif"]),
        ("licsar", ["*.geo.[ENU].tif"]),
        ("hyp3", ["*_unw_phase.tif", "*_corr.tif"]),
        ("nsbas", ["*.tiff"]),
    ],
)
def test_phase_masks_and_vectors_equal_those_of_the_north_up_twin(twins, family, patterns):
    same(*twins(family, *patterns))


def test_detection_gets_the_same_windows_from_a_raster_and_its_flipped_twin(twins):
    straight, flipped = same(*twins("hyp3", "*.tif"))
    assert flipped.elevation_path != straight.elevation_path
    pairs = list(zip(WindowStream(straight), WindowStream(flipped)))
    assert pairs
    for one, other in pairs:
        assert (one.scale, one.col, one.row, one.valid) == (other.scale, other.col, other.row, other.valid)
        np.testing.assert_array_equal(one.phase, other.phase)
        np.testing.assert_allclose(one.elevation, other.elevation, rtol=1e-6)  # GDAL rounds on its way


def test_grey_bytes_and_their_masked_areas_are_turned_together(tmp_path):
    rng = np.random.default_rng(1)
    lon, lat, transform = fixtures.utm_grid()
    noisy = fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND) + rng.normal(0, 0.5, lon.shape)
    grey = np.round((fixtures.wrapped(noisy) + np.pi) / (2 * np.pi) * 255).astype(np.uint8)
    grey[5:20, 20:40] = 128
    names = (tmp_path / "a.tif", tmp_path / "b.tif")
    paths = [fixtures.write_tiff(name, [grey], transform, fixtures.UTM) for name in names]
    flip(paths[1])
    straight, _ = same(*paths)
    assert np.isnan(straight.read(20, 5, 20, 15)).all()
