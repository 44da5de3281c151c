"""Styles for raster layers, scaled to the values of the layer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Optional

from qgis.core import (
    Qgis,
    QgsColorRampShader,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)

from ..engine.errors import InputError, QuakeFringeError
from ..engine.interferogram import Quantity, open_interferogram
from ..engine.products.names import SENTINEL1
from .corrections import Corrections
from .display.legend import make_legible
from .i18n import tr
from .resources import style
from .sources import source_of_layer

SAMPLE_PIXELS = 250_000
"""Pixels that QGIS samples to find the range of a layer."""
MAX_FRINGES = 512
"""Repeats of the cyclic ramp in one style; more fringes could not be distinguished on a screen."""
_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001}


@dataclass(frozen=True)
class Values:
    """Meaning of the values of a layer.

    Attributes
    ----------
    unit : str
        "rad", "m", "cm", "mm", or empty if unknown.
    cycle : (low, high)
        Values at the ends of one cycle of the ramp, which is one fringe.
    wrapped : bool
        True for wrapped phase.
    positive : str
        "toward", "away" or "unknown".
    fringe_m : float, optional
        Line-of-sight motion of one fringe of the radar, in metres; None when it is not known.
    """

    unit: str
    cycle: tuple[float, float]
    wrapped: bool
    positive: str = "unknown"
    fringe_m: Optional[float] = None


def apply_wrapped(layer: QgsRasterLayer, values: Optional[Values] = None) -> str:
    """Apply the cyclic ramp: once from -pi to pi, or once for each fringe of unwrapped values.

    Parameters
    ----------
    values : Values, optional
        Meaning of the values; None reads it from the layer's file.

    Returns
    -------
    str
        A note for the user; empty when there is nothing to say.

    Raises
    ------
    InputError
        When the layer has no values that can be coloured.
    """
    band = _band(layer)
    values = values or _values(layer)
    low, high = values.cycle
    fringe = high - low
    first = last = 0
    if not values.wrapped:
        minimum, maximum = _range(layer, band, 0.0, 1.0)
        first, last = math.floor((minimum - low) / fringe), math.ceil((maximum - high) / fringe)
    if last - first + 1 > MAX_FRINGES:
        raise InputError(
            tr("“{name}” spans {count} fringes, too many for this style; use the displacement style.").format(
                name=layer.name(), count=last - first + 1
            )
        )
    template = _load(layer, "wrapped", band)
    start, length = template[0].value, template[-1].value - template[0].value
    cycle_stops = [((item.value - start) / length, item.color) for item in template]
    items = []
    for cycle in range(first, last + 1):
        for part, colour in cycle_stops[1:] if items else cycle_stops:
            value = low + (cycle + part) * fringe
            items.append(QgsColorRampShader.ColorRampItem(value, colour, f"{value:.3g}"))
    single_cycle = first == last and values.unit in ("rad", "")
    _set_items(layer, items, values.unit if not single_cycle else "", ("−π", "π") if single_cycle else None)
    if values.wrapped:
        return ""
    return tr("one colour cycle is one fringe, {fringe}").format(
        fringe=f"{fringe:.4g} {values.unit}".rstrip()
    )


def apply_fringe(layer: QgsRasterLayer, fringe_m: float) -> str:
    """Show an unwrapped or displacement layer as fringes of any size; nothing is written.

    Parameters
    ----------
    fringe_m : float
        Line-of-sight motion of one fringe in metres.

    Returns
    -------
    str
        A note for the user.

    Raises
    ------
    InputError
        When the layer is wrapped already, or its phase cannot be turned into metres.
    """
    if not fringe_m > 0:
        raise InputError(tr("The size of a fringe must be a positive number of centimetres, such as 2.8."))
    _band(layer)
    values = _values(layer)
    if values.wrapped:
        raise InputError(
            tr(
                "“{name}” is wrapped already, so its fringes have a fixed size; choose an unwrapped "
                "or displacement layer."
            ).format(name=layer.name())
        )
    low, high = values.cycle
    fringe = fringe_m / _METRES[values.unit] if values.unit in _METRES else None
    if fringe is None:
        if not values.fringe_m:
            raise InputError(
                tr(
                    "The wavelength of “{name}” is not known, so its phase cannot be turned into "
                    "centimetres; set the wavelength in the QuakeFringe panel."
                ).format(name=layer.name())
            )
        fringe = (high - low) * fringe_m / values.fringe_m
    centred = replace(values, cycle=(-fringe / 2, fringe / 2))
    apply_wrapped(layer, centred)
    size = f"{100 * fringe_m:.3g} cm"
    return tr("one colour cycle is one fringe, {fringe} along the line of sight").format(fringe=size)


def apply_displacement(layer: QgsRasterLayer, values: Optional[Values] = None) -> str:
    """Apply the diverging ramp, symmetric about zero, over the 2nd to 98th percentile of the values.

    Parameters, return value and errors are those of `apply_wrapped`.
    """
    band = _band(layer)
    values = values or _values(layer)
    minimum, maximum = _range(layer, band, 0.02, 0.98)
    limit = max(abs(minimum), abs(maximum))
    if not limit:
        raise InputError(
            tr("“{name}” contains only zeros; check its band and its nodata value.").format(name=layer.name())
        )
    items = [
        QgsColorRampShader.ColorRampItem(
            item.value * limit, item.color, f"{item.value * limit:.3g} {values.unit}".strip()
        )
        for item in _load(layer, "displacement", band)
    ]
    _set_items(layer, items, values.unit, None)
    signs = {"toward": tr("red is towards the satellite"), "away": tr("red is away from the satellite")}
    sign = signs.get(values.positive)
    unit = f" {values.unit}" if values.unit else ""
    return f"±{limit:.3g}{unit}" + (f", {sign}" if sign else "")


def apply_plain(layer: QgsRasterLayer, name: str, low: float = 0.0, high: float = 1.0) -> None:
    """Apply the ramp of the style `name`, from `low` to `high`."""
    items = [
        QgsColorRampShader.ColorRampItem(low + item.value * (high - low), item.color, f"{item.value:.2g}")
        for item in _load(layer, name, _band(layer))
    ]
    _set_items(layer, items, "", None)


def _band(layer: Optional[QgsRasterLayer]) -> int:
    """The band that the layer shows."""
    if not isinstance(layer, QgsRasterLayer) or not layer.isValid() or layer.dataProvider() is None:
        raise InputError(tr("Select a raster layer in the Layers panel first."))
    if layer.bandCount() < 1:
        raise InputError(
            tr(
                "“{name}” has no raster band; use Raster ▸ QuakeFringe ▸ Open product to load its layers."
            ).format(name=layer.name())
        )
    shown = layer.renderer().usesBands() if layer.renderer() is not None else []
    band = shown[0] if shown and shown[0] > 0 else 1
    kinds = Qgis.DataType
    if layer.dataProvider().dataType(band) in (kinds.CInt16, kinds.CInt32, kinds.CFloat32, kinds.CFloat64):
        raise InputError(
            tr(
                "“{name}” contains complex values, which QGIS cannot colour; use Raster ▸ "
                "QuakeFringe ▸ Open product to load its phase."
            ).format(name=layer.name())
        )
    return band


def _values(layer: QgsRasterLayer) -> Values:
    """Meaning of the values from the engine's readers, or a guess when they cannot open the file."""
    try:
        interferogram = open_interferogram(
            source_of_layer(layer).path, **Corrections.of_layer(layer).options()
        )
    except QuakeFringeError:
        byte = layer.dataProvider().dataType(1) == Qgis.DataType.Byte
        return Values("", (0.0, 255.0) if byte else (-math.pi, math.pi), byte)
    return values_of(
        interferogram.unit,
        interferogram.quantity is Quantity.WRAPPED,
        interferogram.fringe_m,
        interferogram.positive,
    )


def values_of(unit: str, wrapped: bool, fringe_m: Optional[float], positive: str) -> Values:
    """Meaning of the values from what a reader knows about them."""
    if unit == "8-bit":
        return Values("", (0.0, 255.0), True, positive)
    if unit in _METRES:
        fringe = (fringe_m or SENTINEL1 / 2) / _METRES[unit]
        return Values(unit, (-fringe / 2, fringe / 2), False, positive, fringe_m)
    half = {"deg": 180.0, "cycle": 0.5}.get(unit, math.pi)
    return Values(unit if unit in ("deg", "cycle") else "rad", (-half, half), wrapped, positive, fringe_m)


def _range(layer: QgsRasterLayer, band: int, low: float, high: float) -> tuple[float, float]:
    """Values at two quantiles of a sample of the layer."""
    minimum, maximum = layer.dataProvider().cumulativeCut(band, low, high, layer.extent(), SAMPLE_PIXELS)
    if not (math.isfinite(minimum) and math.isfinite(maximum)) or minimum > maximum:
        raise InputError(
            tr("“{name}” has no valid values; check its band and its nodata value.").format(name=layer.name())
        )
    return minimum, maximum


def _load(layer: QgsRasterLayer, name: str, band: int) -> list[QgsColorRampShader.ColorRampItem]:
    """Load a QML file and return the stops of its ramp."""
    message, good = layer.loadNamedStyle(style(name))
    if not good:
        raise InputError(
            tr("QGIS could not load the style “{name}” ({message}); reinstall the plugin.").format(
                name=name, message=message
            )
        )
    layer.renderer().setBand(band)
    return list(layer.renderer().shader().rasterShaderFunction().colorRampItemList())


def _set_items(layer: QgsRasterLayer, items: list, suffix: str, ends: Optional[tuple[str, str]]) -> None:
    """Set the stops of the layer's ramp and the unit of its legend."""
    old: QgsSingleBandPseudoColorRenderer = layer.renderer()
    function = QgsColorRampShader(old.shader().rasterShaderFunction())
    function.setMinimumValue(items[0].value)
    function.setMaximumValue(items[-1].value)
    function.setColorRampItemList(items)
    legend = function.legendSettings()
    legend.setSuffix(f" {suffix}" if suffix else "")
    legend.setMinimumLabel(ends[0] if ends else "")
    legend.setMaximumLabel(ends[1] if ends else "")
    shader = QgsRasterShader(items[0].value, items[-1].value)
    shader.setRasterShaderFunction(function)
    new = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), old.band(), shader)
    new.setClassificationMin(items[0].value)
    new.setClassificationMax(items[-1].value)
    layer.setRenderer(new)
    make_legible(layer)
    layer.triggerRepaint()
    layer.emitStyleChanged()
