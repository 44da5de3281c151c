"""Tables, map layers and STAC items of an archive's records."""

import json

import numpy as np
import pytest
from osgeo import ogr

pytest.importorskip("pyarrow")
pytest.importorskip("pystac")
import pystac
from pyarrow import parquet

from quakefringe.archive.folder import ArchiveFolder
from quakefringe.archive.record import failed, ring_of
from quakefringe.archive.results.write import write_results
from quakefringe.archive.scene import scene_at
from quakefringe.engine.raster.grid import Grid, spatial_reference

RING = [(10.0, 40.0), (11.0, 40.0), (11.0, 41.0), (10.0, 41.0), (10.0, 40.0)]
BOX = {
    "rank": 1,
    "probability": 0.9,
    "class_name": "earthquake",
    "width_km": 20.0,
    "height_km": 10.0,
    "area_km2": 150.0,
    "lon": 10.5,
    "lat": 40.5,
    "peak_los_cm": -12.0,
    "fringes": 4.3,
    "guess": {"words": "Mw about 6.1", "mw": 6.1, "depth_km": 9.0},
    "ring": RING,
}


def examined(path, probability, boxes=(), ring=RING):
    scene = scene_at(path, "2020-05-13")
    result = {
        "label": f"{probability:.2f}",
        "verdict": "present" if probability > 0.5 else "absent",
        "probability": probability,
        "deformation_probability": probability,
        "other_probability": 0.0,
        "deformation": "present" if probability > 0.5 else "absent",
        "kind": "earthquake",
        "evidence": 10 * probability - 5,
        "boxes": list(boxes),
        "catalogue": {
            "sentences": ["An earthquake of Mw 6.1 matches box 1."],
            "time_checked": True,
            "covered": True,
            "boxes": [{"event": {"id": "one"}}] if boxes else [],
            "unseen": [],
        },
        "input": {
            "name": path,
            "product": "LiCSAR",
            "quantity": "wrapped",
            "dates": ["2020-05-01", "2020-05-13"],
        },
        "model": {"version": "test"},
    }
    head = {"key": scene.key, "path": scene.path, "date": scene.date, "status": "done"}
    return {**head, "seconds": 1.0, "finished": "2020-06-01", "ring": ring, "result": result}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = ArchiveFolder(str(tmp_path_factory.mktemp("results")))
    folder.commit(examined("/data/quiet.tif", 0.02))
    folder.commit(examined("/data/quake.tif", 0.97, [BOX]))
    folder.commit(examined("/data/radar.tif", 0.5, ring=None))
    folder.commit(failed(scene_at("/data/broken.tif"), "It is broken."))
    write_results(folder)
    return folder


def test_the_table_of_scenes_begins_with_what_deserves_a_look(folder):
    rows = parquet.read_table(folder.path / "scenes.parquet").to_pylist()
    assert [row["path"].split("/")[-1] for row in rows] == [
        "quake.tif",
        "radar.tif",
        "quiet.tif",
        "broken.tif",
    ]
    assert [row["rank"] for row in rows] == [1, 2, 3, None]
    assert (rows[0]["area_km2"], rows[0]["peak_los_cm"]) == (150.0, -12.0)
    assert rows[3]["error"] == "It is broken."


def test_the_tables_are_geoparquet_in_longitude_and_latitude(folder):
    table = parquet.read_table(folder.path / "boxes.parquet")
    about = json.loads(table.schema.metadata[b"geo"])
    assert about["version"] == "1.1.0"
    assert about["columns"]["geometry"]["bbox"] == [10.0, 40.0, 11.0, 41.0]
    shape = ogr.CreateGeometryFromWkb(table.to_pylist()[0]["geometry"])
    assert shape.GetEnvelope() == (10.0, 11.0, 40.0, 41.0)
    assert table.to_pylist()[0]["mw_guess"] == 6.1


def test_the_geopackage_has_both_layers_with_their_styles(folder):
    package = ogr.Open(str(folder.path / "archive.gpkg"))
    counts = {name: package.GetLayerByName(name).GetFeatureCount() for name in ("scenes", "boxes")}
    assert counts == {"scenes": 4, "boxes": 1}
    styled = {row.GetField("f_table_name") for row in package.GetLayerByName("layer_styles")}
    assert styled == {"scenes", "boxes"}


def test_stac_readers_follow_the_collection_to_the_scenes(folder):
    collection = pystac.Collection.from_file(str(folder.path / "stac" / "collection.json"))
    items = {item.properties["quakefringe:verdict"]: item for item in collection.get_items(recursive=True)}
    assert sorted(items) == ["absent", "present"]
    item = items["present"]
    assert item.assets["interferogram"].href == "/data/quake.tif"
    assert item.properties["start_datetime"].startswith("2020-05-01")
    record = item.assets["result"].get_absolute_href()
    with open(record, encoding="utf-8") as file:
        assert json.load(file)["path"] == "/data/quake.tif"


def test_an_outline_across_the_180th_meridian_stays_in_one_piece():
    grid = Grid(20, 10, (179.0, 0.1, 0.0, 1.0, 0.0, -0.1), spatial_reference("EPSG:4326").ExportToWkt())
    ring = ring_of(grid, grid.extent)
    np.testing.assert_allclose(sorted({lon for lon, _ in ring}), [179.0, 181.0])
    assert ring[0] == ring[-1]


def test_the_page_holds_the_ranked_scenes_and_fetches_nothing(folder):
    text = (folder.path / "index.html").read_text(encoding="utf-8")
    start = '<script id="data" type="application/json">'
    data = json.loads(text.split(start)[1].split("</script>")[0])
    assert [scene["rank"] for scene in data["scenes"]] == [1, 2, 3, None]
    assert data["summary"].startswith("4 scenes: an earthquake is present in 1")
    assert "src=" not in text
    assert "href=" not in text


def test_a_path_cannot_put_markup_into_the_page(tmp_path):
    folder = ArchiveFolder(str(tmp_path))
    folder.commit(failed(scene_at("/data/</script><b>x.tif"), "It is broken."))
    write_results(folder)
    assert "<b>x" not in (tmp_path / "index.html").read_text(encoding="utf-8")
