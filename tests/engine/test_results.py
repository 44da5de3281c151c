"""The files of a result, as other programs read them."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
from osgeo import gdal, ogr

from quakefringe.engine.errors import OutputError
from quakefringe.engine.output import map_layers as layers
from quakefringe.engine.output.map_layers import write_boxes, write_heatmap
from quakefringe.engine.output.result_json import write_json
from quakefringe.engine.output.transaction import Transaction, check_target
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.results import Box, Result

UTM = wkt_of_epsg(32645)


def box(rank=1, **changes):
    values = {
        "rank": rank,
        "probability": 0.91,
        "class_name": "earthquake",
        "extent": (301000.0, 3190000.0, 309000.0, 3196000.0),
        "width_km": 8.0,
        "height_km": 6.0,
        "area_km2": 33.3,
        "lon": 85.0,
        "lat": 28.8,
        "peak_los_cm": -12.5,
        "fringes": 4.5,
        "scale_m": 120.0,
    }
    return Box(**{**values, **changes})


def result_with(boxes=(), wkt=UTM):
    heat = np.linspace(0, 1, 30 * 40, dtype=np.float32).reshape(30, 40)
    heat[:3] = np.nan
    return Result(
        run_id="abc123",
        label="Earthquake present (91 %)",
        verdict="present",
        probability=0.91,
        other_probability=float("nan"),
        evidence=np.float32(2.3),
        other_evidence=-5.0,
        deformation="present",
        deformation_probability=0.95,
        deformation_evidence=3.1,
        kind="earthquake",
        boxes=list(boxes),
        heat=heat,
        grid=Grid(40, 30, (300000.0, 400.0, 0.0, 3200000.0, 0.0, -400.0), wkt),
        input={"path": "a.tif", "transform": [85.123456789012, 0.000833333333333, 0.0]},
        settings={"band": None},
        model={"version": "0.1.0", "name": "m.onnx", "hash": "00", "recipe": "default"},
        thresholds={"present": 0.7},
        backend="numpy",
        windows=[{"metres": 400.0, "scores": [[0, 0, 1.0, 0.9, 0.0, 0.0, 2.0, -3.0]]}],
        timings={"network": np.float64(0.5)},
        started="2026-01-01T00:00:00+00:00",
        plugin_version="0.1.0",
    )


def test_the_heatmap_is_a_tiled_deflated_float_geotiff_in_the_crs_of_the_scene(tmp_path):
    result, path = result_with(), str(tmp_path / "heat.tif")
    write_heatmap(result.heat, result.grid, path)
    raster = gdal.Open(path)
    band = raster.GetRasterBand(1)
    np.testing.assert_array_equal(band.ReadAsArray(), result.heat)
    assert raster.GetGeoTransform() == result.grid.transform
    assert raster.GetSpatialRef().GetAuthorityCode(None) == "32645"
    assert raster.GetMetadata("IMAGE_STRUCTURE")["COMPRESSION"] == "DEFLATE"
    assert band.DataType == gdal.GDT_Float32
    assert np.isnan(band.GetNoDataValue())
    assert band.GetBlockSize() == [256, 256]
    assert os.listdir(tmp_path) == ["heat.tif"]


def test_boxes_are_polygons_with_all_fields(tmp_path):
    path = str(tmp_path / "boxes.gpkg")
    write_boxes(result_with([box(), box(2, peak_los_cm=None, fringes=None, class_name="other")]), path)
    package = ogr.Open(path)
    layer = package.GetLayerByName("boxes")
    assert layer.GetGeometryColumn() == "geom"
    assert layer.GetSpatialRef().GetAuthorityCode(None) == "32645"
    first, second = list(layer)
    assert first.GetGeometryRef().GetEnvelope() == (301000.0, 309000.0, 3190000.0, 3196000.0)
    assert first.GetGeometryRef().GetGeometryName() == "POLYGON"
    assert {
        name: first[name] for name in ("rank", "class", "probability", "peak_los_cm", "run_id", "model")
    } == {
        "rank": 1,
        "class": "earthquake",
        "probability": 0.91,
        "peak_los_cm": -12.5,
        "run_id": "abc123",
        "model": "0.1.0",
    }
    expected = (
        "rank probability class width_km height_km area_km2 lon lat peak_los_cm fringes scale_m first_guess "
        "mw_guess depth_km_guess event event_id event_time event_mw event_depth_km event_km expected_los_cm "
        "volcano volcano_km fault fault_km run_id model"
    )
    definition = layer.GetLayerDefn()
    assert [
        definition.GetFieldDefn(i).GetName() for i in range(definition.GetFieldCount())
    ] == expected.split()
    assert second["peak_los_cm"] is None
    assert os.listdir(tmp_path) == ["boxes.gpkg"]


def test_a_scene_without_boxes_and_crs_gives_an_empty_layer(tmp_path):
    path = str(tmp_path / "boxes.gpkg")
    write_boxes(result_with(wkt=""), path)
    package = ogr.Open(path)
    assert package.GetLayerByName("boxes").GetFeatureCount() == 0


def test_the_style_of_the_boxes_is_the_default_of_their_layer(tmp_path, monkeypatch):
    (tmp_path / "boxes.qml").write_text("<qgis>boxes “ä”</qgis>", encoding="utf-8")
    monkeypatch.setattr(layers, "STYLES", str(tmp_path))
    path = str(tmp_path / "boxes.gpkg")
    write_boxes(result_with([box()]), path)
    package = ogr.Open(path)
    table = package.GetLayerByName("layer_styles")
    row = table.GetNextFeature()
    assert table.GetFeatureCount() == 1
    assert row["styleQML"] == "<qgis>boxes “ä”</qgis>"
    assert (row["f_table_name"], row["f_geometry_column"], row["useAsDefault"]) == ("boxes", "geom", 1)
    assert row["update_time"] is not None


def test_without_a_style_file_there_is_no_style_table(tmp_path, monkeypatch):
    monkeypatch.setattr(layers, "STYLES", str(tmp_path / "none"))
    path = str(tmp_path / "boxes.gpkg")
    write_boxes(result_with([box()]), path)
    package = ogr.Open(path)
    assert package.GetLayerByName("layer_styles") is None


def test_json_is_strict_and_without_nan(tmp_path):
    path = str(tmp_path / "result.json")
    write_json(result_with([box()]), path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert "NaN" not in text
    data = json.loads(text)
    assert data["other_probability"] is None
    assert data["boxes"][0]["class_name"] == "earthquake"
    assert data["heatmap"]["transform"][1] == 400.0
    assert data["input"]["transform"][1] == pytest.approx(0.000833333333333, rel=1e-12)


@pytest.mark.parametrize("exceptions", [True, False])
def test_files_are_written_with_gdals_exceptions_on_and_off(tmp_path, exceptions):
    before = gdal.GetUseExceptions()
    (gdal.UseExceptions if exceptions else gdal.DontUseExceptions)()
    try:
        result = result_with([box()])
        write_heatmap(result.heat, result.grid, str(tmp_path / "h.tif"))
        write_boxes(result, str(tmp_path / "b.gpkg"))
        with pytest.raises(OutputError):
            write_heatmap(np.zeros((2, 2)), Grid(-1, 2, (0, 1, 0, 0, 0, -1), ""), str(tmp_path / "x.tif"))
    finally:
        (gdal.UseExceptions if before else gdal.DontUseExceptions)()
    assert sorted(os.listdir(tmp_path)) == ["b.gpkg", "h.tif"]


def test_no_file_stays_in_gdals_memory(tmp_path):
    result = result_with([box()])
    write_heatmap(result.heat, result.grid, str(tmp_path / "h.tif"))
    write_boxes(result, str(tmp_path / "b.gpkg"))
    assert not [name for name in gdal.ReadDir("/vsimem/") or [] if name.startswith("quakefringe")]


def test_a_transaction_without_commit_removes_its_files(tmp_path):
    with Transaction() as files:
        name = files.stage(str(tmp_path / "a.gpkg"))
        for path in (name, name + "-journal"):
            with open(path, "w", encoding="utf-8") as file:
                file.write("x")
        assert len(os.listdir(tmp_path)) == 2
    assert os.listdir(tmp_path) == []


def test_a_transaction_replaces_existing_files(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old", encoding="utf-8")
    with Transaction() as files:
        with open(files.stage(str(target)), "w", encoding="utf-8") as file:
            file.write("new")
        assert target.read_text(encoding="utf-8") == "old"
        files.commit()
    assert target.read_text(encoding="utf-8") == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_checking_a_target_leaves_no_file(tmp_path):
    assert check_target(str(tmp_path / "a.TIF"), (".tif",), "heatmap") == str(tmp_path / "a.TIF")
    assert os.listdir(tmp_path) == []
