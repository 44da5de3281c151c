"""Scenes from STAC: a catalogue, a collection, an item collection or one item, in JSON or GeoParquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Optional

import pystac

from ...engine.errors import InputError
from ...engine.products.names import kind_of
from ..scene import Scene, scene_at
from .files import gdal_path, read_bytes


class GdalIO(pystac.stac_io.DefaultStacIO):
    """Reads catalogues where GDAL reads rasters."""

    def read_text_from_href(self, href: str) -> str:
        """The text of a local file, of an address, or of a file in one of GDAL's file systems."""
        return read_bytes(gdal_path(href)).decode("utf-8")


def scenes_of_stac(path: str, asset: Optional[str]) -> Iterator[Scene]:
    """Scenes of a STAC file; a catalogue is followed to all of its items.

    Raises
    ------
    InputError
        When the file is no STAC, or an item has no asset with an interferogram.
    """
    try:
        items = _items(json.loads(read_bytes(path).decode("utf-8")), path)
    except (OSError, ValueError, KeyError, TypeError, pystac.STACError) as error:
        raise InputError(
            f"The catalogue “{path}” cannot be read ({error}); check that it is STAC."
        ) from error
    yield from _scenes(items, path, asset)


def scenes_of_parquet(path: str, asset: Optional[str]) -> Iterator[Scene]:
    """Scenes of a STAC table in GeoParquet.

    Raises
    ------
    InputError
        When the table cannot be read or has no column of assets.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        rows = parquet.read_table(pa.BufferReader(read_bytes(path))).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"The table “{path}” cannot be read ({error}); check that it is Parquet.") from error
    if rows and not isinstance(rows[0].get("assets"), Mapping):
        raise InputError(f"The table “{path}” has no column “assets”; give a STAC table in GeoParquet.")
    yield from _scenes(((row["assets"], row, str(row.get("id", ""))) for row in rows), path, asset)


Entry = tuple[Mapping[str, Any], Mapping[str, Any], str]
"""Assets, properties and identifier of an item."""


def _items(data: Any, path: str) -> list[Entry]:
    kind = data.get("type") if isinstance(data, Mapping) else None
    if kind == "FeatureCollection":
        collection = pystac.ItemCollection.from_dict(data)
        items: Iterable[pystac.Item] = collection.items
        for item in items:
            if not item.get_self_href():
                item.set_self_href(path)
    elif kind == "Feature":
        items = [pystac.Item.from_file(path, stac_io=GdalIO())]
    elif kind in ("Catalog", "Collection"):
        top = pystac.Catalog if kind == "Catalog" else pystac.Collection
        items = top.from_file(path, stac_io=GdalIO()).get_items(recursive=True)
    else:
        raise ValueError("it is no catalogue, collection or item")
    return [_entry(item) for item in items]


def _entry(item: pystac.Item) -> Entry:
    assets = {
        name: {"href": one.get_absolute_href() or one.href, "roles": one.roles}
        for name, one in item.assets.items()
    }
    dates = {"datetime": item.datetime.isoformat() if item.datetime else None}
    return assets, {**dates, **item.properties}, item.id


def _scenes(items: Iterable[Entry], path: str, asset: Optional[str]) -> Iterator[Scene]:
    for assets, properties, identifier in items:
        present = {name: one for name, one in assets.items() if isinstance(one, Mapping) and one.get("href")}
        name = _chosen(present, asset)
        if name is None:
            wanted = f"“{asset}”" if asset else "with an interferogram"
            raise InputError(
                f"The item “{identifier}” of “{path}” has no asset {wanted}, only {', '.join(present)}; "
                "name the asset (--asset)."
            )
        date = properties.get("end_datetime") or properties.get("datetime") or ""
        yield scene_at(gdal_path(str(present[name]["href"])), str(date))


def _chosen(assets: Mapping[str, Any], asset: Optional[str]) -> Optional[str]:
    """The asset that the user names; else the only one, or the first whose name or file mentions phase."""
    if asset:
        return asset if asset in assets else None
    if len(assets) == 1:
        return next(iter(assets))
    for name, one in assets.items():
        kind = kind_of(name) or kind_of(str(one["href"]).rsplit("/", 1)[-1])
        if kind is not None and kind.quantity is not None:
            return name
    data = [name for name, one in assets.items() if "data" in (one.get("roles") or ())]
    return data[0] if len(data) == 1 else None
