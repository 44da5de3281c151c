"""What only the user can know: pixel size, dates, and that a file is not the product it looks like."""

import numpy as np
import pytest
from osgeo import gdal

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram

gdal.UseExceptions()


@pytest.fixture
def raster(tmp_path):
    """Function that writes wrapped phase with a LiCSAR name, with or without a coordinate system."""

    def write(placed: bool = True) -> str:
        path = tmp_path / "20150417_20150429.geo.diff_pha.tif"
        made = gdal.GetDriverByName("GTiff").Create(str(path), 64, 48, 1, gdal.GDT_Float32)
        if placed:
            made.SetGeoTransform((85.0, 0.001, 0, 28.0, 0, -0.001))
            made.SetProjection("EPSG:4326")
        values = np.random.default_rng(1).uniform(-np.pi, np.pi, (48, 64)).astype(np.float32)
        made.GetRasterBand(1).WriteArray(values)
        made.FlushCache()
        return str(path)

    return write


def test_a_pixel_size_makes_a_raster_without_position_metric(raster):
    found = open_interferogram(raster(placed=False), pixel_m=80.0)
    assert found.grid.is_metric and not found.grid.has_crs
    assert found.describe()["pixel_size_m"] == pytest.approx([80.0, 80.0])
    assert any("80 m wide" in note for note in found.notes)


def test_a_coordinate_system_goes_before_a_pixel_size(raster):
    found = open_interferogram(raster(), pixel_m=30.0)
    assert found.grid.pixel_size_m[0] == pytest.approx(98.4, abs=0.5)
    assert any("30 m that was given is not used" in text for text in found.warnings)


def test_dates_by_the_user_replace_those_of_the_name(raster):
    assert open_interferogram(raster()).dates == ("2015-04-17", "2015-04-29")
    found = open_interferogram(raster(), acquired=["2016-02-03", "2016-01-01"])
    assert found.dates == ("2016-01-01", "2016-02-03")


def test_a_product_can_be_read_as_a_plain_raster(raster):
    assert open_interferogram(raster()).product == "LiCSAR"
    plain = open_interferogram(raster(), product="plain")
    assert plain.product != "LiCSAR"
    assert plain.quantity.value == "wrapped"


def test_the_layers_with_phase_are_listed(raster):
    found = open_interferogram(raster())
    assert len(found.choices) == 1 and found.layer


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"pixel_m": 0.0}, "pixel size"),
        ({"acquired": ("2016-01-01",)}, "two dates"),
        ({"acquired": ("2016-01-01", "2016-01-01")}, "two dates"),
        ({"acquired": ("spring", "autumn")}, "not dates"),
        ({"product": "LiCSAR"}, "not a choice"),
    ],
)
def test_impossible_values_are_refused_in_one_sentence(raster, option, words):
    with pytest.raises(InputError, match=words):
        open_interferogram(raster(), **option)
