"""The mixture of Gaussians by which the source network answers: decoding it, its density, draws from it.

Every component predicts the nine targets of `tile` in one order, each from those before it:

    r_i = sum over j < i of c_ij r_j + s_i e_i,  e_i standard normal,

where r is the distance of a target from the component's mean, over `TARGET_SCALE`. Distances of strike and
rake are taken the short way round. This is a Gaussian with a full covariance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..numerics.arrays import Array
from .tile import DIP, LINEAR_TARGETS, RAKE, STRIKE, TARGETS

COUNT = len(TARGETS)
LOWER = COUNT * (COUNT - 1) // 2
MEAN_VALUES = COUNT + 2
"""Strike and rake are each given by a sine and a cosine."""
TARGET_CENTRE = (0.0, -2.4, -1.3, -2.0, 0.0, 0.0, 0.0, 0.9, 0.0)
TARGET_SCALE = (0.27, 0.75, 0.7, 0.8, 0.13, 0.13, 1.0, 0.34, 1.0)
"""Mean and spread of the targets in training; angles in radians."""
MIN_LOG_SPREAD, MAX_LOG_SPREAD = -5.0, 2.0
"""Range of the logarithm of s."""


def numbers_of_component() -> int:
    """Numbers that the network gives for one component."""
    return 1 + MEAN_VALUES + COUNT + LOWER


@dataclass(frozen=True)
class Mixture:
    """A distribution over the targets, with K components.

    Attributes
    ----------
    log_weight : ndarray, shape (K,)
        Logarithm of the weights, which sum to 1.
    mean : ndarray, shape (K, 9)
        In units of the targets; angles in radians.
    spread : ndarray, shape (K, 9)
        s, in units of `TARGET_SCALE`.
    coupling : ndarray, shape (K, 9, 9)
        c, strictly lower triangular.
    """

    log_weight: np.ndarray
    mean: np.ndarray
    spread: np.ndarray
    coupling: np.ndarray

    def log_density(self, targets: np.ndarray) -> np.ndarray:
        """Logarithm of the density at targets (N, 9), shape (N,)."""
        distance = targets[:, None] - self.mean
        for angle in (STRIKE, RAKE):
            distance[..., angle] = _short_way(distance[..., angle])
        distance = distance / np.asarray(TARGET_SCALE)
        z = (distance - np.einsum("kij,nkj->nki", self.coupling, distance)) / self.spread
        log = self.log_weight - 0.5 * (z * z).sum(-1) - np.log(self.spread).sum(-1)
        top = log.max(1, keepdims=True)
        total = np.log(np.exp(log - top).sum(1)) + top[:, 0]
        constant = 0.5 * COUNT * math.log(2 * math.pi) + float(np.log(TARGET_SCALE).sum())
        return np.asarray(total - constant)

    def sample(self, count: int, rng: np.random.Generator, widened: float = 1.0) -> np.ndarray:
        """Draw targets (count, 9), with every spread multiplied by `widened`."""
        weight = np.exp(self.log_weight)
        which = rng.choice(len(weight), count, p=weight / weight.sum())
        noise = rng.standard_normal((count, COUNT)) * self.spread[which] * widened
        distance = np.zeros((count, COUNT))
        for index in range(COUNT):
            before = (self.coupling[which, index, :index] * distance[:, :index]).sum(1)
            distance[:, index] = noise[:, index] + before
        return np.asarray(self.mean[which] + distance * np.asarray(TARGET_SCALE))


def decode(numbers: np.ndarray) -> Mixture:
    """The mixture of one answer of the network, (K, numbers_of_component())."""
    numbers = np.asarray(numbers, np.float64)
    logit, mean, spread, lower = np.split(numbers, np.cumsum([1, MEAN_VALUES, COUNT]), axis=1)
    centre, scale = np.asarray(TARGET_CENTRE), np.asarray(TARGET_SCALE)
    means = np.empty((len(numbers), COUNT))
    means[:, :LINEAR_TARGETS] = mean[:, :LINEAR_TARGETS]
    means[:, DIP] = mean[:, LINEAR_TARGETS]
    means = means * scale + centre
    means[:, STRIKE] = np.arctan2(mean[:, LINEAR_TARGETS + 1], mean[:, LINEAR_TARGETS + 2])
    means[:, RAKE] = np.arctan2(mean[:, LINEAR_TARGETS + 3], mean[:, LINEAR_TARGETS + 4])
    coupling = np.zeros((len(numbers), COUNT, COUNT))
    rows, columns = np.tril_indices(COUNT, -1)
    coupling[:, rows, columns] = lower
    top = logit[:, 0].max()
    log_weight = logit[:, 0] - top - math.log(np.exp(logit[:, 0] - top).sum())
    return Mixture(log_weight, means, np.exp(log_spread(spread, np)), coupling)


def log_spread(numbers: Array, xp: Any = np) -> Array:
    """Logarithm of s, between its limits, from the network's numbers; NumPy or torch."""
    middle, half = (MAX_LOG_SPREAD + MIN_LOG_SPREAD) / 2, (MAX_LOG_SPREAD - MIN_LOG_SPREAD) / 2
    return middle + half * xp.tanh((numbers - middle) / half)


def merged(mixtures: list[Mixture]) -> Mixture:
    """The mean of several mixtures, as one."""
    log_weight = np.concatenate([one.log_weight for one in mixtures]) - math.log(len(mixtures))
    parts = [
        np.concatenate([getattr(one, name) for one in mixtures]) for name in ("mean", "spread", "coupling")
    ]
    return Mixture(log_weight, *parts)


def _short_way(angle: np.ndarray) -> np.ndarray:
    return (angle + math.pi) % (2 * math.pi) - math.pi
