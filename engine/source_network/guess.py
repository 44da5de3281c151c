"""The first guess: magnitude, depth and mechanism of an earthquake within a second, with honest intervals."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..errors import InputError
from ..source.mechanism import kagan_angle, planes_of_tensor, slip_and_normal
from .model import SourceModel
from .points import Points, find_motion
from .views import View, draw, look_at

Interval = tuple[float, float]
DRAWS = 3000
"""Faults drawn for the intervals; their 5 % quantiles are then good to a tenth of the interval."""
SURE_STYLE = 0.6
"""Probability from which one faulting style is named alone."""
POSSIBLE_STYLE = 0.2
"""Probability from which a second style is named."""
STYLES = ("thrust", "normal", "strike-slip")
MIN_POINTS = 30
NO_DATA = "there is too little valid displacement around the box; choose another box or layer."


@dataclass(frozen=True)
class FirstGuess:
    """What the network says of an earthquake. Every `*_90` is (low, high), the 90 % interval.

    Attributes
    ----------
    mw : float
        Median; moment with a rigidity of 30 GPa.
    mw_90 : Interval
    depth_km : float
        Of the centroid.
    depth_km_90 : Interval
    east_km, north_km : float
        The point above the centroid, in the frame of the points.
    planes : tuple of two (strike, dip, rake)
        Degrees; the likelier plane first.
    plane_weight : float
        Probability of the first plane.
    mechanism_90_deg : float
        Rotation (Kagan angle) that 90 % of the likely mechanisms lie within.
    styles : dict of str to float
        Probability of each of `STYLES`.
    words : str
        One line, such as "Mw about 6.4 ± 0.3, thrust".
    model : str
        Version of the network.
    seconds : float
    """

    mw: float
    mw_90: Interval
    depth_km: float
    depth_km_90: Interval
    east_km: float
    north_km: float
    planes: tuple[tuple[float, float, float], tuple[float, float, float]]
    plane_weight: float
    mechanism_90_deg: float
    styles: dict[str, float]
    words: str
    model: str
    seconds: float


def first_guess(
    model: SourceModel,
    points: Points,
    centre_km: Optional[tuple[float, float]] = None,
    side_km: float = 0.0,
    seed: int = 0,
) -> FirstGuess:
    """Guess an earthquake's magnitude, depth and mechanism from one interferogram.

    Parameters
    ----------
    model : SourceModel
    points : Points
    centre_km, side_km : optional
        Centre and longer side of the box; found from the motion if they are not given.
    seed : int
        Of the draws; the same seed gives the same guess.

    Raises
    ------
    InputError
        If there is hardly any displacement around the box.
    """
    began = time.perf_counter()
    views = views_of(model, points, centre_km, side_km)
    faults = draw(views, DRAWS, np.random.default_rng(seed), model.card.widened)
    return summary(faults, model.card.version, began)


def views_of(
    model: SourceModel,
    points: Points,
    centre_km: Optional[tuple[float, float]] = None,
    side_km: float = 0.0,
) -> list[View]:
    """The network's views of a box, or of the ground that moved; raises `InputError` without data."""
    if len(points.displacement) < MIN_POINTS:
        raise InputError(f"The magnitude cannot be guessed: {NO_DATA}")
    if centre_km is None or side_km <= 0:
        centre_km, side_km = find_motion(points)
    views = look_at(model, points, centre_km, side_km)
    if not views:
        raise InputError(f"The magnitude cannot be guessed: {NO_DATA}")
    return views


def summary(faults: dict[str, np.ndarray], version: str, began: float) -> FirstGuess:
    """The first guess of draws of faults."""
    low, mw, high = (float(value) for value in np.quantile(faults["mw"], [0.05, 0.5, 0.95]))
    shallow, depth, deep = (float(value) for value in np.quantile(faults["depth"], [0.05, 0.5, 0.95]))
    angles = faults["strike"], faults["dip"], faults["rake"]
    planes, weight, turn = central_mechanism(*angles)
    styles = style_shares(*angles)
    return FirstGuess(
        mw=mw,
        mw_90=(low, high),
        depth_km=depth,
        depth_km_90=(shallow, deep),
        east_km=float(np.median(faults["east"])),
        north_km=float(np.median(faults["north"])),
        planes=planes,
        plane_weight=weight,
        mechanism_90_deg=turn,
        styles=styles,
        words=f"Mw about {mw:.1f} ± {max(0.1, (high - low) / 2):.1f}, {style_words(styles)}",
        model=version,
        seconds=time.perf_counter() - began,
    )


def central_mechanism(
    strike: np.ndarray, dip: np.ndarray, rake: np.ndarray
) -> tuple[tuple[tuple[float, float, float], tuple[float, float, float]], float, float]:
    """Both planes of the double couple closest to the mean moment tensor, the likelier one first.

    Also the probability of that plane, and the Kagan angle that 90 % of the draws lie within.
    """
    slip, normal = slip_and_normal(strike, dip, rake)
    mean = (slip[:, :, None] * normal[:, None, :]).mean(0)
    m = mean + mean.T
    tensor = np.array([m[2, 2], m[0, 0], m[1, 1], m[0, 2], -m[1, 2], -m[0, 1]])
    planes = planes_of_tensor(tensor)
    normals = [slip_and_normal(*np.array(plane))[1] for plane in planes]
    nearer = np.abs(normal @ normals[0]) >= np.abs(normal @ normals[1])
    weight = float(nearer.mean())
    if weight < 0.5:
        planes, weight = (planes[1], planes[0]), 1 - weight
    first = np.array(planes[0])
    angle = kagan_angle(strike, dip, rake, (first[0], first[1], first[2]))
    return planes, weight, float(np.quantile(angle, 0.9))


def rotation(one: Sequence[float], other: Sequence[float]) -> float:
    """Kagan angle in degrees between two mechanisms, each (strike, dip, rake)."""
    a, b = np.array(one), np.array(other)
    return float(kagan_angle(a[0], a[1], a[2], (b[0], b[1], b[2])))


def style_shares(strike: np.ndarray, dip: np.ndarray, rake: np.ndarray) -> dict[str, float]:
    """Part of the draws of each faulting style: the steepest of the T, P and B axes decides.

    Frohlich, C. (1992), Triangle diagrams, Phys. Earth Planet. Inter. 75, 193-198.
    """
    slip, normal = slip_and_normal(strike, dip, rake)
    tension, pressure = (slip + normal) / np.sqrt(2), (normal - slip) / np.sqrt(2)
    steepness = np.stack([tension[:, 2] ** 2, pressure[:, 2] ** 2], 1)
    steepness = np.concatenate([steepness, 1 - steepness.sum(1, keepdims=True)], 1)
    share = np.bincount(steepness.argmax(1), minlength=len(STYLES)) / len(steepness)
    return {name: float(value) for name, value in zip(STYLES, share)}


def style_words(styles: dict[str, float]) -> str:
    """The likely faulting styles in words."""
    ranked = sorted(styles, key=lambda name: -styles[name])
    if styles[ranked[0]] >= SURE_STYLE:
        return ranked[0]
    likely = [name for name in ranked if styles[name] >= POSSIBLE_STYLE]
    return " or ".join(likely[:2]) if len(likely) < len(STYLES) else "mechanism unclear"
