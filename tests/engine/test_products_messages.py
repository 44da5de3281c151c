"""What a reader says of files that hold no interferogram, and of frames that do not belong together."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.__main__ import main, parser, with_options
from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import list_layers, open_interferogram
from quakefringe.engine.products.corrections import requested_corrections
from quakefringe.tests.reading import refusal, whole


@pytest.fixture(scope="module")
def scene():
    lon, lat, transform = fixtures.utm_grid()
    return fixtures.phase(fixtures.los(lon, lat), fixtures.C_BAND).astype(np.float32), transform


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("pair_unw.tif", b"", ("empty", "fetch")),
        ("timeseries.h5", b"", ("empty", "fetch")),
        ("NISAR_L2_PR_GUNW_001.h5", b"<!DOCTYPE html><html>Earthdata Login</html>", ("web page", "log in")),
        ("pair.tif", b"\n<html><head>login</head></html>", ("web page", "log in")),
        ("pair.tif", b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', ("server", "fetch")),
        ("pair.tif", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", ("git lfs pull",)),
        ("points.csv", "name,place\na,b\n".encode("utf-16"), ("columns", "name,place")),
        ("points.csv", b"name,place\na,b\n", ("columns", "longitude and latitude", "name,place")),
        ("pair.unw.hdr", b"ENVI\nsamples = 3\n", ("only describes",)),
    ],
)
def test_files_without_data_are_named_as_what_they_are(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    sentence = refusal(path)
    assert all(word in sentence for word in words), sentence
    assert name in sentence


def test_a_header_names_the_data_beside_it(tmp_path):
    (tmp_path / "pair.unw.hdr").write_text("ENVI")
    (tmp_path / "pair.unw").write_bytes(b"\0" * 12)
    assert "open “pair.unw”" in refusal(tmp_path / "pair.unw.hdr")


def test_a_geopackage_of_vectors_holds_no_raster(tmp_path):
    path = str(tmp_path / "boxes.gpkg")
    package = ogr.GetDriverByName("GPKG").CreateDataSource(path)
    package.CreateLayer("boxes", geom_type=ogr.wkbPolygon)
    package = None
    assert refusal(path).endswith(".")


@pytest.mark.parametrize(
    ("address", "path"),
    [("s3://bucket/x.h5", "/vsis3/bucket/x.h5"), ("https://a.org/x.tif", "/vsicurl/https://a.org/x.tif")],
)
def test_addresses_are_refused_with_the_path_that_gdal_reads(address, path):
    assert path in refusal(address)


def test_a_band_that_is_not_there(tmp_path, scene):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [scene[0]], scene[1], fixtures.UTM)
    assert "has 1 band, no band 2" in refusal(path, band=2)


def test_no_corrections_together_with_others_are_refused():
    assert requested_corrections("none") == requested_corrections("") == ()
    with pytest.raises(InputError, match="CORRECTIONS"):
        requested_corrections("none,ionosphere")


def frames(folder, scene, gap_pixels, other):
    """Two rasters of which the second begins some pixels east of the end of the first."""
    values, t = scene
    first = fixtures.write_tiff(folder / "a_unw.tif", [values], t, fixtures.UTM)
    moved = (t[0] + (values.shape[1] + gap_pixels) * t[1], *t[1:])
    second = fixtures.write_tiff(folder / "b_unw.tif", [other], moved, fixtures.UTM)
    return [str(first), str(second)]


def test_frames_far_apart_are_refused_with_the_distance(tmp_path, scene):
    with pytest.raises(InputError, match=r"lies \d+ km from the other frames"):
        open_interferogram(frames(tmp_path, scene, 3 * scene[0].shape[1], scene[0]))
    assert open_interferogram(frames(tmp_path, scene, 0, scene[0])).grid.width == 2 * scene[0].shape[1]


def test_frames_of_other_dates_are_refused_where_they_overlap(tmp_path, scene):
    values = scene[0]
    half = values.shape[1] // 2
    same = np.hstack([values[:, half:], values[:, :half]]) + 5
    joined = open_interferogram(frames(tmp_path, scene, -(values.shape[1] - half), same))
    np.testing.assert_allclose(whole(joined)[:, : values.shape[1]], values, atol=1e-5)
    rows = np.linspace(-20, 20, values.shape[0], dtype=np.float32)[:, None]
    with pytest.raises(InputError, match="other dates or another track"):
        open_interferogram(frames(tmp_path, scene, -(values.shape[1] - half), same + rows))


def test_a_virtual_raster_that_is_read_from_its_neighbours_says_so(tmp_path, scene):
    path = fixtures.write_tiff(tmp_path / "pair_unw.tif", [scene[0]], scene[1], fixtures.UTM)
    vrt = tmp_path / "copy_unw.vrt"
    gdal.Translate(str(vrt), str(path), format="VRT")
    vrt.write_text(
        vrt.read_text().replace("pair_unw.tif", "/gone/pair_unw.tif").replace('VRT="1"', 'VRT="0"')
    )
    assert any("paths that are missing" in text for text in open_interferogram(str(vrt)).notes)


def test_a_changed_table_is_read_again(tmp_path):
    path = tmp_path / "points.csv"
    for digit, when in ((1, 1_000_000_000), (7, 1_000_000_100)):
        rows = [f"{x / 100:.2f},{y / 100:.2f},{digit}{x % 8}.0" for x in range(20, 80) for y in range(20, 80)]
        path.write_text("lon,lat,velocity_mm\n" + "\n".join(rows) + "\n")
        os.utime(path, (when, when))
        ifg = open_interferogram(str(path), wavelength=0.0555)
        assert np.nanmedian(whole(ifg)) / (4 * np.pi / 55.5) == pytest.approx(10 * digit + 3.5, abs=1)


def test_messages_name_the_options_of_the_command_line():
    assert (
        with_options("Set the unit (UNIT) and the place (CRS).")
        == "Set the unit (--unit) and the place (--crs)."
    )


@pytest.mark.parametrize("quantity", ["displacement_cm", "displacement_mm"])
def test_the_command_line_takes_quantities_with_units(quantity):
    assert parser().parse_args(["x.tif", "--quantity", quantity]).quantity == quantity


def test_the_command_line_takes_paths_with_semicolons(tmp_path, scene, capsys):
    paths = frames(tmp_path, scene, 3 * scene[0].shape[1], scene[0])
    assert main([";".join(paths)]) == 1
    assert "from the other frames" in capsys.readouterr().err


WRITE = """
import sys, h5py, numpy as np
for name, kind, array in (("geometryGeo", "geometry", "incidenceAngle"), ("maskTempCoh", "mask", "mask")):
    with h5py.File(f"{sys.argv[1]}/{name}.h5", "w") as file:
        file.attrs["FILE_TYPE"] = kind
        file[array] = np.ones((40, 40), "f4")
"""


@pytest.mark.parametrize(("name", "words"), [("geometryGeo", "geometry"), ("maskTempCoh", "mask")])
def test_other_files_of_mintpy_are_named_as_what_they_are(tmp_path, name, words):
    if importlib.util.find_spec("h5py") is None:
        pytest.skip("h5py is not installed")
    subprocess.run([sys.executable, "-c", WRITE, str(tmp_path)], check=True)
    sentence = refusal(tmp_path / f"{name}.h5")
    assert f"MintPy's {words}" in sentence
    assert "timeseries" in sentence


def test_a_renamed_opera_product_is_known(home, built, tmp_path):
    source = next(iter(sorted((home / "opera_disp").rglob("OPERA_L3_DISP-S1_IW*.nc"))))
    path = shutil.copy(source, tmp_path / "disp.nc")
    ifg = open_interferogram(str(path))
    assert (ifg.product, ifg.quantity.value, ifg.positive) == ("OPERA DISP", "displacement", "toward")
    assert "mask" in ifg.coherence


def test_the_note_on_a_stack_follows_the_chosen_date(home, built):
    path = next(iter(sorted((home / "mintpy").rglob("ifgramStack.h5"))))
    stack = [layer.date for layer in list_layers(str(path)) if layer.date]
    notes = " ".join(open_interferogram(str(path), date=stack[-1]).notes)
    assert "by default" not in notes
    assert stack[-1].replace("_", " to ") in notes
