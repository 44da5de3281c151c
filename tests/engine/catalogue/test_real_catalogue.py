"""Matching on real interferograms, where they are present: the right event, its peak, and wrong dates.

The catalogue is written as a table from the scenes' own list (place, magnitude) with the origin times and
depths of the events; the boxes are those of the list, so that no network runs.
"""

from __future__ import annotations

import csv
import math
import os
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from quakefringe.engine.catalogue import Catalogue, odds, read_catalogue
from quakefringe.engine.catalogue.match import match_catalogue
from quakefringe.engine.catalogue.scene import scene_view
from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.results import Box
from quakefringe.tests.engine.catalogue.formats_made import FILES

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("QUAKEFRINGE_REAL_DATA", ROOT / "shared" / "data" / "real"))
pytestmark = pytest.mark.skipif(
    not (DATA / "catalogue.csv").is_file(), reason="the real scenes are not present"
)

EVENTS = """id,time,latitude,longitude,depth,mag,magType,type
dinar,1995-10-01T15:57:16Z,38.06,30.13,15,6.3,Mw,earthquake
laquila,2009-04-06T01:32:39Z,42.33,13.33,8.8,6.3,mww,earthquake
maule,2010-02-27T06:34:11Z,-36.12,-72.90,22.9,8.8,mww,earthquake
gorkha,2015-04-25T06:11:25Z,28.23,84.73,8.2,7.8,mww,earthquake
illapel,2015-09-16T22:54:32Z,-31.57,-71.67,22.4,8.3,mww,earthquake
sarez,2015-12-07T07:50:05Z,38.21,72.78,22,7.2,mww,earthquake
tottori,2016-10-21T05:07:23Z,35.37,133.81,10,6.2,mww,earthquake
ridgecrest-foreshock,2019-07-04T17:33:49Z,35.71,-117.50,10.5,6.4,mw,earthquake
ridgecrest,2019-07-06T03:19:53Z,35.77,-117.60,8,7.1,mw,earthquake
hovsgol,2021-01-11T21:32:59Z,51.28,100.44,10,6.7,mww,earthquake
herat-1,2023-10-07T06:41:03Z,34.61,61.92,14,6.3,mww,earthquake
herat-2,2023-10-07T07:12:50Z,34.57,61.87,9,6.3,mww,earthquake
herat-3,2023-10-11T00:41:56Z,34.56,62.03,9,6.3,mww,earthquake
herat-4,2023-10-15T03:36:00Z,34.61,62.09,8,6.3,mww,earthquake
"""
SCENES = {
    "dinar1995_ers_wrapped": ("1995-08-13", "1996-01-01", {"dinar"}),
    "laquila2009_envisat_desc_los": ("2009-02-01", "2009-04-12", {"laquila"}),
    "gorkha2015_alos2_d048_los": ("2015-04-05", "2015-05-03", {"gorkha"}),
    "illapel2015_s1_desc_los": ("2015-08-24", "2015-09-17", {"illapel"}),
    "sarez2015_s1_a100_los": ("2015-11-17", "2015-12-11", {"sarez"}),
    "tottori2016_alos2_desc_20160803_20161026_los": ("2016-08-03", "2016-10-26", {"tottori"}),
    "ridgecrest2019_s1_a064_los": ("2019-07-04", "2019-07-10", {"ridgecrest"}),
    "ridgecrest2019_alos2_a065_los": ("2019-06-16", "2019-07-14", {"ridgecrest"}),
    "hovsgol2021_s1_d004_dense_los": ("2021-01-06", "2021-01-18", {"hovsgol"}),
    "herat2023_eq12_s1_desc_20230926_20231008_los": ("2023-09-26", "2023-10-08", {"herat-1", "herat-2"}),
    "herat2023_eq34_s1_asc_20231007_20231019_los": ("2023-10-07", "2023-10-19", {"herat-3", "herat-4"}),
    "herat2023_eq4_s1_desc_20231015_20231027_los": ("2023-10-15", "2023-10-27", {"herat-4"}),
}
"""Dates round the event (those of the pair where the list states them), and the events that may be named."""
FEWEST_WITHIN_RANGE = 7
"""Of the eleven scenes with a peak, so many lie within the expected range; the shocks of Herat were shallower
than catalogued."""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    path = tmp_path_factory.mktemp("events") / "query.csv"
    path.write_text(EVENTS, encoding="utf-8")
    return read_catalogue(str(path))


@cache
def seen(name):
    """View of a scene and the box of its deformed ground, with the peak in it."""
    with open(DATA / "catalogue.csv", encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["file"].endswith(f"/{name}.tif"))
    wrapped = row["quantity"] == "wrapped phase"
    scene = open_interferogram(
        str(DATA / row["file"]),
        quantity="wrapped" if wrapped else "displacement",
        unit=row["unit"],
        positive=row["positive"],
        wavelength=float(row["wavelength_m"]),
    )
    scene = replace(scene, dates=SCENES[name][:2])
    values = scene.read(0, 0, scene.grid.width, scene.grid.height)
    xmin, ymin, xmax, ymax = extent = tuple(float(part) for part in row["box"].split(","))
    lon, lat = scene.grid.lonlat((xmin + xmax) / 2, (ymin + ymax) / 2)
    size = ((xmax - xmin) * 111.3 * math.cos(math.radians(lat)), (ymax - ymin) * 110.9)
    peak = None
    if not wrapped:
        left, top = (int(part) for part in scene.grid.colrow(xmin, ymax))
        right, bottom = (int(part) for part in scene.grid.colrow(xmax, ymin))
        inside = values[max(top, 0) : bottom, max(left, 0) : right]
        low, high = np.nanpercentile(inside, [0.5, 99.5])
        peak = float(max(high, low, key=abs)) * scene.wavelength / (4 * math.pi) * 100
    box = Box(1, 0.9, "earthquake", extent, *size, size[0] * size[1], lon, lat, peak, None, 100.0)
    return scene_view(scene, values, scene.grid), box


@pytest.mark.parametrize("name", SCENES)
def test_the_right_event_is_named(name, catalogue):
    view, box = seen(name)
    match = match_catalogue(catalogue, view, [box], 0.6)
    assert match.boxes[0].candidate.event.id in SCENES[name][2]
    assert match.time_checked
    assert match.unseen == ()
    assert match.probability_with_catalogue > 0.6


def test_the_expected_peaks_fit_the_seen_ones(catalogue):
    ratios = []
    for name in SCENES:
        view, box = seen(name)
        expected = match_catalogue(catalogue, view, [box], 0.6).boxes[0].candidate.expectation
        if box.peak_los_cm is not None:
            peak = abs(box.peak_los_cm) / 100
            inside = expected.low <= peak <= expected.high
            ratios.append((math.log(peak / expected.peak), inside))
    logs = np.array([ratio for ratio, _ in ratios])
    assert abs(float(np.sqrt(np.mean(logs**2))) - odds.LOG_SCATTER) < 0.25
    assert sum(inside for _, inside in ratios) >= FEWEST_WITHIN_RANGE


@pytest.mark.parametrize("days", [-400, 400])
def test_a_catalogue_of_wrong_dates_matches_nothing(days, catalogue):
    moved = [replace(event, time=event.time + timedelta(days=days)) for event in catalogue.events]
    wrong = Catalogue("wrong.csv", "table", tuple(moved))
    for name in SCENES:
        view, box = seen(name)
        match = match_catalogue(wrong, view, [box], 0.6)
        assert match.boxes[0].candidate is None, name
        assert match.unseen == ()
        assert match.probability_with_catalogue <= 0.6 + 1e-9


def test_a_catalogue_of_another_region_matches_nothing():
    other = read_catalogue(str(FILES / "gorkha.usgs.csv"))
    view, box = seen("ridgecrest2019_s1_a064_los")
    assert match_catalogue(other, view, [box], 0.6).boxes[0].candidate is None
