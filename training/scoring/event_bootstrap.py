"""95 % intervals by drawing whole events and volcanoes with replacement.

Files of one event share ground, dates or the earthquake itself, so they are drawn together. Groups with and
without a positive file are drawn separately: every draw has as many of each as the data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

DRAWS = 2000
AREA_DRAWS = 500
"""Draws for an area under the ROC curve, whose interval is as stable with a quarter of them."""
Interval = tuple[float, float]


class EventBootstrap:
    """Draws of the groups of some files.

    Parameters
    ----------
    groups : sequence of str, length N
        Event or volcano of each file.
    positive : ndarray of bool, shape (N,), optional
        Groups with a positive file are drawn separately from the others; without it all are drawn together.
    draws : int
    seed : int

    Attributes
    ----------
    times : ndarray, shape (draws, groups)
        How often each draw contains each group.
    """

    def __init__(
        self,
        groups: Sequence[str],
        positive: Optional[np.ndarray] = None,
        draws: int = DRAWS,
        seed: int = 0,
    ) -> None:
        names, self._group = np.unique(np.asarray(groups, str), return_inverse=True)
        self._count = len(names)
        stratum = np.zeros(self._count, bool)
        if positive is not None:
            stratum = np.bincount(self._group, np.asarray(positive, float), self._count) > 0
        random = np.random.default_rng(seed)
        self.times = np.zeros((draws, self._count))
        for members in (np.flatnonzero(stratum), np.flatnonzero(~stratum)):
            if len(members):
                equal = np.full(len(members), 1 / len(members))
                self.times[:, members] = random.multinomial(len(members), equal, size=draws)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sum of values, shape (N,), over the files of each draw, shape (draws,)."""
        return np.asarray(self.times @ np.bincount(self._group, np.asarray(values, float), self._count))

    def ratio(self, top: np.ndarray, bottom: np.ndarray) -> Optional[Interval]:
        """Interval of sum(`top`) / sum(`bottom`), both of shape (N,); None if every draw divides by 0."""
        return interval(self.ratios(top, bottom))

    def ratios(self, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
        """sum(`top`) / sum(`bottom`) of each draw, shape (draws,); NaN where it divides by 0."""
        over, under = self.sums(top), self.sums(bottom)
        return np.divide(over, under, out=np.full(len(over), np.nan), where=under > 0)

    def areas(self, value: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """Area under the ROC curve of each of the first `AREA_DRAWS` draws; NaN without both classes."""
        truth, value = np.asarray(truth, bool), np.asarray(value, float)
        times = self.times[:AREA_DRAWS]
        positives, negatives = (
            times @ np.bincount(self._group, part, self._count) for part in (truth, ~truth)
        )
        in_order = pairs_in_order(truth, value, self._group, self._count)
        right = ((times @ in_order) * times).sum(axis=1)
        pairs = positives * negatives
        return np.divide(right, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def interval(values: np.ndarray) -> Optional[Interval]:
    """2.5th and 97.5th percentile of the finite values; None if there are none."""
    known = np.asarray(values)[np.isfinite(values)]
    if not len(known):
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return float(low), float(high)


def pairs_in_order(truth: np.ndarray, value: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Pairs that the ranking gets right, by group of the positive and of the negative; a tie is half a pair.

    With it, the area under the ROC curve of every draw is a product of small matrices.

    Parameters
    ----------
    truth : ndarray of bool, shape (N,)
    value : ndarray, shape (N,)
    group : ndarray of int, shape (N,)
        Index of each file's group.
    groups : int

    Returns
    -------
    ndarray, shape (groups, groups)
    """
    higher, lower = value[truth][:, None], value[~truth][None, :]
    right = (higher > lower) + 0.5 * (higher == lower)
    by_positive = np.zeros((groups, right.shape[1]))
    np.add.at(by_positive, group[truth], right)
    table = np.zeros((groups, groups))
    np.add.at(table.T, group[~truth], by_positive.T)
    return table
