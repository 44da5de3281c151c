"""Damaged products of each family: a clear sentence, never a traceback."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import fuzz_products
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError, QuakeFringeError
from quakefringe.engine.interferogram import list_layers, open_interferogram
from quakefringe.engine.products.containers import hdf5
from quakefringe.tests.reading import one, refusal


@pytest.fixture
def copy(home, built, tmp_path):
    """A family's fixture to spoil: copy(family) gives (folder, cases)."""

    def make(family):
        source = home / family.replace(" ", "_")
        if not source.exists():
            pytest.skip("h5py, which writes this family's fixture, is not installed")
        folder = tmp_path / source.name
        shutil.copytree(source, folder)
        return folder

    return make


PHASE_FILES = {name: fixture.phase_file for name, fixture in fixtures.FAMILIES.items() if fixture.phase_file}


@pytest.mark.parametrize("share", [0, 0.02, 0.5, 0.9])
@pytest.mark.parametrize("family", PHASE_FILES)
def test_truncated_phase(copy, family, share):
    path = one(copy(family), PHASE_FILES[family])
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(InputError) as caught:
        open_interferogram(str(path)).read(0, 0, fixtures.WIDTH, fixtures.HEIGHT)
    assert str(caught.value).endswith(".")


def test_missing_side_files_are_named(copy):
    isce = one(copy("isce"), "filt_topophase.unw.geo")
    for ending in (".xml", ".vrt"):
        Path(f"{isce}{ending}").unlink()
    assert "cannot be opened" in refusal(isce)
    roipac = one(copy("roipac"), "*.unw")
    data = roipac.read_bytes()
    roipac.unlink()
    assert "missing" in refusal(f"{roipac}.rsc")
    roipac.write_bytes(data)
    Path(f"{roipac}.rsc").write_text("WIDTH 64\n")
    assert "FILE_LENGTH" in refusal(roipac)
    snap = copy("snap")
    one(snap, "Unw*.img").unlink()
    assert "cannot be opened" in refusal(one(snap, "*.dim"))
    hyp3 = copy("hyp3")
    for name in ("*_corr.tif", "*_water_mask.tif", "*.txt", "*_dem.tif"):
        one(hyp3, name).unlink()
    assert open_interferogram(str(hyp3)).coherence == ""


def test_wrong_dimensions(copy):
    roipac = one(copy("roipac"), "*.unw.rsc")
    roipac.write_text(roipac.read_text().replace("FILE_LENGTH 48", "FILE_LENGTH 4800"))
    assert "64 × 4800 pixels" in refusal(one(roipac.parent, "*.unw"))
    isce = one(copy("isce"), "filt_topophase.unw.geo.vrt")
    isce.write_text(isce.read_text().replace('rasterYSize="48"', 'rasterYSize="480"'))
    assert "promises" in refusal(isce)
    snap = one(copy("snap"), "*.dim")
    snap.write_text(snap.read_text().replace("<NROWS>48", "<NROWS>47"))
    assert "differ in size" in refusal(snap)


def test_coherence_of_another_size_is_left_out_with_a_warning(copy):
    folder = copy("licsar")
    pair = one(folder, "*.geo.unw.tif")
    cc = Path(str(pair).replace(".unw.", ".cc."))
    values = np.full((20, 20), 255, dtype=np.uint8)
    fixtures.write_tiff(cc, [values], fixtures.geographic_grid()[2], 4326)
    ifg = open_interferogram(str(pair))
    assert any("20 × 20" in text for text in ifg.warnings)
    assert np.isfinite(ifg.read(0, 0, 64, 40)).all()


def test_complex_numbers_in_a_real_layer_are_refused(copy):
    path = one(copy("hyp3"), "*_unw_phase.tif")
    values = np.ones((fixtures.HEIGHT, fixtures.WIDTH), np.complex64)
    fixtures.write_tiff(path, [values], fixtures.utm_grid()[2], fixtures.UTM)
    assert "complex" in refusal(path)


def test_damaged_tags_are_no_error_of_python(tmp_path):
    lon, lat, t = fixtures.geographic_grid()
    path = tmp_path / "scene.tif"
    fixtures.write_tiff(path, [fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)], t, 4326)
    data = path.read_bytes()
    tag = (34737).to_bytes(2, "little")  # GeoAsciiParams, to which the citation key points
    assert tag in data
    path.write_bytes(data.replace(tag, (34999).to_bytes(2, "little")))
    before = gdal.GetUseExceptions()
    gdal.UseExceptions()
    try:
        ifg = open_interferogram(str(path))
    finally:
        if not before:
            gdal.DontUseExceptions()
    assert np.isfinite(ifg.read(0, 0, 8, 8)).all()


@pytest.mark.parametrize(("at", "value"), [(12, 128), (15, 99), (19, 200), (38, 255)])
def test_damaged_netcdf_headers_never_reach_the_library(copy, at, value):
    path = one(copy("gmtsar"), "unwrap_ll.grd")
    data = bytearray(path.read_bytes())
    data[at] = value
    path.write_bytes(data)
    sentence = refusal(path)
    assert "damaged netCDF header" in sentence or "promises" in sentence


def test_unknown_projection(copy):
    roipac = one(copy("roipac"), "*.unw.rsc")
    roipac.write_text(roipac.read_text().replace("PROJECTION LL\n", "EPSG 999998\n"))
    assert "EPSG:999998" in refusal(one(roipac.parent, "*.unw"))
    with pytest.raises(InputError, match="not known"):
        hdf5.crs_of(17.0, "x")


def test_absurd_numbers_in_values_are_no_data(copy):
    path = one(copy("isce"), "filt_topophase.unw.geo")
    values = np.fromfile(path, np.float32).reshape(fixtures.HEIGHT, 2, fixtures.WIDTH)
    values[3, 1, :4] = [1e30, -3e38, np.inf, np.nan]
    values.tofile(path)
    got = open_interferogram(str(path)).read(0, 0, fixtures.WIDTH, fixtures.HEIGHT)
    assert np.isnan(got[3, :4]).all()
    assert np.isfinite(got[3, 4:]).any()


def test_absurd_numbers_in_headers(copy):
    snap = one(copy("snap"), "*.dim")
    text = snap.read_text()
    snap.write_text(re.sub(r"5405\.0+\d+", "1e300", text))
    assert open_interferogram(str(snap)).wavelength is None
    snap.write_text(re.sub(r"<IMAGE_TO_MODEL_TRANSFORM>[^,]+", "<IMAGE_TO_MODEL_TRANSFORM>nan", text))
    assert not open_interferogram(str(snap)).grid.has_crs
    roipac = one(copy("roipac"), "*.unw.rsc")
    roipac.write_text(re.sub(r"X_STEP \S+", "X_STEP 0", roipac.read_text()))
    assert "position" in refusal(one(roipac.parent, "*.unw"))


def test_missing_groups(copy):
    folder = copy("nisar 1.1")
    path = one(folder, "*.h5")
    path.write_bytes(path.read_bytes().replace(b"unwrappedInterferogram", b"unwrappedInterferogran"))
    ifg = open_interferogram(str(path))
    assert ifg.quantity.value == "wrapped"
    path.write_bytes(path.read_bytes().replace(b"wrappedInterferogram", b"wrappedInterferogran"))
    assert "no readable layer" in refusal(path)


@pytest.mark.parametrize(
    "family", ["licsar", "hyp3", "nisar 1.4", "aria", "roipac", "snap", "nsbas", "flatsim"]
)
def test_two_products_in_one_folder_are_both_named(copy, family, tmp_path):
    folder = copy(family)
    inside = one(folder, PHASE_FILES[family] if family != "snap" else "*.dim").parent
    renames = {"20190716": "20190728", "190716": "190728", "pair": "other"}
    for path in sorted(inside.iterdir()):
        for old, new in renames.items():
            if old in path.name and path.is_file():
                shutil.copy(path, inside / path.name.replace(old, new))
                break
    assert "2 products" in refusal(inside)


@pytest.mark.parametrize(
    "names",
    [
        ("20190704_20190716", "20190704_20190728"),
        ("190704-190716_8rlks", "190704-190728_8rlks"),
        ("one", "other"),
    ],
)
def test_two_isce_pairs_in_one_folder_are_both_named_and_kept_apart(tmp_path, names):
    lon, lat, t = fixtures.geographic_grid()
    moved = fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND)
    for times, name in enumerate(names, 1):
        fixtures.write_isce(tmp_path / f"filt_{name}.unw.geo", [0 * moved + 9, times * moved], t)
        fixtures.write_isce(tmp_path / f"filt_{name}_msk.unw.geo", [0 * moved + 9, times * moved], t)
        fixtures.write_isce(tmp_path / f"filt_{name}.cor.geo", [0 * moved + 0.3 * times], t)
    sentence = refusal(tmp_path)
    assert "2 products" in sentence
    assert all(name.replace("-", "_").replace("_8rlks", "") in sentence for name in names)
    for times, name in enumerate(names, 1):
        ifg = open_interferogram(str(tmp_path / f"filt_{name}.unw.geo"))
        got = ifg.read(0, 0, fixtures.WIDTH, fixtures.HEIGHT)
        np.testing.assert_allclose(got, -times * moved, rtol=1e-5)
        keys = {layer.key for layer in list_layers(str(tmp_path / f"filt_{name}.unw.geo"))}
        assert keys == {f"filt_{name}{rest}.geo" for rest in (".unw", "_msk.unw", ".cor")}
    if names[0].startswith("2019"):
        assert ifg.dates == ("2019-07-04", "2019-07-28")


def test_two_mintpy_files_in_one_folder_are_both_named(copy):
    sentence = refusal(copy("mintpy"))
    assert "ifgramStack.h5" in sentence
    assert "timeseries.h5" in sentence


def test_two_families_in_one_folder(copy, tmp_path):
    folder = copy("licsar")
    shutil.copytree(copy("hyp3"), folder / "021D_05266_252525" / "hyp3")
    assert "2 products" in refusal(folder / "021D_05266_252525")


@pytest.mark.parametrize(
    ("family", "pattern"), [("isce", "*.unw.geo.xml"), ("isce", "*.unw.geo.vrt"), ("snap", "*.dim")]
)
def test_entity_bombs_are_refused(copy, family, pattern):
    path = one(copy(family), pattern)
    bomb = '<!DOCTYPE a [<!ENTITY b "&c;&c;"><!ENTITY c "cc">]>'
    text = path.read_text()
    path.write_text(bomb + text[text.index("?>") + 2 :] if "?>" in text else bomb + text)
    if pattern.endswith(".xml"):
        Path(str(path).replace(".xml", ".vrt")).unlink()
    assert "entities" in refusal(path)


def test_missing_hdf5_driver_names_the_way_out(copy, monkeypatch):
    path = one(copy("nisar 1.4"), "*.h5")
    present = gdal.GetDriverByName
    monkeypatch.setattr(gdal, "GetDriverByName", lambda name: None if name == "HDF5" else present(name))
    sentence = refusal(path)
    assert "HDF5 driver" in sentence
    assert "GeoTIFF" in sentence


def test_missing_netcdf_driver_names_the_way_out(copy, monkeypatch):
    path = one(copy("gmtsar"), "unwrap_ll.grd")
    present = gdal.GetDriverByName
    monkeypatch.setattr(gdal, "GetDriverByName", lambda name: None if name == "netCDF" else present(name))
    assert "netCDF driver" in refusal(path)


@pytest.mark.parametrize("family", ["licsar", "nisar 1.4", "isce", "gmtsar", "snap"])
@pytest.mark.parametrize("name", ["with spaces", "ünïcode 地震"])
def test_unusual_folders_work(copy, family, name):
    folder = copy(family)
    moved = folder.with_name(name)
    folder.rename(moved)
    path = one(moved, PHASE_FILES[family])
    assert open_interferogram(str(path)).grid.width == fixtures.WIDTH
    link = moved.with_name("link")
    link.symlink_to(moved, target_is_directory=True)
    assert open_interferogram(str(one(link, PHASE_FILES[family]))).grid.width == fixtures.WIDTH


def test_damage_at_random_gives_answers_or_sentences():
    counts, _, faults = fuzz_products.run(60, seed=7)
    assert faults == []
    assert counts["fine"] + counts["refused"] == 60


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux' process table")
@pytest.mark.parametrize(
    ("work", "answers"), [("import time; time.sleep(2); print(1)", True), ("while True: pass", False)]
)
def test_the_fuzzer_waits_for_workers_without_the_processor_but_not_for_busy_ones(work, answers):
    process = subprocess.Popen([sys.executable, "-S", "-E", "-c", work], stdout=subprocess.PIPE)
    try:
        assert fuzz_products._waits(process.stdout.fileno(), process.pid, 0.6) is answers
    finally:
        process.kill()
        process.communicate()


def test_thousands_of_bands_do_not_take_minutes(tmp_path):
    path = str(tmp_path / "pair_unw.tif")
    raster = gdal.GetDriverByName("GTiff").Create(path, 32, 32, 20_000, gdal.GDT_Float32, ["SPARSE_OK=YES"])
    raster.GetRasterBand(1).WriteArray(np.random.default_rng(0).normal(size=(32, 32)))
    raster.FlushCache()
    del raster
    started = time.process_time()
    open_interferogram(path)
    assert time.process_time() - started < 5


def test_all_errors_are_of_one_family():
    assert issubclass(InputError, QuakeFringeError)
