"""Virtual rasters of layers that are not stored as they are meant."""

import numpy as np
import pytest
from osgeo import gdal

from quakefringe.engine.products.containers.gdalio import Band
from quakefringe.engine.products.model import Layer, LayerKind, Product, SampleFormat
from quakefringe.engine.products.virtual import virtual_raster

gdal.UseExceptions()
STORED = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def write(tmp_path):
    """Function that writes numbers to a GeoTIFF and returns its band."""

    def write_band(name: str, values: np.ndarray) -> Band:
        kind = gdal.GDT_Int16 if values.dtype == np.int16 else gdal.GDT_Float32
        path = str(tmp_path / name)
        raster = gdal.GetDriverByName("GTiff").Create(path, values.shape[1], values.shape[0], 1, kind)
        raster.SetGeoTransform((0, 1, 0, 3, 0, -1))
        raster.GetRasterBand(1).WriteArray(values)
        raster.FlushCache()
        return Band(path, 1)

    return write_band


@pytest.fixture
def read(tmp_path):
    """Function that returns the numbers of a layer's virtual raster."""

    def read_layer(layer: Layer) -> np.ndarray:
        path = tmp_path / "layer.vrt"
        path.write_text(virtual_raster(Product("x", "x", str(tmp_path), []), layer), encoding="utf-8")
        return gdal.Open(str(path)).ReadAsArray()

    return read_layer


def test_packed_numbers_are_unpacked(write, read):
    band = write("packed.tif", (10 * STORED).astype(np.int16))
    layer = Layer("x", LayerKind.DISPLACEMENT, band, "m", packing=(0.1, 1.0), nodata=(110.0,))
    expected = STORED + 1
    expected[2, 3] = np.nan
    np.testing.assert_allclose(read(layer), expected, atol=1e-6)


def test_a_step_of_a_time_series_is_the_difference_of_two_dates(write, read):
    later = STORED**2
    later[0, 0] = -99
    layer = Layer("x", LayerKind.DISPLACEMENT, write("later.tif", later), "m", nodata=(-99.0,))
    layer.minus = write("earlier.tif", STORED)
    expected = STORED**2 - STORED
    expected[0, 0] = np.nan
    np.testing.assert_allclose(read(layer), expected, atol=1e-5)


def test_real_and_imaginary_bands_become_phase(write, read):
    phase = np.linspace(-3, 3, 12, dtype=np.float32).reshape(3, 4)
    layer = Layer("x", LayerKind.WRAPPED, write("real & more.tif", np.cos(phase)))
    layer.sample_format, layer.imaginary = SampleFormat.COMPLEX, write("imaginary.tif", np.sin(phase))
    np.testing.assert_allclose(read(layer), phase, atol=1e-5)
