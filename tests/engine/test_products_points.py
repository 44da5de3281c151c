"""Tables of points: their encodings, quotes, and the size of the cells into which they are averaged."""

from __future__ import annotations

import re

import numpy as np
import pytest

from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.products import open_product
from quakefringe.engine.products.virtual import virtual_raster
from quakefringe.tests.reading import refusal, whole


def table_of(path, spacing, count=40, encoding="utf-8", columns="pid,latitude,longitude,mean_velocity"):
    """A table of points on a square lattice, spacing in degrees; the values rise by 1 to the north."""
    rows = [columns] + [
        f"a,{50 + spacing * i + 1e-4:.6f},{8 + spacing * j + 1e-4:.6f},{i}"
        for i in range(count)
        for j in range(count)
    ]
    path.write_bytes(("\n".join(rows) + "\n").encode(encoding))
    return str(path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_tables_of_every_usual_encoding_are_read_alike(tmp_path, encoding):
    plain = open_interferogram(table_of(tmp_path / "points.csv", 0.001))
    other = open_interferogram(table_of(tmp_path / f"{encoding}.csv", 0.001, encoding=encoding))
    assert other.grid == plain.grid
    np.testing.assert_array_equal(whole(other), whole(plain))


def test_a_table_in_utf16_that_is_cut_short_is_refused(tmp_path):
    path = tmp_path / "points.csv"
    table_of(path, 0.001, encoding="utf-16")
    path.write_bytes(path.read_bytes()[:-8])
    assert "cut short" in refusal(path)


def test_separators_inside_quotes_separate_nothing(tmp_path):
    path = tmp_path / "points.csv"
    plain = whole(open_interferogram(table_of(path, 0.001)))
    path.write_text(path.read_text().replace("\na,", '\n"Etna, Italy",'))
    np.testing.assert_array_equal(whole(open_interferogram(str(path))), plain)


def test_cells_that_are_mostly_empty_are_a_warning_with_the_size_to_set(tmp_path):
    path = table_of(tmp_path / "points.csv", 0.004)
    warning = next(text for text in open_interferogram(path).warnings if "CELL" in text)
    assert "6 %" in warning
    better = open_interferogram(path, cell=float(re.search(r"such as (\d+) m", warning).group(1)))
    assert not any("CELL" in text for text in better.warnings)
    assert np.isfinite(whole(better)).mean() > 0.5
    assert "0.003144 degrees" in next(text for text in better.notes if "averaged" in text)


def test_an_island_of_dense_points_is_not_called_sparse(tmp_path):
    path = tmp_path / "points.csv"
    table_of(path, 0.001)
    path.write_text(path.read_text() + "far,50.3,8.3,0\n")
    assert not any("CELL" in text for text in open_interferogram(str(path)).warnings)


def test_cells_that_are_too_small_for_the_area_are_refused(tmp_path):
    path = table_of(tmp_path / "points.csv", 0.01)
    assert "larger cells (CELL)" in refusal(path, cell=1.0)
    assert "outside 1 to 100000 m" in refusal(path, cell=0.2)


def test_a_virtual_raster_of_a_table_leads_back_to_its_cells(tmp_path):
    product = open_product(table_of(tmp_path / "points.csv", 0.004), cell_m=445.0)
    target = tmp_path / "velocity.vrt"
    layer = next(one for one in product.layers if one.key == "velocity")
    target.write_text(virtual_raster(product, layer))
    direct = open_interferogram(str(tmp_path / "points.csv"), cell=445.0)
    assert open_interferogram(str(target)).grid == direct.grid
