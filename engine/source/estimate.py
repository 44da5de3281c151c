"""From looks to an earthquake: the whole way on one page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Callable, Optional

import numpy as np

from ..numerics.threads import one_blas_thread
from ..progress import Progress, RunProgress
from .assemble import assemble
from .checks import check_looks, check_motion, check_signs, finite_looks
from .covariance import first_covariance, weighting
from .fit import Problem, refine
from .look import Look, looks_frame
from .modes import MAX_MODES, Found, distinct
from .observations import Observations, observe
from .parameters import from_faults
from .posterior import draw_posterior, polish
from .results import SourceEstimate
from .reweighting import reweighted_modes
from .rivals import compare
from .search import PROPOSAL_COLUMNS, Proposal, search
from .second_fault import SecondFault, find_second
from .settings import DEFAULTS, SourceSettings
from .steps import without_steps

__all__ = ["PROPOSAL_COLUMNS", "Proposal", "estimate_source"]

COARSE_STEPS, FINE_STEPS = 10, 15
"""Steps of the refinement of all candidates in single precision, and of the best ones in double."""
FINE_CANDIDATES = 24


@one_blas_thread()
def estimate_source(
    looks: Sequence[Look],
    settings: SourceSettings = DEFAULTS,
    *,
    proposal: Optional[Proposal] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> SourceEstimate:
    """Estimate an earthquake's magnitude, place, mechanism and size from interferograms.

    Parameters
    ----------
    looks : sequence of 1 to 8 Look
        Interferograms of one event.
    settings : SourceSettings
    proposal : Proposal, optional
        Half of the search's faults come from it, the others from the general draw.
    progress : callable, optional
        Called in the caller's thread with per cent (0 to 100) and a short text, which is empty while the same
        step continues.
    cancelled : callable, optional
        Called several times a second; returns whether to stop.

    Returns
    -------
    SourceEstimate

    Raises
    ------
    InputError
        With one sentence that says what is wrong and what to do.
    Cancelled
        If `cancelled` returns True.
    """
    began = time.perf_counter()
    settings.check()
    run = RunProgress(progress, cancelled)
    run.report(0, "Choosing points")
    looks = finite_looks(looks)
    check_looks(looks)
    frame = looks_frame(looks)
    looks = [without_steps(look, frame) for look in looks]
    observed = observe(looks, frame, settings.cells)
    rng = np.random.default_rng(settings.seed)
    run.report(5, f"Trying {settings.candidates} faults")
    found = find_modes(observed, settings.candidates, rng, run, proposal)
    check_signs(observed, looks, found.modes[0], run.tick)
    run.report(60, "Comparing with magma")
    compared = compare(observed, found.modes[0], rng, run.tick)
    check_motion(compared)
    run.report(75, "Looking for a second fault")
    second = find_second(observed, found.modes[0], rng, run.tick)
    if second is not None and second.stable:
        found = larger_alone(observed, second, rng, run)
    run.report(85, "Drawing from the posterior")
    sample = draw_posterior(found.modes, settings.draws, rng, run.tick)
    result = assemble(
        looks,
        observed,
        found.noises,
        found.modes,
        sample,
        compared,
        second,
        settings,
        time.perf_counter() - began,
    )
    run.report(100, f"Mw {result.mw:.2f}")
    return result


def larger_alone(
    observed: Observations, second: SecondFault, rng: np.random.Generator, run: RunProgress
) -> Found:
    """Modes of the larger of two faults, from the data less the motion of the smaller one."""
    rest = second.without_smaller(observed)
    problem = Problem(rest, weighting(first_covariance(rest), rest.ramps))
    found = reweighted_modes(problem, from_faults(second.faults[:1]), run.tick)
    return Found(polish(found.modes, rng, run.tick), found.noises)


def find_modes(
    observed: Observations,
    candidates: int,
    rng: np.random.Generator,
    run: RunProgress,
    proposal: Optional[Proposal] = None,
) -> Found:
    """Search, refinement, noise, auxiliary planes: the modes of the misfit."""
    problem = Problem(observed, weighting(first_covariance(observed), observed.ramps))
    theta = search(problem, candidates, rng, run.tick, proposal)
    run.report(20, "Refining the best")
    theta, chi2 = refine(problem, theta, COARSE_STEPS, run.tick, np.float32)
    theta, chi2 = refine(
        problem, theta[np.argsort(chi2, kind="stable")[:FINE_CANDIDATES]], FINE_STEPS, run.tick
    )
    theta = theta[distinct(theta, chi2, problem.project(theta).slips, MAX_MODES * 2)]
    run.report(35, "Estimating noise and uneven slip")
    found = reweighted_modes(problem, theta, run.tick)
    return Found(polish(found.modes, rng, run.tick), found.noises)
