"""Products that are dropped on the window or chosen as a folder open in the background."""

import shutil
import zipfile

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtWidgets import QFileDialog

from quakefringe.engine.products.recognise import recognise
from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import bowl, wait_for, wrap, write_raster

PAIR = "20150417_20150429"
HDF5 = b"\x89HDF\r\n\x1a\n"


@pytest.fixture
def product(tmp_path):
    """A LiCSAR product's folder."""
    folder = tmp_path / PAIR
    folder.mkdir()
    write_raster(folder / f"{PAIR}.geo.diff_pha.tif", wrap(bowl(fringes=3.0)), nodata=0)
    write_raster(folder / f"{PAIR}.geo.cc.tif", np.full((96, 96), 200, np.uint8))
    return folder


@pytest.fixture
def drops(toolbar, plugin):
    """The drop handler of the running plugin; waits for all runs when the test ends."""
    yield plugin.drops
    wait_for(lambda: not plugin.opener.runs)
    wait_for(lambda: QgsApplication.taskManager().countActiveTasks() == 0)


def message(qgis_iface):
    item = qgis_iface.messageBar().currentItem()
    return item.text() if item else ""


def names():
    return sorted(layer.name() for layer in QgsProject.instance().mapLayers().values())


@pytest.mark.parametrize("packed", [False, True])
def test_a_dropped_product_is_opened_with_all_its_layers(
    drops, plugin, product, tmp_path, qgis_iface, packed
):
    path = product
    if packed:
        path = tmp_path / "delivered.zip"
        with zipfile.ZipFile(path, "w") as target:
            for file in product.iterdir():
                target.write(file, f"{PAIR}/{file.name}")
    assert drops.handleFileDrop(str(path)) is True
    assert "Opening" in message(qgis_iface)
    wait_for(lambda: not plugin.opener.runs)
    assert ["wrapped" in names()[1], "coherence" in names()[0], len(names())] == [True, True, 2]
    assert "2 layers of a LiCSAR product" in message(qgis_iface)
    wait_for(lambda: len(QgsProject.instance().layerTreeRoot().findGroups()) == 1)


def test_files_that_are_no_product_are_left_to_qgis(drops, plugin, product, tmp_path):
    plain = write_raster(tmp_path / "dem.tif", bowl())
    empty = tmp_path / "photos"
    empty.mkdir()
    (empty / "holiday.jpg").write_bytes(b"\xff\xd8")
    other = tmp_path / "weather.nc"
    other.write_bytes(HDF5 + bytes(64))
    packed = tmp_path / "dem.zip"
    with zipfile.ZipFile(packed, "w") as target:
        target.write(plain, "dem.tif")
    misnamed = tmp_path / "NISAR_L2_PR_GUNW_notes.h5"
    misnamed.write_text("no HDF5", encoding="utf-8")
    ignored = (
        plain,
        product / f"{PAIR}.geo.diff_pha.tif",
        empty,
        other,
        packed,
        misnamed,
        tmp_path / "missing",
    )
    for path in ignored:
        assert drops.handleFileDrop(str(path)) is False
    assert plugin.opener.runs == []


def test_a_damaged_product_gives_one_sentence(drops, plugin, tmp_path, qgis_iface):
    path = tmp_path / "NISAR_L2_PR_GUNW_001_030_A_019_002_2000_SH_20190704T060911.h5"
    path.write_bytes(HDF5 + bytes(100))
    assert drops.handleFileDrop(str(path)) is True
    wait_for(lambda: not plugin.opener.runs)
    wait_for(lambda: "damaged" in message(qgis_iface))
    item = qgis_iface.messageBar().currentItem()
    assert item.level() == Qgis.MessageLevel.Critical
    assert item.text().count(". ") == 0 and item.text().endswith(".")
    assert names() == []


def test_several_products_in_a_folder_are_reported(drops, plugin, product, qgis_iface):
    for file in list(product.iterdir()):
        shutil.copy(file, product / file.name.replace("20150429", "20150511"))
    assert drops.handleFileDrop(str(product)) is True
    wait_for(lambda: not plugin.opener.runs)
    wait_for(lambda: "2 products" in message(qgis_iface))


@pytest.mark.parametrize(
    ("files", "family"),
    [
        (["NISAR_L2_PR_GUNW_001_030_A_019.h5"], "NISAR GUNW"),
        (["S1-GUNW-D-R-021-tops-20190716_20190704.nc"], "ARIA S1-GUNW"),
        (["timeseries_ERA5.h5"], "MintPy"),
        (["filt_topophase.unw.geo", "filt_topophase.unw.geo.xml"], "ISCE2"),
        (["190704-190716.unw", "190704-190716.unw.rsc"], "ROI_PAC"),
        (["unwrap_ll.grd", "corr_ll.grd"], "GMTSAR"),
        (["pair.dim"], "SNAP"),
        (["S1AA_20190704T015000_20190716T015001_VVP012_INT80_G_ueF_AB12_unw_phase.tif"], "HyP3"),
    ],
)
def test_families_are_recognised_without_gdal(tmp_path, monkeypatch, files, family):
    monkeypatch.setattr(gdal, "OpenEx", None)
    for name in files:
        (tmp_path / name).write_bytes(HDF5 if name.endswith((".h5", ".nc")) else b"<Dimap_Document>")
    (tmp_path / "pair.data").mkdir()
    assert recognise(str(tmp_path)) == family
    alone = recognise(str(tmp_path / files[0]))
    assert alone == ("" if family in ("HyP3", "GMTSAR") else family)


def test_a_folder_is_chosen_from_the_menu(drops, plugin, product, monkeypatch, toolbar):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(product))
    toolbar.open_folder.trigger()
    wait_for(lambda: not plugin.opener.runs)
    assert len(names()) == 2
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    toolbar.open_folder.trigger()
    assert plugin.opener.runs == []


def test_the_drop_handler_is_registered_while_the_plugin_is_loaded(qgis_iface, plugin, monkeypatch):
    plugin.unload()
    registered = []
    monkeypatch.setattr(qgis_iface, "registerCustomDropHandler", registered.append, raising=False)
    monkeypatch.setattr(qgis_iface, "unregisterCustomDropHandler", registered.remove, raising=False)
    other = QuakeFringePlugin(qgis_iface)
    other.initGui()
    assert registered == [other.drops]
    other.unload()
    assert registered == []
    assert other.drops is None
    plugin.initGui()
