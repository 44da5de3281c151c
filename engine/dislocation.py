"""The closed form of a rectangular dislocation's surface displacement, vectorised over sources and pixels.

Okada, Y. (1985), Surface deformation due to shear and tensile faults in a
half-space, BSSA 75(4), 1135-1154, equations 25 to 30. Three rewritings keep it quick and accurate in
single precision; `c`, `s` are the cosine and sine of the dip, `y`, `d` the horizontal distance to and
the depth of the fault edge (Okada's y~, d~):

* 1 / (R (R + eta)) = (1 - eta / R) / (xi^2 + q^2) and 1 / (R (R + xi)) = (1 - xi / R) / (y^2 + d^2):
  every use is multiplied by something of the size of the denominator, so the rounding error stays
  bounded and no branch is needed at R + eta = 0.
* Okada's I5 is the solid angle of the spherical triangle between the vertical, the dip direction and the
  line of sight to the corner, up to a function that drops out of the sum over corners:
  I5 = -(2 / c) (1 - 2 nu) atan(c xi / (R (1 + s) + d + eta)). It has no singular point at xi = 0.
* ln(R + d) - s ln(R + eta) = log1p(-c w) + (1 - s) ln(R + eta) with w = (q + eta c / (1 + s)) / (R + eta)
  and 1 - s = c^2 / (1 + s): the limit of the vertical dip is reached without formulas of its own.
"""

from __future__ import annotations

import math
from typing import Any

from .arrays import Array

VERTICAL = 1e-6
"""Smallest cosine of the dip used; a steeper fault is tilted by less than 0.0001 degrees."""


def corner_sum(
    xp: Any, x: Array, y: Array, values: list[Array], medium: float, needed: tuple[bool, ...]
) -> tuple[Array, Array, Array]:
    """Displacement (east, north, up) in m of the pixels by the sources: one chunk, everything in memory.

    Parameters
    ----------
    xp : module
        numpy or torch.
    x, y : arrays, shape (S, P)
        East and north in km from the point above the centroid.
    values : list of eight arrays, shape (S, 1)
        Depth, strike, dip, length, width, strike slip, dip slip, opening as `okada` takes them.
    medium : float
        1 - 2 nu, that is mu / (lambda + mu).
    needed : tuple of three bool
        Which of strike slip, dip slip and opening are not zero everywhere.
    """
    # Corner axes in front: xi (2, 1, S, P), eta (1, 2, S, P), the lower left corner first.
    depth, strike, dip, length, width, strike_slip, dip_slip, opening = values
    radian = math.pi / 180
    tiny = 1e-24 if x.dtype == xp.float64 else 1e-13
    sin_strike, cos_strike = xp.sin(strike * radian), xp.cos(strike * radian)
    s, c = xp.sin(dip * radian), xp.cos(dip * radian)
    # A dip below the horizontal is the same plane seen from its other side: only strike slip changes sign.
    side = xp.where(s < 0, -xp.ones_like(s), xp.ones_like(s))
    s, c, strike_slip = s * side, c * side, strike_slip * side
    c = xp.where(abs(c) < VERTICAL, xp.full_like(c, VERTICAL), c)
    s = xp.where(s > 0.9, xp.sqrt((1 - c) * (1 + c)), s)
    along = x * sin_strike + y * cos_strike
    left = y * sin_strike - x * cos_strike
    half_l, half_w = length / 2, width / 2
    xi = xp.stack((along + half_l, along - half_l))[:, None]
    edge_y = xp.stack((left + half_w * c, left - half_w * c))[None]
    edge_d = xp.stack((depth + half_w * s, depth - half_w * s))[None]
    q = left * s - depth * c
    middle = left * c + depth * s
    eta = xp.stack((middle + half_w, middle - half_w))[None]

    xi2 = xi * xi
    edge2 = edge_y * edge_y + (edge_d * edge_d + tiny)
    r = xp.sqrt(xi2 + edge2)
    inverse_r = 1 / r
    eta_r = eta * inverse_r
    inverse_q = xp.where(abs(q) < tiny, xp.zeros_like(q), 1 / xp.where(abs(q) < tiny, xp.ones_like(q), q))
    angle = _difference(xp.arctan(eta_r * (xi * inverse_q)))

    # The terms of the half-space (Okada's I1 to I5 over 1 - 2 nu), each summed over the corners.
    r_eta = xp.clip(r + eta, tiny, None)
    inverse_rd = 1 / (r + edge_d)
    theta = _difference(xp.arctan(xi * c / (r * (1 + s) + (edge_d + eta))))
    log_eta = xp.log(_ratio(r_eta))
    log_both = _difference(xp.log1p((q + eta * (c / (1 + s))) * -c / r_eta))
    by_xi, by_edge = inverse_rd[:, 0] - inverse_rd[:, 1], inverse_rd[0] - inverse_rd[1]
    xi_rd = xi[0, 0] * by_xi[0] - xi[1, 0] * by_xi[1]
    y_rd = edge_y[0, 0] * by_edge[0] - edge_y[0, 1] * by_edge[1]
    i5 = theta * (-2 / c)
    i4 = log_both / c + log_eta * (c / (1 + s))
    i1 = (xi_rd + s * i5) * (-1 / c)
    tilt = (y_rd + s * i4) / c  # = I3 + ln(R + eta) = -I2

    if needed[0] or needed[1]:
        q_r = q * _difference(inverse_r)
    if needed[0] or needed[2]:
        k = (1 - eta_r) / (xi2 + q * q + tiny)
        k_0, k_1 = k[0, 0] - k[0, 1], k[1, 0] - k[1, 1]
        q_k = q * (k_0 - k_1)
        xi_k = q * (xi[0, 0] * k_0 - xi[1, 0] * k_1)
    if needed[1] or needed[2]:
        m = (1 - xi * inverse_r) / edge2
        m_0, m_1 = m[0, 0] - m[1, 0], m[0, 1] - m[1, 1]
        y_m = q * (edge_y[0, 0] * m_0 - edge_y[0, 1] * m_1)
        d_m = q * (edge_d[0, 0] * m_0 - edge_d[0, 1] * m_1)
        i3 = tilt - log_eta
    ux, uy, uz = xp.zeros_like(q), xp.zeros_like(q), xp.zeros_like(q)
    if needed[0]:
        slip = strike_slip / (-2 * math.pi)
        ms = medium * s
        ux += slip * (xi_k + angle + ms * i1)
        uy += slip * (c * q_r + (s * q) * q_k - ms * tilt)
        uz += slip * (s * q_r - (c * q) * q_k + ms * i4)
    if needed[1]:
        slip = dip_slip / (-2 * math.pi)
        msc = medium * s * c
        ux += slip * (q_r - msc * i3)
        uy += slip * (y_m + c * angle - msc * i1)
        uz += slip * (d_m + s * angle - msc * i5)
    if needed[2]:
        slip = opening / (2 * math.pi)
        mss = medium * s * s
        bend = xi_k - angle
        ux += slip * (q * q_k - mss * i3)
        uy -= slip * (d_m + s * bend + mss * i1)
        uz += slip * (y_m + c * bend - mss * i5)
    return ux * sin_strike - uy * cos_strike, ux * cos_strike + uy * sin_strike, uz


def _difference(f: Array) -> Array:
    """Chinnery's sum over the four corners: f (2, 2, S, P) -> (S, P)."""
    out = f[0, 0] - f[0, 1]
    out -= f[1, 0]
    out += f[1, 1]
    return out


def _ratio(f: Array) -> Array:
    """The quotient whose logarithm is Chinnery's sum of ln f."""
    out = f[0, 0] / f[0, 1]
    out /= f[1, 0]
    out *= f[1, 1]
    return out
