"""Corrections that a product delivers but does not apply: ionosphere, troposphere, solid-earth tides.

A correction is a layer in the unit and sign of the phase or displacement that it corrects, and is subtracted
from it. Layers of heights (cubes) are read at the ground, which needs an elevation model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Optional, Union

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import Band, open_dataset, short_name
from .containers.georeference import grid_of
from .decode import NODATA_MAGNITUDE
from .los.regrid import Regridder
from .model import Correction, Layer, Product
from .position import wkt_of_stated

NONE, ALL = "none", "all"
MIN_NAME_LETTERS = 3
"""Letters with which a correction can be named in short, such as "iono"."""
_LOWEST_M, _HIGHEST_M = -12_000.0, 9_500.0
"""Elevations outside are undeclared fill values."""


class CorrectionReader:
    """The sum of corrections on the grid of the phase; can be pickled."""

    def __init__(self, parts: list[Regridder], ground: Optional[Regridder]) -> None:
        self.parts, self.ground = parts, ground

    def read(self, col: int, row: int, width: int, height: int, factor: float) -> np.ndarray:
        """The corrections of a window times a factor, float32 (height, width); NaN where one is unknown."""
        elevation: Union[float, np.ndarray] = 0.0
        if self.ground is not None:
            elevation = self.ground.read(col, row, width, height)[0]
        total = np.zeros((height, width))
        for part in self.parts:
            total += part.read(col, row, width, height, elevation)[0]
        return (factor * total).astype(np.float32)


def requested_corrections(text: Union[str, Iterable[str], None]) -> tuple[str, ...]:
    """Names of corrections from a parameter: "none", "all", or names with commas between them."""
    parts = re.split("[,;]", text) if isinstance(text, str) else list(text or ())
    names = [part.strip().lower().replace(" ", "_").replace("-", "_") for part in parts]
    if NONE in names and any(name not in ("", NONE) for name in names):
        raise InputError(
            "The corrections are “none” together with others; give none, or the names alone (CORRECTIONS)."
        )
    return tuple(dict.fromkeys(name for name in names if name not in ("", NONE)))


def choose_corrections(product: Product, layer: Layer, names: tuple[str, ...]) -> tuple[Correction, ...]:
    """The corrections of a layer that were asked for by name.

    Raises
    ------
    InputError
        When the product has no correction of that name.
    """
    if not names:
        return ()
    known = {one.name: one for one in layer.corrections}
    if not known:
        raise InputError(
            f"“{product.name}” ({product.family}) delivers no corrections for this layer; "
            "set the corrections to none."
        )
    if ALL in names:
        return layer.corrections
    matches = {name: [one for one in known if _is_called(known[one], name)] for name in names}
    unknown = [name for name in names if not matches[name]]
    if unknown:
        raise InputError(
            f"“{product.name}” has no correction “{unknown[0]}”; use {', '.join(known)}, all or none."
        )
    chosen = dict.fromkeys(one for name in names for one in matches[name])
    return tuple(known[name] for name in chosen)


def _is_called(correction: Correction, name: str) -> bool:
    """Whether a name means a correction: its own, its first or last words, or that of its layer."""
    own = correction.name
    begins = len(name) >= MIN_NAME_LETTERS and own.startswith(name)
    return begins or own.endswith(f"_{name}") or correction.origin.lower() == name


def open_corrections(
    chosen: tuple[Correction, ...],
    grid: Grid,
    dem: Optional[str],
    dem_crs: Optional[str],
    warnings: list[str],
) -> Optional[CorrectionReader]:
    """A reader of the chosen corrections; None when there are none.

    `dem_crs` is the coordinate system that the user gave the elevation model; None for that of its file.

    Raises
    ------
    InputError
        When one cannot be read or laid over the phase.
    """
    if not chosen:
        return None
    parts = [
        Regridder((one.band,), one.grid, one.heights, grid, partial(_scaled, one.scale), 1) for one in chosen
    ]
    cubes = [one.name for one in chosen if one.heights]
    ground = _ground(dem, dem_crs, grid, warnings) if cubes and dem else None
    if cubes and ground is None:
        warnings.append(
            f"The corrections {' and '.join(cubes)} depend on the elevation, which is not known here: "
            "they are taken at height 0. Give an elevation model."
        )
    return CorrectionReader(parts, ground)


def _ground(dem: str, dem_crs: Optional[str], grid: Grid, warnings: list[str]) -> Optional[Regridder]:
    try:
        own = None
        if dem_crs:
            own = replace(grid_of(open_dataset(dem), short_name(dem))[0], crs_wkt=wkt_of_stated(dem_crs))
        return Regridder((Band(dem),), own, (), grid, _elevation, 1)
    except InputError as error:
        warnings.append(f"The elevation model is not used for the corrections: {error}")
        return None


def _scaled(scale: float, blocks: list[np.ndarray]) -> np.ndarray:
    values = np.stack(blocks)
    return np.where(np.abs(values) < NODATA_MAGNITUDE, scale * values, np.nan)


def _elevation(blocks: list[np.ndarray]) -> np.ndarray:
    values = np.stack(blocks)
    return np.where((values > _LOWEST_M) & (values < _HIGHEST_M), values, np.nan)
