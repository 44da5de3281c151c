"""How the ground moved, as rasters on one grid: from a decomposition, or from one look."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from typing import Callable, Optional

import numpy as np

from ..decomposition.common_grid import CommonGrid
from ..decomposition.look import OpenLook, displacement
from ..decomposition.ramp import reference
from ..decomposition.warping import warp
from ..errors import InputError
from ..interferogram import open_interferogram
from ..products.containers.gdalio import Band, BandReader, open_dataset, short_name
from ..products.containers.georeference import grid_of
from ..raster.grid import Grid
from ..raster.resample import resample
from .settings import HazardSettings

MAX_PIXELS = 1_500_000
"""Pixels of the working grid; larger rasters are averaged to fewer, so that memory does not grow with
them."""
MAX_PLAUSIBLE_M = 100.0
"""Larger displacement is in another unit."""

Tick = Callable[[], None]


@dataclass
class GroundMotion:
    """Displacement in metres on one grid, NaN where unknown.

    Attributes
    ----------
    grid : Grid
    rise : ndarray, shape (H, W)
        Upward displacement, or towards the satellite where only one look is known.
    vertical : bool
        Whether `rise` is vertical.
    east, north : ndarray, optional
    sigma : ndarray, optional
        Standard deviation of `rise`.
    sources : list of str
        Where each raster comes from.
    """

    grid: Grid
    rise: np.ndarray
    vertical: bool
    east: Optional[np.ndarray] = None
    north: Optional[np.ndarray] = None
    sigma: Optional[np.ndarray] = None
    sources: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_ground(settings: HazardSettings, tick: Tick) -> GroundMotion:
    """Read the displacement that the settings name; raises `InputError`."""
    if settings.one_look:
        return _one_look(settings.displacement, tick)
    path, east, north, sigma = settings.displacement, settings.east, settings.north, None
    if os.path.isdir(path):
        beside = {name: os.path.join(path, f"{name}.tif") for name in ("up", "east", "north", "up_sigma")}
        if not os.path.isfile(beside["up"]):
            raise InputError(
                f"The folder “{short_name(path)}” holds no up.tif; give the folder that decompose wrote."
            )
        present = {name: one for name, one in beside.items() if os.path.isfile(one)}
        path, sigma = beside["up"], present.get("up_sigma")
        east, north = east or present.get("east"), north or present.get("north")
    grid, rise = read_raster(path, tick)
    largest = float(np.nanmax(np.abs(rise))) if np.isfinite(rise).any() else 0.0
    if not largest > 0:
        raise InputError(f"“{short_name(path)}” holds no displacement; check its band and its nodata value.")
    if largest > MAX_PLAUSIBLE_M:
        raise InputError(
            f"“{short_name(path)}” reaches {largest:.0f}, which is no displacement in metres; convert it "
            "first."
        )
    motion = GroundMotion(grid, rise, True, sources=[f"Vertical displacement: {short_name(path)}"])
    for name, one in (("east", east), ("north", north), ("sigma", sigma)):
        if one is not None:
            own, values = read_raster(one, tick)
            setattr(motion, name, warp(values[None], own, grid)[0] if own != grid else values)
            motion.sources.append(f"{name.capitalize()}: {short_name(one)}")
    return motion


def read_raster(path: str, tick: Tick) -> tuple[Grid, np.ndarray]:
    """The first band of a raster, north up, averaged to at most `MAX_PIXELS`; raises `InputError`."""
    dataset = open_dataset(path)
    own, _ = grid_of(dataset, short_name(path))
    if not own.has_crs:
        raise InputError(f"“{short_name(path)}” has no position or coordinate system; georeference it first.")
    reader, grid = BandReader(Band(path, 1), own.is_south_up), own.north_up()
    nodata = dataset.GetRasterBand(1).GetNoDataValue()

    def read(col: int, row: int, width: int, height: int) -> np.ndarray:
        tick()
        values = np.asarray(reader.read(col, row, width, height), dtype=np.float32)
        bad = (
            ~np.isfinite(values) if nodata is None else ~np.isfinite(values) | (values == np.float32(nodata))
        )
        return np.where(bad, np.float32(np.nan), values)

    factor = max(1, math.ceil(math.sqrt(grid.width * grid.height / MAX_PIXELS)))
    values = resample(read, (grid.width, grid.height), (float(factor), float(factor)), False)
    t = grid.transform
    coarse = (t[0], t[1] * factor, 0.0, t[3], 0.0, t[5] * factor)
    return Grid(values.shape[1], values.shape[0], coarse, grid.crs_wkt), values


def _one_look(path: str, tick: Tick) -> GroundMotion:
    """Line-of-sight displacement of one interferogram, against the ground that did not move."""
    scene = open_interferogram(path)
    if not scene.grid.has_crs:
        raise InputError(f"“{scene.name}” has no coordinate system; give one, or use a geocoded product.")
    if not scene.wavelength:
        raise InputError(
            f"The wavelength of “{scene.name}” is not known; give displacement in metres instead."
        )
    grid = scene.grid
    factor = max(1, math.ceil(math.sqrt(grid.width * grid.height / MAX_PIXELS)))
    look = OpenLook(scene, None, list(scene.warnings))
    if look.wrapped:
        factor = max(factor, math.ceil(max(grid.width, grid.height) / 400))
    t = grid.transform
    coarse = Grid(
        grid.width // factor,
        grid.height // factor,
        (t[0], t[1] * factor, 0.0, t[3], 0.0, t[5] * factor),
        grid.crs_wkt,
    )
    values = displacement(look, CommonGrid(coarse, 0, 0, 0, factor), True, tick)
    found, sigma = reference(values, "auto")
    rise: np.ndarray = values - found.surface(values.shape).astype(np.float32)
    if not np.isfinite(rise).any():
        raise InputError(f"“{scene.name}” holds no valid phase; choose another layer.")
    note = "One look sees motion along its line of sight only: zones are of motion towards and away from it."
    return GroundMotion(
        coarse,
        rise,
        False,
        sigma=sigma,
        sources=[f"Line-of-sight displacement: {scene.name} ({scene.product})"],
        warnings=[*look.warnings, note],
    )
