"""Line-of-sight vectors: unit vectors from the ground to the satellite, from the angles in a product.

Axes are east, north and up on the ground. Families deliver them in several ways; each is a function:

- `from_enu`: three components, used as they are (LiCSAR E, N, U; GMTSAR look_e, look_n, look_u, which
  make_los_products.csh writes from SAT_look).
- `from_line`: three components along the line of sight, turned to point up (FLATSIM's CosENU and CosNEU; the
  latter counts from the satellite to the ground).
- `from_east_north`: two components, up = sqrt(1 - e^2 - n^2) (NISAR losUnitVectorX and Y, target to sensor;
  JPL D-102272, NISAR GUNW product specification).
- `from_horizon`: theta above the horizon and phi anticlockwise from east, in rad: e = cos(theta) cos(phi),
  n = cos(theta) sin(phi), u = sin(theta) (GAMMA's look_vector, lv_theta and lv_phi of HyP3; GAMMA counts phi
  from the map's easting, which differs from east by the meridian convergence: at most 3 degrees in UTM).
- `azimuth_from_north`: incidence i from the vertical and azimuth a of ground to satellite anticlockwise from
  north, in degrees: e = -sin(i) sin(a), n = sin(i) cos(a), u = cos(i) (ISCE2's los.rdr, and MintPy's
  incidenceAngle and azimuthAngle: mintpy.utils.utils0).
- `azimuth_from_east`: the same with a anticlockwise from east: e = sin(i) cos(a), n = sin(i) sin(a)
  (ARIA-tools' documentation of imagingGeometry/azimuthAngle).
- `from_incidence`: incidence from the vertical in degrees; the azimuth follows from the heading of the scene.
"""

from __future__ import annotations

import math
from typing import Optional

import numpy as np

from ...errors import InputError
from ..containers.gdalio import Band, BandReader
from ..model import LosSource, Product
from .los_geometry import set_scene_geometry
from .regrid import layer_weights

_CENTRE_PIXELS = 64
"""Width and height in pixels of the central window that represents the scene."""


def constant_vector(product: Product) -> Optional[tuple[float, float, float]]:
    """East, north, up from the scene's incidence and heading (degrees); None when one is not known.

    From the ground, a satellite that looks right lies 90 degrees to the left of its heading.
    """
    if product.incidence is None or product.heading is None:
        return None
    across = math.sin(math.radians(product.incidence))
    azimuth = math.radians(_azimuth(product.heading, product.look_side))
    return across * math.sin(azimuth), across * math.cos(azimuth), math.cos(math.radians(product.incidence))


def _azimuth(heading: float, side: str) -> float:
    """Clockwise from north, ground to satellite."""
    return heading + (90 if side == "left" else -90)


def vectors(look: LosSource, values: list[np.ndarray]) -> np.ndarray:
    """Unit vectors from a product's numbers.

    Parameters
    ----------
    look : LosSource
        Holds the rule.
    values : list of ndarray, shape (h, w)
        One array for each of the source's bands, in their order.

    Returns
    -------
    ndarray, shape (3, h, w), float32
        East, north, up, from the ground to the satellite; NaN where the numbers give no valid direction.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return unit(look.rule([one.astype(np.float64) for one in values], look))


def from_enu(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Three components, used as they are."""
    return np.stack(values[:3])


def from_line(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Three components along the line of sight, turned to point up."""
    enu = np.stack(values[:3])
    return np.where(enu[2] < 0, -enu, enu)


def from_east_north(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """East and north of a unit vector that points up."""
    east, north = values[:2]
    return np.stack([east, north, np.sqrt(1 - east**2 - north**2)])


def from_horizon(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Angle above the horizon, and anticlockwise from east, in rad."""
    return _spherical(np.pi / 2 - values[0], values[1])


def azimuth_from_north(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Incidence, and azimuth anticlockwise from north, in degrees."""
    return _spherical(np.radians(values[0]), np.radians(values[1] + 90))


def azimuth_from_east(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Incidence, and azimuth anticlockwise from east, in degrees."""
    return _spherical(np.radians(values[0]), np.radians(values[1]))


def from_incidence(values: list[np.ndarray], look: LosSource) -> np.ndarray:
    """Incidence in degrees; the azimuth follows from the scene's heading and look side."""
    azimuth = np.radians(90 - _azimuth(look.heading, look.side))
    return _spherical(np.radians(values[0]), np.full(values[0].shape, azimuth))


def _spherical(incidence: np.ndarray, azimuth: np.ndarray) -> np.ndarray:
    """East, north, up of an angle from the vertical and one anticlockwise from east, both in rad."""
    # 0 means no data in most of these files, and no radar looks straight down
    incidence = np.where((incidence > 0) & (incidence < np.pi / 2), incidence, np.nan)
    across = np.sin(incidence)
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), np.cos(incidence)])


def unit(enu: np.ndarray) -> np.ndarray:
    """Vectors (3, h, w) of length 1 as float32; NaN where their length is not near 1 or they point down."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        length = np.sqrt((enu**2).sum(axis=0))
        good = (length > 0.5) & (length < 1.5) & (enu[2] > 0)
        return np.where(good, enu / length, np.nan).astype(np.float32)


def set_scene_from_vectors(product: Product) -> None:
    """Set the scene's incidence, heading and orbit direction from the line-of-sight vectors at its centre."""
    vector = centre_vector(product.look) if product.look is not None else None
    if vector is not None:
        set_scene_geometry(product, *vector, left=product.look_side == "left")


def centre_vector(look: LosSource) -> Optional[tuple[float, float, float]]:
    """Median east, north, up near the centre, of cubes at height 0; None where all is unknown."""
    weights = layer_weights(look.heights, np.zeros(1)) if look.heights else {0: np.ones(1)}
    total = np.zeros(3)
    try:
        for layer, weight in weights.items():
            blocks = []
            for band in look.bands:
                reader = BandReader(Band(band.uri, band.index + layer))
                height, width = reader.shape
                w, h = min(_CENTRE_PIXELS, width), min(_CENTRE_PIXELS, height)
                blocks.append(reader.read((width - w) // 2, (height - h) // 2, w, h))
            if len({block.shape for block in blocks}) > 1 or any(block.dtype.kind == "c" for block in blocks):
                return None
            enu = vectors(look, blocks)
            good = np.isfinite(enu[2])
            if not good.any():
                return None
            total += weight[0] * np.median(enu[:, good], axis=1)
    except InputError:
        return None
    return float(total[0]), float(total[1]), float(total[2])
