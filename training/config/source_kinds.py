"""The kinds of deformation that the simulator draws. One entry holds everything that is specific to a kind.

To add a kind, write a function that moves the ground (see `Maker` in `simulation/sources/placement.py`) and
register one `SourceKind`. Recipes, real catalogues, test sets and the simulator read this registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Callable, Union

from ...engine.tile import CLASSES

NO_DEFORMATION, EARTHQUAKE, OTHER_DEFORMATION = range(len(CLASSES))
"""Class labels, as indices into `CLASSES`."""


@dataclass(frozen=True)
class SourceKind:
    """One kind of deformation source.

    Attributes
    ----------
    name : str
        Its key in a recipe's ``[simulation.shares]``.
    label : int
        Class label of tiles that show it.
    share : float
        Default part of the simulated tiles, relative to the shares of the other kinds.
    maker : str or callable
        Function that returns the motion, or "module:function" inside `training.simulation.sources`. The text
        form lets recipes be read without loading torch. Empty: the ground does not move.
    catalogue_label : str
        Label of such scenes in a catalogue of real interferograms.
    real_weight : float
        How often real scenes of this kind are drawn, relative to those of the other kinds.
    either_sign : bool
        Whether a real field stays plausible with its sign reversed. Faults slip in either sense and magma
        moves both ways; ground above mines and wells only sinks.
    on_summits : bool
        Whether sources prefer the summits of the relief.
    """

    name: str
    label: int
    share: float
    maker: Union[str, Callable[..., Any]] = ""
    catalogue_label: str = ""
    real_weight: float = 1.0
    either_sign: bool = False
    on_summits: bool = False


_KINDS: list[SourceKind] = [
    SourceKind("none", NO_DEFORMATION, share=0.32, catalogue_label="quiet", real_weight=2, either_sign=True),
    SourceKind(
        "earthquake",
        EARTHQUAKE,
        share=0.36,
        maker="earthquakes:earthquakes",
        catalogue_label="earthquake",
        real_weight=6,
        either_sign=True,
    ),
    SourceKind(
        "volcano",
        OTHER_DEFORMATION,
        share=0.20,
        maker="volcanoes:volcanoes",
        catalogue_label="volcano",
        real_weight=3,
        either_sign=True,
        on_summits=True,
    ),
    SourceKind(
        "subsidence",
        OTHER_DEFORMATION,
        share=0.09,
        maker="subsidence:subsidence",
        catalogue_label="subsidence",
    ),
    SourceKind(
        "landslide", OTHER_DEFORMATION, share=0.03, maker="landslides:landslides", catalogue_label="landslide"
    ),
    SourceKind(
        "glacier",
        OTHER_DEFORMATION,
        share=0.03,
        maker="glaciers:glaciers",
        catalogue_label="glacier",
        on_summits=True,
    ),
]


def source_kinds() -> tuple[SourceKind, ...]:
    """All kinds; their order gives the codes in ``meta["kind"]``. The first kind is quiet ground."""
    return tuple(_KINDS)


def code_of_label(catalogue_label: str) -> Union[int, None]:
    """Code of the kind that a catalogue calls `catalogue_label`; None where no kind has this label."""
    labels = [kind.catalogue_label for kind in _KINDS]
    return labels.index(catalogue_label) if catalogue_label in labels else None


def catalogue_labels(label: int) -> tuple[str, ...]:
    """The catalogue's labels of all kinds that belong to a class."""
    return tuple(kind.catalogue_label for kind in _KINDS if kind.label == label and kind.catalogue_label)


def register(kind: SourceKind) -> None:
    """Add a kind; raises ValueError where the name is taken."""
    if kind.name in [other.name for other in _KINDS]:
        raise ValueError(f"A source kind called '{kind.name}' is registered already; choose another name.")
    _KINDS.append(kind)


@contextmanager
def registered(kind: SourceKind) -> Iterator[SourceKind]:
    """Add a kind for the length of a block."""
    register(kind)
    try:
        yield kind
    finally:
        _KINDS.remove(kind)
