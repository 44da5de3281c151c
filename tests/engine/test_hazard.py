"""The hazard assessment: areas, intensities, distances and counts against known values; bad input."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from osgeo import gdal, ogr, osr

from quakefringe.engine.decomposition.fault_plane import FaultPlane
from quakefringe.engine.errors import InputError, OutputError
from quakefringe.engine.hazard import HazardSettings, assess
from quakefringe.engine.hazard.intensity import intensity, intensity_sigma
from quakefringe.tests.engine.made import UTM, write

SIDE, PIXEL_M, SIGMA_KM, PEAK_M = 200, 200.0, 5.0, 1.0
TRANSFORM = (300_000.0, PIXEL_M, 0.0, 3_140_000.0, 0.0, -PIXEL_M)
MIDDLE = (TRANSFORM[0] + SIDE * PIXEL_M / 2, TRANSFORM[3] - SIDE * PIXEL_M / 2)


def gauss():
    axis = (np.arange(SIDE) + 0.5 - SIDE / 2) * PIXEL_M / 1000
    return (PEAK_M * np.exp(-(axis[None] ** 2 + axis[:, None] ** 2) / (2 * SIGMA_KM**2))).astype(np.float32)


def area_above(level):
    """Area (km²) where the Gaussian exceeds a level."""
    return 2 * math.pi * SIGMA_KM**2 * math.log(PEAK_M / level)


def lonlat(x, y):
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(UTM)
    target.ImportFromEPSG(4326)
    for one in (source, target):
        one.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(source, target).TransformPoint(x, y)[:2]


@pytest.fixture(scope="module")
def up(tmp_path_factory):
    return write(tmp_path_factory.mktemp("up") / "up.tif", gauss(), TRANSFORM, UTM, unit="m")


def fault(**changes):
    lon, lat = lonlat(*MIDDLE)
    values = {"depth_km": 10.0, "strike": 90.0, "dip": 45.0, "length_km": 20.0, "width_km": 10.0}
    return FaultPlane(lon, lat, **{**values, **changes})


def vector(path, features, kind=ogr.wkbPoint, epsg=UTM):
    """A GeoPackage of (name, WKT)."""
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    store = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    layer = store.CreateLayer("layer", reference, kind)
    layer.CreateField(ogr.FieldDefn("name", ogr.OFTString))
    for name, wkt in features:
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("name", name)
        feature.SetGeometry(ogr.CreateGeometryFromWkt(wkt))
        layer.CreateFeature(feature)
    del layer, store
    return str(path)


def rows(result, key):
    return {row["class"]: row for row in result.to_dict()[key]["classes"]}


def test_zone_areas_are_those_of_the_gaussian(up):
    found = rows(assess(HazardSettings(up, levels_m=(0.1, 0.25, 0.5))), "zones")
    wanted = {
        0.1: area_above(0.1) - area_above(0.25),
        0.25: area_above(0.25) - area_above(0.5),
        0.5: area_above(0.5),
    }
    for level, area in wanted.items():
        assert found[f"uplift_{level:g}"]["area_km2"] == pytest.approx(area, rel=0.01)
    assert found["subsidence_0.1"]["area_km2"] == 0


def test_areas_in_degrees_are_those_on_the_ellipsoid(tmp_path):
    values = np.full((50, 40), 0.5, np.float32)
    path = write(tmp_path / "up.tif", values, (85.0, 0.01, 0.0, 60.0, 0.0, -0.01), 4326, unit="m")
    found = rows(assess(HazardSettings(path, levels_m=(0.1,))), "zones")
    lat = math.radians(59.75)
    expected = 0.5 * math.radians(1) * 6371 * 0.4 * math.radians(1) * 6371 * math.cos(lat)
    assert found["uplift_0.1"]["area_km2"] == pytest.approx(expected, rel=0.01)


def test_tilt_is_the_slope_of_the_ground(tmp_path):
    ridges = np.abs(np.arange(SIDE) % 100 - 50) * PIXEL_M * 4e-3
    ramp = np.broadcast_to(ridges, (SIDE, SIDE)).astype(np.float32)
    path = write(tmp_path / "up.tif", ramp, TRANSFORM, UTM, unit="m")
    result = assess(HazardSettings(path, levels_m=(1.0,)))
    found = rows(result, "tilt")
    assert found["tilt_1/300"]["area_km2"] == pytest.approx((SIDE * PIXEL_M / 1000) ** 2, rel=0.15)


def test_intensity_has_the_values_of_the_published_relation():
    # Allen, Wald and Worden (2012) as OpenQuake computes it: c0 + c1 M + c2 ln sqrt(R^2 + (1 + c3 e^(M-5))^2)
    assert float(intensity(0.0, 5.0)) == pytest.approx(3.95 + 0.913 * 5 - 1.107 * math.log(1.813))
    assert float(intensity(100.0, 7.0)) == pytest.approx(5.240, abs=1e-3)
    assert float(intensity_sigma(0.0)) == pytest.approx(0.95)
    assert float(intensity_sigma(44.7)) == pytest.approx(0.835)
    assert float(intensity_sigma(44.7, 0.2)) > 0.835


def test_distances_are_those_to_the_rectangle():
    flat = fault(dip=1e-6, width_km=8.0)
    lon, lat = flat.frame.to_lonlat(np.array([0.0, 13.0, 0.0]), np.array([0.0, 0.0, 7.0]))
    assert flat.distance_km(lon, lat) == pytest.approx([10.0, math.hypot(10, 3), math.hypot(10, 3)], abs=0.01)
    assert flat.surface_distance_km(lon, lat) == pytest.approx([0.0, 3.0, 3.0], abs=0.01)
    steep = fault(dip=90.0)
    lon, lat = steep.frame.to_lonlat(np.array([0.0]), np.array([6.0]))
    assert steep.distance_km(lon, lat) == pytest.approx([math.hypot(6, 5)], abs=0.01)


def test_people_are_counted_in_another_system_without_nodata_and_negatives(up, tmp_path):
    lon, lat = lonlat(*MIDDLE)
    people = np.full((120, 120), 10.0, np.float32)
    people[0, 0], people[60, 60], people[61, 61] = -5, -9999, np.nan
    transform = (lon - 0.3, 0.005, 0.0, lat + 0.3, 0.0, -0.005)
    path = write(tmp_path / "people.tif", people, transform, 4326, nodata=-9999.0, unit="")
    result = assess(HazardSettings(up, levels_m=(0.5,), population=path))
    pixel_km2 = 0.005**2 * 111.32 * 110.8 * math.cos(math.radians(lat))
    expected = 10.0 * area_above(0.5) / pixel_km2
    assert rows(result, "zones")["uplift_0.5"]["people"] == pytest.approx(expected, rel=0.03)
    assert any("negative" in warning for warning in result.warnings)


def test_density_in_degrees_becomes_people(up, tmp_path):
    lon, lat = lonlat(*MIDDLE)
    transform = (lon - 0.3, 0.005, 0.0, lat + 0.3, 0.0, -0.005)
    path = write(tmp_path / "d.tif", np.full((120, 120), 100.0, np.float32), transform, 4326, unit="")
    settings = HazardSettings(up, levels_m=(0.5,), population=path, population_unit="density")
    assert rows(assess(settings), "zones")["uplift_0.5"]["people"] == pytest.approx(
        100 * area_above(0.5), rel=0.02
    )


def test_places_buildings_and_roads_are_counted(up, tmp_path):
    x, y = MIDDLE
    settlements = vector(
        tmp_path / "s.gpkg", [("Top", f"POINT({x} {y})"), ("Far", f"POINT({x + 18000} {y})")]
    )
    buildings = vector(
        tmp_path / "b.gpkg",
        [("b", f"POLYGON(({x} {y},{x + 20} {y},{x + 20} {y + 20},{x} {y + 20},{x} {y}))")],
        ogr.wkbPolygon,
    )
    roads = vector(
        tmp_path / "r.gpkg", [("r", f"LINESTRING({x - 19000} {y},{x + 19000} {y})")], ogr.wkbLineString
    )
    settings = HazardSettings(
        up, levels_m=(0.5,), settlements=settlements, buildings=buildings, roads=roads, fault=fault(), mw=6.5
    )
    result = assess(settings)
    zone = rows(result, "zones")["uplift_0.5"]
    assert (zone["settlements"], zone["buildings"]) == (1, 1)
    assert zone["roads_km"] == pytest.approx(2 * SIGMA_KM * math.sqrt(2 * math.log(2)), rel=0.03)
    top, far = result.places
    assert (top.feature.name, far.feature.name) == ("Top", "Far")
    assert top.rupture_km < far.rupture_km
    assert top.intensity > far.intensity
    assert top.rise_m == pytest.approx(1.0, abs=0.01)


def test_page_package_and_json_say_the_same(up, tmp_path):
    names = {"page": "p.html", "package": "l.gpkg", "result": "r.json"}
    files = {name: str(tmp_path / one) for name, one in names.items()}
    x, y = MIDDLE
    places = vector(tmp_path / "s.gpkg", [("A <b>", f"POINT({x} {y})")])
    assess(HazardSettings(up, settlements=places, fault=fault(), mw=6.5), **files)
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "model, not a measurement" in page
    assert "A &lt;b&gt;" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    package = gdal.OpenEx(files["package"])
    layers = {package.GetLayer(index).GetName() for index in range(package.GetLayerCount())}
    assert {"zones", "tilt", "intensity", "fault", "places"} <= layers
    styled = {feature.GetField("f_table_name") for feature in package.GetLayerByName("layer_styles")}
    assert {"zones", "tilt", "intensity", "fault", "places"} <= styled
    data = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    areas = {row["class"]: row["area_km2"] for row in data["zones"]["classes"]}
    for feature in package.GetLayerByName("zones"):
        assert feature.GetField("area_km2") == pytest.approx(areas[feature.GetField("class")])
        assert feature.GetGeometryRef().GetArea() / 1e6 == pytest.approx(
            feature.GetField("area_km2"), rel=0.01
        )


def test_one_look_says_what_it_cannot_see(tmp_path):
    phase = (-4 * np.pi / 0.0555 * gauss()).astype(np.float32)
    path = write(tmp_path / "20200101_20200113.unw.tif", phase, TRANSFORM, UTM)
    with pytest.raises(InputError, match="wavelength"):
        assess(HazardSettings(path, one_look=True))
    metres = write(tmp_path / "los.tif", gauss(), TRANSFORM, UTM, unit="m")
    result = assess(HazardSettings(metres, one_look=True, levels_m=(0.5,)))
    assert rows(result, "zones")["toward_0.5"]["area_km2"] == pytest.approx(area_above(0.5), rel=0.1)
    assert any("line of sight only" in warning for warning in result.warnings)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"levels_m": (0.5, 0.1)}, "rising order"),
        ({"population": "missing.tif"}, "cannot be opened"),
        ({"settlements": "missing.gpkg"}, "cannot be opened"),
        ({"source": "x.json", "fault": FaultPlane(0, 0, 5, 0, 45, 10, 5), "mw": 6.0}, "not both"),
        ({"fault": FaultPlane(0, 0, 5, 0, 45, 10, 5)}, "moment magnitude"),
        ({"fault": FaultPlane(0, 0, 1, 0, 90, 10, 5), "mw": 6.0}, "above the ground"),
        ({"population_unit": "people"}, "count or density"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(up, changes, message):
    with pytest.raises(InputError, match=message) as caught:
        assess(HazardSettings(up, **changes))
    assert "\n" not in str(caught.value)


def test_a_population_without_crs_is_refused(up, tmp_path):
    path = write(tmp_path / "p.tif", np.ones((9, 9), np.float32), TRANSFORM, None, unit="")
    with pytest.raises(InputError, match="no coordinate system"):
        assess(HazardSettings(up, population=path))


def test_nothing_is_written_when_a_file_cannot_be(up, tmp_path):
    with pytest.raises(OutputError):
        assess(HazardSettings(up), page=str(tmp_path / "p.html"), result=str(tmp_path / "none" / "r.json"))
    assert not list(tmp_path.iterdir())


def test_a_population_of_another_place_counts_nobody_and_says_so(up, tmp_path):
    transform = (10.0, 0.01, 0.0, 50.0, 0.0, -0.01)
    path = write(tmp_path / "p.tif", np.ones((9, 9), np.float32), transform, 4326, unit="")
    result = assess(HazardSettings(up, levels_m=(0.5,), population=path))
    assert rows(result, "zones")["uplift_0.5"]["people"] == 0
    assert any("holds nobody in this area; check its place" in warning for warning in result.warnings)


def test_the_limits_say_that_a_source_estimate_lies_deep(up, tmp_path):
    one = fault()
    keys = ("depth_km", "strike", "dip", "rake", "length_km", "width_km", "slip_m")
    rectangle = {key: getattr(one, key) for key in keys} | {"corners": one.corners()}
    path = tmp_path / "source.json"
    path.write_text(json.dumps({"mw": 6.5, "mw_90": [6.4, 6.6], "faults": [rectangle]}), encoding="utf-8")
    estimated = assess(HazardSettings(up, levels_m=(0.5,), source=str(path))).theme("intensity").limits
    given = assess(HazardSettings(up, levels_m=(0.5,), fault=one, mw=6.5)).theme("intensity").limits
    assert "rectangle of uniform slip" in estimated
    assert "rectangle of uniform slip" not in given
