"""What only the user can know of a raster: the size of its pixels and the dates of its acquisitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ..errors import InputError
from ..raster.grid import Grid

MIN_PIXEL_M, MAX_PIXEL_M = 0.1, 10_000.0
"""Pixels of interferograms measure from a metre (spotlight) to a few hundred (multilooked frames)."""
SAME_SIZE_RATIO = 1.02
"""Ratio up to which two sizes of a pixel count as the same."""


def with_pixel_size(grid: Grid, pixel_m: float, notes: list[str], warnings: list[str]) -> Grid:
    """The grid with pixels of this width, where its coordinate system does not fix it.

    Parameters
    ----------
    grid : Grid
    pixel_m : float
        Metres.
    notes, warnings : list of str
        Get a sentence on what was done.
    """
    if grid.has_crs:
        own = grid.pixel_size_m[0]
        if not 1 / SAME_SIZE_RATIO <= pixel_m / own <= SAME_SIZE_RATIO:
            warnings.append(
                f"The coordinate system makes pixels {own:.3g} m wide, so the size of {pixel_m:g} m that was "
                "given is not used; set the right coordinate system (CRS)."
            )
        return grid
    notes.append(f"Pixels are {pixel_m:g} m wide: given by the user.")
    return replace(grid, metres=pixel_m / abs(grid.transform[1]))


def check_acquired(dates: Sequence[str]) -> None:
    """Refuse anything but two ISO dates.

    Raises
    ------
    InputError
    """
    try:
        days = [date.fromisoformat(one) for one in dates]
    except ValueError as error:
        raise InputError(f"“{' '.join(dates)}” are not dates; write them such as 2015-04-17.") from error
    if len(days) != 2 or days[0] == days[1]:
        raise InputError("An interferogram has two dates; give both, such as 2015-04-17 2015-04-29.")
