"""Maps of the report: coordinates, scale bar and boxes are in the right place."""

import re
from xml.dom import minidom

import numpy as np
import pytest

from quakefringe.engine.report.pictures import GREY_STOPS, encode_png, palette
from quakefringe.engine.report.svg_map import ColourBar, Mark, coordinate, map_svg, nice_step, ticks

PICTURE = encode_png(np.ones((2, 2), np.uint8), palette(GREY_STOPS))
EXTENT = (10.0, 40.0, 12.0, 41.0)


def drawn(**more):
    options = {"title": "A map", "geographic": True}
    options.update(more)
    return map_svg([PICTURE], EXTENT, (170_000.0, 111_000.0), **options)


def rectangle(svg: str, kind: str) -> list[float]:
    found = re.search(
        rf'<rect class="{kind}" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg
    )
    return [float(part) for part in found.groups()]


def test_map_is_well_formed_and_self_contained():
    svg = drawn(bar=ColourBar(palette(GREY_STOPS), "rad", ((0, "<a>"), (1, "b"))), marks=[Mark("1", EXTENT)])
    minidom.parseString(svg)
    assert all(address.startswith("data:image/png;base64,") for address in re.findall(r'href="([^"]*)"', svg))
    assert "&lt;a&gt;" in svg


def test_frame_has_the_shape_of_the_ground_not_of_degrees():
    _, _, width, height = rectangle(drawn(), "frame")
    assert width / height == pytest.approx(170 / 111, rel=1e-3)


def test_box_lies_at_its_coordinates():
    svg = drawn(marks=[Mark("1", (10.5, 40.25, 11.0, 40.75))])
    x, y, width, height = rectangle(svg, "frame")
    left, top, wide, high = rectangle(svg, "line")
    assert (left - x) / width == pytest.approx(0.25, abs=1e-3)
    assert (top - y) / height == pytest.approx(0.25, abs=1e-3)
    assert wide / width == pytest.approx(0.25, abs=1e-3)
    assert high / height == pytest.approx(0.5, abs=1e-3)


def test_box_beyond_the_scene_is_cut_at_the_frame():
    svg = drawn(marks=[Mark("1", (9.0, 39.0, 13.0, 42.0))])
    assert rectangle(svg, "line") == pytest.approx(rectangle(svg, "frame"), abs=0.02)


def test_scale_bar_has_its_length_on_the_ground():
    svg = drawn()
    long = float(re.search(r'class="scale" d="M[\d.]+ [\d.]+v5h([\d.]+)', svg).group(1))
    label = float(re.search(r">([\d.]+) km<", svg).group(1))
    assert long / rectangle(svg, "frame")[2] == pytest.approx(label / 170, rel=1e-2)


def test_no_scale_bar_without_a_coordinate_system():
    assert "km<" not in drawn(metric=False)


@pytest.mark.parametrize(
    ("value", "step", "axis", "text"),
    [
        (85.5, 0.5, "x", "85.5°\u202fE"),
        (-70.25, 0.05, "x", "70.25°\u202fW"),
        (190.0, 5.0, "x", "170°\u202fW"),
        (0.0, 1.0, "y", "0°"),
        (-33.0, 1.0, "y", "33°\u202fS"),
    ],
)
def test_degrees_are_written_with_their_hemisphere(value, step, axis, text):
    assert coordinate(value, step, axis, True) == text


def test_projected_coordinates_separate_thousands_by_spaces():
    assert coordinate(3_690_000.0, 10_000.0, "y", False) == "3\u202f690\u202f000"


@pytest.mark.parametrize(("low", "high"), [(10.0, 12.0), (-0.003, 0.001), (300_000.0, 411_234.0), (5.0, 5.0)])
def test_ticks_are_round_and_inside(low, high):
    found = ticks(low, high, 5)
    assert all(low - 1e-9 <= value <= high + 1e-9 for value in found)
    assert len(found) <= 6
    if high > low:
        step = nice_step(high - low, 5)
        assert all(abs(value / step - round(value / step)) < 1e-6 for value in found)
        assert len(found) >= 2
