"""A STAC collection of the examined scenes: one item a scene, and catalogues that share the items."""

from __future__ import annotations

import contextlib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

import pystac
from shapely import Polygon

from ..folder import write_json
from ..record import HEATMAP, THUMBNAIL
from .rows import Row

COLLECTION = "quakefringe"
PROPERTIES = (
    *("verdict", "probability", "deformation", "deformation_probability", "kind", "boxes", "label"),
    "catalogue_outcome",
)
"""Columns of the scene's row that the item carries, as `quakefringe:NAME`. They follow from the scene alone,
so that an item stays as it is when further scenes arrive."""
UP = "../../../"
"""From the folder of an item to the folder of the archive."""


class Catalogue:
    """The STAC files below a folder, written as scenes are added.

    Each item is written once, and again only after its record. 256 catalogues share the items, because a
    single file with the links of a million items would be read and written as a whole.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, list[str]] = {}
        self._bounds: Optional[tuple[float, ...]] = None
        self._days: list[datetime] = []

    def add(self, row: Row, record: Path) -> None:
        """Add a scene that has a place and a date; others have no place in STAC.

        Raises
        ------
        OutputError
            When the item cannot be written.
        """
        if row["status"] != "done" or not row["ring"] or not row["date2"]:
            return
        key = row["key"]
        bounds, last = Polygon(row["ring"]).bounds, _day(row["date2"])
        self._shards.setdefault(key[:2], []).append(key)
        west, south, east, north = self._bounds or bounds
        self._bounds = (
            *(min(west, bounds[0]), min(south, bounds[1])),
            *(max(east, bounds[2]), max(north, bounds[3])),
        )
        self._days = [min([last, *self._days[:1]]), max([last, *self._days[1:]])]
        path = self._folder / "items" / key[:2] / f"{key}.json"
        if not _is_newer(path, record):
            write_json(path, _item(row).to_dict(include_self_link=False, transform_hrefs=False))

    def finish(self) -> None:
        """Write the collection and the catalogues that share the items.

        Raises
        ------
        OutputError
            When one cannot be written.
        """
        for shard, keys in self._shards.items():
            catalogue = pystac.Catalog(f"{COLLECTION}-{shard}", f"Scenes whose key begins with {shard}")
            catalogue.clear_links()
            _link(catalogue, "root", "../../collection.json")
            _link(catalogue, "parent", "../../collection.json")
            for key in keys:
                _link(catalogue, "item", f"./{key}.json", "application/geo+json")
            self._write(catalogue, self._folder / "items" / shard / "catalog.json")
        days: list[Optional[datetime]] = [*self._days] or [None, None]
        extent = pystac.Extent(
            pystac.SpatialExtent([list(self._bounds or (-180.0, -90.0, 180.0, 90.0))]),
            pystac.TemporalExtent([days]),
        )
        collection = pystac.Collection(COLLECTION, "Interferograms examined by QuakeFringe", extent)
        collection.clear_links()
        for shard in self._shards:
            _link(collection, "child", f"./items/{shard}/catalog.json")
        self._write(collection, self._folder / "collection.json")

    def _write(self, what: pystac.Catalog, path: Path) -> None:
        write_json(path, what.to_dict(include_self_link=False, transform_hrefs=False))


def _is_newer(path: Path, record: Path) -> bool:
    """Whether an item was written after its record."""
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns >= record.stat().st_mtime_ns
    return False


def _item(row: Row) -> pystac.Item:
    first, last = _day(row["date1"] or row["date2"]), _day(row["date2"])
    item = pystac.Item(
        id=row["key"],
        geometry={"type": "Polygon", "coordinates": [[list(corner) for corner in row["ring"]]]},
        bbox=list(Polygon(row["ring"]).bounds),
        datetime=last,
        start_datetime=first,
        end_datetime=last,
        properties={f"quakefringe:{name}": row[name] for name in PROPERTIES},
        collection=COLLECTION,
    )
    shard = row["key"][:2]
    json_type = pystac.MediaType.JSON
    for relation, target in (
        ("root", "../../collection.json"),
        ("collection", "../../collection.json"),
        ("parent", "./catalog.json"),
    ):
        _link(item, relation, target)
    item.add_asset("interferogram", pystac.Asset(href=row["path"], roles=["data"], title=row["name"]))
    record = f"{UP}records/{shard}/{row['key']}.json"
    item.add_asset("result", pystac.Asset(href=record, roles=["metadata"], media_type=json_type))
    if row[HEATMAP]:
        heatmap = pystac.Asset(
            href=UP + row[HEATMAP], roles=["data"], media_type=pystac.MediaType.COG, title="Heatmap, 0 to 1"
        )
        item.add_asset(HEATMAP, heatmap)
    if row[THUMBNAIL]:
        picture = pystac.Asset(href=UP + row[THUMBNAIL], roles=["thumbnail"], media_type=pystac.MediaType.PNG)
        item.add_asset(THUMBNAIL, picture)
    return item


def _link(what: Any, relation: str, target: str, media_type: str = "application/json") -> None:
    """Add a link, and keep its target as it is written."""
    what.links.append(pystac.Link(relation, target, media_type))


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text[:10]).replace(tzinfo=timezone.utc)
