"""From a folder tree, a list, a pattern or a STAC catalogue to scenes."""

import datetime
import http.server
import json
import threading
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("pystac")
from quakefringe.archive.sources import find_scenes
from quakefringe.engine.errors import InputError

PAIR = "20150417_20150429"


def touch(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return str(path)


def item(name, **assets):
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "id": name,
        "geometry": None,
        "properties": {"datetime": "2020-05-01T00:00:00Z"},
        "links": [],
        "assets": {key: {"href": href} for key, href in assets.items()},
    }


def paths(source, **options):
    return [scene.path for scene in find_scenes(str(source), **options)]


def test_a_folder_gives_each_product_once_by_its_unwrapped_phase(tmp_path):
    for what in ("unw", "diff_pha", "cc"):
        touch(tmp_path / "a b" / PAIR / f"{PAIR}.geo.{what}.tif")
    touch(tmp_path / "frame" / "018A.geo.E.tif")
    touch(tmp_path / "frame" / "018A.geo.hgt.tif")
    touch(tmp_path / "ü" / "S1-GUNW-D-R-021.nc")
    zipped = touch(tmp_path / "z" / "product.zip")
    assert paths(tmp_path) == [
        str(tmp_path / "a b" / PAIR / f"{PAIR}.geo.unw.tif"),
        zipped,
        str(tmp_path / "ü" / "S1-GUNW-D-R-021.nc"),
    ]


def test_the_folder_of_a_snap_product_gives_its_header_only(tmp_path):
    header = touch(tmp_path / "ifg.dim")
    touch(tmp_path / "ifg.data" / "Unw_Phase_ifg.img")
    assert paths(tmp_path) == [header]


def test_a_list_counts_relative_paths_from_its_folder_and_skips_comments(tmp_path):
    (tmp_path / "list.txt").write_text("# pairs\na b.tif\n\n/vsis3/bucket/c.tif\na b.tif\n", encoding="utf-8")
    assert paths(tmp_path / "list.txt") == [str(tmp_path / "a b.tif"), "/vsis3/bucket/c.tif"]


def test_a_table_needs_a_column_of_paths(tmp_path):
    table = tmp_path / "list.csv"
    table.write_text("Path,date\nx.tif,2020-01-02\n", encoding="utf-8")
    assert [scene.date for scene in find_scenes(str(table))] == ["2020-01-02"]
    table.write_text("name\nx.tif\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column of paths"):
        find_scenes(str(table))


def test_a_pattern_names_files(tmp_path):
    names = [touch(tmp_path / name) for name in ("1.tif", "2.tif")]
    touch(tmp_path / "3.txt")
    assert paths(f"{tmp_path}/*.tif") == names


def test_an_item_collection_gives_the_asset_with_phase(tmp_path):
    source = tmp_path / "items.json"
    features = [
        item("one", coherence="c.tif", unwrapped_phase="https://host/a.tif"),
        item("two", unwrapped_phase="b.tif"),
    ]
    source.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    scenes = find_scenes(str(source))
    assert [scene.path for scene in scenes] == ["/vsicurl/https://host/a.tif", str(tmp_path / "b.tif")]
    assert {scene.date for scene in scenes} == {"2020-05-01"}
    with pytest.raises(InputError, match="--asset"):
        find_scenes(str(source), asset="coherence")


def test_a_catalogue_is_followed_to_its_items(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "item.json").write_text(json.dumps(item("one", data="x.tif")))
    catalogue = {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "d"}
    catalogue["links"] = [{"rel": "item", "href": "./deep/item.json"}]
    (tmp_path / "catalog.json").write_text(json.dumps(catalogue))
    assert paths(tmp_path / "catalog.json") == [str(tmp_path / "deep" / "x.tif")]


def test_a_stac_table_gives_the_same_scenes_as_its_items(tmp_path):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    row = {"id": "one", "assets": {"unw": {"href": "s3://bucket/a.tif"}, "coherence": {"href": "c.tif"}}}
    parquet.write_table(pa.Table.from_pylist([row]), tmp_path / "items.parquet")
    assert paths(tmp_path / "items.parquet") == ["/vsis3/bucket/a.tif"]


def test_since_leaves_out_older_pairs_and_keeps_undated_ones(tmp_path):
    (tmp_path / "l.txt").write_text("20150101_20150113.tif\n20200101_20200113.tif\nundated.tif\n")
    kept = [Path(path).name for path in paths(tmp_path / "l.txt", since="2020-01-13")]
    assert kept == ["20200101_20200113.tif", "undated.tif"]
    assert len(paths(tmp_path / "l.txt", most=2)) == 2


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", "cannot be read"),
        ("a.json", '{"type": "Polygon"}', "check that it is STAC"),
        ("a.parquet", "no table", "check that it is Parquet"),
        ("a.txt", "", "holds no interferogram"),
    ],
)
def test_a_source_that_cannot_be_read_gives_one_sentence(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message):
        find_scenes(str(tmp_path / name))


def test_a_missing_source_and_a_wrong_date_are_refused(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        find_scenes(str(tmp_path / "missing"))
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        find_scenes(str(tmp_path), since="yesterday")


@pytest.fixture
def address(tmp_path):
    """The address of a web server that serves `tmp_path`."""
    handler = partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_a_list_on_a_web_server_names_scenes_beside_it(tmp_path, address):
    (tmp_path / "list.txt").write_text(f"a.tif\n{address}/b.tif\n/vsis3/bucket/c.tif\n")
    expected = [f"/vsicurl/{address}/a.tif", f"/vsicurl/{address}/b.tif", "/vsis3/bucket/c.tif"]
    assert paths(f"{address}/list.txt") == expected
    assert paths(f"/vsicurl/{address}/list.txt") == expected


def test_a_catalogue_on_a_web_server_is_followed_to_its_items(tmp_path, address):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "item.json").write_text(json.dumps(item("one", data="x.tif")))
    catalogue = {"type": "Catalog", "stac_version": "1.0.0", "id": "c", "description": "d"}
    catalogue["links"] = [{"rel": "item", "href": "./deep/item.json"}]
    (tmp_path / "catalog.json").write_text(json.dumps(catalogue))
    assert paths(f"{address}/catalog.json") == [f"/vsicurl/{address}/deep/x.tif"]


def test_a_stac_table_on_a_web_server_is_read(tmp_path, address):
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    when = datetime.datetime(2020, 5, 1, tzinfo=datetime.timezone.utc)
    rows = [
        {"id": "one", "datetime": when, "assets": {"unw": {"href": "https://host/a.tif"}}},
        {"id": "two", "datetime": when, "assets": {"wrapped": {"href": "https://host/b.tif"}}},
    ]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "items.parquet")
    scenes = find_scenes(f"{address}/items.parquet", since="2020-05-01")
    assert [scene.path for scene in scenes] == [f"/vsicurl/https://host/{name}.tif" for name in "ab"]
    assert {scene.date for scene in scenes} == {"2020-05-01"}


def test_a_single_remote_raster_is_a_scene(address):
    assert paths(f"{address}/a.tif") == [f"/vsicurl/{address}/a.tif"]


@pytest.fixture
def store():
    """A folder tree in one of GDAL's file systems, as a bucket is."""
    from osgeo import gdal

    gdal.MkdirRecursive("/vsimem/store/deep", 0o755)
    for name in ("20200101_20200113.geo.unw.tif", "20200101_20200113.geo.cc.tif", "plain.tif", "notes.txt"):
        gdal.FileFromMemBuffer(f"/vsimem/store/deep/{name}", b"x")
    yield "/vsimem/store"
    gdal.RmdirRecursive("/vsimem/store")


def test_a_folder_in_a_store_is_searched_like_a_local_one(store):
    expected = [f"{store}/deep/20200101_20200113.geo.unw.tif", f"{store}/deep/plain.tif"]
    assert paths(store) == paths(f"{store}/") == expected


def test_a_pattern_in_a_store_names_files(store):
    assert paths(f"{store}/*/*.unw.tif") == [f"{store}/deep/20200101_20200113.geo.unw.tif"]


def test_an_address_without_a_catalogue_gives_one_sentence(address):
    with pytest.raises(InputError, match="cannot be read"):
        find_scenes(f"{address}/missing.json")
