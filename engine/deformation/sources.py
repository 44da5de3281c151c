"""Surface displacement of earthquakes, volcanic sources, subsidence and landslides; line of sight.

Every source function takes `x`, `y`: east and north in km from the source, shaped (P,), (S, P), (S, H, W)
or broadcastable to one of these, and parameters that are numbers or arrays of shape (S,); it returns the
displacement (east, north, up) in m. NumPy arrays and torch tensors both do, in single or double precision.
"""

from __future__ import annotations

import math

from ..errors import InputError
from ..numerics.arrays import Array, align, floating, like, namespace
from .okada import bury, check_buried, okada, okada_grid, okada_patches, top_depth

__all__ = [
    "bury",
    "check_buried",
    "dyke",
    "landslide",
    "line_of_sight",
    "look_vector",
    "mogi",
    "okada",
    "okada_grid",
    "okada_patches",
    "sill",
    "subsidence_bowl",
    "top_depth",
]

Displacement = tuple[Array, Array, Array]


def look_vector(heading: Array, incidence: Array, right_looking: bool = True) -> Displacement:
    """Unit vector from the ground to the satellite.

    Parameters
    ----------
    heading : float or array
        Flight direction in degrees clockwise from north: about -12 ascending, -168 descending.
    incidence : float or array
        Angle between the vertical and the line of sight on the ground, degrees.
    right_looking : bool
        Side of the flight path that the antenna looks to (NISAR can look left).

    Returns
    -------
    east, north, up : floats or arrays
        A right-looking ascending satellite stands west of its targets: `east` is negative.
    """
    xp = namespace(heading, incidence)
    heading = floating(xp, heading)
    incidence = like(xp, incidence, heading)
    azimuth = (heading + (90.0 if right_looking else -90.0)) * (math.pi / 180)
    angle = incidence * (math.pi / 180)
    return -xp.sin(angle) * xp.sin(azimuth), -xp.sin(angle) * xp.cos(azimuth), xp.cos(angle)


def line_of_sight(
    east: Array,
    north: Array,
    up: Array,
    heading: Array,
    incidence: Array,
    look_side: str = "right",
) -> Array:
    """Displacement along the line of sight, positive towards the satellite, in the unit of the input.

    Parameters
    ----------
    east, north, up : arrays, shape (P,), (S, P) or (S, H, W)
        Displacement of the ground.
    heading : float or array, shape (S,)
        As in `look_vector`.
    incidence : float, or array of shape (S,) or of the displacement's shape
        Degrees; it grows across the swath, so an array over the pixels is welcome.
    look_side : str
        "right" or "left".

    Raises
    ------
    InputError
        If `look_side` is something else.
    """
    if look_side not in ("right", "left"):
        raise InputError(f"The look side must be 'right' or 'left', not {look_side!r}.")
    xp = namespace(east, north, up, heading, incidence)
    east = floating(xp, east)
    heading, incidence = like(xp, heading, east), like(xp, incidence, east)
    grow = (1,) * max(east.ndim - 1, 0)
    if heading.ndim == 1:
        heading = heading.reshape(heading.shape + grow)
    if incidence.ndim == 1 and incidence.shape != east.shape:
        incidence = incidence.reshape(incidence.shape + grow)
    look_east, look_north, look_up = look_vector(heading, incidence, look_side == "right")
    return east * look_east + north * look_north + up * look_up


def mogi(x: Array, y: Array, depth: Array, volume_change: Array, poisson: float = 0.25) -> Displacement:
    """A small pressurised sphere in a half-space (Mogi 1958).

    Parameters
    ----------
    x, y : arrays
        East and north in km from the source.
    depth : float or array, shape (S,)
        Km, positive down.
    volume_change : float or array, shape (S,)
        Cubic metres, positive for inflation.
    poisson : float
        Poisson's ratio.
    """
    _, x, y, depth, volume = align(x, y, depth, volume_change)
    r2 = x * x + y * y + depth * depth
    # m3 over km2 is 1e-6 m.
    factor = volume * (1e-6 * (1.0 - poisson) / math.pi) / (r2 * r2**0.5)
    return factor * x, factor * y, factor * depth


def sill(
    x: Array,
    y: Array,
    *,
    depth: Array,
    length: Array,
    width: Array,
    opening: Array,
    strike: Array = 0.0,
    dip: Array = 0.0,
    poisson: float = 0.25,
) -> Displacement:
    """A flat (or gently dipping) rectangular sheet that opens by `opening` m; else as `okada`."""
    return okada(
        x, y, depth=depth, strike=strike, dip=dip, length=length, width=width,
        opening=opening, poisson=poisson,
    )  # fmt: skip


def dyke(
    x: Array,
    y: Array,
    *,
    depth: Array,
    strike: Array,
    length: Array,
    height: Array,
    opening: Array,
    dip: Array = 90.0,
    poisson: float = 0.25,
) -> Displacement:
    """An upright rectangular sheet, centroid at `depth` km, that opens by `opening` m."""
    return okada(
        x, y, depth=depth, strike=strike, dip=dip, length=length, width=height,
        opening=opening, poisson=poisson,
    )  # fmt: skip


def subsidence_bowl(
    x: Array,
    y: Array,
    *,
    radius: Array,
    subsidence: Array,
    elongation: Array = 1.0,
    azimuth: Array = 0.0,
    pull: Array = 0.35,
) -> Displacement:
    """A Gaussian bowl as over mines, aquifers and thawing ground.

    Parameters
    ----------
    x, y : arrays
        East and north in km from the deepest point.
    radius : float or array, shape (S,)
        Standard deviation of the bowl across its longer axis, km.
    subsidence : float or array, shape (S,)
        Greatest lowering in m (negative for uplift).
    elongation : float or array, shape (S,)
        Longer over shorter axis.
    azimuth : float or array, shape (S,)
        Direction of the longer axis, degrees clockwise from north.
    pull : float or array, shape (S,)
        Horizontal motion towards the centre: `pull` x `radius` x slope. About 0.3 to 0.4 in the influence
        functions of mining subsidence (Knothe; Litwiniszyn); 0 for none.
    """
    xp, x, y, radius, lowering, ratio, azimuth, pull = align(
        x, y, radius, subsidence, elongation, azimuth, pull
    )
    angle = azimuth * (math.pi / 180)
    sine, cosine = xp.sin(angle), xp.cos(angle)
    u = (x * sine + y * cosine) / (radius * ratio)
    v = (x * cosine - y * sine) / radius
    bowl = lowering * xp.exp((u * u + v * v) * -0.5)
    inward = bowl * -pull
    along, across = inward * u / ratio, inward * v
    return along * sine + across * cosine, along * cosine - across * sine, -bowl


def landslide(
    x: Array,
    y: Array,
    *,
    length: Array,
    width: Array,
    azimuth: Array,
    slope: Array,
    slip: Array,
) -> Displacement:
    """An elongated patch with soft edges that moves down the slope as one body.

    Parameters
    ----------
    x, y : arrays
        East and north in km from the patch's centre.
    length, width : float or array, shape (S,)
        Extent along and across the motion between the points of 1/e of the motion, km.
    azimuth : float or array, shape (S,)
        Downslope direction, degrees clockwise from north.
    slope : float or array, shape (S,)
        Degrees from the horizontal.
    slip : float or array, shape (S,)
        Motion down the slope at the centre, m.
    """
    xp, x, y, length, width, azimuth, slope, slip = align(x, y, length, width, azimuth, slope, slip)
    angle, fall = azimuth * (math.pi / 180), slope * (math.pi / 180)
    sine, cosine = xp.sin(angle), xp.cos(angle)
    u = (x * sine + y * cosine) * 2 / length
    v = (x * cosine - y * sine) * 2 / width
    reach = u * u + v * v
    motion = slip * xp.exp(-reach * reach)
    level = motion * xp.cos(fall)
    return level * sine, level * cosine, -motion * xp.sin(fall)
