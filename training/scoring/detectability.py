"""Recall by magnitude and depth, and the physical limit of detection from line-of-sight motion.

The limit is the smallest Mw whose peak line-of-sight motion reaches 1 cm, or one fringe of 2.77 cm
(Sentinel-1), for uniform slip on a fault scaled after Wells & Coppersmith (1994) with a rigidity of 30 GPa,
averaged over strikes and lines of sight. The limits of normal faults lie within 0.1 of those of thrusts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

DEPTHS_KM = (4.0, 6.0, 10.0, 15.0, 20.0)
"""Centroid depths of the columns of `LIMITS`."""
LIMITS: dict[str, dict[str, tuple[float, ...]]] = {
    "strike-slip": {"1 cm": (5.25, 5.50, 5.80, 6.05, 6.20), "one fringe": (5.60, 5.85, 6.15, 6.35, 6.55)},
    "thrust": {"1 cm": (4.90, 5.15, 5.45, 5.65, 5.80), "one fringe": (5.25, 5.45, 5.75, 5.95, 6.15)},
}
MAGNITUDES = tuple(np.arange(4.5, 8.51, 0.25).tolist())
"""Edges of the magnitude bins."""
DEPTHS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0, 17.0, 22.0, 30.0, 60.0)
"""Edges of the depth bins in kilometres."""
STRIKE_SLIP = 0
"""Code of the mechanism in the simulator's truth."""


def limit(depth: np.ndarray, mechanism: str, threshold: str) -> np.ndarray:
    """Smallest visible Mw at centroid depths in km: linear in `LIMITS`, constant outside."""
    return np.interp(depth, DEPTHS_KM, LIMITS[mechanism][threshold])


def recall_table(
    magnitude: np.ndarray, depth: np.ndarray, detected: np.ndarray, hidden: np.ndarray
) -> dict[str, Any]:
    """Count simulated and detected earthquakes by magnitude and depth.

    Parameters
    ----------
    magnitude, depth : ndarray, shape (N,)
        Of every simulated earthquake, hidden ones included.
    detected : ndarray of bool, shape (N,)
    hidden : ndarray of bool, shape (N,)
        True where the background hides the signal.

    Returns
    -------
    dict
        "magnitudes" and "depths": edges of the bins; "count", "found" (detected), "visible" (not hidden) and
        "visible_found": counts, shape (depths, magnitudes).
    """
    edges = (np.asarray(DEPTHS), np.asarray(MAGNITUDES))

    def table(chosen: np.ndarray) -> list[list[int]]:
        counts, _, _ = np.histogram2d(depth[chosen], magnitude[chosen], bins=edges)
        return counts.astype(int).tolist()

    return {
        "magnitudes": list(MAGNITUDES),
        "depths": list(DEPTHS),
        "count": table(np.ones(len(detected), bool)),
        "found": table(detected),
        "visible": table(~hidden),
        "visible_found": table(detected & ~hidden),
    }


def against_limit(
    magnitude: np.ndarray, depth: np.ndarray, mechanism: np.ndarray, detected: np.ndarray
) -> dict[str, Any]:
    """Recall of the earthquakes above and below the physical limits, and their counts."""
    strike_slip = mechanism == STRIKE_SLIP
    out: dict[str, Any] = {}
    for threshold in ("1 cm", "one fringe"):
        on_strike_slip, on_thrust = (limit(depth, kind, threshold) for kind in ("strike-slip", "thrust"))
        smallest = np.where(strike_slip, on_strike_slip, on_thrust)
        for name, chosen in (("above", magnitude >= smallest), ("below", magnitude < smallest)):
            if chosen.any():
                recall = float(detected[chosen].mean())
                out[f"{name} {threshold}"] = {"count": int(chosen.sum()), "recall": recall}
    return out
