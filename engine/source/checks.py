"""Input that no estimate can be made from, in one sentence each, and signs that contradict each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Callable

import numpy as np

from ..errors import InputError
from .covariance import first_covariance, weighting
from .fit import Problem, refine
from .look import Look, looks_frame
from .modes import Mode
from .observations import Observations, variance_reduction
from .rivals import Comparison
from .search import search
from .settings import MAX_LOOKS

MIN_POINTS = 30
DETECTION_BIC = 10.0
"""Smallest gain of a source over none; below it the box holds no motion."""
SUSPECT_VARIANCE_REDUCTION = 0.95
"""Looks that one fault explains better than this do not contradict each other."""
SIGN_GAIN = 0.5
"""Part of what is left that a turned sign must explain to be the likely reason."""
SIGN_CANDIDATES, SIGN_STARTS, SIGN_STEPS = 1500, 16, 12


def finite_looks(looks: Sequence[Look]) -> list[Look]:
    """Looks without the points that are not numbers."""
    out = []
    for look in looks:
        columns = (look.longitude, look.latitude, look.displacement)
        vectors = np.asarray(look.look_vectors, float)
        if vectors.shape != (len(look.longitude), 3) or len({len(c) for c in columns}) > 1:
            raise InputError(
                f"“{look.name}” has look vectors of another length than its points; give one for each point."
            )
        good = np.all([np.isfinite(column) for column in columns], axis=0)
        if good.any() and not np.isfinite(vectors[good]).all(1).any():
            raise InputError(
                f"The line of sight of “{look.name}” is not known: give its heading and incidence in degrees."
            )
        good &= np.isfinite(vectors).all(1)
        kept = [np.asarray(column, float)[good] for column in columns]
        out.append(
            replace(
                look, longitude=kept[0], latitude=kept[1], displacement=kept[2], look_vectors=vectors[good]
            )
        )
    return out


def check_looks(looks: Sequence[Look]) -> None:
    """Refuse looks that cannot be one earthquake's.

    Raises
    ------
    InputError
    """
    if not looks:
        raise InputError("No look was given; choose at least one interferogram of the earthquake.")
    if len(looks) > MAX_LOOKS:
        raise InputError(f"{len(looks)} looks were given; choose at most {MAX_LOOKS}.")
    for look in looks:
        if len(look.displacement) < MIN_POINTS:
            raise InputError(
                f"The box holds too few valid points of “{look.name}”: {len(look.displacement)} of the "
                f"{MIN_POINTS} that are needed. Widen the box or lower the coherence threshold."
            )
        if np.ptp(look.displacement) == 0:
            raise InputError(
                f"“{look.name}” has the same value everywhere in the box; choose a box with motion."
            )
        length = np.linalg.norm(look.look_vectors, axis=1)
        if (np.abs(length - 1) > 0.05).any() or (look.look_vectors[:, 2] <= 0).any():
            raise InputError(
                f"The look vectors of “{look.name}” are not unit vectors that point up to the satellite; "
                "give its heading and incidence instead."
            )
    _check_together(looks)


def _check_together(looks: Sequence[Look]) -> None:
    frame = looks_frame(looks)
    boxes = []
    for look in looks:
        x, y = frame.to_km(look.longitude, look.latitude)
        boxes.append((x.min(), y.min(), x.max(), y.max()))
    for number, box in enumerate(boxes[1:], 1):
        first = boxes[0]
        if box[0] > first[2] or box[2] < first[0] or box[1] > first[3] or box[3] < first[1]:
            raise InputError(
                f"“{looks[number].name}” does not overlap “{looks[0].name}”; choose scenes of one earthquake."
            )
    dated = [look for look in looks if len(look.dates) == 2]
    for look in dated[1:]:
        if look.dates[0] >= dated[0].dates[1] or look.dates[1] <= dated[0].dates[0]:
            one, other = (f"“{each.name}” ({' to '.join(each.dates)})" for each in (look, dated[0]))
            raise InputError(f"{one} and {other} have no time in common; choose scenes of one earthquake.")


def check_motion(compared: Comparison) -> None:
    """Refuse a box in which no source explains more than noise does.

    Raises
    ------
    InputError
    """
    if compared.gain < DETECTION_BIC:
        raise InputError(
            "The box holds no motion that stands out from the noise; choose a box around an earthquake."
        )


def check_signs(observed: Observations, looks: Sequence[Look], mode: Mode, tick: Callable[[], None]) -> None:
    """Refuse looks of which one must be turned to agree with the others.

    Raises
    ------
    InputError
        It names the look, or both where there are two.
    """
    if observed.looks < 2:
        return
    current = mode.explained
    if current > SUSPECT_VARIANCE_REDUCTION:
        return
    # in the same way as it is fitted with a look turned: weights of uneven slip excuse what is left
    best, culprit = max(current, _quick_reduction(observed, observed.looks, tick)), -1
    unturned = best
    for number in range(observed.looks if observed.looks > 2 else 1):
        turned = replace(observed, data=np.where(observed.part == number, -observed.data, observed.data))
        reduction = _quick_reduction(turned, number, tick)
        if reduction > best:
            best, culprit = reduction, number
    if culprit < 0 or (1 - best) > (1 - SIGN_GAIN) * (1 - unturned):
        return
    if observed.looks == 2:
        raise InputError(
            f"The signs of “{looks[0].name}” and “{looks[1].name}” disagree: one of them counts motion "
            "away from the satellite as positive; turn that one (--turn 1 or --turn 2, TURN=1 or TURN=2)."
        )
    raise InputError(
        f"The sign of “{looks[culprit].name}” disagrees with the other looks: turn it (--turn "
        f"{culprit + 1}, TURN={culprit + 1})."
    )


def _quick_reduction(observed: Observations, seed: int, tick: Callable[[], None]) -> float:
    """Variance that one fault explains after a short search."""
    problem = Problem(observed, weighting(first_covariance(observed), observed.ramps))
    starts = search(problem, SIGN_CANDIDATES, np.random.default_rng(seed), tick)[:SIGN_STARTS]
    theta, chi2 = refine(problem, starts, SIGN_STEPS, tick)
    theta = theta[np.argmin(chi2)][None]
    motion = problem.project(theta).slips[0] @ problem.motion(theta)[0]
    return variance_reduction(observed, observed.data - motion)
