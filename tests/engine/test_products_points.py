"""Tables of points: their encodings, quotes, and the size of the cells into which they are averaged."""

from __future__ import annotations

import re
import tracemalloc

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


def test_points_across_the_antimeridian_stay_together(tmp_path):
    path = tmp_path / "points.csv"
    rows = ["longitude,latitude,velocity_mm_yr"]
    for j in range(40):
        lon = 179.98 + 0.001 * j
        rows += [f"{lon - 360 if lon > 180 else lon:.4f},{50 + 0.001 * i:.4f},{j}" for i in range(40)]
    path.write_text("\n".join(rows) + "\n")
    ifg = open_interferogram(str(path))
    assert ifg.grid.extent[0] == pytest.approx(179.98, abs=0.0011)
    assert ifg.grid.width <= 42


@pytest.mark.parametrize("head", ["# made elsewhere\n# in 2026\nlon,lat,vel_mm_yr", "# lon,lat,vel_mm_yr"])
def test_comments_before_the_header_are_passed_over(tmp_path, head):
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    rows = "\n".join(f"{8 + 0.001 * j:.4f},{50 + 0.001 * i:.4f},{i}" for i in range(20) for j in range(20))
    plain.write_text(f"lon,lat,vel_mm_yr\n{rows}\n")
    other.write_text(f"{head}\n{rows}\n")
    np.testing.assert_array_equal(
        whole(open_interferogram(str(other))), whole(open_interferogram(str(plain)))
    )


def test_columns_x_and_y_in_metres_are_no_degrees(tmp_path):
    path = tmp_path / "points.csv"
    rows = [f"{500_000 + 100 * j},{4_000_000 + 100 * i},{i}" for i in range(20) for j in range(20)]
    path.write_text("x,y,velocity [mm/yr]\n" + "\n".join(rows) + "\n")
    assert any("(CRS)" in text for text in open_interferogram(str(path)).warnings)
    placed = open_interferogram(str(path), crs="EPSG:32611")
    assert placed.grid.pixel_size_m[0] == pytest.approx(100, rel=1e-3)
    assert placed.unit == "mm"


def test_a_point_that_is_far_off_does_not_take_the_memory(tmp_path):
    path = tmp_path / "points.csv"
    table_of(path, 0.001)
    path.write_text(path.read_text() + "far,-80.3,-170.3,0\n")
    tracemalloc.start()
    open_interferogram(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500e6
