"""The page of a source estimate, and its chapter in a report."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).parent))
import synthetic_source as synthetic

from quakefringe.engine.errors import InputError
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.report import page as report_page
from quakefringe.engine.report.source_hint import source_hint
from quakefringe.engine.source.cautions import LOW_VARIANCE_REDUCTION
from quakefringe.engine.source_output.degrees import in_degrees
from quakefringe.engine.source_output.distributions import histogram_svg, marginals
from quakefringe.engine.source_output.ground_motion import FitMap, fit_map
from quakefringe.engine.source_output.origin_time import given_time
from quakefringe.engine.source_output.page import END_OF_REPORT, page, with_chapter
from quakefringe.engine.source_output.quakeml import quakeml
from quakefringe.engine.source_output.words import fit_words, headline, plane_words

gdal.UseExceptions()


class Tags(HTMLParser):
    """Words and addresses of a page; fails when tags do not match."""

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("href", "src")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def scenes():
    return {"ascending <1>": synthetic.raster(-12.0), "descending": synthetic.raster(-168.0)}


@pytest.fixture(scope="module")
def estimate(scenes):
    return synthetic.estimate_of(scenes)


@pytest.fixture(scope="module")
def html(estimate, scenes):
    maps = {0: fit_map(estimate, estimate.looks[0], next(iter(scenes.values())))}
    event = {"mw": 6.3, "depth_km": 8.0, "planes": [[250, 30, 80], [82, 60, 95]], "distance_km": 7.0}
    return page(estimate, maps, [("Started", "today & here")], "run-1", event)


def test_the_page_is_one_file_with_matching_tags(html):
    tags = Tags(html)
    assert tags.addresses and all(address.startswith("data:image/png") for address in tags.addresses)
    assert "near field <of the fault> & more" in tags.text


def test_the_page_says_what_it_found_and_what_it_cannot_say(html, estimate):
    text = Tags(html).text
    for words in (headline(estimate), plane_words(estimate), fit_words(estimate), "What this cannot say"):
        assert words in text
    assert "6.30" in text and "7 km away" in text and "250 / 30 / 80" in text


def test_all_panels_share_one_colour_scale(html):
    assert html.count(">−30</text>") == 2


def test_a_kind_is_claimed_only_above_ten(html):
    text = Tags(html).text
    assert "far better than a point of pressure" in text
    assert "about equally well" in text


def test_the_fit_is_called_poor_where_a_warning_says_so_too():
    below, above = LOW_VARIANCE_REDUCTION - 0.01, LOW_VARIANCE_REDUCTION + 0.01
    assert "poor fit" in fit_words(synthetic.estimate_of(variance_reduction=below))
    assert "poor fit" not in fit_words(synthetic.estimate_of(variance_reduction=above))
    assert "good fit" in fit_words(synthetic.estimate_of(variance_reduction=0.95))


def test_a_clear_plane_is_called_the_fault(estimate):
    assert "cannot be excluded" in plane_words(estimate)
    first, second = estimate.planes
    sure = synthetic.estimate_of(planes=(type(first)(**{**vars(first), "weight": 0.97}), second))
    assert "is the fault (97 %)" in plane_words(sure)


def test_histograms_of_angles_are_not_cut_at_north():
    angles = np.concatenate([np.full(400, 358.0), np.full(400, 3.0)])
    draws = synthetic.estimate_of().draws
    turned = type(draws)(**{**vars(draws), "strike": angles, "plane": np.zeros(800, int)})
    plane = synthetic.estimate_of().planes[0]
    near = type(plane)(**{**vars(plane), "strike": 0.0, "strike_90": (-4.0, 6.0)})
    estimate = synthetic.estimate_of(planes=(near, near))
    estimate = type(estimate)(**{**vars(estimate), "draws": turned})
    strike = next(one for one in marginals(estimate) if one.title == "Strike")
    svg = histogram_svg(strike)
    assert "180" not in re.findall(r">([^<]+)</text>", svg)


def test_maps_in_metres_are_drawn_in_degrees():
    grid = Grid(40, 30, (400000.0, 500.0, 0.0, 3830000.0, 0.0, -500.0), wkt_of_epsg(32641))
    values = np.tile(np.linspace(-1, 1, 40, dtype=np.float32), (30, 1))
    moved = in_degrees(FitMap("a", grid, values, values, values * 0))
    west, south, east, north = moved.grid.extent
    assert 61 < west < east < 63 and 34 < south < north < 35
    assert np.nanmax(np.abs(moved.data)) == pytest.approx(1)


def test_a_chapter_replaces_an_earlier_one(estimate):
    report = f"<main>{END_OF_REPORT}</main>"
    once = with_chapter(report, estimate, {})
    twice = with_chapter(once, estimate, {})
    assert once == twice
    assert once.count("<h2>Source estimate</h2>") == 1
    assert once.index("Source estimate") < once.index(END_OF_REPORT)


def test_reports_of_detections_have_the_place_of_the_chapter():
    assert END_OF_REPORT in Path(report_page.__file__).read_text(encoding="utf-8")


def test_where_magma_wins_no_earthquake_is_reported(scenes):
    estimate = synthetic.estimate_of(scenes, kind="mogi", magma=True, verdict="A point of pressure wins.")
    assert headline(estimate).endswith("; probably magma, gas or water and no earthquake")
    assert "is the fault" not in plane_words(estimate)
    assert "<type>other event</type>" in quakeml(estimate, given_time("2023-10-15T03:36:00"), "run-1")


def test_two_faults_are_what_the_panels_show(scenes):
    faults = (synthetic.fault(), synthetic.fault(157, 80, 0))
    text = Tags(page(synthetic.estimate_of(scenes, faults=faults), {}, [], "run-1")).text
    assert "Rectangles: both faults" in text and "dashed" not in text
    assert "those of the larger" in text


def test_a_hypocentre_is_named_beside_the_centroid(estimate):
    event = {"mw": 7.8, "depth_km": 8.2, "distance_km": 72.0, "position": "hypocentre"}
    text = Tags(page(estimate, {}, [], "run-1", event)).text
    assert "8.2 (hypocentre)" in text and "72 km away (hypocentre)" in text


def test_a_chapter_needs_a_report(estimate):
    with pytest.raises(InputError, match="no report"):
        with_chapter("<html></html>", estimate, {})


def box(extent):
    return SimpleNamespace(rank=2, extent=extent)


def test_the_report_names_command_and_parameters_of_a_box():
    grid = Grid(10, 10, (0, 1, 0, 0, 0, -1), wkt_of_epsg(4326))
    text = source_hint([box((61.9, 34.4, 62.2, 34.6))], grid, "my scene.tif")
    assert "source &#x27;my scene.tif&#x27; --extent 61.9000 34.4000 62.2000 34.6000" in text
    assert "61.9000,62.2000,34.4000,34.6000 [EPSG:4326]" in text
    Tags(text)


def test_without_a_coordinate_system_there_is_no_command():
    assert source_hint([box((0, 0, 1, 1))], Grid(10, 10, (0, 1, 0, 0, 0, -1)), "a.tif") == ""
