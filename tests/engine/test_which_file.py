"""Which raster a path means and which file is to blame: connections, side files, broken siblings, VRTs."""

from __future__ import annotations

import gzip
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.interferogram import open_interferogram
from quakefringe.engine.output.map_layers import write_heatmap
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.tiling.windows import WindowStream
from quakefringe.tests.reading import one, refusal, whole


@pytest.fixture(scope="module")
def scene():
    lon, lat, transform = fixtures.geographic_grid()
    return fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND), transform


@pytest.fixture
def copy(home, built, tmp_path):
    """A family's fixture to spoil."""

    def make(family):
        shutil.copytree(home / family, tmp_path / family)
        return tmp_path / family

    return make


@pytest.fixture
def package(tmp_path, scene):
    """package(names): a GeoPackage with one raster table of phase for each name."""

    def make(*names):
        path = str(tmp_path / "scenes.gpkg")
        for times, name in enumerate(names, 1):
            source = fixtures.write_tiff(tmp_path / f"{name}.tif", [times * scene[0]], scene[1], 4326)
            options = [f"RASTER_TABLE={name}"] + (["APPEND_SUBDATASET=YES"] if times > 1 else [])
            assert gdal.Translate(path, source, format="GPKG", creationOptions=options) is not None
        return path

    return make


def test_a_raster_in_a_geopackage_is_read(package, scene):
    path = package("pair_unw")
    for given in (path, f"GPKG:{path}:pair_unw", f"{path}|layername=pair_unw"):
        ifg = open_interferogram(given)
        assert ifg.quantity.value == "unwrapped"
        assert not any("elevation" in text for text in ifg.warnings)
        got = whole(ifg)
        assert np.nanmax(np.abs(got[:48, :64] - scene[0])) < 0.01


def test_of_several_tables_the_one_that_is_phase_by_name_is_read(package):
    path = package("dem", "pair_unw", "coherence")
    first = whole(open_interferogram(f"GPKG:{path}:pair_unw"))
    np.testing.assert_array_equal(whole(open_interferogram(path)), first)


def test_several_tables_of_phase_are_named_with_the_way_to_choose(package):
    path = package("first_unw", "second_unw")
    sentence = refusal(path)
    assert "first_unw" in sentence
    assert "second_unw" in sentence
    assert f"GPKG:{path}:first_unw" in sentence
    ratio = whole(open_interferogram(f"GPKG:{path}:second_unw")) / whole(
        open_interferogram(f"GPKG:{path}:first_unw")
    )
    assert np.nanmedian(ratio) == pytest.approx(2, abs=0.01)


@pytest.mark.parametrize("layer", ["second_unw", "second", "SECOND"])
def test_a_table_of_a_geopackage_can_be_chosen(package, layer):
    path = package("first_unw", "second_unw")
    chosen = open_interferogram(path, layer=layer)
    assert chosen.layer == "second_unw, band 1"
    np.testing.assert_array_equal(whole(chosen), whole(open_interferogram(f"GPKG:{path}:second_unw")))
    again = open_interferogram(f"GPKG:{path}:second_unw", layer=layer)
    np.testing.assert_array_equal(whole(chosen), whole(again))


def test_a_choice_of_tables_that_is_not_clear_is_refused_with_their_names(package):
    path = package("first_unw", "second_unw")
    assert "it has first_unw, second_unw" in refusal(path, layer="third")
    assert "several layers" in refusal(path, layer="unw")
    assert "it has first_unw" in refusal(f"GPKG:{path}:first_unw", layer="second_unw")


def test_a_variable_of_a_netcdf_file_can_be_chosen(tmp_path, scene):
    path = str(tmp_path / "two.nc")
    raster = gdal.GetDriverByName("netCDF").CreateMultiDimensional(path)
    group = raster.GetRootGroup()
    height, width = scene[0].shape
    axes = [group.CreateDimension("y", "", "", height), group.CreateDimension("x", "", "", width)]
    for times, name in enumerate(("ascending_unw", "descending_unw"), 1):
        array = group.CreateMDArray(name, axes, gdal.ExtendedDataType.Create(gdal.GDT_Float32))
        array.WriteArray(times * scene[0])
    del array, axes, group, raster
    assert "ascending_unw, descending_unw" in refusal(path)
    ratio = np.abs(whole(open_interferogram(path, layer="descending_unw"))) / np.abs(scene[0])
    assert np.nanmedian(ratio) == pytest.approx(2, abs=0.01)


def test_connection_strings_to_files(tmp_path, scene):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [scene[0]], scene[1], 4326)
    for given in (f"GTIFF_DIR:1:{path}", f"file://{path}", f"{path}|option:X=Y"):
        np.testing.assert_array_equal(whole(open_interferogram(given)), scene[0])
    text = "".join(gdal.VSIFReadL(1, 10**6, gdal.VSIFOpenL(vrt_of(tmp_path, path), "rb")).decode())
    np.testing.assert_array_equal(whole(open_interferogram(text, quantity="unwrapped")), scene[0])
    assert "gone.gpkg" in refusal(f"GPKG:{tmp_path}/gone.gpkg:a")


def vrt_of(folder, source):
    path = str(folder / "pair_unw.vrt")
    gdal.BuildVRT(path, [source]).FlushCache()
    Path(path).write_text(
        re.sub(r'relativeToVRT="1">[^<]*', f'relativeToVRT="0">{source}', Path(path).read_text())
    )
    return path


@pytest.mark.parametrize(
    "given",
    [
        "PG:dbname='insar' host=localhost password=geheim table=ifg",
        "PG: host=x",
        'dbname=\'insar\' host=localhost password=geheim table="public"."ifg"',
        "PostgreSQL:host=x",
        "MSSQL:server=x",
        "OCI:user/geheim@db",
    ],
)
def test_databases_are_refused_kindly_and_passwords_kept(given):
    sentence = refusal(given)
    assert "database" in sentence
    assert "GeoTIFF" in sentence
    assert "geheim" not in sentence


@pytest.mark.parametrize(
    "given",
    [
        "WMS:http://example.org/wms?layers=a",
        "contextualWMSLegend=0&crs=EPSG:4326&url=https://example.org/wms",
        "type=xyz&url=https://tile.example.org/{z}/{x}/{y}.png",
        "WCS:https://example.org/wcs?coverage=a",
        "<GDAL_WMS><Service/></GDAL_WMS>",
    ],
)
def test_web_services_are_refused_kindly(given):
    sentence = refusal(given)
    assert "web service" in sentence
    assert "GeoTIFF" in sentence


def test_rasters_in_memory_are_refused_and_those_in_vsimem_read(scene):
    assert "memory" in refusal("MEM:::DATAPOINTER=1,PIXELS=3,LINES=3")
    fixtures.write_tiff(Path("/vsimem/pair_unw.tif"), [scene[0]], scene[1], 4326)
    np.testing.assert_array_equal(whole(open_interferogram("/vsimem/pair_unw.tif")), scene[0])
    gdal.Unlink("/vsimem/pair_unw.tif")


def test_our_own_heatmap_is_refused(tmp_path):
    grid = Grid(64, 48, (30.0, 0.01, 0.0, 38.0, 0.0, -0.01), wkt_of_epsg(4326))
    heat = np.random.default_rng(0).random((48, 64)).astype(np.float32)
    path = str(tmp_path / "pair_unw_result.tif")
    write_heatmap(heat, grid, path)
    assert "heatmap" in refusal(path)
    other = str(tmp_path / "copy.tif")
    gdal.Translate(other, path)
    assert "heatmap" in refusal(other)


def test_virtual_rasters_that_moved_take_the_file_beside_them(tmp_path, scene):
    source = Path(fixtures.write_tiff(tmp_path / "pair_unw_data.tif", [scene[0]], scene[1], 4326))
    for written in ("/home/another/user/data/", "C:\\Users\\other\\", "../elsewhere/"):
        vrt = Path(vrt_of(tmp_path, str(source)))
        vrt.write_text(vrt.read_text().replace(str(source), written.replace("\\", "\\") + source.name))
        if written.startswith(".."):
            vrt.write_text(vrt.read_text().replace('relativeToVRT="0"', 'relativeToVRT="1"'))
        np.testing.assert_array_equal(whole(open_interferogram(str(vrt))), scene[0])
    moved = source.rename(tmp_path / "other.tif")
    sentence = refusal(vrt)
    assert source.name in sentence
    assert "missing" in sentence
    assert moved.name not in sentence


def test_isce_virtual_rasters_of_another_machine(copy, built):
    folder = copy("isce")
    vrt = one(folder, "filt_topophase.unw.geo.vrt")
    name = "filt_topophase.unw.geo"
    text = vrt.read_text().replace(
        f'relativeToVRT="1">{name}', f'relativeToVRT="0">/u/data/run/merged/{name}'
    )
    vrt.write_text(text)
    wanted = whole(open_interferogram(fixtures.case_of(built, "isce").path))
    np.testing.assert_array_equal(whole(open_interferogram(str(vrt)[:-4])), wanted)


@pytest.mark.parametrize(
    "looks", ["filt_topophase.4alks_8rlks.unw.geo", "filt_topophase.unw.4alks_8rlks.geo"]
)
def test_multilooked_isce_names(copy, built, looks):
    folder = copy("isce")
    source = one(folder, "filt_topophase.unw.geo").parent
    for ending in ("", ".xml", ".vrt"):
        text = (source / f"filt_topophase.unw.geo{ending}").read_bytes()
        (source / f"{looks}{ending}").write_bytes(text.replace(b"filt_topophase.unw.geo", looks.encode()))
    ifg = open_interferogram(str(source / looks))
    assert (ifg.product, ifg.quantity.value) == ("ISCE2", "unwrapped")
    wanted = whole(open_interferogram(fixtures.case_of(built, "isce").path, coherence_threshold=0))
    np.testing.assert_array_equal(whole(open_interferogram(ifg.path, coherence_threshold=0)), wanted)


def test_a_broken_sibling_of_isce_is_left_out_and_named(copy):
    folder = copy("isce")
    broken, good = one(folder, "filt_topophase.unw.geo"), one(folder, "filt_topophase.flat.geo")
    broken.write_bytes(broken.read_bytes()[:5000])
    ifg = open_interferogram(str(good))
    assert ifg.quantity.value == "wrapped"
    assert any(broken.name in text and "left out" in text for text in ifg.warnings)
    assert not any(good.name in text for text in ifg.warnings)
    sentence = refusal(broken)
    assert broken.name in sentence
    assert good.name not in sentence


@pytest.mark.parametrize(
    ("family", "good", "broken"),
    [
        ("licsar", "*.geo.unw.tif", "*.geo.cc.tif"),
        ("licsar", "*.geo.unw.tif", "*.geo.diff_pha.tif"),
        ("licsar", "*.geo.unw.tif", "*.geo.E.tif"),
        ("hyp3", "*_unw_phase.tif", "*_corr.tif"),
        ("hyp3", "*_unw_phase.tif", "*_lv_phi.tif"),
        ("roipac", "*.unw", "*.cor"),
        ("roipac", "*.int", "*.unw"),
        ("gmtsar", "unwrap_ll.grd", "corr_ll.grd"),
        ("gmtsar", "los_ll.grd", "unwrap_ll.grd"),
        ("snap", "displacement*.img", "coh*.img"),
        ("snap", "displacement*.img", "Unw*.img"),
        ("nsbas", "*_unw_mm*.tiff", "*_coh*.tiff"),
    ],
)
def test_a_broken_sibling_does_not_keep_a_good_file_from_being_read(copy, family, good, broken):
    folder = copy(family)
    path, other = one(folder, good), one(folder, broken)
    other.write_bytes(b"broken")
    ifg = open_interferogram(str(path))
    assert np.isfinite(whole(ifg)).any()
    assert any("left out" in text for text in ifg.warnings)


def test_mintpys_headers_beside_isce_files_do_not_hide_them(copy, built):
    folder = copy("isce")
    wanted = whole(open_interferogram(fixtures.case_of(built, "isce").path))
    for path in list(folder.rglob("*.geo")):
        Path(f"{path}.rsc").write_text("WIDTH 64\nFILE_LENGTH 48\nLENGTH 48\nwidth 999\n")
    ifg = open_interferogram(str(one(folder, "filt_topophase.unw.geo")))
    assert ifg.product == "ISCE2"
    np.testing.assert_array_equal(whole(ifg), wanted)


def test_headers_of_mintpy_with_two_sizes_and_coherence_of_one_band(copy, built):
    folder = copy("roipac")
    wanted = whole(open_interferogram(fixtures.case_of(built, "roipac").path))
    for header in folder.glob("*.rsc"):
        header.write_text(header.read_text() + "length 2806\nwidth 2956\n")
    coherence = one(folder, "*.cor")
    fixtures.coherence((48, 64)).tofile(coherence)
    for path in (one(folder, "*.unw"), one(folder, "*.int")):
        ifg = open_interferogram(str(path))
        assert ifg.product == "ROI_PAC"
        got = whole(ifg)
        assert np.isnan(got[fixtures.low_coherence(got.shape)]).all()
        if ifg.quantity.value == "unwrapped":
            np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("name", ["greece.unw", "pair.diff", "20200101.geo", "pair.phs"])
def test_raw_numbers_name_the_header_that_is_missing(tmp_path, scene, name):
    scene[0].tofile(tmp_path / name)
    sentence = refusal(tmp_path / name)
    for word in (name, "header", ".hdr", ".rsc", ".xml", "3072"):
        assert word in sentence
    (tmp_path / f"{name.split('.', maxsplit=1)[0]}.par").write_text("ifg_length: 48\nifg_width: 64\n")
    assert f"{name.split('.', maxsplit=1)[0]}.par" in refusal(tmp_path / name)
    header = "ENVI\nsamples = 64\nlines = 48\nbands = 1\ndata type = 4\ninterleave = bsq\nbyte order = 0\n"
    (tmp_path / f"{name}.hdr").write_text(header)
    np.testing.assert_array_equal(
        whole(open_interferogram(str(tmp_path / name), quantity="unwrapped")), scene[0]
    )


def test_several_rasters_of_a_folder_are_named(tmp_path, scene):
    for name in ("a.tif", "b.tif"):
        fixtures.write_tiff(tmp_path / name, [scene[0]], scene[1], 4326)
    sentence = refusal(tmp_path)
    assert "a.tif" in sentence
    assert "b.tif" in sentence


def roipac_to_spoil(copy):
    folder = copy("roipac")
    return one(folder, "*.unw"), one(folder, "*.unw.rsc")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: "",
        lambda text: "\0\1\2",
        lambda text: text.replace("WIDTH", "WIDE"),
        lambda text: re.sub(r"WIDTH \d+", "WIDTH wide", text),
        lambda text: re.sub(r"WIDTH \d+", "WIDTH -4", text),
        lambda text: re.sub(r"WIDTH \d+", "WIDTH 20", text),
        lambda text: re.sub(r"FILE_LENGTH \d+", "FILE_LENGTH 9999", text),
        lambda text: re.sub(r"X_STEP \S+", "X_STEP 0", text),
        lambda text: text + "EPSG 4\n",
    ],
)
def test_a_damaged_header_is_blamed_and_not_the_data(copy, spoil):
    data, header = roipac_to_spoil(copy)
    header.write_text(spoil(header.read_text()))
    sentence = refusal(data)
    assert header.name in sentence, sentence
    assert "cannot be opened as a raster" not in sentence


def test_a_header_that_gdal_refuses_is_read_here(copy):
    data, header = roipac_to_spoil(copy)
    expected = whole(open_interferogram(str(data)))
    header.write_text(header.read_text() + "FILE_TYPE\n=====\nZ_SCALE\n")
    np.testing.assert_array_equal(whole(open_interferogram(str(data))), expected)


def test_a_damaged_header_does_not_hide_the_one_of_another_tool(copy):
    data, header = roipac_to_spoil(copy)
    expected = whole(open_interferogram(str(data)))
    width, height = fixtures.WIDTH, fixtures.HEIGHT
    header.write_text("made by another tool\n")
    Path(f"{data}.hdr").write_text(
        f"ENVI\nsamples = {width}\nlines = {height}\nbands = 2\nheader offset = 0\ndata type = 4\n"
        "interleave = bil\nbyte order = 0\n"
    )
    read = open_interferogram(str(data), positive="away")
    assert read.product == "ENVI"
    kept = np.isfinite(expected)
    np.testing.assert_allclose(whole(read)[kept], expected[kept], atol=1e-5)


@pytest.mark.parametrize("order", ["<", ">"])
def test_mintpys_header_beside_binaries_of_gamma(copy, order):
    data, header = roipac_to_spoil(copy)
    expected = whole(open_interferogram(str(data)))
    both = np.fromfile(data, "<f4").reshape(fixtures.HEIGHT, 2, fixtures.WIDTH)
    both[:, 1].astype(f"{order}f4").tofile(data)
    header.write_text(header.read_text() + "PROCESSOR gamma\n")
    ifg = open_interferogram(str(data), coherence_threshold=0)
    kept = np.isfinite(expected)
    np.testing.assert_array_equal(whole(ifg)[kept], expected[kept])


def virtual(path, source, relative=0):
    path.write_text(
        '<VRTDataset rasterXSize="64" rasterYSize="64"><VRTRasterBand dataType="Float32" band="1">'
        f'<SimpleSource><SourceFilename relativeToVRT="{relative}">{source}</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    return path


def test_a_virtual_raster_that_refers_to_itself_is_refused(tmp_path):
    for source, relative in (("pair_unw.vrt", 1), (tmp_path / "pair_unw.vrt", 0), ("./pair_unw.vrt", 1)):
        sentence = refusal(virtual(tmp_path / "pair_unw.vrt", source, relative))
        assert "“pair_unw.vrt” refers to itself, so it holds no data" in sentence


def test_virtual_rasters_that_refer_to_each_other_are_refused(tmp_path):
    first = virtual(tmp_path / "first_unw.vrt", "second.vrt", 1)
    virtual(tmp_path / "second.vrt", "third.vrt", 1)
    virtual(tmp_path / "third.vrt", first)
    assert "“first_unw.vrt” refers to itself through “third.vrt”" in refusal(first)


def test_a_virtual_raster_is_no_neighbour_of_itself(tmp_path):
    sentence = refusal(virtual(tmp_path / "pair_unw.vrt", "/another/machine/pair_unw.vrt"))
    assert "is missing" in sentence


def test_parts_of_complex_numbers_are_refused_but_their_phase_is_read(tmp_path, scene):
    path = fixtures.write_tiff(
        tmp_path / "ifg.tif", [np.exp(1j * scene[0]).astype(np.complex64)], scene[1], 4326
    )
    expected = whole(open_interferogram(path))
    derived = open_interferogram(f"DERIVED_SUBDATASET:PHASE:{path}")
    np.testing.assert_allclose(whole(derived), expected, atol=1e-6)
    for part in ("AMPLITUDE", "REAL", "INTENSITY"):
        assert "is not its phase; open “ifg.tif” itself" in refusal(f"DERIVED_SUBDATASET:{part}:{path}")


def test_a_virtual_raster_in_a_path_is_read(tmp_path, scene):
    path = fixtures.write_tiff(tmp_path / "two_unw.tif", [scene[0], 2 * scene[0]], scene[1], 4326)
    read = open_interferogram(f"vrt://{path}?bands=2", quantity="unwrapped")
    np.testing.assert_array_equal(np.abs(whole(read)), np.abs(2 * scene[0]))


def test_a_virtual_raster_below_another_is_mended_too(tmp_path, scene):
    fixtures.write_tiff(tmp_path / "pair_unw.tif", [scene[0]], scene[1], 4326)
    inner = Path(vrt_of(tmp_path, str(tmp_path / "pair_unw.tif")))
    text = inner.read_text()
    outer = tmp_path / "outer_unw.vrt"
    outer.write_text(text.replace(str(tmp_path / "pair_unw.tif"), str(inner)))
    inner.write_text(text.replace(str(tmp_path / "pair_unw.tif"), "/another/machine/pair_unw.tif"))
    np.testing.assert_array_equal(whole(open_interferogram(str(outer))), scene[0])


def test_a_compressed_raster_is_read(tmp_path, scene):
    path = Path(fixtures.write_tiff(tmp_path / "pair_unw.tif", [scene[0]], scene[1], 4326))
    packed = tmp_path / "pair_unw.tif.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    np.testing.assert_array_equal(whole(open_interferogram(str(packed))), scene[0])


def test_of_the_rasters_of_a_folder_the_only_phase_by_name_is_read(tmp_path, scene):
    folder = tmp_path / "pair"
    folder.mkdir()
    for name, values in (
        ("dem", 900 + scene[0]),
        ("pair_coh", np.clip(scene[0], 0, 1)),
        ("pair_unw", scene[0]),
    ):
        fixtures.write_tiff(folder / f"{name}.tif", [values], scene[1], 4326)
    ifg = open_interferogram(str(folder))
    np.testing.assert_array_equal(whole(ifg), scene[0])
    assert any("pair_unw.tif" in note for note in ifg.notes)


@pytest.mark.parametrize(("samples", "words"), [(50, "another file; put"), (90, "or it is cut short")])
def test_an_envi_header_of_another_file_is_blamed(tmp_path, scene, samples, words):
    path = tmp_path / "pair.unw"
    scene[0].astype("<f4").tofile(path)
    (tmp_path / "pair.unw.hdr").write_text(
        f"ENVI\nsamples = {samples}\nlines = {scene[0].shape[0]}\nbands = 1\ndata type = 4\nbyte order = 0\n"
    )
    sentence = refusal(path)
    assert "header belongs to another file" in sentence
    assert words in sentence


def test_maps_of_heads_are_refused(tmp_path):
    lat = np.zeros((32, 32), np.float32)
    path = fixtures.write_tiff(tmp_path / "heads.tif", [lat + 0.1, lat + 0.2], (0, 1, 0, 0, 0, -1), 4326)
    raster = gdal.Open(path, gdal.GA_Update)
    raster.GetRasterBand(1).SetDescription("attention of head 1, 0 to 1")
    raster.FlushCache()
    assert "map of heads" in refusal(path)


@pytest.mark.parametrize(
    ("family", "phase", "broken"),
    [
        ("hyp3", "*_unw_phase.tif", "*_corr.tif"),
        ("hyp3", "*_unw_phase.tif", "*_water_mask.tif"),
        ("licsar", "*.geo.unw.tif", "*.geo.cc.tif"),
    ],
)
def test_a_mask_that_is_cut_short_is_left_out_with_a_warning(copy, family, phase, broken):
    folder = copy(family)
    path = one(folder, broken)
    path.write_bytes(path.read_bytes()[:-200])
    ifg = open_interferogram(str(one(folder, phase)))
    assert np.isfinite(whole(ifg)).any()
    assert any("left out" in text and path.name in text for text in ifg.warnings)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\0\1", b"Reference Orbit Number: x\nHeading: y\n"])
def test_a_damaged_text_file_of_hyp3_does_not_matter(copy, content):
    folder = copy("hyp3")
    one(folder, "*.txt").write_bytes(content)
    assert np.isfinite(whole(open_interferogram(str(one(folder, "*_unw_phase.tif"))))).any()


def test_a_broken_vrt_file_of_isce_gives_way_to_the_xml_file(copy):
    folder = copy("isce")
    path = str(one(folder, "filt_topophase.unw.geo"))
    expected = whole(open_interferogram(path))
    Path(f"{path}.vrt").write_text("<VRTDataset broken")
    np.testing.assert_array_equal(whole(open_interferogram(path)), expected)


def test_packed_bands_of_snap_are_unpacked(copy):
    folder = copy("snap")
    header = one(folder, "*.dim")
    expected = whole(open_interferogram(str(header)))
    text = header.read_text()
    header.write_text(
        text.replace("</Spectral_Band_Info>", "<SCALING_FACTOR>2</SCALING_FACTOR></Spectral_Band_Info>")
    )
    kept = np.isfinite(expected)
    got = whole(open_interferogram(str(header), coherence_threshold=0))
    np.testing.assert_allclose(got[kept], 2 * expected[kept], rtol=1e-6)


@pytest.mark.parametrize(
    ("family", "phase", "broken"),
    [("hyp3", "*_unw_phase.tif", "*_lv_theta.tif"), ("isce", "filt_topophase.unw.geo", "los.rdr.geo")],
)
def test_vectors_that_are_cut_short_are_left_out_with_a_warning(copy, family, phase, broken):
    folder = copy(family)
    path = one(folder, broken)
    path.write_bytes(path.read_bytes()[:-200])
    ifg = open_interferogram(str(one(folder, phase)))
    assert any("look vectors" in text and path.name in text for text in ifg.warnings)
    ifg.look_vectors(0, 0, ifg.grid.width, ifg.grid.height)  # none, or one for the scene


def test_an_elevation_model_of_the_product_that_is_cut_short_is_left_out(copy):
    folder = copy("hyp3")
    path = one(folder, "*_dem.tif")
    path.write_bytes(path.read_bytes()[:-200])
    stream = WindowStream(open_interferogram(str(one(folder, "*_unw_phase.tif"))))
    assert stream.elevation is None
    assert any(path.name in text for text in stream.warnings)
