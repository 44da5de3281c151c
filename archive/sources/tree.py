"""Scenes below a folder: every product that the readers know, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Optional

from ...engine.errors import InputError
from ...engine.products.families import FAMILIES
from ...engine.products.location import ARCHIVES, ProductLocation, locate
from ...engine.products.model import Quantity
from ...engine.products.names import kind_of
from ..scene import Scene, scene_at
from .files import walk

PREFERRED = (Quantity.UNWRAPPED, Quantity.DISPLACEMENT, Quantity.WRAPPED)
"""Which file of a product stands for it; the order in which `detect` chooses a layer."""
CONTAINERS = (".h5", ".he5", ".hdf5", ".nc")
RASTERS = (".tif", ".tiff", ".vrt", ".grd", ".img", ".unw", ".int", ".phs", ".geo")


def scenes_below(folder: str) -> Iterator[Scene]:
    """Scenes of a folder tree, by path; side files such as coherence and elevation are no scenes.

    Raises
    ------
    InputError
        When the folder cannot be read.
    """

    def refuse(error: OSError) -> None:
        raise InputError(
            f"The folder “{error.filename}” cannot be read ({error.strerror}); check your rights."
        )

    for root, folders, names in walk(folder, refuse):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_data(name, names)
        )
        visible = sorted(name for name in names if not name.startswith("."))
        for path in _scenes_in(root, visible):
            yield scene_at(path)


def _is_data(folder: str, names: list[str]) -> bool:
    """Whether a folder holds the rasters of a SNAP product beside it."""
    return folder.endswith(".data") and f"{folder[:-5]}.dim" in names


def _scenes_in(root: str, names: list[str]) -> Iterator[str]:
    """Paths of the scenes whose files lie directly in a folder."""
    rest = []
    for name in names:
        path = os.path.join(root, name)
        if name.lower().endswith(tuple(ARCHIVES)):
            yield path
        elif name.lower().endswith(CONTAINERS):
            if _is_product(path) or _has_phase_name(name):
                yield path
        else:
            rest.append(name)
    taken: set[str] = set()
    for stem in _stems(root, rest):
        members = [name for name in rest if name.startswith(stem)]
        taken.update(members)
        best = _best(members)
        yield os.path.join(root, best) if best else root
    for name in rest:
        if name not in taken and name.lower().endswith(RASTERS) and _may_be_phase(name):
            yield os.path.join(root, name)


def _stems(root: str, names: list[str]) -> list[str]:
    """Beginnings of the names of the products in a folder; empty for a product that is the folder."""
    location = ProductLocation(root, root, tuple(names))
    stems = {key.path for family in FAMILIES for key in family.find(location)}
    return sorted(stems)


def _is_product(path: str) -> bool:
    try:
        location = locate(path)
        return any(family.find(location) for family in FAMILIES)
    except InputError:
        return False


def _best(members: list[str]) -> Optional[str]:
    """The file of a product that holds its phase."""
    for quantity in PREFERRED:
        for name in members:
            kind = kind_of(name)
            if kind is not None and kind.quantity is quantity and name.lower().endswith(RASTERS):
                return name
    return next((name for name in members if name.lower().endswith(".dim")), None)


def _has_phase_name(name: str) -> bool:
    kind = kind_of(name)
    return kind is not None and kind.quantity is not None


def _may_be_phase(name: str) -> bool:
    """Whether a raster of no known product is a scene: its name says phase, or says nothing."""
    kind = kind_of(name)
    return kind is None or kind.quantity is not None
