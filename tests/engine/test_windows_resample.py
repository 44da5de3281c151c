"""Area averages are exact for any real factor, and treat phase as phase."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.raster.resample import cells, lattice_rows, resample, weights
from quakefringe.tests.engine.made import wrap


def reader(values):
    return lambda col, row, width, height: values[row : row + height, col : col + width]


def brute_force(values, fx, fy, wrapped):
    """The same averages by cutting every source pixel into the parts that lie in each cell."""
    height, width = values.shape
    out = np.full((cells(height, fy), cells(width, fx)), np.nan)
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            total, area = 0.0, 0.0
            for row in range(height):
                dy = min(row + 1, (j + 1) * fy) - max(row, j * fy)
                for col in range(width):
                    dx = min(col + 1, (i + 1) * fx) - max(col, i * fx)
                    if dx > 0 and dy > 0 and np.isfinite(values[row, col]):
                        value = values[row, col]
                        total += dx * dy * (np.exp(1j * value) if wrapped else value)
                        area += dx * dy
            if area >= 0.5 * fx * fy * (1 - 1e-6):
                out[j, i] = np.angle(total) if wrapped else total / area
    return out


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(
    ("fx", "fy"), [(1.0, 1.0), (2.0, 3.0), (1.37, 2.9), (0.4, 0.77), (7.3, 0.6), (23.0, 1.5)]
)
def test_averages_equal_a_brute_force_sum_over_pixel_parts(fx, fy, wrapped):
    random = np.random.default_rng(3)
    values = random.normal(size=(17, 23)).astype(np.float32)
    values = wrap(values * 2) if wrapped else values * 50
    values[random.random(values.shape) < 0.2] = np.nan
    got = resample(reader(values.astype(np.float32)), (23, 17), (fx, fy), wrapped)
    want = brute_force(values, fx, fy, wrapped)
    np.testing.assert_array_equal(np.isfinite(got), np.isfinite(want))
    known = np.isfinite(want)
    error = wrap(got[known] - want[known]) if wrapped else got[known] - want[known]
    assert np.abs(error).max() < 2e-4


def test_phase_beside_the_wrap_averages_to_the_wrap_and_not_to_zero():
    values = np.where(np.indices((8, 8)).sum(axis=0) % 2, 3.1, -3.1).astype(np.float32)
    got = resample(reader(values), (8, 8), (4.0, 4.0), True)
    assert np.all(np.abs(np.abs(got) - np.pi) < 1e-3)


def test_a_cell_is_valid_from_half_of_its_area_on():
    values = np.full((4, 8), 2.0, dtype=np.float32)
    values[:, 2:4] = np.nan  # half of the first cell
    values[:, 5:8] = np.nan  # three quarters of the second
    got = resample(reader(values), (8, 4), (4.0, 4.0), False)
    np.testing.assert_allclose(got, [[2.0, np.nan]])


def test_large_unwrapped_values_keep_their_precision():
    rows, columns = np.mgrid[0:60, 0:60]
    values = (5000 + 0.01 * columns + 0.02 * rows).astype(np.float32)
    got = resample(reader(values), (60, 60), (3.0, 3.0), False)
    want = values.astype(float).reshape(20, 3, 20, 3).mean(axis=(1, 3))
    assert np.abs(got - want).max() < 5e-3


def test_weights_share_out_every_source_pixel_completely():
    matrix = weights(2.7, 0, 10, 0, 27)
    np.testing.assert_allclose(matrix.sum(axis=0), 1.0, atol=1e-6)
    np.testing.assert_allclose(matrix.sum(axis=1), 2.7, atol=1e-5)


def test_streaming_reads_each_row_about_once_and_in_bounded_parts():
    height, width, reads = 5000, 700, []

    def read(col, row, wide, high):
        reads.append((row, high, wide * high))
        return np.zeros((high, wide), dtype=np.float32)

    list(lattice_rows(read, (width, height), (9.7, 9.7), True))
    assert sum(high for _, high, _ in reads) < 1.02 * height
    assert max(size for _, _, size in reads) <= 1 << 19


def test_a_lattice_row_taller_than_one_read_is_put_together_from_parts(monkeypatch):
    from quakefringe.engine.raster import resample as module

    values = np.random.default_rng(0).normal(size=(64, 50)).astype(np.float32)
    whole = resample(reader(values), (50, 64), (7.1, 20.3), False)
    monkeypatch.setattr(module, "CHUNK_PIXELS", 100)
    parts = resample(reader(values), (50, 64), (7.1, 20.3), False)
    np.testing.assert_allclose(parts, whole, atol=1e-5)


@pytest.mark.parametrize("length", [224, 448, 1001, 20000])
@pytest.mark.parametrize("count", [224, 448, 224 * 64])
def test_a_side_that_divides_evenly_gets_no_sliver_of_a_cell(length, count):
    assert cells(length, length / count) == count
