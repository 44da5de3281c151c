"""Boxes and heat lie on the deformed ground for every kind of grid."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.detection import Settings, detect
from quakefringe.tests.engine.made import FringeNetwork, bowls, wrap, write

WRAPPED = Settings(quantity="wrapped")


def find(path, settings=WRAPPED, **options):
    return detect(str(path), settings, network=FringeNetwork(), **options)


def centre(box):
    return (box.extent[0] + box.extent[2]) / 2, (box.extent[1] + box.extent[3]) / 2


def wrapped_bowl(shape, place, sigma, peak=40.0):
    return wrap(bowls(shape, [place], sigma, peak)).astype(np.float32)


GRIDS = {
    "projected": ((300_000.0, 80.0, 0.0, 3_200_000.0, 0.0, -80.0), 32645, (1.0, 1.0)),
    "south up": ((300_000.0, 80.0, 0.0, 3_104_000.0, 0.0, 80.0), 32645, (1.0, 1.0)),
    "not square": ((300_000.0, 40.0, 0.0, 3_200_000.0, 0.0, -80.0), 32645, (2.0, 1.0)),
    "geographic": ((85.0, 0.001, 0.0, 28.9, 0.0, -0.001), 4326, (1.0, 1.0)),
    "geographic far north": ((20.0, 0.002, 0.0, 66.0, 0.0, -0.001), 4326, (1.0, 1.0)),
    "no crs": ((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), None, (1.0, 1.0)),
}


@pytest.mark.parametrize("name", GRIDS)
def test_box_and_heat_lie_on_the_bowl(tmp_path, name):
    transform, epsg, stretch = GRIDS[name]
    place, sigma = (840.0 * stretch[0], 330.0), (40.0 * stretch[0], 40.0)
    path = write(
        tmp_path / "a.tif", wrapped_bowl((800, int(1000 * stretch[0])), place, sigma), transform, epsg
    )
    result = find(path)
    assert result.verdict == "present"
    assert len(result.boxes) == 1
    box = result.boxes[0]
    x, y = transform[0] + place[0] * transform[1], transform[3] + place[1] * transform[5]
    assert centre(box)[0] == pytest.approx(x, abs=0.5 * sigma[0] * abs(transform[1]))
    assert centre(box)[1] == pytest.approx(y, abs=0.5 * sigma[1] * abs(transform[5]))
    wide = (box.extent[2] - box.extent[0]) / abs(transform[1]) / sigma[0]
    high = (box.extent[3] - box.extent[1]) / abs(transform[5]) / sigma[1]
    assert 2 < wide < 7
    assert 2 < high < 7
    t = result.grid.transform
    row, col = np.unravel_index(np.nanargmax(result.heat), result.heat.shape)
    assert t[0] + (col + 0.5) * t[1] == pytest.approx(x, abs=3 * sigma[0] * abs(transform[1]))
    assert t[3] + (row + 0.5) * t[5] == pytest.approx(y, abs=3 * sigma[1] * abs(transform[5]))
    assert t[5] < 0


@pytest.mark.parametrize("name", GRIDS)
def test_in_unwrapped_phase_the_box_ends_at_a_fifth_of_the_peak(tmp_path, name):
    transform, epsg, stretch = GRIDS[name]
    place, sigma = np.array([840.0 * stretch[0], 330.0]), np.array([40.0 * stretch[0], 40.0])
    phase = bowls((800, int(1000 * stretch[0])), [place], sigma, 40.0) - 700.0
    result = find(write(tmp_path / "a.tif", phase, transform, epsg), Settings(quantity="unwrapped"))
    assert len(result.boxes) == 1
    box = result.boxes[0]
    reach = sigma * np.sqrt(-2 * np.log(0.2))
    corners = [transform[k] + (place[i] + way * reach[i]) * transform[j]
               for way in (-1, 1) for i, (k, j) in enumerate(((0, 1), (3, 5)))]  # fmt: skip
    want = (*np.minimum(corners[:2], corners[2:]), *np.maximum(corners[:2], corners[2:]))
    near = 0.2 * np.tile(sigma * np.abs([transform[1], transform[5]]), 2)
    assert (np.abs(np.subtract(box.extent, want)) < near).all()
    if box.area_km2 is not None:
        assert box.area_km2 == pytest.approx(np.pi / 4 * box.width_km * box.height_km, rel=0.1)


@pytest.mark.parametrize("name", GRIDS)
def test_the_heatmap_lies_exactly_on_the_scene(tmp_path, name):
    transform, epsg, _ = GRIDS[name]
    path = write(tmp_path / "a.tif", wrapped_bowl((333, 501), (250, 160), (30, 30)), transform, epsg)
    result = find(path)
    x1, y1 = transform[0] + 501 * transform[1], transform[3] + 333 * transform[5]
    want = (transform[0], min(transform[3], y1), x1, max(transform[3], y1))
    assert result.grid.extent == pytest.approx(want, abs=1e-6 * abs(transform[1]))
    assert result.heat.shape == (result.grid.height, result.grid.width)
    assert result.heat.dtype == np.float32
    assert np.nanmin(result.heat) >= 0
    assert np.nanmax(result.heat) <= 1


def test_sizes_on_the_ground_are_in_kilometres(tmp_path):
    path = write(
        tmp_path / "a.tif",
        wrapped_bowl((800, 1000), (500, 400), (60, 60)),
        *GRIDS["geographic far north"][:2],
    )
    box = find(path).boxes[0]
    wide, high = box.extent[2] - box.extent[0], box.extent[3] - box.extent[1]
    assert box.height_km == pytest.approx(high * 111.5, rel=0.01)
    assert box.width_km == pytest.approx(wide * 111.4 * np.cos(np.radians(65.6)), rel=0.02)
    assert 0 < box.area_km2 <= box.width_km * box.height_km
    assert box.lon == pytest.approx(centre(box)[0])
    assert box.lat == pytest.approx(centre(box)[1])


def test_without_a_crs_sizes_are_empty_and_places_are_in_pixels(tmp_path):
    path = write(tmp_path / "a.tif", wrapped_bowl((500, 500), (250, 250), (30, 30)), *GRIDS["no crs"][:2])
    box = find(path).boxes[0]
    assert (box.width_km, box.height_km, box.area_km2, box.lon, box.lat) == (None,) * 5


def test_an_extent_limits_the_run_and_keeps_the_coordinates(tmp_path):
    values = wrap(bowls((900, 900), [(200, 200), (650, 600)], (30, 30), 30)).astype(np.float32)
    path = write(tmp_path / "a.tif", values, (3e5, 80, 0, 3.2e6, 0, -80), 32645)
    extent = (3e5 + 450 * 80, 3.2e6 - 850 * 80, 3e5 + 850 * 80, 3.2e6 - 420 * 80)
    result = find(path, Settings(quantity="wrapped", extent=extent))
    assert len(result.boxes) == 1
    assert centre(result.boxes[0])[0] == pytest.approx(3e5 + 650 * 80, abs=15 * 80)
    assert centre(result.boxes[0])[1] == pytest.approx(3.2e6 - 600 * 80, abs=15 * 80)
    assert result.grid.extent == pytest.approx(extent)


def test_two_earthquakes_give_two_boxes(tmp_path):
    values = wrap(bowls((1200, 1200), [(300, 300), (850, 800)], (40, 40), 40)).astype(np.float32)
    path = write(tmp_path / "a.tif", values, (3e5, 80, 0, 3.2e6, 0, -80), 32645)
    boxes = find(path).boxes
    assert [box.rank for box in boxes] == [1, 2]
    places = sorted((centre(box)[0] - 3e5) / 80 for box in boxes)
    assert places == pytest.approx([300, 850], abs=25)


def test_a_large_earthquake_gives_one_box_that_contains_it(tmp_path):
    path = write(
        tmp_path / "a.tif",
        wrapped_bowl((1200, 1200), (600, 560), (200, 150), 150),
        (3e5, 80, 0, 3.2e6, 0, -80),
        32645,
    )
    boxes = find(path).boxes
    assert len(boxes) == 1
    assert boxes[0].width_km > 2.5 * 200 * 0.08
    assert boxes[0].height_km > 2.5 * 150 * 0.08


@pytest.mark.parametrize("quantity", ["unwrapped", "displacement"])
def test_unwrapped_phase_and_displacement_are_analysed_too(tmp_path, quantity):
    phase = bowls((700, 700), [(300, 400)], (40, 40), 40)
    wavelength = 0.0555
    values = phase if quantity == "unwrapped" else phase * wavelength / (4 * np.pi)
    path = write(
        tmp_path / "a.tif",
        values,
        (3e5, 80, 0, 3.2e6, 0, -80),
        32645,
        unit="rad" if quantity == "unwrapped" else "m",
    )
    result = find(path, Settings(quantity=quantity, wavelength=wavelength, positive="toward"))
    assert len(result.boxes) == 1
    assert result.boxes[0].peak_los_cm == pytest.approx(40 * wavelength / (4 * np.pi) * 100, rel=0.15)


def test_a_quiet_scene_stays_cold(tmp_path):
    path = write(tmp_path / "a.tif", 0.2 * bowls((600, 600), []), (3e5, 80, 0, 3.2e6, 0, -80), 32645)
    result = find(path)
    assert result.verdict == "absent"
    assert result.boxes == []
    assert np.nanmax(result.heat) < 0.05


def test_there_is_no_heat_on_invalid_ground(tmp_path):
    values = wrapped_bowl((800, 800), (500, 400), (40, 40))
    values[:, :200] = np.nan
    path = write(tmp_path / "a.tif", values, (3e5, 80, 0, 3.2e6, 0, -80), 32645)
    result = find(path)
    quarter = result.heat.shape[1] // 4
    assert np.isnan(result.heat[:, : quarter - 1]).all()
    assert np.isfinite(result.heat[:, quarter + 1 :]).all()


def test_a_box_ends_at_the_edge_of_the_scene(tmp_path):
    path = write(
        tmp_path / "a.tif", wrapped_bowl((800, 800), (0, 400), (60, 60)), (3e5, 80, 0, 3.2e6, 0, -80), 32645
    )
    box = find(path).boxes[0]
    assert box.extent[0] == pytest.approx(3e5, abs=80)
