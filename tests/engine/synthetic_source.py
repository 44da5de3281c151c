"""A source estimate made by hand from a known fault, so that its files can be tested without an inversion."""

from __future__ import annotations

import numpy as np

from quakefringe.engine.deformation.sources import look_vector
from quakefringe.engine.raster.grid import Grid, wkt_of_epsg
from quakefringe.engine.source.frame import LocalFrame
from quakefringe.engine.source.look import LookRaster
from quakefringe.engine.source.mechanism import auxiliary, moment_tensor
from quakefringe.engine.source.prediction import displacement
from quakefringe.engine.source.results import Draws, Fault, LookFit, NodalPlane, Rival, SourceEstimate
from quakefringe.engine.source.settings import SourceSettings

FRAME = LocalFrame(62.1, 34.5)
STRIKE, DIP, RAKE = 247.0, 30.0, 78.0
OFFSET, RAMP = 0.05, (0.001, -0.0005)
GRID = Grid(80, 60, (61.9, 0.005, 0.0, 34.65, 0.0, -0.005), wkt_of_epsg(4326))
NOISE_M = 0.005


def fault(strike=STRIKE, dip=DIP, rake=RAKE, depth=5.0, length=14.0, width=8.0, slip=0.9):
    phi, delta = np.radians([strike, dip])
    along = length / 2 * np.array([np.sin(phi), np.cos(phi)])
    across = width / 2 * np.cos(delta) * np.array([np.cos(phi), -np.sin(phi)])
    rise = width / 2 * np.sin(delta)
    ends = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    corners = []
    for side, down in ends:
        east, north = side * along + down * across
        longitude, latitude = FRAME.to_lonlat(east, north)
        corners.append((float(longitude), float(latitude), depth + down * rise))
    corners = tuple(corners)
    return Fault(0.0, 0.0, depth, strike, dip, rake, length, width, slip, 0.0, corners, corners[:2])


def raster(heading, incidence=39.0, grid=GRID, of=None):
    from quakefringe.engine.source.places import grid_lonlat

    longitude, latitude = grid_lonlat(grid)
    look = np.array(look_vector(heading, incidence), float)
    moved = displacement([of or fault()], FRAME, longitude.ravel(), latitude.ravel())
    east, north = FRAME.to_km(longitude.ravel(), latitude.ravel())
    values = look @ moved + OFFSET + RAMP[0] * east + RAMP[1] * north
    values += np.random.default_rng(1).normal(0, NOISE_M, values.shape)
    values = values.reshape(longitude.shape).astype(np.float32)
    values[:5, :5] = np.nan
    vectors = np.broadcast_to(look[:, None, None], (3, *values.shape)).astype(np.float32)
    return LookRaster(grid, values, vectors)


def look_fit(name, scene):
    from quakefringe.engine.source.places import grid_lonlat

    longitude, latitude = (values[::6, ::6].ravel() for values in grid_lonlat(scene.grid))
    data = scene.displacement[::6, ::6].ravel().astype(float)
    good = np.isfinite(data)
    vectors = scene.look_vectors[:, ::6, ::6].reshape(3, -1).T[good].astype(float)
    longitude, latitude, data = longitude[good], latitude[good], data[good]
    moved = displacement([fault()], FRAME, longitude, latitude)
    east, north = FRAME.to_km(longitude, latitude)
    model = np.einsum("in,ni->n", moved, vectors) + OFFSET + RAMP[0] * east + RAMP[1] * north
    return LookFit(
        name,
        longitude,
        latitude,
        data,
        model,
        data - model,
        vectors,
        OFFSET,
        RAMP,
        0.006,
        8.0,
        0.003,
        0.97,
        4700,
    )


def estimate_of(rasters=None, **changes):
    """The estimate of a thrust like the fourth shock of Herat 2023 in two looks."""
    rasters = rasters or {"ascending 20231014_20231107": raster(-12.0), "descending": raster(-168.0)}
    other = tuple(float(angle) for angle in auxiliary(STRIKE, DIP, RAKE))
    rng = np.random.default_rng(3)
    count = 800
    plane = (rng.random(count) < 0.2).astype(int)
    spread = rng.normal(size=(11, count))
    draws = Draws(
        6.25 + 0.04 * spread[0],
        62.1 + 0.005 * spread[1],
        34.5 + 0.005 * spread[2],
        5 + 0.6 * spread[3],
        (np.where(plane, other[0], STRIKE) + 5 * spread[4]) % 360,
        np.where(plane, other[1], DIP) + 3 * spread[5],
        np.where(plane, other[2], RAKE) + 7 * spread[6],
        14 + 1.5 * spread[7],
        8 + 1.5 * spread[8],
        np.exp(-0.1 + 0.25 * spread[9]),
        np.exp(0.9 + 0.3 * spread[10]),
        plane,
    )
    first = NodalPlane(STRIKE, DIP, RAKE, (239.0, 255.0), (25.0, 35.0), (66.0, 90.0), 0.8, fault(), 0.97)
    second = NodalPlane(
        *other,
        (other[0] - 9, other[0] + 9),
        (other[1] - 5, other[1] + 5),
        (other[2] - 8, other[2] + 8),
        0.2,
        fault(*other),
        0.95,
    )
    moment = 30e9 * 14e3 * 8e3 * 0.9
    values = {
        "mw": (np.log10(moment) - 9.1) / 1.5,
        "mw_90": (6.25, 6.38),
        "moment_nm": moment,
        "rigidity_pa": 30e9,
        "longitude": 62.1,
        "latitude": 34.5,
        "horizontal_90_km": 1.2,
        "depth_km": 5.0,
        "depth_km_90": (4.0, 6.1),
        "planes": (first, second),
        "length_km": 14.0,
        "length_km_90": (11.0, 17.0),
        "width_km": 8.0,
        "width_km_90": (5.0, 11.0),
        "slip_m": 0.9,
        "slip_m_90": (0.6, 1.4),
        "stress_drop_mpa": 2.5,
        "stress_drop_mpa_90": (1.5, 4.2),
        "moment_tensor_nm": tuple(float(m) for m in moment_tensor(STRIKE, DIP, RAKE, moment)),
        "variance_reduction": 0.97,
        "looks": tuple(look_fit(name, scene) for name, scene in rasters.items()),
        "rivals": (
            Rival(
                "mogi",
                51.2,
                "A fault explains the motion far better than a point of pressure.",
                0.62,
                {"longitude": 62.1, "latitude": 34.5, "depth_km": 4.0, "volume_m3": 2e7},
            ),
            Rival(
                "sheet",
                4.3,
                "A fault and an opening sheet explain the motion about equally well; the data do not decide.",
                0.9,
                {"longitude": 62.1, "latitude": 34.5, "depth_km": 4.0, "strike": 10.0, "dip": 20.0},
            ),
        ),
        "kind": "undecided",
        "verdict": "The data do not decide between a fault and an opening sheet.",
        "faults": (fault(),),
        "draws": draws,
        "frame": FRAME,
        "settings": SourceSettings(),
        "warnings": ("Only one look sees the near field <of the fault> & more.",),
        "notes": ("Ramps were fitted.",),
        "seconds": 4.2,
    }
    return SourceEstimate(**{**values, **changes})
