"""Which raster in a file of no known product is read: tables of a GeoPackage, variables of netCDF."""

from __future__ import annotations

from dataclasses import dataclass

from osgeo import gdal

from ..errors import InputError
from . import names
from .containers.gdalio import subdatasets
from .names import in_one_line
from .units import words

MAX_NAMED = 6
"""Rasters that a message names."""


@dataclass(frozen=True)
class RasterInside:
    """One raster of a file.

    Attributes
    ----------
    uri : str
        GDAL's connection string.
    name : str
        The table or variable; empty where the file itself is the raster.
    """

    uri: str
    name: str


def choose_raster(dataset: gdal.Dataset, uri: str, title: str, wanted: str) -> RasterInside:
    """The raster to read: the one that is asked for, else the only one that is phase by its name.

    Parameters
    ----------
    dataset : gdal.Dataset
        The open file.
    uri, title : str
        What was opened, and its name for messages.
    wanted : str
        Name of a raster inside, or a part of it; empty when none was asked for.

    Raises
    ------
    InputError
        When there is no such raster, or several remain.
    """
    if dataset.RasterCount:
        return RasterInside(uri, _table(dataset))
    inside = [RasterInside(one, name_inside(one)) for one, _ in subdatasets(dataset)]
    if not inside:
        vectors = " but vector layers" if dataset.GetLayerCount() else ""
        raise InputError(f"“{title}” holds no raster{vectors}; give the interferogram's own file.")
    if wanted:
        return _wanted(inside, title, wanted)
    # HDF5 files of a known product come here only when they lack what their family needs
    named = [] if dataset.GetDriver().ShortName.startswith("HDF5") else _phases(inside)
    if len(named) != 1:
        raise InputError(
            f"“{title}” holds several rasters ({_listed(inside)}) of no product known here; give one of "
            f"them, such as {inside[0].uri}, or name it as the layer (LAYER)."
        )
    return named[0]


def name_inside(uri: str) -> str:
    """The table or variable that a connection string names."""
    return uri.rsplit(":", 1)[-1].strip('/"')


def _table(dataset: gdal.Dataset) -> str:
    """The only table of a GeoPackage; empty for other files."""
    if dataset.GetDriver().ShortName != "GPKG":
        return ""
    return str(dataset.GetMetadataItem("IDENTIFIER") or "")


def _wanted(inside: list[RasterInside], title: str, wanted: str) -> RasterInside:
    exact = [one for one in inside if one.name == wanted]
    parts = words(wanted).split()
    matching = exact or [one for one in inside if all(part in one.name.lower() for part in parts)]
    if not matching:
        raise InputError(
            f"“{title}” has no layer “{in_one_line(wanted)}”; it has {_listed(inside)}: choose one (LAYER)."
        )
    phases = _phases(matching)
    if len(matching) > 1 and len(phases) != 1:
        raise InputError(
            f"“{title}” has several layers with “{in_one_line(wanted)}” in their name ({_listed(matching)}); "
            "give the whole name (LAYER)."
        )
    return (phases or matching)[0]


def _phases(inside: list[RasterInside]) -> list[RasterInside]:
    kinds = [(one, names.kind_of(one.name)) for one in inside]
    return [one for one, kind in kinds if kind is not None and kind.quantity is not None]


def _listed(inside: list[RasterInside]) -> str:
    more = len(inside) - MAX_NAMED
    return ", ".join(one.name for one in inside[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
