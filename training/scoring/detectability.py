"""Recall over magnitude and depth, and the physical limit of what line-of-sight motion can show.

The limit: smallest Mw whose peak line-of-sight motion reaches 1 cm, or one fringe of 2.77 cm (Sentinel-1),
for uniform slip on a fault after Wells & Coppersmith (1994), rigidity 30 GPa, mean over strike and look.
Normal faults lie within 0.1 of thrusts.
"""

from __future__ import annotations

from typing import Any

import numpy as np

DEPTHS_KM = (4.0, 6.0, 10.0, 15.0, 20.0)
"""Centroid depths of the table."""
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


def limit(depth: np.ndarray, mechanism: str, reach: str) -> np.ndarray:
    """Smallest visible Mw at centroid depths in km, linear between the table's points, flat outside."""
    return np.interp(depth, DEPTHS_KM, LIMITS[mechanism][reach])


def recall_table(
    magnitude: np.ndarray, depth: np.ndarray, found: np.ndarray, hidden: np.ndarray
) -> dict[str, Any]:
    """Earthquakes and found ones by magnitude and depth.

    Parameters
    ----------
    magnitude, depth : ndarray, shape (N,)
        Of every simulated earthquake, invisible ones included.
    found : ndarray of bool, shape (N,)
    hidden : ndarray of bool, shape (N,)
        Signals that the background hides.

    Returns
    -------
    dict
        "magnitudes" and "depths": edges; "count", "found", "visible", "visible_found": tables
        (depths, magnitudes).
    """
    edges = (np.asarray(DEPTHS), np.asarray(MAGNITUDES))

    def table(chosen: np.ndarray) -> list[list[int]]:
        counts, _, _ = np.histogram2d(depth[chosen], magnitude[chosen], bins=edges)
        return counts.astype(int).tolist()

    return {
        "magnitudes": list(MAGNITUDES),
        "depths": list(DEPTHS),
        "count": table(np.ones(len(found), bool)),
        "found": table(found),
        "visible": table(~hidden),
        "visible_found": table(found & ~hidden),
    }


def against_limit(
    magnitude: np.ndarray, depth: np.ndarray, mechanism: np.ndarray, found: np.ndarray
) -> dict[str, Any]:
    """Recall of the earthquakes above and below the physical limits, with counts."""
    strike_slip = mechanism == STRIKE_SLIP
    out: dict[str, Any] = {}
    for reach in ("1 cm", "one fringe"):
        smallest = np.where(strike_slip, limit(depth, "strike-slip", reach), limit(depth, "thrust", reach))
        for name, chosen in (("above", magnitude >= smallest), ("below", magnitude < smallest)):
            if chosen.any():
                out[f"{name} {reach}"] = {"count": int(chosen.sum()), "recall": float(found[chosen].mean())}
    return out
