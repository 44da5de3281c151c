"""From open interferograms to looks: the part around a box, in metres, with the direction of each pixel."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Callable, Optional, Union

import numpy as np

from ..deformation.sources import look_vector
from ..errors import InputError
from ..interferogram import Interferogram, Quantity
from ..raster.grid import Grid
from .look import Look, LookRaster
from .places import grid_lonlat
from .safe_unwrapping import UNWRAPPING_NOISE_CYCLES, unwrap_look

LonLatExtent = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84)."""
Angles = Union[float, Sequence[float], None]

MAX_SIDE = 600
"""Pixels along the longer side of what is kept of a scene; larger parts are sampled every so many pixels."""
WIDENING = 0.5
"""Part of the box's size that is added on each side: the far field carries depth."""
MAX_MARGIN_LOSS = 0.4
"""Part of the valid pixels that dropping the margin may take; beyond it the margin is halved."""


def looks_from_scenes(
    scenes: Sequence[Interferogram],
    extent: Optional[LonLatExtent] = None,
    *,
    heading: Angles = None,
    incidence: Angles = None,
    wavelength: Optional[float] = None,
    margin_km: float = 1.0,
    tick: Callable[[], None] = lambda: None,
) -> list[Look]:
    """Read the looks of one event from open interferograms.

    Parameters
    ----------
    scenes : sequence of Interferogram
        One to eight, of one event.
    extent : tuple of 4 floats, optional
        West, south, east, north in degrees: the box of the earthquake. It is widened by half of its size on
        each side, as the far field carries the depth. None: the whole scenes.
    heading, incidence : float or one for each scene, optional
        Degrees, where the product has no look vectors; heading is clockwise from north, the antenna looks to
        the product's side (right by default).
    wavelength : float, optional
        Metres, where phase is given and the product does not state it.
    margin_km : float
        Width of the margin along no-data edges that is dropped: gridded values there are diluted.
    tick : callable
        Called for each row of pixels; may raise to stop.

    Returns
    -------
    list of Look
        Each with its raster.

    Raises
    ------
    InputError
        With one sentence that says what is wrong and what to do.
    """
    if not scenes:
        raise InputError("No look was given; choose at least one interferogram of the earthquake.")
    return [
        _look(scene, extent, _nth(heading, i), _nth(incidence, i), wavelength, margin_km, tick)
        for i, scene in enumerate(scenes)
    ]


def _nth(value: Angles, index: int) -> Optional[float]:
    """The value for one scene of a number, a sequence of them, or none."""
    if value is None or isinstance(value, (int, float)):
        return value
    values = list(value)
    if len(values) == 1:
        return float(values[0])
    if index >= len(values):
        raise InputError("Give one heading and one incidence for each scene, in the order of the scenes.")
    return float(values[index])


def _look(
    scene: Interferogram,
    extent: Optional[LonLatExtent],
    heading: Optional[float],
    incidence: Optional[float],
    wavelength: Optional[float],
    margin_km: float,
    tick: Callable[[], None],
) -> Look:
    col, row, width, height = _window(scene, extent)
    step = max(1, -(-max(width, height) // MAX_SIDE))
    wrapped = scene.quantity is Quantity.WRAPPED
    warnings: list[str] = []
    length = scene.wavelength or wavelength
    if not length:
        raise InputError(
            f"“{scene.name}” is read as phase, and its wavelength is not known: give it in metres, or say "
            "that the values are displacement, and in which unit."
        )
    phase = _sampled(scene, (col, row, width, height), step, wrapped, tick)
    if not np.isfinite(phase).any():
        raise InputError(f"“{scene.name}” has no valid pixel in the box; choose another box or scene.")
    extra = 0.0
    if wrapped:
        phase = unwrap_look(phase, scene.name)
        extra = UNWRAPPING_NOISE_CYCLES * length / 2
        warnings.append(
            f"“{scene.name}” is wrapped and was unwrapped here: whole fringes may be wrong; prefer the "
            "product's unwrapped layer."
        )
    if scene.positive == "unknown":
        warnings.append(
            f"The sign of “{scene.name}” is not known: positive is taken as towards the satellite."
        )
    motion = (phase * (length / (4 * math.pi))).astype(np.float32)
    whole = scene.grid.subgrid(col, row, phase.shape[1] * step, phase.shape[0] * step)
    x, dx, _, y, _, dy = whole.transform
    grid = replace(
        whole, width=phase.shape[1], height=phase.shape[0], transform=(x, dx * step, 0.0, y, 0.0, dy * step)
    )
    tick()
    vectors = _vectors(scene, (col, row, width, height), step, phase.shape, heading, incidence)
    return _points(scene, grid, motion, vectors, extra, length, margin_km, warnings)


def across_180(extent: LonLatExtent) -> LonLatExtent:
    """An extent whose east lies beyond 180 degrees and is negative, with 360 degrees added to it."""
    west, south, east, north = extent
    return west, south, east + 360 if west > 0 > east else east, north


def _window(scene: Interferogram, extent: Optional[LonLatExtent]) -> tuple[int, int, int, int]:
    """Columns and rows of the widened extent that lie in the scene."""
    grid = scene.grid
    if not grid.has_crs:
        raise InputError(f"The place of “{scene.name}” is not known: set its coordinate system (CRS).")
    if extent is None:
        return 0, 0, grid.width, grid.height
    west, south, east, north = across_180(extent)
    if not (all(math.isfinite(v) for v in extent) and west < east and south < north):
        raise InputError(
            "The box must be west, south, east, north in degrees, with west < east (except across 180 "
            "degrees) and south < north."
        )
    wide, high = (east - west) * WIDENING, (north - south) * WIDENING
    step = max(1, max(grid.width, grid.height) // 400)
    x, dx, _, y, _, dy = grid.transform
    coarse = Grid(
        -(-grid.width // step), -(-grid.height // step), (x, dx * step, 0, y, 0, dy * step), grid.crs_wkt
    )
    longitude, latitude = grid_lonlat(coarse)
    turned = (longitude - (west + east) / 2 + 180) % 360 - 180
    inside = np.abs(turned) <= (east - west) / 2 + wide
    inside &= (latitude >= south - high) & (latitude <= north + high)
    if not inside.any():
        raise InputError(f"The box lies outside “{scene.name}”; choose a box inside all scenes.")
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    col, row = int(columns[0]) * step, int(rows[0]) * step
    right, bottom = (int(columns[-1]) + 1) * step, (int(rows[-1]) + 1) * step
    return col, row, min(right, grid.width) - col, min(bottom, grid.height) - row


def _sampled(
    scene: Interferogram,
    window: tuple[int, int, int, int],
    step: int,
    wrapped: bool,
    tick: Callable[[], None],
) -> np.ndarray:
    """Phase averaged over step x step pixels (as complex numbers if wrapped), one strip of rows at a time."""
    col, row, width, height = window
    rows, columns = max(1, height // step), max(1, width // step)
    out = np.full((rows, columns), np.nan)
    for index in range(rows):
        tick()
        strip = scene.read(col, row + index * step, columns * step, step).astype(np.float64)
        blocks = strip.reshape(strip.shape[0], columns, step).swapaxes(0, 1).reshape(columns, -1)
        good = np.isfinite(blocks)
        count = good.sum(1)
        filled = np.where(good, blocks, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            if wrapped:
                turned = np.where(good, np.exp(1j * filled), 0).sum(1)
                coherent = np.abs(turned) > 0.5 * count
                mean = np.where(coherent, np.angle(turned), np.nan)
            else:
                mean = filled.sum(1) / count
        out[index] = np.where(count * 2 >= blocks.shape[1], mean, np.nan)
    return out


def _vectors(
    scene: Interferogram,
    window: tuple[int, int, int, int],
    step: int,
    shape: tuple[int, ...],
    heading: Optional[float],
    incidence: Optional[float],
) -> np.ndarray:
    """East, north, up of every sampled pixel, (3, H, W): the numbers given, else the product's."""
    if heading is not None and incidence is not None:
        if not 0 < incidence < 90:
            raise InputError(
                f"The incidence {incidence:g} degrees is not between 0 and 90, from the vertical."
            )
        vector = np.array(look_vector(heading, incidence, scene.look_side != "left"), float)
        return np.broadcast_to(vector[:, None, None], (3, *shape))
    col, row, width, _ = window
    lines = []
    for index in range(shape[0]):
        line = scene.look_vectors(col, row + index * step + step // 2, width, 1)
        if line is None:
            raise InputError(
                f"“{scene.name}” has no look vectors: give its heading and incidence in degrees, or open the "
                "product with its geometry layers."
            )
        lines.append(line[:, 0, step // 2 :: step][:, : shape[1]])
    return np.stack(lines, 1)


def _points(
    scene: Interferogram,
    grid: Grid,
    motion: np.ndarray,
    vectors: np.ndarray,
    extra: float,
    wavelength: float,
    margin_km: float,
    warnings: list[str],
) -> Look:
    valid = np.isfinite(motion) & np.isfinite(vectors).all(0)
    spacing = min(grid.pixel_size_m) / 1000
    kept = drop_margin(valid, max(0, round(margin_km / spacing)))
    longitude, latitude = grid_lonlat(grid)
    kept &= np.isfinite(longitude) & np.isfinite(latitude)
    return Look(
        scene.name,
        longitude[kept],
        latitude[kept],
        motion[kept].astype(float),
        np.moveaxis(vectors, 0, -1)[kept].astype(float),
        spacing_km=spacing,
        extra_noise_m=extra,
        dates=tuple(scene.dates),
        wavelength=wavelength,
        raster=LookRaster(grid, motion, np.ascontiguousarray(vectors, np.float32)),
        warnings=tuple(warnings),
    )


def drop_margin(valid: np.ndarray, pixels: int) -> np.ndarray:
    """Valid pixels (H, W) that are farther than `pixels` from ground without data.

    Holes of a few pixels are no edges. The margin shrinks where it would take more than 40 % of the pixels.
    """
    padded = np.pad(valid, 2)
    edges = ~grow(padded, 1)
    edges = grow(edges, 1)
    while pixels > 0:
        kept = valid & ~grow(edges, pixels)[2:-2, 2:-2]
        if kept.sum() >= (1 - MAX_MARGIN_LOSS) * valid.sum():
            return np.asarray(kept)
        pixels //= 2
    return valid.copy()


def grow(mask: np.ndarray, pixels: int) -> np.ndarray:
    """A mask widened by `pixels` in all eight directions."""
    out = mask.copy()
    for axis in (0, 1):
        wide = np.cumsum(np.pad(out, [(pixels + 1, pixels) if a == axis else (0, 0) for a in (0, 1)]), axis)
        size = mask.shape[axis]
        upper = np.take(wide, np.arange(size) + 2 * pixels + 1, axis)
        out = upper > np.take(wide, np.arange(size), axis)
    return out
