"""A STAC collection with one item for each examined scene."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Optional

import pystac
from shapely import Polygon

from ..folder import write_json
from .rows import Row

PROPERTIES = ("verdict", "probability", "deformation_probability", "kind", "boxes", "label", "rank")
"""Columns of the scene's row that the item carries, as `quakefringe:NAME`."""


def write_items(scenes: list[Row], folder: Path) -> None:
    """Write `collection.json` and `items/KEY.json` for every examined scene that has a place and a date.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    items = [item for item in map(_item, scenes) if item is not None]
    for item in items:
        item.set_self_href(f"./items/{item.id}.json")
        data = item.to_dict(include_self_link=False, transform_hrefs=False)
        data["links"] = [{"rel": "collection", "href": "../collection.json", "type": "application/json"}]
        data["collection"] = "quakefringe"
        write_json(folder / "items" / f"{item.id}.json", data)
    write_json(folder / "collection.json", _collection(items))


def _item(row: Row) -> Optional[pystac.Item]:
    if row["status"] != "done" or not row["ring"] or not row["date2"]:
        return None
    outline = Polygon(row["ring"])
    first, last = _day(row["date1"] or row["date2"]), _day(row["date2"])
    item = pystac.Item(
        id=row["key"],
        geometry={"type": "Polygon", "coordinates": [[list(corner) for corner in row["ring"]]]},
        bbox=list(outline.bounds),
        datetime=last,
        start_datetime=first,
        end_datetime=last,
        properties={f"quakefringe:{name}": row[name] for name in PROPERTIES},
    )
    item.add_asset("interferogram", pystac.Asset(href=row["path"], roles=["data"], title=row["name"]))
    record = f"../../records/{row['key'][:2]}/{row['key']}.json"
    item.add_asset("result", pystac.Asset(href=record, roles=["metadata"], media_type=pystac.MediaType.JSON))
    return item


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text[:10]).replace(tzinfo=timezone.utc)


def _collection(items: list[pystac.Item]) -> dict[str, Any]:
    boxes = [item.bbox for item in items if item.bbox]
    whole = [-180.0, -90.0, 180.0, 90.0]
    if boxes:
        west, south, east, north = zip(*boxes)
        whole = [min(west), min(south), max(east), max(north)]
    days = [item.datetime for item in items if item.datetime]
    extent = pystac.Extent(
        pystac.SpatialExtent([whole]),
        pystac.TemporalExtent([[min(days, default=None), max(days, default=None)]]),
    )
    collection = pystac.Collection("quakefringe", "Interferograms examined by QuakeFringe", extent)
    data = collection.to_dict(include_self_link=False)
    data["links"] = [
        {"rel": "item", "href": f"./items/{item.id}.json", "type": "application/geo+json"} for item in items
    ]
    return data
