"""One look on the common grid: displacement along its line of sight, and the direction of that line."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Callable, Optional

import numpy as np

from ..errors import InputError
from ..interferogram import Interferogram, Quantity, open_interferogram
from ..numerics.phase import wrap
from ..numerics.unwrapping import unwrap
from ..products.los.los_geometry import set_heading
from ..products.los.los_vectors import constant_vector
from ..products.model import Product
from ..raster.grid import Grid
from ..raster.resample import resample
from .common_grid import CommonGrid, extent_in
from .settings import LookChoice
from .warping import warp

VECTOR_NODES = 96
"""Look vectors are read at this many places along each side: they change by less than 0.1 degrees between
them."""
MARGIN_PIXELS = 2
"""Pixels of the common grid that are read beyond its edge, for the interpolation."""
UNWRAP_MAX_SIDE = 400
"""Pixels along the longer side of phase that is unwrapped here."""
MAX_RESIDUE_SHARE = 0.01
"""Share of inconsistent pixel loops from which unwrapping is called unsafe."""

Tick = Callable[[], None]


@dataclass
class OpenLook:
    """An interferogram that was opened, with the direction that the user gave.

    Attributes
    ----------
    scene : Interferogram
    vector : tuple of 3 floats, optional
        East, north, up, from the user's heading and incidence.
    """

    scene: Interferogram
    vector: Optional[tuple[float, float, float]] = None
    warnings: list[str] = field(default_factory=list)

    @property
    def wrapped(self) -> bool:
        """Whether the phase is wrapped."""
        return self.scene.quantity is Quantity.WRAPPED

    def describe(self) -> dict[str, object]:
        """What was read, as plain data."""
        scene = self.scene
        return {
            "name": scene.name,
            "path": scene.path,
            "product": scene.product,
            "quantity": scene.quantity.value,
            "dates": list(scene.dates),
            "orbit_direction": scene.orbit_direction,
            "heading": scene.heading,
            "incidence": scene.incidence,
            "look_vectors": "from the heading and incidence that the user gave"
            if self.vector is not None
            else scene.look.words
            if scene.look is not None
            else "",
            "wavelength_m": scene.wavelength,
        }


def open_look(choice: LookChoice) -> OpenLook:
    """Open a look and make sure that its direction and its unit are known.

    Raises
    ------
    InputError
        When it cannot be read, has no look vectors, or its phase has no wavelength.
    """
    choice.check()
    scene = open_interferogram(choice.path, **dict(choice.options))
    vector = None
    if choice.heading is not None and choice.incidence is not None:
        side = "left" if choice.left_looking else "right"
        product = Product("", scene.name, "", [], incidence=choice.incidence, look_side=side)
        set_heading(product, choice.heading)
        vector = constant_vector(product)
        scene = replace(
            scene,
            heading=product.heading,
            incidence=choice.incidence,
            orbit_direction=product.orbit_direction,
        )
    elif scene.look is None:
        raise InputError(
            f"“{scene.name}” does not say from where the satellite looks; give its heading (such as −168 "
            "for a descending pass, −12 for an ascending one) and its incidence angle in degrees."
        )
    if not scene.wavelength:
        raise InputError(
            f"The wavelength of “{scene.name}” is not known; give it in metres, such as 0.0555 for "
            "Sentinel-1."
        )
    look = OpenLook(scene, vector, list(scene.warnings))
    if scene.positive == "unknown":
        look.warnings.append(
            f"The sign of “{scene.name}” is not known: positive values are taken as towards the satellite."
        )
    return look


def displacement(look: OpenLook, common: CommonGrid, is_base: bool, tick: Tick) -> np.ndarray:
    """Displacement on the common grid.

    Returns
    -------
    ndarray, shape (H, W), float32
        Metres, positive towards the satellite, NaN where not valid.
    """
    scene, grid = look.scene, common.grid
    col, row, width, height, factors = _window(scene.grid, common, is_base)

    def read(left: int, top: int, columns: int, rows: int) -> np.ndarray:
        tick()
        return scene.read(col + left, row + top, columns, rows)

    lattice = resample(read, (width, height), factors, look.wrapped)
    if look.wrapped:
        lattice = _unwrapped(look, lattice)
    metres = lattice * np.float32((scene.wavelength or 0) / (4 * math.pi))
    if is_base:
        return np.asarray(metres[: grid.height, : grid.width], dtype=np.float32)
    own = _lattice_grid(scene.grid, grid, (col, row), factors, metres.shape)
    return warp(metres[None], own, grid)[0]


def vectors(look: OpenLook, common: CommonGrid) -> np.ndarray:
    """Unit vectors from the ground to the satellite, float32 (3, H, W): east, north, up; NaN where
    unknown."""
    grid, scene = common.grid, look.scene
    if look.vector is not None or scene.look is None:
        constant = np.asarray(look.vector, np.float32)[:, None, None]
        return np.broadcast_to(constant, (3, grid.height, grid.width)).copy()
    col, row, width, height, _ = _window(scene.grid, common, False)
    step_x, step_y = max(1, width // VECTOR_NODES), max(1, height // VECTOR_NODES)
    rows = [
        scene.look.read(col, row + y + step_y // 2, width, 1)[:, 0, step_x // 2 :: step_x]
        for y in range(0, height - step_y + 1, step_y)
    ]
    nodes = np.stack(rows, axis=1)
    own = _lattice_grid(scene.grid, grid, (col, row), (float(step_x), float(step_y)), nodes.shape[1:])
    enu = warp(nodes, own, grid)
    return np.asarray(enu / np.sqrt((enu**2).sum(axis=0)), dtype=np.float32)


def _window(own: Grid, common: CommonGrid, is_base: bool) -> tuple[int, int, int, int, tuple[float, float]]:
    """Column, row, width and height in a look's pixels that cover the common grid, and pixels per cell."""
    grid = common.grid
    if is_base:
        factor = common.factor
        return common.col, common.row, grid.width * factor, grid.height * factor, (float(factor),) * 2
    wanted, given = grid.pixel_size_m, own.pixel_size_m
    factors = (max(1.0, wanted[0] / given[0]), max(1.0, wanted[1] / given[1]))
    xmin, ymin, xmax, ymax = extent_in(grid, own)
    left, top = own.colrow(xmin, ymax)
    right, bottom = own.colrow(xmax, ymin)
    margin = [MARGIN_PIXELS * factor for factor in factors]
    col, row = math.floor(left - margin[0]), math.floor(top - margin[1])
    return col, row, math.ceil(right + margin[0]) - col, math.ceil(bottom + margin[1]) - row, factors


def _lattice_grid(
    own: Grid, common: Grid, start: tuple[int, int], factors: tuple[float, float], shape: tuple[int, ...]
) -> Grid:
    """Grid of a lattice of cells over a look's pixels, on the common grid's turn of longitude."""
    x, y = own.xy(*start)
    if own.is_geographic and common.is_geographic:
        x += round((common.extent[0] - x) / 360) * 360.0
    t = own.transform
    return Grid(shape[1], shape[0], (x, t[1] * factors[0], 0.0, y, 0.0, t[5] * factors[1]), own.crs_wkt)


def _unwrapped(look: OpenLook, phase: np.ndarray) -> np.ndarray:
    """Unwrapped phase of a lattice; raises `InputError` where that is not reliable."""
    name = look.scene.name
    valid = np.isfinite(phase)
    out = unwrap(np.nan_to_num(phase), valid.astype(np.float64))
    if out is None:
        raise InputError(
            f"The fringes of “{name}” are too dense or too noisy to unwrap here; give the product's "
            "unwrapped phase, or unwrap it first (SNAPHU)."
        )
    residues = residue_share(phase)
    safety = "check it for jumps of half a wavelength"
    if residues > MAX_RESIDUE_SHARE:
        safety = f"{100 * residues:.1f} % of its pixel loops are inconsistent, so this is unsafe: {safety}"
    look.warnings.append(f"“{name}” is wrapped phase and was unwrapped here; {safety}.")
    return out.astype(np.float32)


def residue_share(phase: np.ndarray) -> float:
    """Share of loops of 2 x 2 pixels round which the wrapped differences do not sum to zero."""
    down, across = wrap(np.diff(phase, axis=0)), wrap(np.diff(phase, axis=1))
    loops = across[:-1] + down[:, 1:] - across[1:] - down[:, :-1]
    known = np.isfinite(loops)
    return float((np.abs(loops[known]) > math.pi).mean()) if known.any() else 0.0
