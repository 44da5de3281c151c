"""Rasters that are no phase: coherence, elevation, masks, amplitude and look vectors given as interferograms.

A name alone can mislead ("unw_mask", "ifg_corr" are phase that was masked or corrected), and so can values.
Where both agree, the raster is refused; where the values alone speak, there is a warning.
"""

from __future__ import annotations

from typing import Optional

from ..errors import InputError
from . import names
from .model import Layer, LayerKind, Product
from .values import Sample

NOISE_ROUGHNESS = 0.3
"""Roughness (see `Sample.rough`) from which values look like coherence or amplitude and not like a field."""
MIXED_NAME_ROUGHNESS = 0.1
"""Roughness that coherence and amplitude need where the name mentions phase or displacement, too."""
LOWEST_ELEVATION_M, ELEVATION_SPAN_M = -500.0, 60.0
FINE_UNITS = {"mrad": 0.001, "um": 0.001, "deg": 0.0175}
"""Units in which ordinary values are large numbers, and their size in rad or mm."""
WORDS = {
    LayerKind.LOOK: "look geometry",
    LayerKind.COMPONENTS: "connected components",
    LayerKind.MASK: "a mask",
    LayerKind.AMPLITUDE: "amplitude",
}


def kind_by_texts(texts: list[str], stats: Sample) -> tuple[Optional[LayerKind], str]:
    """The kind of layer that the first text mentions and the values allow, and the text.

    Parameters
    ----------
    texts : list of str
        Descriptions, tags and the file's name, the most trusted first.
    """
    for text in texts:
        kinds = names.kinds_of(text)
        phases = [kind for kind in kinds if kind.quantity is not None]
        others = [
            kind for kind in kinds if kind.quantity is None and _values_agree(kind, stats, bool(phases))
        ]
        if others or phases:
            return (others or phases)[0], text
    return None, ""


def _values_agree(kind: LayerKind, stats: Sample, also_phase: bool) -> bool:
    """Whether values are those of a layer that is no phase."""
    least_rough = MIXED_NAME_ROUGHNESS if also_phase and not stats.whole else 0.0
    if kind is LayerKind.COHERENCE:
        in_range = stats.low >= 0 and (stats.high <= 1 or (stats.whole and stats.high <= 255))
        return in_range and stats.rough >= least_rough
    if kind is LayerKind.MASK:
        return stats.whole and stats.low >= 0 and stats.high <= 255
    if kind is LayerKind.COMPONENTS:
        return stats.whole and stats.low >= 0
    if kind is LayerKind.ELEVATION:
        return stats.low > LOWEST_ELEVATION_M and stats.span > ELEVATION_SPAN_M and not also_phase
    if kind is LayerKind.LOOK:
        return abs(stats.low) <= 361 and abs(stats.high) <= 361 and not stats.looks_wrapped
    decibels = -60 < stats.low < 0 and stats.high < 40
    return (stats.low >= 0 or decibels) and stats.rough >= NOISE_ROUGHNESS


def refuse_if_not_phase(product: Product, kind: Optional[LayerKind], text: str, stats: Sample) -> None:
    """Refuse a raster whose name and values say that it is something else.

    Raises
    ------
    InputError
    """
    if kind is None or kind.quantity is not None:
        return
    raise InputError(
        f"“{product.name}” is {WORDS.get(kind, kind.value)} by its name (“{text}”) and its values "
        f"({stats.low:.3g} to {stats.high:.3g}), not phase; open the file of the phase, or set the quantity "
        "(QUANTITY) if the name is wrong."
    )


def warn_if_suspicious(product: Product, layer: Layer, stats: Sample, named: bool) -> None:
    """Warn where the values look like elevation, amplitude or coherence.

    Parameters
    ----------
    named : bool
        Whether a name says that the layer is phase or displacement.
    """
    if stats.count == 0 or stats.constant:
        return
    kind = ""
    if stats.low >= 0 and stats.rough > NOISE_ROUGHNESS and layer.kind is not LayerKind.WRAPPED:
        kind = "coherence" if stats.high <= 1.0 else "amplitude"
    elif (
        not named
        and stats.low > LOWEST_ELEVATION_M
        and stats.span > ELEVATION_SPAN_M
        and (stats.whole or stats.low >= 0)
    ):
        kind = "elevation"
    elif stats.largest * FINE_UNITS.get(layer.unit, 1.0) > 5000:
        kind = "something else"
    if kind:
        product.warnings.append(
            f"This does not look like phase but like {kind}: the result may mean nothing."
        )
