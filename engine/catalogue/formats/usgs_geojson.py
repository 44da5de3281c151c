"""USGS GeoJSON: the summary feeds, the detail feed and the output of its event service.

`time` is in milliseconds since 1970 in UTC, coordinates are longitude, latitude and depth in km. The detail
feed also has the products "moment-tensor" and "focal-mechanism" with nodal planes and tensor (N m).

https://earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php
"""

from __future__ import annotations

import json
from typing import Any, Optional

from ...errors import InputError
from .. import values
from ..event import Event, MomentTensor, NodalPlane
from ..magnitudes import Magnitude, choose_magnitude
from ..rows import Reading, nodal_plane
from ..source_file import CatalogueFile

NAME = "USGS GeoJSON"
_TENSOR = ("mrr", "mtt", "mpp", "mrt", "mrp", "mtp")


def recognise(source: CatalogueFile) -> bool:
    """GeoJSON whose features have a magnitude in `mag` and a time; other GeoJSON is a point layer."""
    head = source.head.lstrip()
    return head.startswith("{") and '"Feature' in head and '"mag"' in head and '"magType"' in head


def read(source: CatalogueFile) -> Reading:
    """All events."""
    try:
        data = json.loads(source.text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"“{source.name}” is damaged GeoJSON ({error}); fetch it again.") from error
    features = data.get("features", [data]) if isinstance(data, dict) else []
    reading = Reading()
    for number, feature in enumerate(features if isinstance(features, list) else [], start=1):
        try:
            event = _event(feature, reading)
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            reading.add_damaged(f"feature {number}", error)
            continue
        if event is not None:
            reading.events.append(event)
    return reading


def _event(feature: dict[str, Any], reading: Reading) -> Optional[Event]:
    properties = feature["properties"]
    if not reading.is_earthquake(str(properties.get("type") or "")):
        return None
    place = feature["geometry"]["coordinates"]
    time = values.number(properties.get("time"))
    products = properties.get("products") or {}
    tensor = _product(products, "moment-tensor")
    planes = _planes(tensor) or _planes(_product(products, "focal-mechanism"))
    magnitude = choose_magnitude(_magnitudes(properties, tensor))
    return Event(
        id=str(feature.get("id") or properties.get("code") or ""),
        time=None if time is None else values.time_of_milliseconds(time),
        lon=values.longitude(values.number(place[0])),
        lat=values.latitude(values.number(place[1])),
        depth_km=values.depth(values.number(place[2]) if len(place) > 2 else None),
        magnitude=magnitude.value if magnitude else None,
        magnitude_type=magnitude.type if magnitude else "",
        planes=planes,
        tensor=_tensor(tensor),
        place=str(properties.get("place") or ""),
    )


def _magnitudes(properties: dict[str, Any], tensor: dict[str, Any]) -> list[Magnitude]:
    found = []
    value = values.magnitude(values.number(properties.get("mag")))
    if value is not None:
        found.append(Magnitude(value, str(properties.get("magType") or ""), preferred=True))
    derived = values.magnitude(values.number(tensor.get("derived-magnitude")))
    if derived is not None:
        found.append(Magnitude(derived, str(tensor.get("derived-magnitude-type") or "Mw")))
    return found


def _product(products: dict[str, Any], kind: str) -> dict[str, Any]:
    """Properties of the preferred product of a kind; empty when there is none."""
    found = products.get(kind) or []
    best: dict[str, Any] = max(found, key=lambda one: one.get("preferredWeight") or 0, default={})
    return dict(best.get("properties") or {})


def _planes(product: dict[str, Any]) -> tuple[NodalPlane, ...]:
    found = []
    for plane in (1, 2):
        # USGS writes the rake with a capital or a small letter
        angles = {key.lower(): value for key, value in product.items()}
        strike, dip, rake = (
            values.number(angles.get(f"nodal-plane-{plane}-{angle}")) for angle in ("strike", "dip", "rake")
        )
        if strike is not None and dip is not None and rake is not None:
            found.append(nodal_plane(strike, dip, rake))
    return tuple(found)


def _tensor(product: dict[str, Any]) -> Optional[MomentTensor]:
    components = [values.number(product.get(f"tensor-{name}")) for name in _TENSOR]
    complete = [value for value in components if value is not None]
    return MomentTensor(*complete) if len(complete) == len(_TENSOR) else None
