"""The forms in which a user could have a real interferogram, each made from the one that the catalogue has.

A form is written as a GeoTIFF of phase in radians, so that the engine reads it as it would read a file of
a user.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional

import numpy as np
from osgeo import gdal

from ...engine import detection
from ...engine.errors import OutputError
from ...engine.interferogram import Interferogram
from ...engine.numerics.phase import wrap
from ...engine.products.model import Quantity
from ...engine.raster.grid import Grid
from ...engine.settings import Settings
from ..real.catalogue import Box, RealScene
from .quiet_delay import over_scene
from .real_scores import NATIVE

C_BAND_M = 0.055465763
"""Sentinel-1's wavelength in metres."""
C_BAND_RANGE_M = (0.0533, 0.0600)
"""Wavelengths of the C-band satellites, ERS to RADARSAT."""
COARSER = 2
"""Factor by which `multilooked` is coarser in both directions."""
OFF_CENTRE = (0.3, 0.7)
"""Where the centre of the signal lies in the quarter of a scene, in fractions of its width or height."""


@dataclass(frozen=True)
class FormPhase:
    """Phase of a scene in one form.

    Attributes
    ----------
    values : ndarray of float32, shape (H, W)
        Radians, positive towards the satellite where the sign is known; NaN where not valid.
    grid : Grid
    wrapped : bool
    wavelength : float or None
        Metres.
    sign_known : bool
    is_displacement : bool
        Whether the file holds displacement.
    box : tuple of float or None
        The catalogue's box.
    """

    values: np.ndarray
    grid: Grid
    wrapped: bool
    wavelength: Optional[float]
    sign_known: bool
    is_displacement: bool
    box: Optional[Box]


@dataclass(frozen=True)
class Form:
    """One form.

    Attributes
    ----------
    name, title : str
        In tables of numbers and in words.
    make : callable
        Takes the native phase, the scene and the quiet crops to choose from; returns None where the form does
        not apply.
    """

    name: str
    title: str
    make: Callable[[FormPhase, RealScene, Sequence[Path]], Optional[FormPhase]]


def read_phase(scene: RealScene) -> FormPhase:
    """The phase of a scene as the engine reads it; raises `InputError`."""
    interferogram: Interferogram = detection.open_with(str(scene.path), scene.settings)
    grid = interferogram.grid
    return FormPhase(
        values=interferogram.read(0, 0, grid.width, grid.height),
        grid=grid,
        wrapped=interferogram.quantity is Quantity.WRAPPED,
        wavelength=interferogram.wavelength,
        sign_known=interferogram.positive != "unknown",
        is_displacement=interferogram.quantity is Quantity.DISPLACEMENT,
        box=scene.box,
    )


def _wrapped(phase: FormPhase, *_: object) -> Optional[FormPhase]:
    """Wrapped at the scene's own wavelength."""
    if phase.wrapped or not phase.wavelength:
        return None
    return replace(phase, values=wrap(phase.values), wrapped=True)


def _wrapped_at_c_band(phase: FormPhase, *_: object) -> Optional[FormPhase]:
    """Wrapped as a C-band satellite would have seen it; None where it is one."""
    low, high = C_BAND_RANGE_M
    if phase.wrapped or not phase.wavelength or low <= phase.wavelength <= high:
        return None
    values = phase.values * np.float32(phase.wavelength / C_BAND_M)
    return replace(phase, values=wrap(values), wrapped=True, wavelength=C_BAND_M)


def _unwrapped(phase: FormPhase, *_: object) -> Optional[FormPhase]:
    """Displacement as unwrapped phase; None where the file holds phase."""
    return phase if phase.is_displacement and phase.wavelength else None


def _multilooked(phase: FormPhase, *__: object) -> FormPhase:
    """Averaged over blocks of 2 × 2 pixels, of which half must be valid."""
    height, width = (side // COARSER for side in phase.values.shape)
    blocks = phase.values[: height * COARSER, : width * COARSER].reshape(height, COARSER, width, COARSER)
    valid = np.isfinite(blocks)
    count = valid.sum(axis=(1, 3))
    if phase.wrapped:
        vectors = np.where(valid, np.exp(1j * np.nan_to_num(blocks)), 0)
        mean = np.angle(vectors.sum(axis=(1, 3)))
    else:
        mean = np.nan_to_num(blocks).sum(axis=(1, 3)) / np.maximum(count, 1)
    values = np.where(2 * count >= COARSER**2, mean, np.nan).astype(np.float32)
    x, dx, _, y, _, dy = phase.grid.transform
    grid = replace(
        phase.grid, width=width, height=height, transform=(x, dx * COARSER, 0.0, y, 0.0, dy * COARSER)
    )
    return replace(phase, values=values, grid=grid)


def _quarter(phase: FormPhase, scene: RealScene, _: Sequence[Path]) -> Optional[FormPhase]:
    """Half the width and height, with the centre of the box away from the middle; None without a box."""
    if phase.box is None:
        return None
    grid, draw = phase.grid, zlib.crc32(scene.file.encode())
    xmin, ymin, xmax, ymax = phase.box
    col, row = grid.colrow((xmin + xmax) / 2, (ymin + ymax) / 2)
    width, height = grid.width // 2, grid.height // 2
    left = _start(col, width, grid.width, OFF_CENTRE[draw & 1])
    top = _start(row, height, grid.height, OFF_CENTRE[draw >> 1 & 1])
    part = grid.subgrid(left, top, width, height)
    x0, y0, x1, y1 = part.extent
    box = (max(xmin, x0), max(ymin, y0), min(xmax, x1), min(ymax, y1))
    return replace(phase, values=phase.values[top : top + height, left : left + width], grid=part, box=box)


def _start(centre: float, length: int, whole: int, fraction: float) -> int:
    """First pixel of a window of `length` in which `centre` lies at a fraction; it stays inside `whole`."""
    return int(min(max(0, round(centre - fraction * length)), whole - length))


def _over_quiet(phase: FormPhase, scene: RealScene, crops: Sequence[Path]) -> Optional[FormPhase]:
    """With the delay of a real quiet crop added, stretched over the scene; None without crops."""
    if not crops:
        return None
    crop = crops[zlib.crc32(scene.file.encode()) % len(crops)]
    height, width = phase.values.shape
    delay = over_scene(crop, (height, width)) * np.float32(C_BAND_M / (phase.wavelength or C_BAND_M))
    values = phase.values + delay
    return replace(phase, values=wrap(values) if phase.wrapped else values)


FORMS = (
    Form("wrapped", "wrapped at its own band", _wrapped),
    Form("wrapped_c", "wrapped at C band", _wrapped_at_c_band),
    Form("unwrapped", "unwrapped", _unwrapped),
    Form("multilooked", "twice as coarse", _multilooked),
    Form("quarter", "a quarter, signal off-centre", _quarter),
    Form("over_quiet", "over a real quiet crop", _over_quiet),
)
FORM_NAMES = (NATIVE, *(form.name for form in FORMS))
TITLES = {NATIVE: "native", **{form.name: form.title for form in FORMS}}


def write_form(scene: RealScene, name: str, crops: Sequence[Path], folder: Path) -> Optional[RealScene]:
    """Write a form of a scene into a folder.

    Parameters
    ----------
    scene : RealScene
    name : str
        Of one of `FORMS`.
    crops : sequence of Path
        Quiet crops to choose from; the choice depends on the scene's file name only.
    folder : Path

    Returns
    -------
    RealScene or None
        The scene with the path, settings and box of the form; None where the form does not apply.

    Raises
    ------
    InputError, OutputError
        The scene cannot be read, or the form cannot be written.
    """
    form = next(one for one in FORMS if one.name == name)
    made = form.make(read_phase(scene), scene, crops)
    if made is None:
        return None
    path = folder / f"{scene.path.stem}-{name}.tif"
    _write(path, made)
    settings = Settings(
        quantity="wrapped" if made.wrapped else "unwrapped",
        wavelength=made.wavelength,
        unit="rad",
        positive="toward" if made.sign_known else None,
    )
    return replace(scene, path=path, settings=settings, box=made.box)


def _write(path: Path, phase: FormPhase) -> None:
    """Write phase as a GeoTIFF of one float32 band."""
    height, width = phase.values.shape
    try:
        dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, gdal.GDT_Float32)
        dataset.SetGeoTransform(phase.grid.transform)
        if phase.grid.crs_wkt:
            dataset.SetProjection(phase.grid.crs_wkt)
        band = dataset.GetRasterBand(1)
        band.SetNoDataValue(math.nan)
        band.SetUnitType("rad")
        band.WriteArray(phase.values.astype(np.float32))
        dataset.FlushCache()
    except (RuntimeError, AttributeError) as error:
        raise OutputError(f"'{path.name}' cannot be written ({error}); free some disk space.") from error
