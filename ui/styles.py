"""The plugin's styles on any raster layer, stretched to what the layer holds."""

from __future__ import annotations

import math
from dataclasses import dataclass
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
from .resources import style
from .sources import source_of_layer

SAMPLE = 250_000
"""Pixels from which a layer's range is judged."""
MOST_FRINGES = 64
"""Repeats of the cyclic ramp in one style; beyond it fringes could not be told apart on a screen anyway."""
_METRES = {"m": 1.0, "cm": 0.01, "mm": 0.001}


@dataclass(frozen=True)
class Values:
    """What a layer's numbers are, as far as it can be told.

    Attributes
    ----------
    unit : str
        "rad", "m", "cm", "mm", or empty.
    cycle : (low, high)
        Values between which the cyclic ramp runs once: one fringe.
    wrapped : bool
        The values repeat by themselves.
    positive : str
        "toward", "away" or "unknown".
    """

    unit: str
    cycle: tuple[float, float]
    wrapped: bool
    positive: str = "unknown"


def apply_wrapped(layer: QgsRasterLayer, values: Optional[Values] = None) -> str:
    """Put the cyclic ramp on a layer: once from -pi to pi, or every fringe of continuous values.

    Parameters
    ----------
    values : Values, optional
        What the layer holds; worked out from its file when not told.

    Returns
    -------
    str
        A remark for the user.

    Raises
    ------
    InputError
        When the layer has no plain values to colour.
    """
    band = _band(layer)
    values = values or _values(layer)
    low, high = values.cycle
    fringe = high - low
    first = last = 0
    if not values.wrapped:
        least, most = _range(layer, band, 0.0, 1.0)
        first, last = math.floor((least - low) / fringe), math.ceil((most - high) / fringe)
    if last - first + 1 > MOST_FRINGES:
        raise InputError(
            f"“{layer.name()}” spans {last - first + 1} fringes, too many to see; use the displacement style."
        )
    template = _load(layer, "wrapped", band)
    start, length = template[0].value, template[-1].value - template[0].value
    one = [((item.value - start) / length, item.color) for item in template]
    items = []
    for cycle in range(first, last + 1):
        for part, colour in one[1:] if items else one:
            value = low + (cycle + part) * fringe
            items.append(QgsColorRampShader.ColorRampItem(value, colour, f"{value:.3g}"))
    once = first == last and values.unit in ("rad", "")
    _set_items(layer, items, values.unit if not once else "", ("−π", "π") if once else None)
    if values.wrapped:
        return ""
    return f"one colour cycle is one fringe, {fringe:.4g} {values.unit}".rstrip()


def apply_displacement(layer: QgsRasterLayer, values: Optional[Values] = None) -> str:
    """Put the diverging ramp on a layer, symmetric about zero, over its own robust range.

    Parameters, returns and errors as of `apply_wrapped`.
    """
    band = _band(layer)
    values = values or _values(layer)
    least, most = _range(layer, band, 0.02, 0.98)
    far = max(abs(least), abs(most))
    if not far:
        raise InputError(f"“{layer.name()}” holds nothing but zero; check its band and its nodata value.")
    items = [
        QgsColorRampShader.ColorRampItem(
            item.value * far, item.color, f"{item.value * far:.3g} {values.unit}".strip()
        )
        for item in _load(layer, "displacement", band)
    ]
    _set_items(layer, items, values.unit, None)
    sign = {"toward": "red is towards the satellite", "away": "red is away from the satellite"}.get(
        values.positive
    )
    unit = f" {values.unit}" if values.unit else ""
    return f"±{far:.3g}{unit}" + (f", {sign}" if sign else "")


def apply_plain(layer: QgsRasterLayer, name: str, low: float = 0.0, high: float = 1.0) -> None:
    """Put one of the other ramps on a layer, from `low` to `high`."""
    items = [
        QgsColorRampShader.ColorRampItem(low + item.value * (high - low), item.color, f"{item.value:.2g}")
        for item in _load(layer, name, _band(layer))
    ]
    _set_items(layer, items, "", None)


def _band(layer: Optional[QgsRasterLayer]) -> int:
    """The band that the layer shows now."""
    if not isinstance(layer, QgsRasterLayer) or not layer.isValid() or layer.dataProvider() is None:
        raise InputError("Select a raster layer in the Layers panel first.")
    if layer.bandCount() < 1:
        raise InputError(
            f"“{layer.name()}” has no band of values; use QuakeFringe ▸ Open product for its layers."
        )
    shown = layer.renderer().usesBands() if layer.renderer() is not None else []
    band = shown[0] if shown and shown[0] > 0 else 1
    kinds = Qgis.DataType
    if layer.dataProvider().dataType(band) in (kinds.CInt16, kinds.CInt32, kinds.CFloat32, kinds.CFloat64):
        raise InputError(
            f"“{layer.name()}” holds complex values, which QGIS does not colour; "
            "use QuakeFringe ▸ Open product to get its phase as a layer."
        )
    return band


def _values(layer: QgsRasterLayer) -> Values:
    """What the engine's readers say of the layer's file; else a guess from the layer alone."""
    try:
        found = open_interferogram(source_of_layer(layer).path)
    except QuakeFringeError:
        byte = layer.dataProvider().dataType(1) == Qgis.DataType.Byte
        return Values("", (0.0, 255.0) if byte else (-math.pi, math.pi), byte)
    return values_of(found.unit, found.quantity is Quantity.WRAPPED, found.fringe_m, found.positive)


def values_of(unit: str, wrapped: bool, fringe_m: Optional[float], positive: str) -> Values:
    """What the readers say of a file, in the terms of the styles."""
    if unit == "8-bit":
        return Values("", (0.0, 255.0), True, positive)
    if unit in _METRES:
        fringe = (fringe_m or SENTINEL1 / 2) / _METRES[unit]
        return Values(unit, (-fringe / 2, fringe / 2), False, positive)
    return Values("rad", (-math.pi, math.pi), wrapped, positive)


def _range(layer: QgsRasterLayer, band: int, low: float, high: float) -> tuple[float, float]:
    """Values at two quantiles of a sample."""
    least, most = layer.dataProvider().cumulativeCut(band, low, high, layer.extent(), SAMPLE)
    if not (math.isfinite(least) and math.isfinite(most)) or least > most:
        raise InputError(f"“{layer.name()}” holds no valid values; check its band and its nodata value.")
    return least, most


def _load(layer: QgsRasterLayer, name: str, band: int) -> list[QgsColorRampShader.ColorRampItem]:
    """Load a QML and give the stops of its ramp."""
    message, good = layer.loadNamedStyle(style(name))
    if not good:
        raise InputError(f"The style “{name}” could not be loaded ({message}); install the plugin again.")
    layer.renderer().setBand(band)
    return list(layer.renderer().shader().rasterShaderFunction().colorRampItemList())


def _set_items(layer: QgsRasterLayer, items: list, suffix: str, ends: Optional[tuple[str, str]]) -> None:
    """Give the layer's ramp new stops, and the legend its unit."""
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
    layer.triggerRepaint()
    layer.emitStyleChanged()
