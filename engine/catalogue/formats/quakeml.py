"""QuakeML 1.2 (basic event description), as the FDSN event services, SeisComP and ObsPy write it.

Units are those of the schema: degrees, metres (depth), N m (moment tensor), UTC. The preferred origin
and focal mechanism of an event are used; where the schema's references are missing, the first of each.

Schiefelbein & Euchner (2013), QuakeML, An XML Representation of Seismological Data, version 1.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

from ...products.containers.markup import Node, attribute, parse_text, refuse_entities, text_of
from .. import values
from ..event import Event, MomentTensor, NodalPlane
from ..magnitudes import Magnitude, choose_magnitude, magnitude_of_moment
from ..rows import Reading, nodal_plane
from ..source_file import CatalogueFile

NAME = "QuakeML"
_EVENT = re.compile(r"<((?:[\w.-]+:)?event)(?:\s[^>]*)?>.*?</\1\s*>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TENSOR = ("Mrr", "Mtt", "Mpp", "Mrt", "Mrp", "Mtp")
_FIXED_DEPTHS = ("operator assigned", "constrained by depth phases")


def recognise(source: CatalogueFile) -> bool:
    """XML that names QuakeML."""
    head = source.head.lstrip()
    return head.startswith("<") and "quakeml" in head[:4096].lower()


def read(source: CatalogueFile) -> Reading:
    """All events; each is parsed by itself, so that memory stays small."""
    text = source.text
    refuse_entities(source.path, text, "catalogue")
    text = _COMMENT.sub("", text)
    reading, number = Reading(), 0
    for number, match in enumerate(_EVENT.finditer(text), start=1):
        node = parse_text(source.path, match.group(0))
        try:
            event = _event(node, reading)
        except ValueError as error:
            reading.add_damaged(f"event {number}", error)
            continue
        if event is not None:
            reading.events.append(event)
    if number == 0 or text.rstrip()[-1:] != ">":
        # the parser names what is wrong with a file that is cut off
        parse_text(source.path, text)
    return reading


def children(node: Node, tag: str) -> Iterator[Node]:
    """Direct child elements of a name, with or without a namespace's prefix."""
    for child in node[2:]:
        if child[0] == 0 and child[1].rpartition(":")[2] == tag:
            yield child


def child(node: Optional[Node], *tags: str) -> Optional[Node]:
    """The first element below a node along a path of names; None when there is none."""
    for tag in tags:
        node = next(children(node, tag), None) if node is not None else None
    return node


def _text(node: Optional[Node], *tags: str) -> str:
    found = child(node, *tags)
    return text_of(found) if found is not None else ""


def _number(node: Optional[Node], *tags: str) -> Optional[float]:
    """A quantity: QuakeML puts its number into an element `value`."""
    return values.number(_text(node, *tags, "value"))


def _preferred(event: Node, tag: str, reference: str) -> Optional[Node]:
    """The child that the event prefers; the first one where it states none."""
    wanted = _text(event, reference)
    found = list(children(event, tag))
    return next(
        (node for node in found if wanted and attribute(node, "publicID") == wanted),
        found[0] if found else None,
    )


def _event(event: Node, reading: Reading) -> Optional[Event]:
    if not reading.is_earthquake(_text(event, "type")):
        return None
    origin = _preferred(event, "origin", "preferredOriginID")
    mechanism = _preferred(event, "focalMechanism", "preferredFocalMechanismID")
    tensor_node = child(mechanism, "momentTensor")
    magnitude = choose_magnitude(_magnitudes(event, tensor_node))
    depth = _number(origin, "depth")
    return Event(
        id=attribute(event, "publicID"),
        time=values.parse_time(_text(origin, "time", "value")),
        lon=values.longitude(_number(origin, "longitude")),
        lat=values.latitude(_number(origin, "latitude")),
        depth_km=values.depth(None if depth is None else depth / 1000),
        magnitude=magnitude.value if magnitude else None,
        magnitude_type=magnitude.type if magnitude else "",
        planes=_planes(mechanism),
        tensor=_tensor(tensor_node),
        place=_place(event, origin),
        depth_is_fixed=_text(origin, "depthType") in _FIXED_DEPTHS[:1],
    )


def _magnitudes(event: Node, tensor: Optional[Node]) -> list[Magnitude]:
    preferred = _text(event, "preferredMagnitudeID")
    found = []
    for node in children(event, "magnitude"):
        value = values.magnitude(_number(node, "mag"))
        if value is not None:
            found.append(Magnitude(value, _text(node, "type"), attribute(node, "publicID") == preferred))
    moment = _number(tensor, "scalarMoment")
    value = magnitude_of_moment(moment) if moment is not None else None
    if value is not None and not any(one.type.lower().startswith("mw") for one in found):
        found.append(Magnitude(values.magnitude(value) or value, "Mw (scalar moment)"))
    return found


def _planes(mechanism: Optional[Node]) -> tuple[NodalPlane, ...]:
    found = []
    for tag in ("nodalPlane1", "nodalPlane2"):
        plane = child(mechanism, "nodalPlanes", tag)
        strike, dip, rake = (_number(plane, angle) for angle in ("strike", "dip", "rake"))
        if strike is not None and dip is not None and rake is not None:
            found.append(nodal_plane(strike, dip, rake))
    return tuple(found)


def _tensor(node: Optional[Node]) -> Optional[MomentTensor]:
    components = [_number(node, "tensor", name) for name in _TENSOR]
    complete = [value for value in components if value is not None]
    return MomentTensor(*complete) if len(complete) == len(_TENSOR) else None


def _place(event: Node, origin: Optional[Node]) -> str:
    """The description of the place, else the Flinn-Engdahl region."""
    descriptions = {_text(node, "type"): _text(node, "text") for node in children(event, "description")}
    for kind in ("earthquake name", "region name", "nearest cities", "Flinn-Engdahl region", ""):
        if descriptions.get(kind):
            return descriptions[kind]
    return _text(origin, "region")
