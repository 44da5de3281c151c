"""How far data and model may differ: noise of each look, and slip that is not uniform.

Noise of a look is exponential in distance (atmosphere) plus a part that is not correlated; both follow from
the residuals of the far field. A real rupture does not slip uniformly: where the ground moved most, the model
is most wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from .observations import Observations

MIN_NOISE_M = 5e-4
"""Smallest standard deviation of a look's noise."""
MIN_NOISE_OF_PEAK = 0.003
"""The same in parts of the look's largest motion."""
DISTANCES = (0.03, 0.07, 0.15, 0.3, 0.6)
"""Correlation distances that are tried, in parts of the extent."""
PARTS = (0.03, 0.08, 0.2, 0.4, 0.7, 1.0, 1.4)
"""Standard deviations that are tried, in parts of the residuals' own."""
ROUNDS = 2
BORDER = 1e40
"""Diagonal below a covariance whose border rows are vectors: one factorisation then whitens them too. It only
has to be larger than any vector's chi-square."""


@dataclass(frozen=True)
class Noise:
    """Covariance of a look: sigma^2 exp(-distance / correlation) and nugget^2 on the diagonal (m, km, m)."""

    sigma: float
    correlation: float
    nugget: float

    def matrix(self, distance: np.ndarray) -> np.ndarray:
        """Covariance (N, N) in m^2 of points `distance` (N, N) km apart."""
        out = self.sigma**2 * np.exp(-distance / self.correlation)
        out[np.diag_indices(len(out))] += self.nugget**2
        return out


@dataclass(frozen=True)
class Weighting:
    """Whitens residuals and takes out ramps.

    Attributes
    ----------
    matrix : ndarray, shape (N, N)
        W: the sum of squares of W r is r's chi-square with the best ramps.
    log_determinant : float
        ln det C + ln det (R' C^-1 R), for the likelihood of data with unknown ramps.
    ramp_solver : ndarray, shape (K, N)
        The best ramps of r are this times r.
    """

    matrix: np.ndarray
    log_determinant: float
    ramp_solver: np.ndarray


def weighting(covariance: np.ndarray, ramps: np.ndarray) -> Weighting:
    """Weights of points from their covariance (N, N) and the ramps (N, K) to be taken out."""
    lower = np.linalg.cholesky(covariance)
    whiten = np.linalg.inv(lower)
    basis, triangle = np.linalg.qr(whiten @ ramps)
    determinant = 2 * np.log(np.diag(lower)).sum() + 2 * np.log(np.abs(np.diag(triangle))).sum()
    along = basis.T @ whiten
    return Weighting(whiten - basis @ along, float(determinant), np.linalg.solve(triangle, along))


def noise_matrix(observed: Observations, noises: list[Noise]) -> np.ndarray:
    """Covariance of all points by the noise of their looks; looks are independent."""
    out = np.zeros((len(observed.x),) * 2)
    for look, noise in enumerate(noises):
        rows = np.flatnonzero(observed.part == look)
        block = noise.matrix(observed.distance[np.ix_(rows, rows)])
        block[np.diag_indices(len(rows))] += observed.extra_noise[look] ** 2
        out[np.ix_(rows, rows)] = block
    return out


FIRST_NOISE = 0.1
"""Noise before anything is known, in parts of a look's motion (root mean square)."""
FIRST_MODEL_ERROR = 0.35
"""Model error before anything is known, in parts of the motion at the point itself: where the ground moved
most, uniform slip is most wrong."""


def first_covariance(observed: Observations) -> np.ndarray:
    """Covariance of all points before anything is known, (N, N) in m^2."""
    flat = observed.without_ramp(observed.data)
    noises = []
    for look in range(observed.looks):
        own = flat[observed.part == look]
        spread = max(float(np.sqrt((own**2).mean())), MIN_NOISE_M)
        noises.append(Noise(FIRST_NOISE * spread, 0.15 * observed.extent, FIRST_NOISE * spread))
    out = noise_matrix(observed, noises)
    out[np.diag_indices(len(out))] += (FIRST_MODEL_ERROR * flat) ** 2
    return out


def fit_noise(
    observed: Observations,
    residual: np.ndarray,
    model_error: Optional[np.ndarray] = None,
    largest: tuple[float, float] = (np.inf, np.inf),
) -> list[Noise]:
    """Noise of each look that makes its residuals likeliest (restricted maximum likelihood on a grid).

    Parameters
    ----------
    observed : Observations
    residual : ndarray, shape (N,)
        Metres; ramps need not be taken out.
    model_error : ndarray, shape (N, N), optional
        Covariance that is there besides noise.
    largest : tuple of 2 floats
        Largest standard deviations of the correlated and of the uncorrelated part, m.
    """
    return [_fit_look(observed, look, residual, model_error, largest) for look in range(observed.looks)]


def _fit_look(
    observed: Observations,
    look: int,
    residual: np.ndarray,
    model_error: Optional[np.ndarray],
    largest: tuple[float, float],
) -> Noise:
    rows = np.flatnonzero(observed.part == look)
    block = np.ix_(rows, rows)
    distance, values = observed.distance[block], residual[rows]
    ramps = observed.ramps[rows][:, 3 * look : 3 * look + 3]
    fixed = observed.extra_noise[look] ** 2 * np.eye(len(rows))
    if model_error is not None:
        fixed = fixed + model_error[block]
    flat = values - ramps @ np.linalg.lstsq(ramps, values, rcond=None)[0]
    peak = float(np.abs(observed.data[rows] - np.median(observed.data[rows])).max())
    floor = max(MIN_NOISE_M, MIN_NOISE_OF_PEAK * peak)
    spread = max(float(flat.std()), floor)

    correlations = {
        part * observed.extent: np.exp(-distance / (part * observed.extent)) for part in DISTANCES
    }
    count = len(rows)
    bordered = np.diag(np.full(count + 4, BORDER))
    bordered[count:, :count] = np.column_stack([values, ramps]).T

    def badness(noise: Noise) -> float:
        bordered[:count, :count] = noise.sigma**2 * correlations[noise.correlation] + fixed
        bordered[range(count), range(count)] += noise.nugget**2
        lower = np.linalg.cholesky(bordered)
        white = lower[count:, :count].T
        basis, triangle = np.linalg.qr(white[:, 1:])
        left = white[:, 0] - basis @ (basis.T @ white[:, 0])
        determinant = np.log(np.diag(lower)[:count]).sum() + np.log(np.abs(np.diag(triangle))).sum()
        return float(left @ left + 2 * determinant)

    options = {
        "sigma": [max(min(part * spread, largest[0]), floor) for part in PARTS],
        "correlation": list(correlations),
        "nugget": [max(min(part * spread, largest[1]), floor / 2) for part in PARTS[:-1]],
    }
    best = Noise(options["sigma"][3], options["correlation"][2], options["nugget"][1])
    lowest = badness(best)
    for _ in range(ROUNDS):
        for name, values_tried in options.items():
            for value in dict.fromkeys(values_tried):
                trial = Noise(**{**best.__dict__, name: value})
                score = badness(trial)
                if score < lowest:
                    best, lowest = trial, score
    return best


MODEL_ERROR = 0.3
"""What uniform slip in an elastic half-space cannot explain, in parts of the motion at the point itself."""
FAR_MOTION = 0.15
"""Motion in parts of a look's largest up to which a point counts as far field, where noise is estimated."""
MAX_NOISE_M = 0.03, 0.01
"""Largest noise of a look, correlated and not: delay of the atmosphere reaches 3 cm (Hanssen 2001, Radar
Interferometry, chapter 4). Larger residuals of the far field are those of a wrong model, and would excuse
it."""
NEAR_FIELD_ERROR = 10.0
"""Model error in parts of the motion that keeps the near field out of the noise: rough slip leaves residuals
there which, taken for correlated noise, would let the fit wander off."""


def model_error(observed: Observations, motion: np.ndarray) -> np.ndarray:
    """Covariance (N, N) in m^2 of what a rectangle of uniform slip cannot explain.

    Parameters
    ----------
    observed : Observations
    motion : ndarray, shape (N,)
        The rectangle's motion, m; the error is a part of it or of the data, whichever is larger.
    """
    model = observed.without_ramp(motion)
    data = observed.without_ramp(observed.data - motion) + model
    return np.diag((MODEL_ERROR * np.maximum(np.abs(model), np.abs(data))) ** 2)


def far_field_noise(observed: Observations, motion: np.ndarray) -> list[Noise]:
    """Noise of each look from the residuals where a model with that motion (N,) hardly moves the ground."""
    size = np.abs(observed.without_ramp(motion))
    peak = np.array([size[observed.part == look].max() for look in range(observed.looks)])[observed.part]
    part = np.where(size > FAR_MOTION * peak, NEAR_FIELD_ERROR, MODEL_ERROR)
    return fit_noise(observed, observed.data - motion, np.diag((part * size) ** 2), MAX_NOISE_M)


def total_covariance(observed: Observations, noises: list[Noise], motion: np.ndarray) -> np.ndarray:
    """Noise and model error together, (N, N) in m^2, for a model with that motion (N,)."""
    return noise_matrix(observed, noises) + model_error(observed, motion)
