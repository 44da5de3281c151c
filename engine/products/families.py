"""The product families that are known: add one here.

A new family is one module with the members of `ProductFamily` and one entry in the list below.
"""

from __future__ import annotations

from . import (
    aria,
    gamma,
    gmtsar,
    hyp3,
    isce,
    licsar,
    licsbas,
    mintpy,
    nisar,
    nsbas,
    opera,
    points,
    roipac,
    snap,
    snap_geotiff,
)
from .family import ProductFamily

FAMILIES: list[ProductFamily] = [
    nisar,
    aria,
    mintpy,
    licsar,
    hyp3,
    isce,
    roipac,
    gmtsar,
    snap,
    snap_geotiff,
    nsbas,
    opera,
    licsbas,
    gamma,
    points,
]
"""In the order in which a location is searched. A location must belong to one family only."""


def register(family: ProductFamily) -> None:
    """Make a family known to `open_interferogram`, `list_layers` and `recognise`.

    Raises
    ------
    ValueError
        When a family of this name is known already.
    """
    if family.NAME in {known.NAME for known in FAMILIES}:
        raise ValueError(f"the product family {family.NAME} is registered already")
    FAMILIES.append(family)


def unregister(family: ProductFamily) -> None:
    """Forget a family again."""
    FAMILIES.remove(family)
