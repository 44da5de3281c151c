"""Adding a product family takes one object and one registration."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import products_fixtures as fixtures

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import list_layers, open_interferogram
from quakefringe.engine.products import families
from quakefringe.engine.products.containers.gdalio import Band
from quakefringe.engine.products.family import ProductKey
from quakefringe.engine.products.masks import WATER
from quakefringe.engine.products.model import Layer, LayerKind, Mask, Product
from quakefringe.engine.products.recognise import recognise


class Toy:
    """Phase in PAIR.toy.tif, in mm positive away from the satellite; water in PAIR.sea.tif."""

    NAME = "Toy"

    def find(self, location):
        names = [name for name in location.candidates() if name.endswith(".toy.tif")]
        return [ProductKey(name[: -len(".toy.tif")]) for name in names]

    def describe(self, location, key):
        phase, sea = (Band(location.path(f"{key.path}.{what}.tif")) for what in ("toy", "sea"))
        water = Layer("sea", LayerKind.MASK, sea)
        moved = Layer("moved", LayerKind.DISPLACEMENT, phase, "mm", "away", masks=(Mask(sea, WATER),))
        return Product(self.NAME, key.title, location.path(key.path), [moved, water], wavelength=0.24)

    def recognise(self, location):
        return bool(self.find(location))


@pytest.fixture
def toy():
    family = Toy()
    families.register(family)
    yield family
    families.unregister(family)


@pytest.fixture
def scene(tmp_path):
    lon, lat, transform = fixtures.geographic_grid()
    moved = fixtures.los(lon, lat).astype(np.float32)
    sea = np.zeros(lon.shape, np.uint8)
    sea[:, :7] = 1
    fixtures.write_tiff(tmp_path / "pair.sea.tif", [sea], transform, 4326)
    return Path(fixtures.write_tiff(tmp_path / "pair.toy.tif", [-1000 * moved], transform, 4326)), moved


def test_a_registered_family_is_opened_listed_and_recognised(toy, scene):
    path, moved = scene
    for given in (path, path.parent):
        ifg = open_interferogram(str(given))
        assert (ifg.product, ifg.name, ifg.positive, ifg.unit) == ("Toy", "pair", "away", "mm")
        got = ifg.read(0, 0, ifg.grid.width, ifg.grid.height)
        assert np.isnan(got[:, :7]).all()
        np.testing.assert_allclose(got[:, 7:], 4 * np.pi / 0.24 * moved[:, 7:], rtol=1e-4, atol=1e-5)
        assert "water is left out" in ifg.coherence
        assert [layer.key for layer in list_layers(str(given))] == ["moved", "sea"]
        assert recognise(str(given)) == "Toy"


def test_without_its_registration_the_family_is_unknown(scene):
    path, _ = scene
    assert recognise(str(path)) == ""
    assert open_interferogram(str(path), quantity="displacement_mm").product == "GeoTIFF"
    with pytest.raises(InputError, match="no known product"):
        open_interferogram(str(path.parent))


def test_a_name_is_registered_once_only(toy):
    with pytest.raises(ValueError, match="registered already"):
        families.register(Toy())


def test_every_fixture_is_of_a_registered_family(built):
    names = {case.product for name, cases in built.items() if name != "plain" for case in cases}
    assert names <= {family.NAME for family in families.FAMILIES}
