"""First guesses for the boxes of a detection: the ground about each box, read as displacement."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Optional

import numpy as np

from ..boxes.neighbourhood import Neighbourhood, neighbourhood
from ..errors import InputError, ModelError
from ..interferogram import Interferogram
from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap
from ..products.model import Quantity
from ..results import Box
from .guess import FirstGuess, first_guess
from .model import SourceModel, load_source_model
from .points import Points, make_points
from .views import TILES_PER_BOX

logger = logging.getLogger(__name__)

CELLS = 192
"""Cells along the longer side of the ground that is read: two for each pixel of the widest tile."""
WRAPPED_CELLS, WRAPPED_MARGIN = 288, 0.35
"""The same for wrapped phase, and its margin over the box's longer side: fringes need small cells, so less
ground is read and the widest tile has an empty rim."""
MAX_GUESSES = 3
"""Boxes, most probable first, that get a guess; each takes about half a second."""
MIN_CELL_SHARE = 0.3
"""Valid part of a cell from which it counts."""
MIN_COHERENCE = 0.35
"""Length of a cell's mean phasor from which wrapped phase counts."""
STEEP_RAD, MAX_STEEP_SHARE = 2.2, 0.04
"""Wrapped phase is not unwrapped where more than this part of it changes faster than this between cells."""
LOOK_SAMPLES = 3
"""Places along each side of the ground where the direction to the satellite is read."""


def guess_boxes(
    boxes: list[Box], interferogram: Interferogram, backend: str, tick: Callable[[], None]
) -> list[Box]:
    """The boxes, with a first guess in those that hold an earthquake and can be read as displacement.

    A guess is an extra: what stands in its way (no look vectors, unknown sign or wavelength, phase too dense
    to unwrap, no source network in this installation) leaves the boxes as they are.
    """
    wanted = [box for box in boxes if box.class_name == "earthquake"][:MAX_GUESSES]
    if not wanted or not _readable(interferogram):
        return boxes
    try:
        model = load_source_model(None, backend)
    except ModelError as error:
        logger.info("No first guess of magnitude and mechanism: %s", error)
        return boxes
    guesses: dict[int, dict[str, Any]] = {}
    for box in wanted:
        tick()
        guess = guess_box(box, interferogram, model)
        if guess is not None:
            guesses[box.rank] = as_attributes(guess)
    return [replace(box, guess=guesses.get(box.rank)) for box in boxes]


def guess_box(box: Box, interferogram: Interferogram, model: SourceModel) -> Optional[FirstGuess]:
    """The first guess of one box; None where the ground about it cannot be read as displacement."""
    try:
        points = box_points(box, interferogram)
        if points is None or box.width_km is None or box.height_km is None:
            return None
        return first_guess(model, points, (0.0, 0.0), max(box.width_km, box.height_km))
    except (InputError, ModelError) as error:
        logger.info("No first guess for box %d: %s", box.rank, error)
        return None


def as_attributes(guess: FirstGuess) -> dict[str, Any]:
    """The guess as plain data for results: see `docs/data-formats.md`."""
    return {
        "words": guess.words,
        "mw": guess.mw,
        "mw_90": list(guess.mw_90),
        "depth_km": guess.depth_km,
        "depth_km_90": list(guess.depth_km_90),
        "planes": [dict(zip(("strike", "dip", "rake"), plane)) for plane in guess.planes],
        "plane_weight": guess.plane_weight,
        "mechanism_90_deg": guess.mechanism_90_deg,
        "styles": guess.styles,
        "model": guess.model,
    }


def box_points(box: Box, interferogram: Interferogram) -> Optional[Points]:
    """Displacement about a box, in km from its centre; None where it is not known."""
    grid = interferogram.grid
    (x0, y0), (x1, y1) = grid.colrow(*box.extent[:2]), grid.colrow(*box.extent[2:])
    corners = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    wrapped = interferogram.quantity is Quantity.WRAPPED
    margin = WRAPPED_MARGIN if wrapped else (max(TILES_PER_BOX) - 1) / 2
    ground = neighbourhood(interferogram.read, (grid.width, grid.height), corners, margin)
    if ground is None or interferogram.wavelength is None:
        return None
    look = _look(interferogram, ground)
    factor = max(1.0, max(ground.area) / (WRAPPED_CELLS if wrapped else CELLS))
    phase = _phase(ground.sums(factor, wrapped), wrapped, factor)
    if look is None or phase is None:
        return None
    dx, dy = grid.subgrid(ground.left, ground.top, *ground.area).pixel_size_m
    rows, columns = np.indices(phase.shape)
    middle_x, middle_y = (corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2
    east = ((columns.ravel() + 0.5) * factor + ground.left - middle_x) * dx / 1000
    north = -((rows.ravel() + 0.5) * factor + ground.top - middle_y) * dy / 1000
    motion = phase.ravel() * interferogram.wavelength / (4 * math.pi)
    vectors = np.broadcast_to(look, (motion.size, 3))
    return make_points(east, north, motion, vectors, factor * max(dx, dy) / 1000)


def _readable(interferogram: Interferogram) -> bool:
    known = interferogram.wavelength is not None and interferogram.positive != "unknown"
    return bool(known and interferogram.grid.is_metric and not interferogram.grid.is_south_up)


def _phase(sums: np.ndarray, wrapped: bool, factor: float) -> Optional[np.ndarray]:
    """Unwrapped phase of the cells, NaN where there is none; None where it cannot be unwrapped."""
    valid = sums[-1] >= MIN_CELL_SHARE * factor * factor
    if not wrapped:
        return np.where(valid, sums[0] / np.maximum(sums[1], 1e-6), np.nan)
    coherence = np.hypot(sums[0], sums[1]) / np.maximum(sums[2], 1e-6)
    good = valid & (coherence >= MIN_COHERENCE)
    phase = np.arctan2(sums[1], sums[0])
    across = np.abs(wrap(np.diff(phase, axis=1)))[good[:, 1:] & good[:, :-1]]
    down = np.abs(wrap(np.diff(phase, axis=0)))[good[1:] & good[:-1]]
    steps = np.concatenate([across, down])
    if not steps.size or (steps > STEEP_RAD).mean() > MAX_STEEP_SHARE:
        return None
    values = unwrap(phase, np.where(good, coherence**2, 0.0))
    return None if values is None else np.where(good, values, np.nan)


def _look(interferogram: Interferogram, ground: Neighbourhood) -> Optional[np.ndarray]:
    """Mean unit vector from the ground to the satellite, (3,); None where the product does not know it."""
    samples = []
    for row in range(LOOK_SAMPLES):
        for col in range(LOOK_SAMPLES):
            x = ground.left + int((col + 0.5) / LOOK_SAMPLES * ground.area[0])
            y = ground.top + int((row + 0.5) / LOOK_SAMPLES * ground.area[1])
            vector = interferogram.look_vectors(x, y, 1, 1)
            if vector is not None and np.isfinite(vector).all():
                samples.append(vector[:, 0, 0])
    return np.mean(samples, axis=0) if samples else None
