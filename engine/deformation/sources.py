"""Surface displacement of earthquakes, volcanic sources, subsidence and landslides, and its line of sight.

Every source function takes `x` and `y`, east and north in km from the source, with shape (P,), (S, P),
(S, H, W) or broadcastable to one of these. Parameters are numbers or arrays of shape (S,). The functions
return the displacement (east, north, up) in m. They accept NumPy arrays and torch tensors in single or double
precision.
"""

from __future__ import annotations

import math

from ..errors import InputError
from ..numerics.arrays import Array, align, floating, like, namespace
from .okada import bury, okada, okada_grid, okada_patches, top_depth

__all__ = [
    "bury",
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
        Degrees between the vertical and the line of sight on the ground.
    right_looking : bool
        Side of the flight path to which the antenna looks (NISAR can look left).

    Returns
    -------
    east, north, up : floats or arrays
        A right-looking satellite on an ascending pass is west of its targets: `east` is negative.
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
        Degrees; it increases across the swath, so that an array over the pixels is more accurate.
    look_side : str
        "right" or "left".

    Raises
    ------
    InputError
        If `look_side` has another value.
    """
    if look_side not in ("right", "left"):
        raise InputError(f"The look side must be 'right' or 'left', not {look_side!r}.")
    xp = namespace(east, north, up, heading, incidence)
    east = floating(xp, east)
    heading, incidence = like(xp, heading, east), like(xp, incidence, east)
    pixel_axes = (1,) * max(east.ndim - 1, 0)
    if heading.ndim == 1:
        heading = heading.reshape(heading.shape + pixel_axes)
    if incidence.ndim == 1 and incidence.shape != east.shape:
        incidence = incidence.reshape(incidence.shape + pixel_axes)
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
    # one m3 over one km2 is 1e-6 m
    factor = volume * (1e-6 * (1.0 - poisson) / math.pi) / (r2 * r2**0.5)
    return factor * x, factor * y, factor * depth


def sill(x: Array, y: Array, *, strike: Array = 0.0, dip: Array = 0.0, **sheet: Array) -> Displacement:
    """A rectangular sheet that opens: a horizontal or gently dipping sill, or a dyke with dip 90.

    Parameters
    ----------
    x, y : arrays
        East and north in km from the point above the centroid.
    strike, dip : float or array, shape (S,)
        Degrees.
    **sheet
        Depth, length and width in km, opening in m and Poisson's ratio, as in `okada`.
    """
    return okada(x, y, strike=strike, dip=dip, **sheet)


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
    """A Gaussian bowl, as over mines, aquifers and thawing permafrost.

    Parameters
    ----------
    x, y : arrays
        East and north in km from the deepest point.
    radius : float or array, shape (S,)
        Standard deviation of the bowl across its longer axis in km.
    subsidence : float or array, shape (S,)
        Largest subsidence in m, negative for uplift.
    elongation : float or array, shape (S,)
        Ratio of the longer to the shorter axis.
    azimuth : float or array, shape (S,)
        Direction of the longer axis, degrees clockwise from north.
    pull : float or array, shape (S,)
        Horizontal motion towards the centre is `pull` x `radius` x slope: about 0.3 to 0.4 in the influence
        functions of mining subsidence (Knothe; Litwiniszyn), 0 for none.
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
    """An elongated patch with smooth edges that moves down the slope.

    Parameters
    ----------
    x, y : arrays
        East and north in km from the patch's centre.
    length, width : float or array, shape (S,)
        Extent in km along and across the motion, between the points where it falls to 1/e.
    azimuth : float or array, shape (S,)
        Downslope direction in degrees clockwise from north.
    slope : float or array, shape (S,)
        Degrees from the horizontal.
    slip : float or array, shape (S,)
        Motion down the slope at the centre in m.
    """
    xp, x, y, length, width, azimuth, slope, slip = align(x, y, length, width, azimuth, slope, slip)
    angle, fall = azimuth * (math.pi / 180), slope * (math.pi / 180)
    sine, cosine = xp.sin(angle), xp.cos(angle)
    u = (x * sine + y * cosine) * 2 / length
    v = (x * cosine - y * sine) * 2 / width
    reach = u * u + v * v
    motion = slip * xp.exp(-reach * reach)
    horizontal = motion * xp.cos(fall)
    return horizontal * sine, horizontal * cosine, -motion * xp.sin(fall)
