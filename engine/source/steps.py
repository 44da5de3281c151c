"""Steep steps: points beside which the motion changes faster than phase can be followed.

Such a step is an error of unwrapping or a rupture at the surface. A rectangle explains neither, and a
quadtree would spend its points there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .frame import LocalFrame
from .look import Look

WAVELENGTH_M = 0.0555
"""Where a look's own is not known: C band. Half of it is a fringe. Smaller steps may be noise; errors of
unwrapping are whole fringes."""
PIXEL_KM = 0.1
"""Usual pixel of unwrapped phase. A fringe in a pixel is the largest slope that phase shows (Massonnet &
Feigl 1998, Rev. Geophys. 36, 441-500)."""
MAX_LOSS = 0.2
"""Part of the points that may lie beside steps. Where there are more, the scene is noisy, and all stay."""


def without_steps(look: Look, frame: LocalFrame) -> Look:
    """A look less the points beside steep steps; a warning says how many, or that there are too many.

    Parameters
    ----------
    look : Look
        Without NaN.
    frame : LocalFrame
    """
    x, y = frame.to_km(look.longitude, look.latitude)
    spacing = look.spacing_km or float(np.sqrt(np.ptp(x) * np.ptp(y) / len(x)))
    beside = beside_steps(x, y, look.displacement, spacing, (look.wavelength or WAVELENGTH_M) / 2)
    count, known = int(beside.sum()), f"“{look.name}” has steps of more than a fringe in 100 m"
    if not count:
        return look
    if count > MAX_LOSS * len(beside):
        text = f"{known} everywhere, from noise or errors of unwrapping: its values are not reliable."
        return replace(look, warnings=(*look.warnings, text))
    text = (
        f"{known}, from errors of unwrapping or a rupture at the surface. "
        f"{count} of {len(beside)} points beside them were left out."
    )
    return replace(look.only(~beside), warnings=(*look.warnings, text))


def beside_steps(
    x: np.ndarray, y: np.ndarray, motion: np.ndarray, spacing: float, fringe: float
) -> np.ndarray:
    """Whether the motion changes too fast between a point and a neighbour to the west, east, south or north.

    Parameters
    ----------
    x, y : ndarray, shape (N,)
        Km, on a grid or scattered.
    motion : ndarray, shape (N,)
        Metres.
    spacing : float
        Distance between neighbours, km.
    fringe : float
        Motion of a fringe, m.

    Returns
    -------
    ndarray of bool, shape (N,)
    """
    out = np.zeros(len(x), bool)
    for along, across in ((x, y), (y, x)):
        line = np.floor(across / max(spacing, 1e-6)).astype(int)
        order = np.lexsort((along, line))
        first, second = order[:-1], order[1:]
        distance = np.hypot(x[second] - x[first], y[second] - y[first])
        step = np.abs(motion[second] - motion[first])
        steep = (line[first] == line[second]) & (step > fringe * np.maximum(distance / PIXEL_KM, 1))
        out[first[steep]] = True
        out[second[steep]] = True
    return out
