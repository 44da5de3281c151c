"""Products as delivered: folders, archives, layers to choose from, masks, metadata, layers for the map."""

from __future__ import annotations

import functools
import http.server
import shutil
import sys
import threading
import zipfile
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from osgeo import gdal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import list_layers, open_interferogram
from quakefringe.engine.products import open_product
from quakefringe.engine.products.nisar import subswath_valid
from quakefringe.engine.products.virtual import file_name, layer_title, virtual_raster
from quakefringe.tests.reading import whole

FOLDERS = [name for name, fixture in fixtures.FAMILIES.items() if fixture.folder is not None]


@pytest.mark.parametrize("family", FOLDERS)
def test_folder_and_archive_read_like_the_file(home, built, tmp_path, family):
    case = fixtures.case_of(built, family)
    source = home / family.replace(" ", "_") / fixtures.FAMILIES[family].folder
    archive = tmp_path / "as delivered.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            packed.write(path, Path("product") / path.relative_to(source))
    wanted = whole(open_interferogram(case.path))
    if family == "nsbas":
        wanted = whole(open_interferogram(str(source)))
    for path in (str(source), str(archive), f"/vsizip/{archive}"):
        ifg = open_interferogram(path)
        assert ifg.product == case.product
        np.testing.assert_array_equal(whole(ifg), wanted)


@pytest.fixture
def served(home):
    """The fixtures behind a local web server; gives GDAL's path of its root."""
    handler = functools.partial(QuietHandler, directory=str(home))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"/vsicurl/http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server without a log on the terminal; it records the paths of requests."""

    asked: ClassVar[list] = []

    def log_message(self, *args):
        """Record the path."""
        self.asked.append(self.path)


@pytest.fixture
def asked():
    """Paths that the server was asked for in this test."""
    QuietHandler.asked.clear()
    return QuietHandler.asked


@pytest.mark.parametrize("family", ["licsar", "hyp3", "isce", "gmtsar", "nisar 1.4"])
def test_products_behind_a_web_address(home, built, served, family):
    case = fixtures.case_of(built, family)
    path = f"{served}/{Path(case.path).relative_to(home).as_posix()}"
    far, near = open_interferogram(path), open_interferogram(case.path)
    assert (far.product, far.positive) == (near.product, near.positive)
    np.testing.assert_array_equal(whole(far), whole(near))
    assert far.coherence == near.coherence
    assert np.isnan(whole(far)[fixtures.low_coherence(whole(far).shape)]).all()


def test_neighbours_behind_a_web_address_are_asked_for_by_name(home, built, served, asked):
    for family in ("isce", "gmtsar"):
        case = fixtures.case_of(built, family)
        open_interferogram(f"{served}/{Path(case.path).relative_to(home).as_posix()}")
    assert not [path for path in asked if path.endswith("/merged/")]  # GDAL's netCDF lists folders by itself
    assert any(path.endswith("/phsig.cor.geo") for path in asked)
    assert any(path.endswith("/corr_ll.grd") for path in asked)


def test_isdeform_files_are_read_with_their_incidence(home, built, tmp_path):
    lon, lat, transform = fixtures.geographic_grid()
    stem = f"geo_filtSW_{fixtures.OLDER}-{fixtures.NEWER}"
    moved = (1000 * fixtures.los(lon, lat)).astype(np.float32)
    fixtures.write_tiff(tmp_path / f"{stem}_unw_mm_4rlks.tif", [moved], transform, 4326)
    angles = fixtures.look_angles(lon, lat)[0].astype(np.float32)
    fixtures.write_tiff(tmp_path / "geo_D052_incidence_deg_4rlks.tif", [angles], transform, 4326)
    ifg = open_interferogram(str(tmp_path))
    assert (ifg.product, ifg.dates, ifg.orbit_direction) == ("NSBAS", fixtures.ISO, "descending")
    assert ifg.incidence == pytest.approx(39, abs=0.1)
    assert ifg.look_vectors(0, 0, 4, 4) is None  # no file gives the azimuth
    kinds = {layer.kind.value for layer in list_layers(str(tmp_path))}
    assert kinds == {"displacement", "look"}


def test_nisar_layers_are_all_selectable(built):
    path = fixtures.case_of(built, "nisar 1.4").path
    keys = {layer.key for layer in list_layers(path)}
    assert {f"frequencyA/{p}/{q}" for p in ("HH", "VV") for q in ("wrapped", "unwrapped")} <= keys
    assert open_interferogram(path).layer == "frequencyA/HH/unwrapped"
    assert open_interferogram(path, layer="VV").layer == "frequencyA/VV/unwrapped"
    assert open_interferogram(path, layer="VV", quantity="wrapped").layer == "frequencyA/VV/wrapped"
    other = open_interferogram(path, layer="frequencyB")
    assert other.wavelength == pytest.approx(299792458 / 1.2935e9)
    with pytest.raises(InputError, match="frequencyA/HH/unwrapped"):
        open_interferogram(path, layer="VH")


def test_every_layer_has_a_file_name_of_its_own(built):
    product = open_product(fixtures.case_of(built, "nisar 1.4").path)
    assert len(product.name) > 110  # as long as delivered
    names = [file_name(product, layer) for layer in product.layers]
    assert len(set(names)) == len(names) == 21
    assert max(map(len, names)) <= 154


def test_nisar_grids_of_wrapped_and_unwrapped_differ(built):
    path = fixtures.case_of(built, "nisar 1.1").path
    fine, coarse = open_interferogram(path, quantity="wrapped").grid, open_interferogram(path).grid
    assert (fine.width, fine.height) == (2 * coarse.width, 2 * coarse.height)
    assert fine.extent == pytest.approx(coarse.extent)
    assert (fine.transform[1], coarse.transform[1]) == (400, 800)


def test_nisar_mask_digits():
    digits = np.array([11, 12, 10, 1, 0, 111, 211, 255], dtype=np.uint8)
    assert subswath_valid(digits).tolist() == [True, True, False, False, False, False, False, False]


def test_subdataset_names_as_qgis_gives_them(built):
    path = fixtures.case_of(built, "nisar 1.4").path
    inside = "science/LSAR/GUNW/grids/frequencyA/unwrappedInterferogram/VV/unwrappedPhase"
    ifg = open_interferogram(f'HDF5:"{path}"://{inside}')
    assert (ifg.product, ifg.layer) == ("NISAR GUNW", "frequencyA/VV/unwrapped")
    with pytest.raises(InputError, match="not phase"):
        open_interferogram(f'HDF5:"{path}"://{inside.replace("unwrappedPhase", "coherenceMagnitude")}')


def test_mintpy_pairs_and_dates_are_selectable(built):
    path = fixtures.case_of(built, "mintpy").path
    default, later = open_interferogram(path), open_interferogram(path, layer="20190728")
    assert "20190704_20190716" in default.layer
    valid = np.isfinite(whole(default))
    np.testing.assert_allclose(whole(later)[valid], 2 * whole(default)[valid], rtol=1e-5)


@pytest.mark.parametrize(
    "family", ["licsar", "hyp3", "nisar 1.4", "aria", "mintpy", "isce", "roipac", "gmtsar"]
)
def test_coherence_threshold_is_an_option_and_stated(built, family):
    case = fixtures.case_of(built, family)
    low = fixtures.low_coherence(whole(open_interferogram(case.path)).shape)
    default = open_interferogram(case.path)
    assert np.isnan(whole(default)[low]).all()
    assert "coherence below" in default.coherence
    kept = open_interferogram(case.path, coherence_threshold=0)
    assert np.isfinite(whole(kept)[low]).all()
    assert "coherence below" not in kept.coherence
    strict = open_interferogram(case.path, coherence_threshold=0.9)
    assert np.isnan(whole(strict)).all()
    assert "coherence below 0.9" in strict.coherence


def rewrite(path, change):
    dataset = gdal.Open(str(path), gdal.GA_Update)
    values = dataset.ReadAsArray()
    change(values)
    dataset.GetRasterBand(1).WriteArray(values)
    del dataset


def test_water_is_masked_by_default(home, built, tmp_path):
    copy = tmp_path / "hyp3"
    shutil.copytree(home / "hyp3", copy)
    rewrite(next(copy.rglob("*_water_mask.tif")), lambda values: values[:, :5].fill(0))
    assert np.isnan(whole(open_interferogram(str(copy)))[:, :5]).all()
    assert np.isfinite(whole(open_interferogram(str(copy), use_masks=False))[:40, :5]).all()


def test_components_of_unwrapped_phase_are_respected(home, built, tmp_path):
    copy = tmp_path / "isce"
    shutil.copytree(home / "isce", copy)
    binary = next(copy.rglob("filt_topophase.unw.conncomp.geo"))
    values = np.fromfile(binary, np.uint8).reshape(fixtures.HEIGHT, fixtures.WIDTH)
    values[:, -6:] = 0
    values.tofile(binary)
    assert np.isnan(whole(open_interferogram(str(copy)))[:, -6:]).all()
    assert np.isfinite(whole(open_interferogram(str(copy), quantity="wrapped"))[:40, -6:]).all()


@pytest.mark.parametrize(
    ("family", "direction", "side", "heading", "incidence", "relief"),
    [
        ("licsar", "descending", "right", 193, 39, "hgt.tif"),
        ("hyp3", "descending", "right", 193, 39, "_dem.tif"),
        ("nisar 1.1", "ascending", "left", 13, 39, None),
        ("aria", "descending", "right", 193, 39, None),
        ("isce", "descending", "right", 193, 39, "z.rdr.geo"),
        ("roipac", "descending", "right", 193, None, None),
        ("gmtsar", "descending", "right", 193, 39, None),
        ("snap", "descending", "right", 193, 39, None),
        ("mintpy", "descending", "right", 193, 39, None),
    ],
)
def test_orbit_look_and_relief(built, family, direction, side, heading, incidence, relief):
    ifg = open_interferogram(fixtures.case_of(built, family).path)
    assert (ifg.orbit_direction, ifg.look_side) == (direction, side)
    for got, wanted in ((ifg.heading, heading), (ifg.incidence, incidence)):
        assert got == (None if wanted is None else pytest.approx(wanted, abs=0.1))
    if relief is None:
        assert ifg.elevation_path is None
    else:
        assert ifg.elevation_path is not None
        assert ifg.elevation_path.endswith(relief)
        assert gdal.Open(ifg.elevation_path) is not None


def test_sign_follows_the_order_of_dates(home, built, tmp_path):
    source = home / "licsar" / "021D_05266_252525" / "20190704_20190716"
    turned = tmp_path / "20190716_20190704.geo.unw.tif"
    shutil.copy(source / "20190704_20190716.geo.unw.tif", turned)
    straight = open_interferogram(str(source), coherence_threshold=0)
    other = open_interferogram(str(turned))
    assert (straight.positive, other.positive) == ("away", "toward")
    assert other.dates == straight.dates
    np.testing.assert_array_equal(whole(other), -whole(straight))


def test_files_that_hold_no_phase_name_the_one_that_does(home, built):
    with pytest.raises(InputError, match=r"coherence, not phase; open 20190704_20190716\.geo\.unw\.tif"):
        open_interferogram(str(next((home / "licsar").rglob("*.geo.cc.tif"))))
    with pytest.raises(InputError, match="coherence, not phase"):
        open_interferogram(str(next((home / "hyp3").rglob("*_corr.tif"))))


@pytest.mark.parametrize("family", ["licsar", "hyp3", "nisar 1.1", "aria", "isce", "gmtsar", "snap", "plain"])
def test_virtual_rasters_are_placed_and_lead_back(built, tmp_path, family):
    case = fixtures.case_of(built, family)
    product = open_product(case.path)
    for index, layer in enumerate(product.layers):
        path = tmp_path / f"{index}.vrt"
        path.write_text(virtual_raster(product, layer), encoding="utf-8")
        dataset = gdal.Open(str(path))
        values = dataset.ReadAsArray()
        assert values.dtype.kind != "c"
        assert layer.kind.value in layer_title(product, layer)
        if layer.kind.quantity is None:
            continue
        again = open_interferogram(str(path))
        assert (again.product, again.quantity.value) == (product.family, layer.kind.value)
        assert (again.positive, again.wavelength) == (layer.positive, product.wavelength or again.wavelength)
        assert tuple(dataset.GetGeoTransform()) == pytest.approx(again.grid.transform)
        assert dataset.GetProjection()
        got = whole(again)
        kept = np.isfinite(got)
        if layer.kind.value != "displacement":
            sign = -1 if layer.positive == "away" else 1
            assert np.abs(np.angle(np.exp(1j * (sign * values[kept] - got[kept])))).max() < 1e-4
