"""Files that all scenes share (elevation, catalogue, faults, model): found and read before the run."""

from __future__ import annotations

import contextlib
import dataclasses
import os

from osgeo import gdal

from ..engine.context.surroundings import Surroundings
from ..engine.errors import InputError
from ..engine.products.containers.gdalio import quiet
from ..engine.settings import Settings

NO_ELEVATION = "none"
SHARED = ("dem", "catalogue", "faults", "model")
"""Settings that name a file."""


def with_absolute_paths(settings: Settings) -> Settings:
    """The settings with absolute paths, because workers run in other folders."""
    changes = {}
    for name in SHARED:
        value = getattr(settings, name)
        if value and os.path.exists(value.partition("|")[0]):  # what follows is the name of a layer
            changes[name] = os.path.abspath(value)
    return dataclasses.replace(settings, **changes)


def check_shared_files(settings: Settings) -> None:
    """Read what all scenes need, so that an unreadable file does not fail every one of them.

    Raises
    ------
    InputError
    """
    settings.check()
    Surroundings(settings)
    if settings.dem and settings.dem != NO_ELEVATION and not _opens(settings.dem):
        raise InputError(f"The elevation model “{settings.dem}” cannot be read; check the path (--dem).")


def _opens(raster: str) -> bool:
    """Whether GDAL can open a raster, with or without exceptions."""
    with quiet(), contextlib.suppress(RuntimeError):
        return gdal.OpenEx(raster, gdal.OF_RASTER) is not None
    return False
