"""Heatmaps and thumbnails: made by the worker, kept beside the records, named in every result."""

import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
pytest.importorskip("pystac")
import pystac
from pyarrow import parquet

from quakefringe.archive.folder import ArchiveFolder
from quakefringe.archive.options import ExamineOptions
from quakefringe.archive.results.write import write_results
from quakefringe.archive.scene import scene_at
from quakefringe.archive.worker import examine

sys.path.insert(0, str(Path(__file__).parent))
from scenes import write_scene

SAMPLE = Path(__file__).resolve().parents[2] / "resources/sample/20150417_20150429.geo.diff_pha.tif"


@pytest.fixture(scope="module")
def sample():
    """The bundled earthquake, examined with both pictures."""
    return examine(scene_at(str(SAMPLE)), ExamineOptions(heatmaps=True))


@pytest.fixture(scope="module")
def folder(sample, tmp_path_factory):
    folder = ArchiveFolder(str(tmp_path_factory.mktemp("with pictures")))
    folder.commit(sample.record, sample.files)
    write_results(folder)
    return folder


def test_the_heatmap_is_a_cloud_optimised_geotiff(folder, sample):
    (path,) = folder.path.glob("heatmaps/*/*.tif")
    raster = gdal.Open(str(path))
    assert raster.GetMetadata("IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    heat = raster.ReadAsArray()
    size = sample.record["result"]["heatmap"]
    assert heat.shape == (size["height"], size["width"])
    assert 0.5 < np.nanmax(heat) <= 1
    assert raster.GetGeoTransform() == pytest.approx(size["transform"])
    assert raster.GetProjection()


def test_the_thumbnail_shows_the_frame_of_the_box(sample):
    png = sample.files["thumbnail"]
    width, height = struct.unpack(">II", png[16:24])
    assert max(width, height) == 160
    name = "/vsimem/thumbnail.png"
    gdal.FileFromMemBuffer(name, png)
    raster = gdal.Open(name)
    colours = raster.GetRasterBand(1).GetColorTable()
    picture = raster.ReadAsArray()
    raster = None
    gdal.Unlink(name)
    assert colours.GetColorEntry(255) == (0, 0, 0, 255)
    rows, columns = np.nonzero(picture == 255)
    assert 0 < rows.min() < rows.max() < height - 1
    outline = 2 * (rows.max() - rows.min() + columns.max() - columns.min())
    assert len(rows) == outline


def test_quiet_scenes_get_a_thumbnail_only_when_asked(tmp_path):
    scene = scene_at(write_scene(tmp_path / "quiet.tif"))
    assert examine(scene, ExamineOptions()).files == {}
    assert set(examine(scene, ExamineOptions(thumbnails="all")).files) == {"thumbnail"}


def test_every_result_names_the_pictures(folder):
    (row,) = parquet.read_table(folder.path / "scenes.parquet").to_pylist()
    assert (folder.path / row["heatmap"]).is_file()
    assert (folder.path / row["thumbnail"]).is_file()
    assert f'"thumbnail": "{row["thumbnail"]}"' in (folder.path / "index.html").read_text(encoding="utf-8")


def test_the_stac_collection_is_valid_and_its_assets_exist(folder, monkeypatch):
    pytest.importorskip("jsonschema", minversion="4.18")
    import socket

    def offline(*_):
        raise OSError("the schemas must come with pystac")

    monkeypatch.setattr(socket.socket, "connect", offline)
    collection = pystac.Collection.from_file(str(folder.path / "stac" / "collection.json"))
    assert collection.validate_all() == 1
    (item,) = collection.get_items(recursive=True)
    assert set(item.assets) == {"interferogram", "result", "heatmap", "thumbnail"}
    for asset in item.assets.values():
        assert Path(asset.get_absolute_href()).is_file()
    assert item.assets["heatmap"].media_type == pystac.MediaType.COG


def test_an_item_is_written_again_only_after_its_record(folder, sample):
    (path,) = folder.path.glob("stac/items/*/[!c]*.json")
    before = path.stat().st_mtime_ns
    write_results(folder)
    assert path.stat().st_mtime_ns == before
    folder.commit(sample.record, sample.files)
    write_results(folder)
    assert path.stat().st_mtime_ns > before
