"""Directions on the focal sphere of a double couple: nodal planes, their common axis, and P, T and B axes.

Vectors are (north, east, down). Conventions of Aki & Richards (2002), Quantitative Seismology, section 4.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

FAULT_STYLES = (
    (-157.5, "right-lateral strike-slip"),
    (-112.5, "normal with a right-lateral part"),
    (-67.5, "normal"),
    (-22.5, "normal with a left-lateral part"),
    (22.5, "left-lateral strike-slip"),
    (67.5, "thrust with a left-lateral part"),
    (112.5, "thrust"),
    (157.5, "thrust with a right-lateral part"),
    (180.0, "right-lateral strike-slip"),
)
"""Upper ends of eight equal sectors of the rake in degrees, and what a fault with such a rake is called."""


@dataclass(frozen=True)
class Axis:
    """A principal axis: azimuth (0 to 360, clockwise from north) and plunge (0 to 90, down) in degrees."""

    azimuth: float
    plunge: float


def fault_style(rake: float) -> str:
    """The kind of faulting in words, such as "normal with a left-lateral part".

    Strictly -157.5 to -112.5 is oblique, and so on: each name stands for a sector of 45 degrees.
    """
    turned = (rake + 180) % 360 - 180
    return next(name for end, name in FAULT_STYLES if turned <= end)


def normal_and_slip(strike: float, dip: float, rake: float) -> tuple[np.ndarray, np.ndarray]:
    """Unit normal of a fault plane and unit slip of its hanging wall, both (north, east, down).

    The first motion of P waves in a direction r is up (compression) where (r . normal)(r . slip) > 0.
    """
    phi, delta, angle = (math.radians(value) for value in (strike, dip, rake))
    normal = (-math.sin(delta) * math.sin(phi), math.sin(delta) * math.cos(phi), -math.cos(delta))
    slip = (
        math.cos(angle) * math.cos(phi) + math.cos(delta) * math.sin(angle) * math.sin(phi),
        math.cos(angle) * math.sin(phi) - math.cos(delta) * math.sin(angle) * math.cos(phi),
        -math.sin(angle) * math.sin(delta),
    )
    return np.array(normal), np.array(slip)


def principal_axes(strike: float, dip: float, rake: float) -> tuple[Axis, Axis, Axis]:
    """T axis (tension), P axis (pressure) and B axis (neither) of a double couple."""
    normal, slip = normal_and_slip(strike, dip, rake)
    return _axis(normal + slip), _axis(normal - slip), _axis(np.cross(normal, slip))


def _axis(vector: np.ndarray) -> Axis:
    north, east, down = vector if vector[2] >= 0 else -vector
    plunge = math.degrees(math.atan2(down, math.hypot(north, east)))
    return Axis(math.degrees(math.atan2(east, north)) % 360, plunge)


def project(directions: np.ndarray) -> np.ndarray:
    """Lower-hemisphere equal-area projection.

    Parameters
    ----------
    directions : ndarray, shape (N, 3)
        Unit vectors (north, east, down), down >= 0.

    Returns
    -------
    ndarray, shape (N, 2)
        East and north on a disc of radius 1.
    """
    down = np.clip(directions[:, 2], 0, 1)
    # sqrt(2) sin(theta / 2) / sin(theta) with theta from the vertical, written without a division by zero
    scale = 1 / np.sqrt(1 + down)
    return np.stack([directions[:, 1] * scale, directions[:, 0] * scale], axis=1)


def compression(strike: float, dip: float, rake: float, points: int = 60) -> list[np.ndarray]:
    """The parts of the lower hemisphere in which P waves push, as outlines on the disc of `project`.

    The two quadrants of compression are lunes of 90 degrees between half circles of the nodal planes; each is
    cut at the horizon.
    """
    normal, slip = normal_and_slip(strike, dip, rake)
    null = np.cross(normal, slip)
    turn = np.linspace(0, math.pi, points)[:, None]
    outward = np.cos(turn) * null + np.sin(turn) * slip
    back = (np.cos(turn) * null + np.sin(turn) * normal)[::-1]
    lune = np.concatenate([outward, back[1:-1]])
    parts = (_below_horizon(sign * lune, sign * normal, sign * slip) for sign in (1, -1))
    return [project(part) for part in parts if len(part) > 2]


def nodal_lines(strike: float, dip: float, rake: float, points: int = 60) -> list[np.ndarray]:
    """The lower halves of both nodal planes as lines on the disc of `project`."""
    lines = []
    for pole in normal_and_slip(strike, dip, rake):
        along = np.cross(pole, (0, 0, 1.0))
        if np.linalg.norm(along) < 1e-9:  # a horizontal plane is the rim of the disc
            along = np.array([1.0, 0.0, 0.0])
        along /= np.linalg.norm(along)
        down = np.cross(along, pole)
        down = down if down[2] >= 0 else -down
        turn = np.linspace(0, math.pi, points)[:, None]
        lines.append(project(np.cos(turn) * along + np.sin(turn) * down))
    return lines


def _below_horizon(outline: np.ndarray, normal: np.ndarray, slip: np.ndarray, points: int = 40) -> np.ndarray:
    """The part of a lune with down >= 0, closed along the horizon within the lune."""
    kept: list[np.ndarray] = []
    crossings: list[tuple[int, np.ndarray]] = []
    for here, following in zip(outline, np.roll(outline, -1, axis=0)):
        if here[2] >= 0:
            kept.append(here)
        if (here[2] >= 0) != (following[2] >= 0):
            at = here + (following - here) * (here[2] / (here[2] - following[2]))
            at[2] = 0.0
            at /= np.linalg.norm(at)
            crossings.append((len(kept), at))
            kept.append(at)
    if len(crossings) != 2:
        return np.array(kept)
    # the outline leaves the hemisphere at one crossing and returns at the other, the next in cyclic order
    ends = [index for index, _ in crossings]
    leaves = 0 if ends[1] == ends[0] + 1 else 1
    start, end = crossings[leaves][1], crossings[1 - leaves][1]
    rim = _horizon(start, end, normal, slip, points)
    ring = np.array(kept)
    split = ends[leaves] + 1
    return np.concatenate([ring[:split], rim, ring[split:]])


def _horizon(
    start: np.ndarray, end: np.ndarray, normal: np.ndarray, slip: np.ndarray, points: int
) -> np.ndarray:
    """The arc of the horizon between two directions that lies within a lune, without its ends."""
    first = math.atan2(start[1], start[0])
    span = (math.atan2(end[1], end[0]) - first) % (2 * math.pi)

    def arc(turn: float) -> np.ndarray:
        angles = first + turn * np.linspace(0, 1, points + 2)[1:-1]
        return np.stack([np.cos(angles), np.sin(angles), np.zeros_like(angles)], axis=1)

    def inside(line: np.ndarray) -> float:
        middle = line[len(line) // 2]
        return min(float(middle @ normal), float(middle @ slip))

    return max((arc(span), arc(span - 2 * math.pi)), key=inside)
