"""Reading products: from a path to layers with unit, sign, position and masks.

`open_product` finds the family (see `family.ProductFamily` and `families.FAMILIES`) or falls back to a plain
raster (`plain`); `choose` picks the layer; `source` reads its windows as phase.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

from ..errors import InputError
from . import plain
from .containers.gdalio import open_dataset, short_name
from .containers.hdf5 import as_number
from .families import FAMILIES
from .family import ProductFamily
from .location import ProductLocation, locate
from .model import Layer, LayerKind, Product
from .not_data import refuse_no_data, refuse_side_file

PRODUCT_TAG, LAYER_TAG, CELL_TAG = "QUAKEFRINGE_PRODUCT", "QUAKEFRINGE_LAYER", "QUAKEFRINGE_CELL"
"""Metadata of our own virtual rasters: they lead back to the product they came from."""


def open_product(
    path: str,
    band: Optional[int] = None,
    kind: Optional[LayerKind] = None,
    layer: str = "",
    cell_m: Optional[float] = None,
    as_plain: bool = False,
) -> Product:
    """Recognise a file, folder or archive, and describe it.

    Parameters
    ----------
    path : str
        File, folder, zip or tar archive, GDAL path (/vsizip/…, HDF5:"…"://…).
    band, kind
        For plain rasters: the band to read, and what the user says it holds.
    layer
        For files with several plain rasters, such as the tables of a GeoPackage: the one to read, or a part
        of its name. Layers of a product are chosen later, by `choose`.
    cell_m
        For tables of points: size of the cells in metres.
    as_plain
        Read the file as a plain raster, whatever product its name or its tags suggest.

    Raises
    ------
    InputError
        When the path leads to no product, or to more than one.
    """
    location = _follow_own(locate(path))
    if cell_m:
        location = replace(location, cell_m=cell_m)
    refuse_no_data(location)
    product = _describe(location, band, kind, layer, () if as_plain else FAMILIES)
    product.source = location.absolute
    return product


def _describe(
    location: ProductLocation,
    band: Optional[int],
    kind: Optional[LayerKind],
    layer: str,
    families: Sequence[ProductFamily],
) -> Product:
    products = [(family, key) for family in families for key in family.find(location)]
    if len(products) > 1:
        names = sorted({key.title for _, key in products})
        shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
        raise InputError(
            f"“{location.title}” holds {len(products)} products ({shown}); choose a file of the one you want."
        )
    if products:
        family, key = products[0]
        product = family.describe(location, key)
        if not product.layers:
            raise InputError(
                f"“{location.title}” holds no readable layer of a {product.family} product; fetch it again."
            )
        product = _named_layer(product, location)
        if band is None or not location.named or _reads_band(product, band):
            return product
    refuse_side_file(location)
    files = plain.find(location)
    if not files:
        raise InputError(
            f"“{location.title}” holds no interferogram of a known product; give the phase raster's own file."
        )
    named = [file for file in files if plain.is_phase_by_name(file)] if len(files) > 1 else files
    if len(named) != 1:
        shown = ", ".join(short_name(file) for file in files[:4]) + (", …" if len(files) > 4 else "")
        raise InputError(
            f"“{location.title}” holds {len(files)} rasters ({shown}) of no known product; give the phase "
            f"raster's own file, such as {location.path((named or files)[0])}."
        )
    inside = layer.strip() or ("" if location.subdataset else location.layer)
    described = plain.describe(location, named[0], band, kind, inside)
    if len(files) > 1:
        described.notes.append(
            f"Of {len(files)} rasters “{short_name(named[0])}” is read, the only phase by name."
        )
    return described


def list_layers(path: str) -> list[Layer]:
    """All layers of a product: phase, coherence, masks and the rest.

    Raises
    ------
    InputError
        As `open_product`.
    """
    return open_product(path).layers


def _follow_own(location: ProductLocation) -> ProductLocation:
    """The product behind a virtual raster that this plugin wrote; any other location as it is."""
    if not location.named.lower().endswith(".vrt"):
        return location
    try:
        tags = open_dataset(location.path(location.named), drivers=("VRT",)).GetMetadata()
    except InputError:
        return location
    source = tags.get(PRODUCT_TAG)
    if not source:
        return location
    behind = locate(source)
    cell = as_number(tags.get(CELL_TAG)) or 0.0
    return replace(behind, layer=tags.get(LAYER_TAG, ""), cell_m=cell if math.isfinite(cell) else 0.0)


def _reads_band(product: Product, band: int) -> bool:
    """Whether the product's reader takes the band that the user asks for."""
    chosen = [one for one in product.layers if one.key == product.default and one.imaginary is None]
    return any(one.band.index == band for one in chosen)


def _named_layer(product: Product, location: ProductLocation) -> Product:
    """The product with the layer that the path names as the one to read."""
    if location.layer:
        inside = location.layer.strip("/")
        named = [one for one in product.layers if one.key == inside or one.band.uri.endswith(f"/{inside}")]
        if not named:
            raise InputError(
                f"“{location.title}” ({product.family}) has no layer “{inside}"
                "” that is known here; open the file itself."
            )
        product.default = named[0].key
    return product
