"""Heading and incidence of a scene, and the sign that follows from the order of its dates."""

from __future__ import annotations

import math

from ..model import Product


def set_scene_geometry(product: Product, east: float, north: float, up: float, left: bool = False) -> None:
    """Incidence, heading and orbit direction from a vector that points from the ground to the satellite.

    Heading is clockwise from north; a satellite that looks right has its line of sight (ground to
    satellite) 90 degrees to the left of its heading.
    """
    length = math.sqrt(east**2 + north**2 + up**2)
    if not 0.5 < length < 1.5 or up <= 0:
        return
    product.incidence = math.degrees(math.acos(min(1.0, up / length)))
    azimuth = math.degrees(math.atan2(east, north))
    set_heading(product, azimuth + (-90 if left else 90))
    product.look_side = product.look_side or ("left" if left else "right")


def set_heading(product: Product, degrees: float) -> None:
    """Set the heading, 0 to 360 degrees, and the orbit direction that follows from it."""
    if not math.isfinite(degrees):
        return
    product.heading = degrees % 360
    if not product.orbit_direction:
        product.orbit_direction = "ascending" if math.cos(math.radians(degrees)) > 0 else "descending"


def sign_by_dates(older_first_positive: str, first: str, second: str) -> str:
    """The sign of reference-times-conjugate-secondary phase, reversed when the reference is the newer date.

    Parameters
    ----------
    older_first_positive : str
        "away" or "toward": the product's convention when the reference is the older date.
    first, second : str
        ISO dates of reference and secondary; empty when unknown.
    """
    if first and second and first > second:
        return {"away": "toward", "toward": "away"}.get(older_first_positive, older_first_positive)
    return older_first_positive
