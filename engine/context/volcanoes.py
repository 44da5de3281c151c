"""Holocene volcanoes: names and coordinates that come with the plugin, and the nearest one to a place."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..raster.grid import ground_distance
from ..resources import RESOURCES

PATH = RESOURCES / "volcanoes.csv"
NEAR_KM = 20.0
"""Distance within which the verdict mentions a volcano: magma chambers and dykes deform the ground so far
from it."""


@dataclass(frozen=True)
class Volcano:
    """A volcano: its number in the Global Volcanism Program's list, name, and place in degrees."""

    number: int
    name: str
    lon: float
    lat: float


@lru_cache(maxsize=1)
def volcanoes() -> tuple[Volcano, ...]:
    """All Holocene volcanoes of the list; lines that begin with # say where it comes from."""
    with open(PATH, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return tuple(
            Volcano(int(row["number"]), row["name"], float(row["longitude"]), float(row["latitude"]))
            for row in rows
        )


def nearest_volcano(lon: float, lat: float) -> tuple[Volcano, float]:
    """The volcano nearest to a place, and its distance in km."""
    known = volcanoes()
    places = np.radians([[one.lon, one.lat] for one in known])
    here = np.radians([lon, lat])
    # the haversine orders all of them; the ellipsoid measures the nearest
    half = np.sin((places - here) / 2) ** 2
    order = np.argsort(half[:, 1] + np.cos(places[:, 1]) * np.cos(here[1]) * half[:, 0])
    best = known[int(order[0])]
    return best, ground_distance((lon, lat), (best.lon, best.lat)) / 1000
