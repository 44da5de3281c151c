"""From open interferograms to looks: the part around a box, in metres, with the direction of each pixel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional, Union

from ..errors import InputError
from ..interferogram import Interferogram
from .look import Look

LonLatExtent = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84)."""


def looks_from_scenes(
    scenes: Sequence[Interferogram],
    extent: Optional[LonLatExtent] = None,
    *,
    heading: Union[float, Sequence[float], None] = None,
    incidence: Union[float, Sequence[float], None] = None,
    wavelength: Optional[float] = None,
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
    raise NotImplementedError
