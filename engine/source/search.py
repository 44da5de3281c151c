"""The search: thousands of random faults around the motion, and the best of each orientation."""

from __future__ import annotations

from typing import Callable, Optional, Protocol

import numpy as np

from .fit import Problem
from .observations import Observations
from .parameters import COUNT, from_faults

CHUNK = 500
"""Faults between two checks whether to stop."""
STRIKE_CELLS, DIP_EDGES = 8, (30.0, 60.0)
"""Orientations that are kept apart: 8 strikes times 3 dips."""
PER_CELL = 3
"""Candidates kept of each orientation: 72 in all."""
BEST_OVERALL = 24
"""Candidates kept of all orientations, besides."""

SURFACE_PART = 0.25
"""Part of the random faults that break the surface."""


class Proposal(Protocol):
    """Something that knows where good faults are, such as the fast network."""

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Faults, shape (n, 9), columns as in `PROPOSAL_COLUMNS`; NaN where it has no opinion."""


PROPOSAL_COLUMNS = (
    "east_km",
    "north_km",
    "depth_km",
    "strike",
    "dip",
    "rake",
    "length_km",
    "width_km",
    "slip_m",
)
"""Columns of a proposal's samples; places are in the frame of `looks_frame(looks)`."""


def signal_centre(observed: Observations) -> tuple[float, float, float]:
    """East and north of the middle of the motion's energy, and its radius, in km."""
    power = local_power(observed)
    weight = power / power.sum()
    east, north = float(weight @ observed.x), float(weight @ observed.y)
    radius = float(np.sqrt(weight @ ((observed.x - east) ** 2 + (observed.y - north) ** 2)))
    return east, north, max(radius, 0.02 * observed.extent)


def local_power(observed: Observations) -> np.ndarray:
    """Squared motion of each point, ramps taken out, times the area that the point stands for; (N,)."""
    flat = robust_flat(observed)
    near = np.sort(observed.distance + 1e6 * (observed.part[:, None] != observed.part), axis=1)
    area = near[:, min(4, near.shape[1] - 1)] ** 2
    return np.asarray(flat**2 * area + 1e-12)


def robust_flat(observed: Observations, rounds: int = 8) -> np.ndarray:
    """Motion less a ramp that the quiet ground decides (least absolute deviations)."""
    weight = np.ones_like(observed.data)
    flat = observed.data
    for _ in range(rounds):
        root = np.sqrt(weight)
        fit = np.linalg.lstsq(observed.ramps * root[:, None], observed.data * root, rcond=None)[0]
        flat = observed.data - observed.ramps @ fit
        weight = 1 / np.maximum(np.abs(flat), 0.02 * np.abs(flat).max() + 1e-9)
    return np.asarray(flat)


def random_faults(observed: Observations, count: int, rng: np.random.Generator) -> np.ndarray:
    """Faults (count, 7) around the motion, with sizes by its extent and shapes by scaling laws."""
    power = np.sqrt(local_power(observed))
    _, _, radius = signal_centre(observed)
    start = rng.choice(len(power), size=count, p=power / power.sum())
    out = np.empty((count, COUNT))
    scatter = rng.normal(0, 0.4 * radius, (2, count))
    out[:, 0], out[:, 1] = observed.x[start] + scatter[0], observed.y[start] + scatter[1]
    out[:, 3] = rng.uniform(0, 360, count)
    out[:, 4] = np.degrees(np.arccos(rng.uniform(np.cos(np.radians(89)), np.cos(np.radians(5)), count)))
    out[:, 5] = radius * np.exp(rng.uniform(np.log(0.15), np.log(3.0), count))
    aspect = np.exp(rng.normal(0.6, 0.5, count))
    out[:, 6] = np.clip(out[:, 5] / np.maximum(aspect, 0.7), 0.5, 60.0)
    upper = radius * np.exp(rng.uniform(np.log(0.02), np.log(1.2), count)) * rng.uniform(0, 1, count)
    upper = np.where(rng.random(count) < SURFACE_PART, 0.05, upper)
    out[:, 2] = np.minimum(upper + out[:, 6] / 2 * np.sin(np.radians(out[:, 4])), 120.0)
    return out


def proposed_faults(
    observed: Observations, proposal: Proposal, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Faults (count, 7) of a proposal; what it leaves open comes from the general draw."""
    general = random_faults(observed, count, rng)
    given = np.asarray(proposal.sample(count, rng), float)
    if given.shape != (count, len(PROPOSAL_COLUMNS)):
        return general
    columns = given[:, [0, 1, 2, 3, 4, 6, 7]]
    columns[:, [2, 5, 6]] = np.where(columns[:, [2, 5, 6]] > 0, columns[:, [2, 5, 6]], np.nan)
    return np.where(np.isfinite(columns), columns, general)


def search(
    problem: Problem,
    count: int,
    rng: np.random.Generator,
    tick: Callable[[], None],
    proposal: Optional[Proposal] = None,
) -> np.ndarray:
    """Parameters (S, 7) of the best random faults of each orientation, S up to 96."""
    observed = problem.observed
    faults = random_faults(observed, count, rng)
    if proposal is not None:
        faults[: count // 2] = proposed_faults(observed, proposal, count // 2, rng)
    theta = from_faults(faults)
    chi2 = np.empty(count)
    for first in range(0, count, CHUNK):
        part = slice(first, first + CHUNK)
        chi2[part] = problem.project(theta[part], np.float32).chi2
        tick()
    strike = ((faults[:, 3] % 360) / 360 * STRIKE_CELLS).astype(int) % STRIKE_CELLS
    cell = strike * (len(DIP_EDGES) + 1) + np.digitize(faults[:, 4], DIP_EDGES)
    chosen: list[int] = []
    for number in np.unique(cell):
        members = np.flatnonzero(cell == number)
        chosen += members[np.argsort(chi2[members], kind="stable")[:PER_CELL]].tolist()
    chosen = sorted({*chosen, *np.argsort(chi2, kind="stable")[:BEST_OVERALL].tolist()})
    order = np.array(chosen)[np.argsort(chi2[chosen], kind="stable")]
    return theta[order]
