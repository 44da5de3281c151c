"""Pictures: other programs can read them, and they keep the meaning of the values."""

import numpy as np
import pytest
from osgeo import gdal

from quakefringe.engine.errors import OutputError
from quakefringe.engine.raster.grid import Grid
from quakefringe.engine.report.pictures import encode_png, entries, overview, palette, style_palette


class Source:
    """An interferogram of an array that records the largest window read."""

    def __init__(self, phase):
        self.phase = phase
        self.grid = Grid(phase.shape[1], phase.shape[0], (0.0, 1.0, 0.0, 0.0, 0.0, -1.0))
        self.largest = 0

    def read(self, col, row, width, height):
        self.largest = max(self.largest, width * height)
        return self.phase[row : row + height, col : col + width].astype(np.float32)


def decoded(picture: bytes) -> np.ndarray:
    """Red, green, blue and opacity as GDAL reads them, shape (4, H, W)."""
    gdal.FileFromMemBuffer("/vsimem/picture.png", picture)
    raster = gdal.Open("/vsimem/picture.png")
    table = raster.GetRasterBand(1).GetColorTable()
    colours = np.array([table.GetColorEntry(entry) for entry in range(256)])
    out = colours[raster.GetRasterBand(1).ReadAsArray()].transpose(2, 0, 1)
    raster = None
    gdal.Unlink("/vsimem/picture.png")
    return out


def test_png_is_read_back_by_gdal_with_the_same_colours():
    table = palette(((0.0, (0, 10, 20, 255)), (1.0, (250, 200, 150, 100))))
    picture = np.arange(12 * 33, dtype=np.uint16).reshape(12, 33).astype(np.uint8)
    assert np.array_equal(decoded(encode_png(picture, table)), table[picture].transpose(2, 0, 1))


def test_pixels_without_data_are_transparent():
    values = np.array([[np.nan, -1.0], [0.0, 1.0]], np.float32)
    shown = decoded(encode_png(entries(values, -1, 1), palette(((0, (9, 9, 9, 255)), (1, (8, 8, 8, 255))))))
    assert shown[3].tolist() == [[0, 255], [255, 255]]


def test_entries_clip_at_both_ends_and_avoid_the_transparent_entry():
    assert entries(np.array([-9.0, -1.0, 0.0, 1.0, 9.0]), -1, 1).tolist() == [1, 1, 128, 255, 255]


def test_colours_of_wrapped_phase_meet_at_both_ends():
    table = style_palette("wrapped")
    assert np.abs(table[1].astype(int) - table[255].astype(int)).max() <= 2


def test_heatmap_is_transparent_where_it_is_low():
    table = style_palette("heatmap")
    assert table[1, 3] == 0
    assert table[255, 3] > 150


def test_missing_style_is_named():
    with pytest.raises(OutputError, match="nowhere"):
        style_palette("nowhere")


def test_overview_averages_phasors_across_the_wrap():
    phase = np.where(np.indices((40, 40)).sum(axis=0) % 2, np.pi - 0.1, -np.pi + 0.1)
    picture = overview(Source(phase), True, longest=10)
    assert picture.shape == (10, 10)
    assert np.allclose(np.abs(picture), np.pi, atol=1e-4)


def test_overview_averages_values_of_unwrapped_phase():
    phase = np.repeat(np.arange(20.0)[None, :], 20, axis=0)
    assert np.allclose(overview(Source(phase), False, longest=10)[0], np.arange(10) * 2 + 0.5, atol=1e-5)


def test_overview_of_a_window_is_that_window():
    phase = np.random.default_rng(1).normal(size=(30, 50))
    picture = overview(Source(phase), False, window=(7, 5, 20, 11))
    assert np.allclose(picture, phase[5:16, 7:27], atol=1e-5)


def test_overview_reads_a_large_raster_in_parts():
    source = Source(np.zeros((3000, 2000), np.float32))
    assert overview(source, True, longest=100).shape == (100, 67)
    assert source.largest <= 2_000_000
