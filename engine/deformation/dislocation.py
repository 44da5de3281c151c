"""Closed-form surface displacement of a rectangular dislocation, vectorised over sources and pixels.

Okada, Y. (1985), Surface deformation due to shear and tensile faults in a half-space, BSSA 75(4), 1135-1154,
equations 25 to 30. Three reformulations make it fast and accurate in single precision. `c` and `s` are cosine
and sine of the dip; `y` and `d` are the horizontal distance to the fault edge and its depth (Okada's y~, d~):

* 1 / (R (R + eta)) = (1 - eta / R) / (xi^2 + q^2) and 1 / (R (R + xi)) = (1 - xi / R) / (y^2 + d^2):
  each term is multiplied by a factor as small as the denominator, so the rounding error stays bounded and
  R + eta = 0 needs no branch.
* Okada's I5 is the solid angle of the spherical triangle between the vertical, the dip direction and the
  line of sight to the corner, up to a function that cancels in the sum over the corners:
  I5 = -(2 / c) (1 - 2 nu) atan(c xi / (R (1 + s) + d + eta)). It has no singularity at xi = 0.
* ln(R + d) - s ln(R + eta) = log1p(-c w) + (1 - s) ln(R + eta) with w = (q + eta c / (1 + s)) / (R + eta)
  and 1 - s = c^2 / (1 + s): a vertical dip needs no formulas of its own.
"""

from __future__ import annotations

import math
from typing import Any, Optional

import numpy as np

from ..numerics.arrays import Array, like

MIN_DIP_COSINE = 1e-6
"""Smallest cosine of the dip; a steeper fault is tilted by less than 0.0001 degrees."""


def corner_sum(
    xp: Any,
    x: Array,
    y: Array,
    values: list[Array],
    medium: float,
    needed: tuple[bool, ...],
    slips: Optional[list[Array]] = None,
) -> tuple[Array, Array, Array]:
    """Displacement (east, north, up) of one chunk of pixels by one chunk of sources, in m.

    Parameters
    ----------
    xp : module
        numpy or torch.
    x, y : arrays, shape (S, P)
        East and north in km from the point above the centroid.
    values : list of eight arrays, shape (S, 1)
        Depth, strike, dip, length, width, strike slip, dip slip and opening, in the units of `okada`.
    medium : float
        1 - 2 nu, that is mu / (lambda + mu).
    needed : tuple of three bool
        Whether any source has strike slip, dip slip, opening.
    slips : list of three arrays, shape (S, D, A), optional
        Slip in m on a grid of equal patches, rows from the upper edge down, columns along strike; it is
        multiplied by the last three of `values`. Neighbouring patches share their corners: every node of the
        grid is evaluated once and weighted by the second difference of the slip around it.
    """
    depth, length, width = values[0], values[3], values[4]
    along, left, q, (sin_strike, cos_strike, s, c, side) = _fault_frame(xp, x, y, values)
    amounts = [
        values[5] * side / (-2 * math.pi),
        values[6] / (-2 * math.pi),
        values[7] / (2 * math.pi),
    ]
    columns, rows = (1, 1) if slips is None else (slips[0].shape[2], slips[0].shape[1])
    xi = along[:, None] - _steps(xp, columns, length)[..., None]
    across = _steps(xp, rows, width)[..., None]
    terms = _terms(xp, xi, across, left, q, (depth, s, c), needed)
    kinds = [kind for kind in range(3) if needed[kind]]
    if slips is None:
        shared = {name: _difference(term) for name, term in terms.items()}
        sums = [shared] * len(kinds)
    else:
        weights = xp.stack([_second_difference(xp, slips[kind]) for kind in kinds], 1)
        flat = {name: term.reshape(term.shape[0], -1, term.shape[-1]) for name, term in terms.items()}
        totals = {name: xp.matmul(weights, term) for name, term in flat.items()}
        sums = [{name: total[:, i] for name, total in totals.items()} for i in range(len(kinds))]
    ux, uy, uz = xp.zeros_like(q), xp.zeros_like(q), xp.zeros_like(q)
    for kind, total in zip(kinds, sums):
        parts = _MODES[kind](total, q, s, c, medium)
        ux += amounts[kind] * parts[0]
        uy += amounts[kind] * parts[1]
        uz += amounts[kind] * parts[2]
    return ux * sin_strike - uy * cos_strike, ux * cos_strike + uy * sin_strike, uz


def corner_modes(
    xp: Any, x: Array, y: Array, values: list[Array], medium: float, needed: tuple[bool, ...]
) -> list[tuple[Array, Array, Array]]:
    """Displacement (east, north, up) of each needed mode by itself, from terms that the modes share.

    Parameters are those of `corner_sum`, without slips: `values` holds depth, strike, dip, length and width.
    Each mode has a slip of 1 m; the result holds one triple of arrays (S, P) in m for each needed mode.
    """
    along, left, q, angles = _fault_frame(xp, x, y, values)
    xi = along[:, None] - _steps(xp, 1, values[3])[..., None]
    across = _steps(xp, 1, values[4])[..., None]
    _, _, s, c, _ = angles
    terms = _terms(xp, xi, across, left, q, (values[0], s, c), needed)
    sums = {name: _difference(term) for name, term in terms.items()}
    return _modes(sums, q, angles, medium, needed)


def patch_modes(
    xp: Any,
    x: Array,
    y: Array,
    values: list[Array],
    medium: float,
    needed: tuple[bool, ...],
    lines: tuple[Array, Array],
) -> list[tuple[Array, Array, Array]]:
    """The same for every patch of a grid on one plane; neighbours share their corners.

    Parameters
    ----------
    x, y : arrays, shape (1, P)
    values : list of three arrays, shape (1, 1)
        Depth, strike and dip.
    lines : tuple of arrays, shapes (A + 1,) and (D + 1,)
        Lines between the patches: km along strike and down the dip from the point at that depth, ascending.

    Returns
    -------
    list of tuples of arrays, shape (D * A, P)
        Rows from the upper edge down, columns along strike.
    """
    along, left, q, angles = _fault_frame(xp, x, y, values)
    xi, across = along[:, None] - lines[0][None, :, None], lines[1][None, :, None]
    _, _, s, c, _ = angles
    terms = _terms(xp, xi, across, left, q, (values[0], s, c), needed)
    sums = {}
    for name, term in terms.items():
        down = term[0, :, 1:] - term[0, :, :-1]
        patches = down[:-1] - down[1:]
        sums[name] = xp.swapaxes(patches, 0, 1).reshape(-1, patches.shape[-1])
    return _modes(sums, q, angles, medium, needed)


def _modes(
    sums: dict[str, Array], q: Array, angles: tuple, medium: float, needed: tuple[bool, ...]
) -> list[tuple[Array, Array, Array]]:
    """East, north and up of each needed mode from sums of Okada's functions over the corners."""
    sin_strike, cos_strike, s, c, side = angles
    amounts = (side / (-2 * math.pi), -1 / (2 * math.pi), 1 / (2 * math.pi))
    out = []
    for kind in range(3):
        if needed[kind]:
            parts = _MODES[kind](sums, q, s, c, medium)
            ux, uy, uz = (amounts[kind] * part for part in parts)
            out.append((ux * sin_strike - uy * cos_strike, ux * cos_strike + uy * sin_strike, uz))
    return out


def _fault_frame(xp: Any, x: Array, y: Array, values: list[Array]) -> tuple[Array, Array, Array, tuple]:
    """Pixels along and left of the strike and their distance q from the fault's plane; sines and cosines."""
    depth, strike, dip = values[:3]
    radian = math.pi / 180
    sin_strike, cos_strike = xp.sin(strike * radian), xp.cos(strike * radian)
    s, c = xp.sin(dip * radian), xp.cos(dip * radian)
    # a negative dip is the same plane from its other side: only strike slip changes its sign
    side = xp.where(s < 0, -xp.ones_like(s), xp.ones_like(s))
    s, c = s * side, c * side
    c = xp.where(abs(c) < MIN_DIP_COSINE, xp.full_like(c, MIN_DIP_COSINE), c)
    s = xp.where(s > 0.9, xp.sqrt((1 - c) * (1 + c)), s)
    along = x * sin_strike + y * cos_strike
    left = y * sin_strike - x * cos_strike
    return along, left, left * s - depth * c, (sin_strike, cos_strike, s, c, side)


def _steps(xp: Any, count: int, extent: Array) -> Array:
    """The count + 1 lines of a grid of `extent` (S, 1) km, from its centre: (S, count + 1)."""
    lines = [i / count - 0.5 for i in range(count + 1)]
    return like(xp, lines, extent)[None] * extent


def _terms(
    xp: Any, xi: Array, across: Array, left: Array, q: Array, plane: tuple, needed: tuple
) -> dict[str, Array]:
    """Okada's functions at every corner: (S, columns + 1, rows + 1, P).

    `xi` (S, columns + 1, P) is the distance along strike from each corner, `across` (S, rows + 1, 1) the
    distance of the corners down the dip from the fault's centre; `plane` is depth, sine and cosine of the
    dip, (S, 1).
    """
    tiny = 1e-24 if left.dtype == xp.float64 else 1e-13
    depth, s, c = (value[:, None, None] for value in plane)
    left, q = left[:, None, None], q[:, None, None]
    xi, across = xi[:, :, None], across[:, None]
    edge_y = left + across * c
    edge_d = depth + across * s
    eta = (left * c + depth * s) + across
    xi2 = xi * xi
    edge2 = edge_y * edge_y + (edge_d * edge_d + tiny)
    r = xp.sqrt(xi2 + edge2)
    inverse_r = 1 / r
    eta_r = eta * inverse_r
    in_plane = abs(q) < tiny
    inverse_q = xp.where(in_plane, xp.zeros_like(q), 1 / xp.where(in_plane, xp.ones_like(q), q))
    r_eta = xp.clip(r + eta, tiny, None)
    inverse_rd = 1 / (r + edge_d)
    terms = {
        "angle": xp.arctan(eta_r * (xi * inverse_q)),
        "theta": xp.arctan(xi * c / (r * (1 + s) + (edge_d + eta))),
        "log_eta": xp.log(r_eta),
        "log_both": xp.log1p((q + eta * (c / (1 + s))) * -c / r_eta),
        "xi_rd": xi * inverse_rd,
        "y_rd": edge_y * inverse_rd,
    }
    if needed[0] or needed[1]:
        terms["r"] = inverse_r
    if needed[0] or needed[2]:
        terms["k"] = (1 - eta_r) / (xi2 + (q * q + tiny))
        terms["xi_k"] = xi * terms["k"]
    if needed[1] or needed[2]:
        m = (1 - xi * inverse_r) / edge2
        terms["y_m"] = edge_y * m
        terms["d_m"] = edge_d * m
    return terms


def _half_space(f: dict[str, Array], s: Array, c: Array) -> tuple[Array, Array, Array, Array]:
    """Okada's I1, I3 + ln(R + eta) (which is -I2), I4 and I5, divided by 1 - 2 nu."""
    i5 = f["theta"] * (-2 / c)
    i4 = f["log_both"] / c + f["log_eta"] * (c / (1 + s))
    return (f["xi_rd"] + s * i5) * (-1 / c), (f["y_rd"] + s * i4) / c, i4, i5


def _strike(f: dict[str, Array], q: Array, s: Array, c: Array, medium: float) -> tuple[Array, Array, Array]:
    i1, minus_i2, i4, _ = _half_space(f, s, c)
    q_r, q_k = q * f["r"], q * f["k"]
    ms = medium * s
    return (
        q * f["xi_k"] + f["angle"] + ms * i1,
        c * q_r + (s * q) * q_k - ms * minus_i2,
        s * q_r - (c * q) * q_k + ms * i4,
    )


def _dip(f: dict[str, Array], q: Array, s: Array, c: Array, medium: float) -> tuple[Array, Array, Array]:
    i1, minus_i2, _, i5 = _half_space(f, s, c)
    msc = medium * s * c
    return (
        q * f["r"] - msc * (minus_i2 - f["log_eta"]),
        q * f["y_m"] + c * f["angle"] - msc * i1,
        q * f["d_m"] + s * f["angle"] - msc * i5,
    )


def _open(f: dict[str, Array], q: Array, s: Array, c: Array, medium: float) -> tuple[Array, Array, Array]:
    i1, minus_i2, _, i5 = _half_space(f, s, c)
    mss = medium * s * s
    bend = q * f["xi_k"] - f["angle"]
    return (
        q * q * f["k"] - mss * (minus_i2 - f["log_eta"]),
        -(q * f["d_m"] + s * bend + mss * i1),
        q * f["y_m"] + c * bend - mss * i5,
    )


_MODES = (_strike, _dip, _open)


def _difference(f: Array) -> Array:
    """Chinnery's sum over the four corners, (S, 2, 2, P) -> (S, P), positive for the left and lower ends."""
    out = f[:, 0, 1] - f[:, 0, 0]
    out -= f[:, 1, 1]
    out += f[:, 1, 0]
    return out


def _second_difference(xp: Any, slip: Array) -> Array:
    """Weights of the nodes, (S, (A + 1) (D + 1)), from the slip of the patches, (S, D, A)."""
    sources, rows, columns = slip.shape
    padded = like(xp, np.zeros((sources, rows + 2, columns + 2)), slip)
    padded[:, 1:-1, 1:-1] = slip
    weights = padded[:, :-1, 1:] - padded[:, 1:, 1:] - padded[:, :-1, :-1] + padded[:, 1:, :-1]
    return xp.swapaxes(weights, 1, 2).reshape(sources, -1)
