"""Volcanoes and faults near boxes: named, and without effect on a probability."""

import csv
from types import SimpleNamespace

import numpy as np
import pytest
from osgeo import ogr, osr

from quakefringe.engine.context.box_fields import FIELDS, box_fields
from quakefringe.engine.context.faults import FaultLayer
from quakefringe.engine.context.surroundings import Found, Surroundings
from quakefringe.engine.context.volcanoes import PATH, nearest_volcano, volcanoes
from quakefringe.engine.errors import InputError
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.report.surroundings import surroundings_section
from quakefringe.engine.results import Box
from quakefringe.engine.settings import Settings


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    path = str(tmp_path_factory.mktemp("faults") / "faults.gpkg")
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(4326)
    data = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    layer = data.CreateLayer("faults", srs, ogr.wkbLineString)
    for name in ("name", "slip_type"):
        layer.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for name, wkt in (("Near", "LINESTRING (40 13.5, 41 13.5)"), ("Far", "LINESTRING (40 14, 41 14)")):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("name", name)
        feature.SetField("slip_type", "Normal")
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
    feature = layer = data = None
    return path


def box(lon, lat):
    return Box(1, 0.9, "earthquake", (0, 0, 1, 1), 10.0, 10.0, 80.0, lon, lat, 5.0, 2.0, 500.0)


def around(settings, *boxes):
    grid = Grid(10, 10, (40.0, 0.1, 0, 14.0, 0, -0.1), wkt_of_epsg(4326))
    return Surroundings(settings).of(SimpleNamespace(), boxes, np.ones((10, 10)), grid, 0.9)


def test_the_list_says_where_it_comes_from_and_is_complete():
    with open(PATH, encoding="utf-8") as file:
        first = [line for line in file if line.startswith("#")]
    assert any("Global Volcanism Program" in line and "Smithsonian" in line for line in first)
    known = volcanoes()
    assert len(known) == 1250 == len({one.number for one in known})
    assert all(-180 <= one.lon <= 180 and -90 <= one.lat <= 90 and one.name for one in known)
    with open(PATH, encoding="utf-8", newline="") as file:
        assert next(csv.reader(line for line in file if not line.startswith("#"))) == [
            "number",
            "name",
            "latitude",
            "longitude",
        ]


@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [("Erta Ale", 40.67, 13.60), ("Etna", 14.99, 37.75), ("Kilauea", -155.29, 19.42)],
)
def test_the_nearest_volcano_is_found(name, lon, lat):
    volcano, distance = nearest_volcano(lon, lat)
    assert volcano.name == name
    assert distance < 3


def test_the_nearest_volcano_is_found_across_the_date_line():
    east, _ = nearest_volcano(179.99, -16.8)
    west, _ = nearest_volcano(-179.99, -16.8)
    assert east.name == west.name


def test_the_verdict_mentions_a_volcano_near_the_first_box_only():
    found = around(Settings(), box(40.68, 13.62))
    assert found.with_volcano("Earthquake present (93 %)", "earthquake").endswith(
        ", 3 km from the volcano Erta Ale"
    )
    assert found.with_volcano("Deformation present (93 %)", "unclear") == (
        "Deformation present (93 %), earthquake or dyke intrusion, 3 km from the volcano Erta Ale"
    )
    assert any("dyke" in note for note in found.notes)
    assert around(Settings(), box(85.0, 28.0)).with_volcano("Earthquake", "earthquake") == "Earthquake"
    assert Found().with_volcano("No deformation", "none") == "No deformation"
    assert around(Settings(), box(None, None)).context == []


def test_the_nearest_fault_is_named_with_its_distance(faults):
    near = FaultLayer(faults).nearest(40.5, 13.6)
    assert (near.name, near.kind) == ("Near", "Normal")
    assert near.distance_km == pytest.approx(11.06, abs=0.1)
    assert FaultLayer(f"{faults}|layername=faults").nearest(-100, 40) is None
    (first,) = around(Settings(faults=faults), box(40.5, 13.6)).context
    assert (first["fault"], first["rank"]) == ("Near", 1)


def test_bad_fault_layers_get_one_clear_sentence(faults, tmp_path):
    with pytest.raises(InputError, match="cannot be opened; give a layer of lines"):
        FaultLayer(str(tmp_path / "none.gpkg"))
    with pytest.raises(InputError, match="has no lines"):
        FaultLayer(f"{faults}|layername=other")
    flat = tmp_path / "flat.csv"
    flat.write_text('WKT,name\n"LINESTRING (0 0, 1 1)",a\n', encoding="utf-8")
    with pytest.raises(InputError, match="has no coordinate system"):
        FaultLayer(str(flat))


def test_a_wrong_catalogue_stops_before_the_network_runs():
    with pytest.raises(InputError, match="does not exist"):
        Surroundings(Settings(catalogue="nowhere.csv"))
    with pytest.raises(InputError, match="tolerance is outside 0 to 366"):
        Settings(catalogue_tolerance=-1).check()


def test_the_report_shows_catalogue_and_surroundings():
    context = around(Settings(), box(40.68, 13.62)).context
    section = surroundings_section(SimpleNamespace(catalogue=None, context=context))
    assert "Box 1: 3 km from the volcano Erta Ale" in section
    far = around(Settings(), box(85.0, 28.0)).context
    assert surroundings_section(SimpleNamespace(catalogue=None, context=far)) == ""


def test_the_files_of_catalogue_and_faults_are_known_so_that_no_result_overwrites_them(faults):
    assert Surroundings(Settings(faults=f"{faults}|layername=faults")).paths == [faults]


def test_a_box_carries_its_event_its_volcano_and_its_fault():
    event = {"id": "e1", "time": "2015-04-25T06:11:25Z", "mw": 7.84, "depth_km": 8.0}
    event["expected_peak_los_cm"] = -90.0
    result = SimpleNamespace(
        catalogue={
            "boxes": [{"rank": 1, "event": event, "distance_km": 7.5}, {"rank": 2, "event": None}],
        },
        context=[{"rank": 1, "volcano": "Erta Ale", "volcano_km": 3.0, "fault": "Near", "fault_km": 9.0}],
    )
    first = box_fields(result, 1)
    assert tuple(first) == FIELDS
    assert first["event"] == "Mw 7.8, 2015-04-25 06:11 UTC"
    assert (first["event_id"], first["event_km"], first["expected_los_cm"]) == ("e1", 7.5, -90.0)
    assert (first["volcano"], first["fault_km"]) == ("Erta Ale", 9.0)
    assert set(box_fields(result, 2).values()) == {None}
    assert set(box_fields(SimpleNamespace(catalogue=None, context=[]), 1).values()) == {None}
