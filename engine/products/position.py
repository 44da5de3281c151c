"""The coordinate system of a scene: from the file, from the user, or guessed from the numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid, spatial_reference, wkt_of_epsg

NO_POSITION = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
"""Transform of rasters that state no position."""
DEGREES_MAX_PIXEL = 0.05
"""Largest pixel of coordinates that are guessed to be degrees."""


METRES_MIN_PIXEL = 0.1
"""Smallest pixel in metres of a map whose coordinates could be degrees as well."""
BEYOND_POLE_MAX_DEGREES = 0.5
"""How far the outer edge of a pixel may lie beyond a pole, as pixels are counted by their centres."""


def with_crs(grid: Grid, crs: Optional[str], notes: list[str], warnings: list[str]) -> Grid:
    """The grid with the coordinate system to work in; its coordinates must be possible there.

    Parameters
    ----------
    grid : Grid
        As the file has it.
    crs : str, optional
        What the user states: "EPSG:n", WKT or a PROJ string. It counts more than the file's.

    Raises
    ------
    InputError
        When the user's coordinate system is unknown, or the coordinates are impossible in the grid's.
    """
    placed = _with_crs(grid, crs, notes, warnings)
    _check_place(placed)
    return placed


def _with_crs(grid: Grid, crs: Optional[str], notes: list[str], warnings: list[str]) -> Grid:
    if crs:
        wkt = wkt_of_stated(crs)
        if _has_position(grid):
            return _assigned(grid, wkt, notes, warnings)
        warnings.append("The raster has no position, so the coordinate system that was given is not used.")
    if grid.has_crs:
        return grid
    if _looks_like_degrees(grid):
        warnings.append(
            "The raster has no coordinate system; its coordinates look like longitude and latitude and are "
            "taken as such (WGS 84). Set the coordinate system (CRS) if that is wrong."
        )
        return replace(grid, crs_wkt=wkt_of_epsg(4326))
    if grid.metres > 0:
        warnings.append(
            "The axes are in metres, but no coordinate system is stated: sizes are known, the place on the "
            "map is not. Set the coordinate system (CRS)."
        )
    else:
        warnings.append(
            "The raster has no coordinate system: sizes are in pixels, and so are positions. "
            "Set the coordinate system (CRS) if you know it."
        )
    return grid


def _check_place(grid: Grid) -> None:
    """Refuse coordinates that are impossible in their coordinate system: swapped, or of another unit."""
    srs = spatial_reference(grid.crs_wkt)
    if srs is None:
        return
    west, south, east, north = grid.extent
    name, rule = _name(grid.crs_wkt), "set the right coordinate system (CRS)"
    if srs.IsGeocentric():
        raise InputError(f"The coordinate system {name} is not that of a map; {rule}.")
    if srs.IsGeographic():
        limit = 90 + BEYOND_POLE_MAX_DEGREES
        if south < -limit or north > limit or east - west > 360 + 2 * BEYOND_POLE_MAX_DEGREES:
            raise InputError(
                f"The coordinates, {west:.6g} to {east:.6g} by {south:.6g} to {north:.6g}, are impossible as "
                f"longitude and latitude in {name}: they are swapped or in metres; correct the file "
                f"(gdal_edit.py -a_ullr), or {rule}."
            )
    elif _could_be_degrees(grid) and max(abs(grid.transform[1]), abs(grid.transform[5])) < METRES_MIN_PIXEL:
        raise InputError(
            f"The coordinates, {west:.6g} to {east:.6g} by {south:.6g} to {north:.6g}, look like degrees; "
            f"the file states {name}; {rule}, such as EPSG:4326."
        )


def _could_be_degrees(grid: Grid) -> bool:
    west, south, east, north = grid.extent
    return -360 <= west < east <= 360 and -90 <= south < north <= 90


def wkt_of_stated(crs: str) -> str:
    """WKT of a coordinate system that the user states as "EPSG:n", WKT or a PROJ string.

    Raises
    ------
    InputError
        When it is unknown.
    """
    chosen = spatial_reference(crs)
    if chosen is None:
        raise InputError(f"The coordinate system “{crs[:80]}” is not known; give one such as EPSG:32611.")
    return str(chosen.ExportToWkt())


def _assigned(grid: Grid, wkt: str, notes: list[str], warnings: list[str]) -> Grid:
    chosen, own = spatial_reference(wkt), spatial_reference(grid.crs_wkt)
    if chosen is None or (own is not None and own.IsSame(chosen)):
        return grid
    if own is None:
        notes.append(f"Coordinate system {_name(wkt)}: given by the user, the file states none.")
    else:
        warnings.append(
            f"The coordinate system {_name(wkt)} that was given counts, not the file’s own, "
            f"{_name(grid.crs_wkt)}."
        )
    return replace(grid, crs_wkt=wkt)


def _name(wkt: str) -> str:
    srs = spatial_reference(wkt)
    name = (srs.GetName() if srs is not None else None) or "without a name"
    code = srs.GetAuthorityCode(None) if srs is not None else None
    return f"{name} ({srs.GetAuthorityName(None)}:{code})" if srs is not None and code else name


def _has_position(grid: Grid) -> bool:
    return grid.has_crs or grid.transform != NO_POSITION


def _looks_like_degrees(grid: Grid) -> bool:
    """Whether coordinates can be degrees and hardly anything else: small pixels, and not counted from 0."""
    west, south, _, north = grid.extent
    small = max(abs(grid.transform[1]), abs(grid.transform[5])) <= DEGREES_MAX_PIXEL
    return _could_be_degrees(grid) and small and grid.metres == 0 and 0.0 not in (west, south, north)
