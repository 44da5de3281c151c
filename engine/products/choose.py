"""Which layer of a product to read, and as what."""

from __future__ import annotations

from typing import Optional, Union

from ..errors import InputError
from .model import LENGTH_UNITS, PHASE_UNITS, Layer, LayerKind, Product, Quantity
from .names import in_one_line
from .series import choose_date
from .units import words

_ORDER = (Quantity.UNWRAPPED, Quantity.DISPLACEMENT, Quantity.WRAPPED)
"""Unwrapped phase by default; then displacement; wrapped phase on request, or where nothing else exists."""


def requested(quantity: Union[Quantity, str, None], unit: Optional[str]) -> tuple[Optional[Quantity], str]:
    """The user's quantity and unit, checked; "displacement_mm" names both."""
    source_unit = (unit or "").strip().lower()
    if source_unit not in ("", *PHASE_UNITS, *LENGTH_UNITS):
        raise InputError(f"The unit “{unit}” is not known; use rad, deg, cycle, m, cm or mm.")
    if quantity is None or isinstance(quantity, Quantity):
        return quantity, source_unit
    parts = words(str(quantity)).split()
    if not parts or parts[0] == "auto":
        return None, source_unit
    try:
        chosen = Quantity(parts[0])
    except ValueError as error:
        raise InputError(
            f"The quantity “{quantity}” is not known; use wrapped, unwrapped or displacement."
        ) from error
    if chosen is Quantity.DISPLACEMENT and len(parts) > 1 and not source_unit:
        source_unit = parts[1]
        if source_unit not in LENGTH_UNITS:
            raise InputError(f"The unit “{source_unit}” of displacement is not known; use m, cm or mm.")
    return chosen, source_unit


def choose_layer(
    product: Product, wanted: Optional[Quantity], layer: Optional[str], date: Optional[str] = None
) -> tuple[Layer, Quantity]:
    """The layer to read and the quantity to read it as.

    A file that names one layer is that layer, whatever the user says its values are; of folders,
    archives and files with several layers the wanted quantity chooses.
    """
    phases = product.phase_layers()
    if layer:
        phases = _matching(product, phases, layer)
    elif product.default and not date:
        named = next((one for one in product.layers if one.key == product.default), None)
        if named is not None:
            if named.kind.quantity is None:
                raise InputError(_not_phase(product, named))
            return named, wanted or named.kind.quantity
    if date and date.strip():
        phases = choose_date(product, phases, date)
    if not phases:
        inside = ", ".join(sorted({one.kind.value for one in product.layers})) or "nothing"
        raise InputError(
            f"“{product.name}” ({product.family}) holds no phase, only {inside}; fetch the phase layer."
        )
    for quantity in (wanted,) if wanted else _ORDER:
        for one in phases:
            if one.kind.quantity is quantity:
                return one, quantity
    if layer and wanted and len(phases) == 1:
        return phases[0], wanted
    have = ", ".join(sorted({one.kind.value for one in phases}))
    raise InputError(
        f"“{product.name}” ({product.family}) has no {wanted.value if wanted else 'such'} layer, "
        f"only {have}; choose one."
    )


def _matching(product: Product, phases: list[Layer], text: str) -> list[Layer]:
    exact = [one for one in phases if one.key == text]
    if exact:
        return exact
    parts = words(text).split()
    matching = [one for one in phases if all(part in one.key.lower() for part in parts)]
    if not matching:
        keys = ", ".join(one.key for one in phases[:12])
        raise InputError(
            f"“{product.name}” has no layer “{in_one_line(text)}”; it has {keys or 'no phase layers'}."
        )
    return matching


def _not_phase(product: Product, named: Layer) -> str:
    others = product.phase_layers()
    long_names = {LayerKind.LOOK: "look geometry", LayerKind.COMPONENTS: "connected components"}
    kind = long_names.get(named.kind, named.kind.value)
    if others:
        beside = others[0].band.uri.replace("\\", "/").rsplit("/", 1)[-1]
        return f"“{product.name}”: this layer is {kind}, not phase; open {beside} instead."
    return f"“{product.name}”: this layer is {kind}, not phase; open the product's phase file instead."
