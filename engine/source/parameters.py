"""The seven parameters of a fault as a fit sees them, and what is known of faults beforehand.

A fit moves freely in (east, north, ln depth, strike, dip, ln length, ln width): km, km, ln km, degrees,
degrees, ln km, ln km. A dip beyond 90 degrees is the same plane seen from its other side. A width that would
reach above the surface is cut smoothly, so that every vector is a fault that exists.
"""

from __future__ import annotations

import numpy as np

COUNT = 7
FAULT_PARAMETERS = COUNT + 2
"""Parameters of a fault together with its two slips."""
SURFACE_SMOOTHNESS = 0.05
"""Width of the cut at the surface in parts of the centroid's depth."""
STEPS = np.array([0.05, 0.05, 0.01, 0.5, 0.5, 0.02, 0.02])
"""Steps of finite differences."""
TRUST = np.array([6.0, 6.0, 0.5, 30.0, 20.0, 0.6, 0.6])
"""Largest change of one step of a fit."""

LN_ASPECT, LN_ASPECT_SPREAD = 0.6, 0.6
"""Length over width: 1.8, within a factor of 1.8 (Wells & Coppersmith 1994, Mw 5.5 to 7.5)."""
LN_SLIP_RATIO, LN_SLIP_RATIO_SPREAD = -2.9, 0.8
"""Slip in m over the root of the area in km: 0.055 within a factor of 2.2 (the same scaling laws with their
scatter, at 30 GPa)."""
VERTICAL_DIP_DEG, REVERSE_DIP_DEG, NORMAL_DIP_DEG, DIP_SPREAD_DEG = 90.0, 36.0, 47.0, 15.0
"""Dips of strike-slip, reverse and normal faults, and their spread. Reverse faults that ruptured dip 12 to 60
degrees (Sibson & Xie 1998, BSSA 88, 1014-1022), normal ones 30 to 65 (Collettini & Sibson 2001, Geology 29,
927-930), strike-slip ones more than 60."""
MIN_LN, MAX_LN = np.log(0.3), np.log(400.0)
"""Bounds of depth, length and width in km."""


def to_faults(theta: np.ndarray) -> np.ndarray:
    """Faults (S, 7) as `unit_slip_los` takes them, from parameters (S, 7)."""
    theta = np.asarray(theta, float)
    out = theta.copy()
    out[:, [2, 5, 6]] = np.exp(np.clip(theta[:, [2, 5, 6]], MIN_LN, MAX_LN))
    dip = (theta[:, 4] + 180) % 360 - 180
    over = np.abs(dip) > 90
    dip = np.where(over, dip - np.sign(dip) * 180, dip)
    # a negative dip towards one side is a positive one towards the other
    strike = theta[:, 3] + np.where(dip < 0, 180.0, 0.0)
    out[:, 3] = strike % 360
    out[:, 4] = np.clip(np.abs(dip), 0.5, 90.0)
    depth, sine = out[:, 2], np.sin(np.radians(out[:, 4]))
    height = out[:, 6] * sine / 2
    edge = SURFACE_SMOOTHNESS * depth
    cut = (height + depth - np.sqrt((height - depth) ** 2 + edge**2)) / 2
    out[:, 6] = np.maximum(np.minimum(out[:, 6], cut * 2 / np.maximum(sine, 1e-3)), 0.05)
    return out


def from_faults(faults: np.ndarray) -> np.ndarray:
    """Parameters (S, 7) of faults (S, 7); the cut at the surface is not undone."""
    out = np.array(faults, float)
    out[:, [2, 5, 6]] = np.log(np.maximum(out[:, [2, 5, 6]], 1e-3))
    return out


def prior_residuals(faults: np.ndarray, slips: np.ndarray) -> np.ndarray:
    """Deviations from what is known of faults, (S, 3), in standard deviations: shape, slip, dip.

    Parameters
    ----------
    faults : ndarray, shape (S, 7)
    slips : ndarray, shape (S, 2)
        Strike slip and dip slip, m.
    """
    length, width = faults[:, 5], faults[:, 6]
    aspect = (np.log(length / width) - LN_ASPECT) / LN_ASPECT_SPREAD
    slip = np.maximum(np.linalg.norm(slips, axis=1), 1e-6)
    ratio = (np.log(slip / np.sqrt(length * width)) - LN_SLIP_RATIO) / LN_SLIP_RATIO_SPREAD
    thrust = slips[:, 1] / slip
    usual = np.where(thrust > 0, REVERSE_DIP_DEG, NORMAL_DIP_DEG)
    usual = VERTICAL_DIP_DEG + np.abs(thrust) * (usual - VERTICAL_DIP_DEG)
    return np.stack([aspect, ratio, (faults[:, 4] - usual) / DIP_SPREAD_DEG], 1)
