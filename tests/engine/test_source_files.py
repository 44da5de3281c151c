"""The files of a source estimate, as QGIS, catalogues and scripts read them."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr

sys.path.insert(0, str(Path(__file__).parent))
import synthetic_source as synthetic

from quakefringe.engine.errors import InputError, OutputError
from quakefringe.engine.output.transaction import Transaction
from quakefringe.engine.source.mechanism import moment_tensor
from quakefringe.engine.source_output.area import box_extent, to_degrees
from quakefringe.engine.source_output.box_fields import write_to_box
from quakefringe.engine.source_output.estimate_json import estimate_to_dict, origin, write_estimate_json
from quakefringe.engine.source_output.ground_motion import fit_map, fit_points
from quakefringe.engine.source_output.options import SourceFiles, SourceOptions
from quakefringe.engine.source_output.origin_time import given_time, time_between
from quakefringe.engine.source_output.quakeml import clvd_share, quakeml
from quakefringe.engine.source_output.raster_layers import write_maps
from quakefringe.engine.source_output.vector_layers import write_layers

gdal.UseExceptions()


@pytest.fixture(scope="module")
def scenes():
    return {"ascending": synthetic.raster(-12.0), "descending": synthetic.raster(-168.0)}


@pytest.fixture(scope="module")
def estimate(scenes):
    return synthetic.estimate_of(scenes)


@pytest.fixture(scope="module")
def package(estimate, tmp_path_factory):
    path = str(tmp_path_factory.mktemp("source") / "source.gpkg")
    write_layers(estimate, path, "run-1")
    return gdal.OpenEx(path)


def rows(package, layer):
    layer = package.GetLayerByName(layer)
    layer.ResetReading()
    return [(feature.items(), feature.GetGeometryRef().Clone()) for feature in layer]


def test_json_has_the_keys_that_scripts_rely_on(estimate, tmp_path):
    path = str(tmp_path / "source.json")
    write_estimate_json(estimate, path, {"run_id": "run-1"})
    data = json.loads(Path(path).read_text(encoding="utf-8"))
    keys = {
        "schema",
        "run_id",
        "mw",
        "mw_90",
        "depth_km",
        "depth_km_90",
        "planes",
        "variance_reduction",
        "rivals",
    }
    assert keys <= set(data)
    assert data["planes"][0]["strike"] == synthetic.STRIKE
    assert data["planes"][0]["weight"] + data["planes"][1]["weight"] == pytest.approx(1)
    assert len(data["faults"][0]["corners"]) == 4
    assert [rival["kind"] for rival in data["rivals"]] == ["mogi", "sheet"]
    assert data["percentiles"]["mw"] == sorted(data["percentiles"]["mw"])


def test_json_replaces_values_that_are_not_finite(estimate):
    odd = synthetic.estimate_of(stress_drop_mpa=float("nan"), kagan_deg=12.0)
    data = estimate_to_dict(odd)
    assert data["stress_drop_mpa"] is None
    assert data["kagan_deg"] == 12.0


def test_the_decomposition_reads_the_json(estimate, tmp_path):
    from quakefringe.engine.decomposition.fault_plane import read_source

    path = str(tmp_path / "source.json")
    write_estimate_json(estimate, path)
    source = read_source(path)
    assert source.mw == pytest.approx(estimate.mw)
    assert source.faults[0].strike == synthetic.STRIKE


def test_the_package_holds_fault_edge_centroid_and_points(package, estimate):
    names = {package.GetLayer(i).GetName() for i in range(package.GetLayerCount())}
    assert {"points", "centroid_90", "fault_plane", "top_edge", "centroid"} <= names
    planes = {values["role"]: (values, shape) for values, shape in rows(package, "fault_plane")}
    assert set(planes) == {"fault", "other nodal plane"}
    values, shape = planes["fault"]
    east, north = synthetic.FRAME.km_per_degree
    assert shape.Area() * east * north == pytest.approx(14 * 8 * np.cos(np.radians(30)), rel=1e-3)
    assert values["top_km"] == pytest.approx(5 - 4 * np.sin(np.radians(30)))
    [(centroid, point)] = rows(package, "centroid")
    assert (point.GetX(), point.GetY()) == pytest.approx((62.1, 34.5))
    assert centroid["mw"] == pytest.approx(estimate.mw) and centroid["run_id"] == "run-1"


def test_points_obey_data_less_model_is_residual(package, estimate):
    points = [values for values, _ in rows(package, "points")]
    assert len(points) == sum(len(look.data) for look in estimate.looks)
    for values in points[::17]:
        assert values["data_m"] - values["model_m"] == pytest.approx(values["residual_m"], abs=1e-9)
    delivered = [values["data_m"] + values["ramp_m"] for values in points if values["look"] == 1]
    assert np.allclose(delivered, estimate.looks[0].data)


def test_two_faults_are_both_part_of_the_model(tmp_path):
    path = str(tmp_path / "two.gpkg")
    write_layers(synthetic.estimate_of(faults=(synthetic.fault(), synthetic.fault(157, 80, 0))), path)
    assert [values["role"] for values, _ in rows(gdal.OpenEx(path), "fault_plane")] == ["fault", "fault"]


def test_every_layer_has_its_style_scaled_to_the_data(package):
    styles = [values for values, _ in styles_of(package)]
    default = {values["f_table_name"] for values in styles if values["useAsDefault"]}
    assert default == {"points", "centroid_90", "fault_plane", "top_edge", "centroid"}
    points = next(v for v in styles if v["f_table_name"] == "points" and v["useAsDefault"])["styleQML"]
    limits = [float(value) for value in re.findall(r'<range [^>]*?upper="([^"]+)"', points)]
    inner = [value for value in limits if abs(value) < 100]
    assert 0.05 < max(inner) < 1
    ball = next(v for v in styles if v["f_table_name"] == "centroid")["styleQML"]
    assert "BEACHBALL" not in ball and "base64:PHN2" in ball


def styles_of(package):
    layer = package.GetLayerByName("layer_styles")
    layer.ResetReading()
    return [(feature.items(), None) for feature in layer]


def test_maps_have_one_scale_and_obey_data_less_model_is_residual(estimate, scenes, tmp_path):
    maps = [
        (number, look, fit_map(estimate, look, raster))
        for number, (look, raster) in enumerate(zip(estimate.looks, scenes.values()), 1)
    ]
    with Transaction() as files:
        written = write_maps(files, str(tmp_path), maps, origin(estimate), "run-1")
        files.commit()
    assert len(written) == 6
    data, model, residual = (gdal.Open(path).ReadAsArray() for path in written[:3])
    good = np.isfinite(data)
    assert not good[:5, :5].any() and np.isfinite(model).all()
    assert np.allclose((data - model)[good], residual[good], atol=1e-6)
    assert np.std(residual[good]) == pytest.approx(synthetic.NOISE_M, rel=0.1)
    styles = {Path(path).with_suffix(".qml").read_text(encoding="utf-8") for path in written}
    assert len(styles) == 1
    dataset = gdal.Open(written[0])
    band = dataset.GetRasterBand(1)
    assert band.GetUnitType() == "m" and np.isnan(band.GetNoDataValue())
    assert dataset.GetMetadata()["RUN_ID"] == "run-1"
    assert dataset.GetMetadata()["RAMP"].endswith("to the north of 62.100000, 34.500000")


def test_no_map_remains_when_writing_fails(estimate, scenes, tmp_path, monkeypatch):
    from quakefringe.engine.source_output import raster_layers

    calls = []

    def full(path, data):
        calls.append(path)
        if len(calls) > 3:
            raise OutputError("The disk is full.")
        Path(path).write_bytes(data)

    monkeypatch.setattr(raster_layers, "write_bytes", full)
    one = (1, estimate.looks[0], fit_map(estimate, estimate.looks[0], scenes["ascending"]))
    with pytest.raises(OutputError), Transaction() as files:
        write_maps(files, str(tmp_path), [one], origin(estimate), "run-1")
    assert list(tmp_path.iterdir()) == []


def test_points_without_ramp_are_centred_on_the_motion(estimate):
    points = fit_points(estimate, estimate.looks[0])
    far = np.abs(points.model) < 0.002
    assert far.any() and abs(np.median(points.data[far])) < 0.003


def test_longitudes_run_on_across_180_degrees(tmp_path):
    def moved(longitude):
        return (longitude + 180.0 - 62.1 + 180) % 360 - 180

    made = synthetic.estimate_of()
    faults = [
        replace(
            one,
            corners=tuple((moved(x), y, z) for x, y, z in one.corners),
            top_edge=tuple((moved(x), y, z) for x, y, z in one.top_edge),
        )
        for one in (synthetic.fault(), synthetic.fault(157, 80, 0))
    ]
    draws = replace(made.draws, longitude=moved(made.draws.longitude))
    estimate = synthetic.estimate_of(longitude=-180.0, draws=draws, faults=tuple(faults))
    percentiles = estimate_to_dict(estimate)["percentiles"]["longitude"]
    assert np.all(np.diff(percentiles) > 0) and percentiles[-1] - percentiles[0] < 0.1
    path = str(tmp_path / "dateline.gpkg")
    write_layers(estimate, path)
    package = gdal.OpenEx(path)
    for layer in ("fault_plane", "top_edge", "centroid"):
        west, east, _, _ = package.GetLayerByName(layer).GetExtent()
        assert -180.2 < west <= east < -179.8


TIME = given_time("2023-10-15T03:36:00")


def test_quakeml_is_valid_against_its_schema(estimate, tmp_path):
    core = pytest.importorskip("obspy.io.quakeml.core")
    text = quakeml(estimate, TIME, "run-1")
    assert core._validate(io.BytesIO(text.encode("utf-8")))


def test_obspy_reads_what_was_estimated(estimate):
    obspy = pytest.importorskip("obspy")
    [event] = obspy.read_events(io.BytesIO(quakeml(estimate, TIME, "run-1").encode("utf-8")))
    origin, magnitude = event.preferred_origin(), event.preferred_magnitude()
    assert magnitude.mag == pytest.approx(estimate.mw) and magnitude.magnitude_type == "Mw"
    assert origin.depth == pytest.approx(5000) and str(origin.time).startswith("2023-10-15T03:36")
    assert origin.origin_type == "centroid"
    mechanism = event.preferred_focal_mechanism()
    plane = mechanism.nodal_planes.nodal_plane_1
    assert (plane.strike, plane.dip, plane.rake) == (synthetic.STRIKE, synthetic.DIP, synthetic.RAKE)
    assert plane.strike_errors.confidence_level == 90
    tensor = mechanism.moment_tensor
    assert tensor.scalar_moment == pytest.approx(estimate.moment_nm)
    assert tensor.tensor.m_rr == pytest.approx(estimate.moment_tensor_nm[0])


def test_our_own_reader_of_catalogues_reads_it(estimate, tmp_path):
    from quakefringe.engine.catalogue import read_catalogue

    path = tmp_path / "source.xml"
    path.write_text(quakeml(estimate, TIME, "run-1"), encoding="utf-8")
    [event] = read_catalogue(str(path)).events
    assert event.mw == pytest.approx(estimate.mw)
    assert (event.lon, event.lat) == pytest.approx((62.1, 34.5))


def test_a_sum_of_two_mechanisms_is_no_double_couple():
    thrust, slip = moment_tensor(247, 30, 78, 2.0), moment_tensor(157, 80, 0, 1.0)
    assert clvd_share(thrust) == pytest.approx(0, abs=1e-9)
    assert 0.02 < clvd_share(thrust + slip) < 1
    assert clvd_share((2.0, -1.0, -1.0, 0.0, 0.0, 0.0)) == pytest.approx(1)
    both = synthetic.estimate_of(
        faults=(synthetic.fault(), synthetic.fault(157, 80, 0)), moment_tensor_nm=tuple(thrust + slip)
    )
    text = quakeml(both, TIME, "run-1")
    assert "<inversionType>" not in text and "sum of two faults" in text


def test_the_time_lies_in_the_middle_of_what_all_pairs_share():
    time = time_between([("2023-10-14", "2023-11-07"), ("2023-10-15", "2023-10-27"), ()])
    assert time.iso.startswith("2023-10-21T12:00")
    assert time.uncertainty_s == pytest.approx(6.5 * 86400)
    assert time_between([(), ("2023-10-14",)]) is None


def test_looks_that_share_no_time_are_refused():
    with pytest.raises(InputError, match="share no time"):
        time_between([("2023-10-01", "2023-10-07"), ("2023-10-15", "2023-10-27")])


@pytest.mark.parametrize("text", ["yesterday", "2023-13-01", "06.04.2009"])
def test_a_time_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="is no time"):
        given_time(text)


def test_options_are_validated():
    with pytest.raises(InputError, match="2 headings were given for 3 looks"):
        SourceOptions(heading=(1.0, 2.0)).check(3)
    with pytest.raises(InputError, match="extent is empty"):
        SourceOptions(extent=(10, 5, 11, 5)).check(1)
    with pytest.raises(InputError, match="GPa"):
        SourceOptions(rigidity_pa=30.0).check(1)
    with pytest.raises(InputError, match="seed -1 is negative"):
        SourceOptions(seed=-1).check(1)
    with pytest.raises(InputError, match="headings must be numbers"):
        SourceOptions(heading=(float("nan"),)).check(1)
    with pytest.raises(InputError, match="no look 3"):
        SourceOptions(turned=(3,)).check(2)


def test_files_are_checked_before_the_run(tmp_path):
    scene = tmp_path / "scene.json"
    scene.write_text("{}")
    with pytest.raises(OutputError, match="overwrite the input"):
        SourceFiles([str(scene)], result=str(scene))
    with pytest.raises(OutputError, match=r"ends in \.gpkg"):
        SourceFiles([], layers=str(tmp_path / "a.shp"))
    residual = tmp_path / "source_2_residual.tif"
    residual.write_text("")
    with pytest.raises(OutputError, match="overwrite the input"):
        SourceFiles([str(residual)], maps=str(tmp_path))
    with pytest.raises(OutputError, match="does not exist"):
        SourceFiles([], maps=str(tmp_path / "nowhere"))
    with pytest.raises(OutputError, match="same name"):
        SourceFiles([], page=str(tmp_path / "a.html"), report=str(tmp_path / "a.html"))


def boxes_file(path, epsg=32641):
    package = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    from quakefringe.engine.raster.grid import spatial_reference

    layer = package.CreateLayer("boxes", spatial_reference(f"EPSG:{epsg}"), ogr.wkbPolygon)
    layer.CreateField(ogr.FieldDefn("rank", ogr.OFTInteger))
    for rank, x in ((1, 300000), (2, 400000)):
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("rank", rank)
        ring = f"{x} 3800000, {x + 20000} 3800000, {x + 20000} 3815000, {x} 3815000, {x} 3800000"
        feature.SetGeometry(ogr.CreateGeometryFromWkt(f"POLYGON(({ring}))"))
        layer.CreateFeature(feature)
    layer = package = None
    return str(path)


def test_a_box_becomes_degrees(tmp_path):
    west, south, east, north = box_extent(boxes_file(tmp_path / "boxes.gpkg"), 2)
    assert 60 < west < east < 63 and 34.3 < south < north < 34.5


def fields_of(path):
    package = gdal.OpenEx(path)
    return {row["rank"]: row.items() for row in package.GetLayerByName("boxes")}


def test_the_result_stands_beside_the_class_of_its_box(estimate, tmp_path):
    path = boxes_file(tmp_path / "boxes.gpkg")
    for run_id in ("first", "second"):
        assert write_to_box(path, 2, estimate, run_id) is None
    values = fields_of(path)
    assert values[2]["source_delta_bic"] == min(rival.delta_bic for rival in estimate.rivals)
    assert (values[2]["source_kind"], values[2]["source_run_id"]) == (estimate.kind, "second")
    assert values[1]["source_delta_bic"] is None and values[1]["source_kind"] is None


def test_boxes_that_cannot_be_written_give_a_warning(estimate, tmp_path):
    path = boxes_file(tmp_path / "boxes.gpkg")
    gdal.SetConfigOption("SQLITE_BUSY_TIMEOUT", "10")
    with contextlib.closing(sqlite3.connect(path)) as lock:
        lock.execute("begin immediate")
        warning = write_to_box(path, 2, estimate, "run")
    gdal.SetConfigOption("SQLITE_BUSY_TIMEOUT", None)
    assert "“boxes.gpkg” cannot be written" in warning
    assert "source_kind" not in fields_of(path)[1]


def test_a_box_that_does_not_exist_is_named(tmp_path):
    path = boxes_file(tmp_path / "boxes.gpkg")
    with pytest.raises(InputError, match="has no box 5; its boxes are: 1, 2"):
        box_extent(path, 5)
    with pytest.raises(InputError, match="There is no file"):
        box_extent(str(tmp_path / "none.gpkg"))


def test_an_unknown_coordinate_system_is_refused():
    with pytest.raises(InputError, match="not known"):
        to_degrees((0, 0, 1, 1), "EPSG:nothing")
