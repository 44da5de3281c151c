"""Colours of the classes, the same on the page and in the layers' styles."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .result import HazardResult, Theme

Colour = tuple[int, int, int]
UPLIFT: tuple[Colour, ...] = ((248, 191, 159), (225, 129, 89), (182, 67, 43), (123, 4, 17))
SUBSIDENCE: tuple[Colour, ...] = ((154, 214, 249), (75, 166, 233), (22, 111, 196), (9, 54, 144))
"""From the lowest level up; the arms of the displacement ramp."""
RISING: tuple[Colour, ...] = (
    (255, 247, 214),
    (254, 224, 144),
    (253, 187, 99),
    (240, 125, 70),
    (204, 52, 53),
    (122, 4, 50),
)
INTENSITY: tuple[Colour, ...] = (
    (255, 255, 0),
    (255, 200, 0),
    (255, 145, 0),
    (255, 0, 0),
    (200, 0, 0),
)
"""VI to X, the colours of the ShakeMap of the USGS."""


def colours_of(theme: Theme) -> list[Colour]:
    """A colour for each class of a theme."""
    count = len(theme.classes.bands)
    if theme.key == "zones":
        arm = count // 2
        return [*reversed(_spread(SUBSIDENCE, arm)), *_spread(UPLIFT, arm)]
    return _spread(INTENSITY if theme.key == "intensity" else RISING, count)


def _spread(ramp: Sequence[Colour], count: int) -> list[Colour]:
    """`count` colours over a ramp."""
    if count == len(ramp):
        return list(ramp)
    out = []
    for index in range(count):
        place = index / max(1, count - 1) * (len(ramp) - 1)
        low = min(int(place), len(ramp) - 2)
        part = place - low
        mixed = [round(a + (b - a) * part) for a, b in zip(ramp[low], ramp[low + 1])]
        out.append((mixed[0], mixed[1], mixed[2]))
    return out


def theme_qml(theme: Theme) -> str:
    """The QGIS style of a theme's polygons."""
    categories, symbols = [], []
    for number, (band, colour) in enumerate(zip(theme.classes.bands, colours_of(theme))):
        key, label = escape(band.key, quote=True), escape(band.label, quote=True)
        categories.append(f'<category symbol="{number}" value="{key}" label="{label}" render="true"/>')
        symbols.append(_fill(str(number), colour))
    return _qml(
        '<renderer-v2 type="categorizedSymbol" attr="class" symbollevels="0" enableorderby="0">'
        f"<categories>{''.join(categories)}</categories><symbols>{''.join(symbols)}</symbols></renderer-v2>"
    )


def fault_qml() -> str:
    """The QGIS style of the fault's surface projection: an outline."""
    options = {"color": "0,0,0,0", "style": "no", "outline_color": "20,20,20,255", "outline_width": "0.7"}
    return _single("fill", "SimpleFill", {**options, "outline_style": "solid"})


def places_qml(result: HazardResult) -> str:
    """The QGIS style of the places: a dot with the name."""
    options = {"name": "circle", "color": "255,255,255,255", "outline_color": "20,20,20,255", "size": "2.2"}
    labels = (
        '<labeling type="simple"><settings>'
        '<text-style fieldName="name" fontSize="8" textColor="20,20,20,255">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferColor="255,255,255,255"/></text-style>'
        '<placement placement="6" dist="1.2"/></settings></labeling>'
    )
    return _single("marker", "SimpleMarker", options, labels)


def _single(kind: str, layer: str, options: dict[str, str], labels: str = "") -> str:
    return _qml(
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0"><symbols>'
        f"{_symbol('0', kind, layer, options, 1.0)}</symbols></renderer-v2>{labels}"
    )


def _fill(name: str, colour: Colour) -> str:
    red, green, blue = colour
    options = {"color": f"{red},{green},{blue},255", "style": "solid", "outline_style": "no"}
    return _symbol(name, "fill", "SimpleFill", options, 0.75)


def _symbol(name: str, kind: str, layer: str, options: dict[str, str], alpha: float) -> str:
    entries = "".join(
        f'<Option name="{key}" type="QString" value="{value}"/>' for key, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="{name}" alpha="{alpha:g}" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{entries}</Option></layer></symbol>'
    )


def _qml(body: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.22.0" styleCategories="Symbology|Labeling" labelsEnabled="1">{body}</qgis>\n'
    )
