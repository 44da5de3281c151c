"""`decompose`: from the looks of one event to up and east, their uncertainty, and the files that hold
them."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from ...version import __version__
from ..errors import InputError
from ..progress import Progress, RunProgress
from .common_grid import CommonGrid, common_grid
from .files import write_all, written_names
from .look import UNWRAP_MAX_SIDE, OpenLook, displacement, open_look, vectors
from .north import north_note, north_sigma, predicted_north
from .ramp import Reference, reference
from .result import Decomposition
from .same_event import check_dates
from .settings import MAX_LOOKS, DecompositionSettings, LookChoice
from .solution import Components, check_geometry, misfit_of, solve_three, solve_up_east

MAX_MISFIT = 3.0
"""Residual over sigma from which looks are said to disagree; noise alone gives about 1."""
DEFAULTS = DecompositionSettings()

logger = logging.getLogger(__name__)


@dataclass
class _Stack:
    """All looks on the common grid: values and sigmas (K, H, W), vectors (K, 3, H, W)."""

    values: np.ndarray
    sigmas: np.ndarray
    vectors: np.ndarray
    references: list[Reference]


def decompose(
    looks: Sequence[LookChoice],
    settings: DecompositionSettings = DEFAULTS,
    *,
    folder: Optional[str] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> Decomposition:
    """Decompose the line-of-sight displacement of several looks into up and east.

    Parameters
    ----------
    looks : sequence of LookChoice
        Two or more interferograms of one event: unwrapped phase or displacement of any product that the
        engine reads, or wrapped phase, which is unwrapped first with a warning.
    settings : DecompositionSettings
    folder : str, optional
        Existing folder for up.tif, east.tif, north.tif (where solved), one raster of the standard deviation
        for each, their styles, and decomposition.json. Either all are written or none.
    progress, cancelled : callable, optional
        As in `detect`.

    Returns
    -------
    Decomposition

    Raises
    ------
    InputError
        When the looks cannot be used together; the message says which and what to do.
    OutputError
        When a file cannot be written.
    Cancelled
        When `cancelled` returns True; nothing is written.
    """
    settings.check()
    if not 2 <= len(looks) <= MAX_LOOKS:
        raise InputError(
            f"A decomposition needs two to {MAX_LOOKS} looks of one event, from different directions; "
            f"{len(looks)} were given."
        )
    run = RunProgress(progress, cancelled)
    inputs = [look.path for look in looks]
    if folder is not None:
        written_names(folder, ["up", "east"], inputs)
    run.report(0, "Opening the looks")
    opened = [open_look(look) for look in looks]
    names = [look.scene.name for look in opened]
    warnings = check_dates(names, [look.scene.dates for look in opened], settings.event_date)
    max_side = UNWRAP_MAX_SIDE if any(look.wrapped for look in opened) else None
    common = common_grid([look.scene.grid for look in opened], names, settings.pixel_m, max_side)
    run.finish_step("opening")
    stack = _read(opened, common, settings, run)
    run.report(80, "Solving for up and east")
    predicted = predicted_north(common.grid, settings.source)
    components, north, notes = _solve(stack, settings, predicted)
    run.finish_step("solving")
    result = Decomposition(
        grid=common.grid,
        components=components,
        north=north,
        looks=[_describe(look, one) for look, one in zip(opened, stack.references)],
        shared_dates=_shared_dates(opened),
        warnings=[
            *warnings,
            *(text for look in opened for text in look.warnings),
            *_doubts(stack, components, names),
        ],
        notes=[_grid_note(common, names), *notes],
        plugin_version=__version__,
        started=run.started,
        timings=run.timings,
    )
    if folder is not None:
        run.report(90, "Writing")
        write_all(result, folder, inputs, run.tick)
    run.report(100, "Decomposed into up and east")
    return result


def _read(
    opened: Sequence[OpenLook], common: CommonGrid, settings: DecompositionSettings, run: RunProgress
) -> _Stack:
    """All looks on the common grid, without their offset or ramp."""
    values: list[np.ndarray] = []
    sigmas: list[np.ndarray] = []
    directions: list[np.ndarray] = []
    references: list[Reference] = []
    for index, look in enumerate(opened):
        run.report(5 + 75 * index / len(opened), f"Reading {look.scene.name}")
        metres = displacement(look, common, index == common.base, run.tick)
        if np.isfinite(metres).sum() < 9:
            raise InputError(
                f"“{look.scene.name}” holds hardly any valid phase where the looks overlap; choose another "
                "look, or lower the coherence threshold."
            )
        found, sigma = reference(metres, settings.ramp)
        values.append(metres - found.surface(metres.shape).astype(np.float32))
        sigmas.append(sigma)
        directions.append(vectors(look, common))
        references.append(found)
        logger.debug("%s: %s", look.scene.name, found)
    run.finish_step("reading")
    stack = _Stack(np.stack(values), np.stack(sigmas), np.stack(directions), references)
    check_geometry(np.nanmedian(stack.vectors.reshape(len(values), 3, -1), axis=2))
    if not (np.isfinite(stack.values).sum(axis=0) >= 2).any():
        raise InputError("No pixel is valid in two looks; choose looks that cover the same ground.")
    return stack


def _solve(
    stack: _Stack, settings: DecompositionSettings, predicted: Optional[np.ndarray]
) -> tuple[Components, str, list[str]]:
    """Components, how north was treated, and notes on it."""
    values = stack.values
    if predicted is not None:
        values = values - stack.vectors[:, 1] * predicted
    two, covariance, per_north, residual = solve_up_east(values, stack.sigmas, stack.vectors)
    unseen = north_sigma(two, settings.north_sigma_m, predicted)
    sigma = np.sqrt(covariance[:2] + (per_north * unseen) ** 2)
    (east, up), north = two, np.full(two.shape[1:], np.nan)
    north_error = north
    kind = "zero" if predicted is None else "predicted"
    if settings.north != "zero" and len(values) >= 3:
        three, three_sigma, three_residual = solve_three(stack.values, stack.sigmas, stack.vectors)
        known = np.isfinite(three_sigma[1])
        assumed = np.broadcast_to(unseen, known.shape)
        better = known.any() and np.median(three_sigma[1][known]) < np.median(assumed[known])
        if known.any() and (settings.north == "solve" or better):
            kind = "solved" if known.sum() >= 0.99 * np.isfinite(up).sum() else "partly"
            east, up = np.where(known, three[0], east), np.where(known, three[2], up)
            north, north_error = three[1], three_sigma[1]
            sigma = np.where(known, three_sigma[[0, 2]], sigma)
            residual = np.where(known, three_residual, residual)
    if settings.north == "solve" and kind in ("zero", "predicted"):
        raise InputError(
            "North can be solved only where three looks overlap; add a look, or fix north to zero."
        )
    components = _components(np.stack([east, north, up]), np.stack([sigma[0], north_error, sigma[1]]))
    components.misfit = misfit_of(residual)
    components.north_in_east, components.north_in_up = (float(np.nanmean(part)) for part in per_north)
    return components, kind, [north_note(kind, components, settings, len(values))]


def _components(values: np.ndarray, sigmas: np.ndarray) -> Components:
    """Components from east, north and up and their standard deviations, each (3, H, W)."""
    east, north, up = values.astype(np.float32)
    east_sigma, north_sigma, up_sigma = sigmas.astype(np.float32)
    return Components(east, north, up, east_sigma, north_sigma, up_sigma, math.nan)


def _doubts(stack: _Stack, parts: Components, names: Sequence[str]) -> list[str]:
    """Warnings on references that were hard to find and looks that disagree."""
    out = []
    for name, one in zip(names, stack.references):
        if one.kind == "offset" and one.still_share < 0.3:
            out.append(
                f"Most of “{name}” moves, so only an offset was taken out; a ramp may be left in the result."
            )
    if math.isfinite(parts.misfit) and parts.misfit > MAX_MISFIT:
        out.append(
            f"The looks disagree ({parts.misfit:.1f} times their noise): check their signs, and that all "
            "show the same event."
        )
    north = parts.north[np.isfinite(parts.north)]
    if north.size and np.median(parts.north_sigma[np.isfinite(parts.north)]) > np.percentile(
        np.abs(north), 95
    ):
        out.append(
            "North is resolved worse than it moves; fix it to zero, or add a look of another geometry."
        )
    return out


def _describe(look: OpenLook, found: Reference) -> dict[str, object]:
    return {
        **look.describe(),
        "reference": found.kind,
        "offset_m": found.offset_m,
        "ramp_m_per_pixel": list(found.slope),
        "still_share": found.still_share,
        "noise_m": found.noise_m,
    }


def _shared_dates(opened: Sequence[OpenLook]) -> tuple[str, ...]:
    """The span of time that all looks contain; empty when a date is not known."""
    pairs = [look.scene.dates for look in opened]
    if any(len(pair) < 2 for pair in pairs):
        return ()
    return max(min(pair) for pair in pairs), min(max(pair) for pair in pairs)


def _grid_note(common: CommonGrid, names: Sequence[str]) -> str:
    grid, size = common.grid, max(common.grid.pixel_size_m)
    averaged = f", {common.factor} pixels of it to one" if common.factor > 1 else ""
    name = os.path.basename(names[common.base])
    return (
        f"The common grid follows “{name}”{averaged}: {grid.width} by {grid.height} pixels of {size:.0f} m."
    )
