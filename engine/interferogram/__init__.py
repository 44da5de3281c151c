"""Interferograms: `open_interferogram` finds the reader and returns an `Interferogram`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional, Union

from ..errors import InputError
from ..products import list_layers
from ..products.model import Quantity
from ..raster.grid import Grid
from .frames import join_frames
from .opening import OpenOptions, open_one
from .scene import Interferogram

__all__ = ["Grid", "Interferogram", "Quantity", "list_layers", "open_interferogram"]


def open_interferogram(
    path: Union[str, Sequence[str]],
    band: Optional[int] = None,
    quantity: Union[Quantity, str, None] = None,
    wavelength: Optional[float] = None,
    *,
    layer: Optional[str] = None,
    unit: Optional[str] = None,
    positive: Optional[str] = None,
    coherence_threshold: Optional[float] = None,
    use_masks: bool = True,
    date: Optional[str] = None,
    corrections: Union[str, Iterable[str], None] = None,
    dem: Optional[str] = None,
    dem_crs: Optional[str] = None,
    crs: Optional[str] = None,
    nodata: Optional[float] = None,
    cell: Optional[float] = None,
    product: Optional[str] = None,
    pixel_m: Optional[float] = None,
    acquired: Optional[Sequence[str]] = None,
) -> Interferogram:
    """Open an interferogram: a raster, or a product's file, folder or archive as delivered.

    Parameters
    ----------
    path : str or sequence of str
        File, folder, zip or tar archive, or GDAL path; several frames of one track and pass are joined.
    band : int, optional
        Band of a plain raster, from 1.
    quantity : Quantity or str, optional
        "wrapped", "unwrapped", "displacement" (or "displacement_cm", "displacement_mm"). Of a product
        with several layers it chooses the layer; of one raster it says what the values are.
    wavelength : float, optional
        Metres; overrides the product's.
    layer : str, optional
        Key of a layer, or a part of it, such as "frequencyB" or "VV"; see `list_layers`.
    unit : str, optional
        "rad", "m", "cm" or "mm"; overrides the source's.
    positive : str, optional
        "toward" or "away" (from the satellite); overrides the source's.
    coherence_threshold : float, optional
        0 to 1: pixels with less coherence are not valid; 0 keeps all. By default the product's own.
    use_masks : bool
        Whether water masks, subswath masks and connected components take pixels out.
    date : str, optional
        Of a time series or stack: a date, such as "2020-01-13", or a pair, such as "20200101_20200113". By
        default the largest step.
    corrections : str or iterable of str, optional
        Corrections that the product delivers but does not apply, to be subtracted: "none" (the default),
        "all", or names such as "ionosphere,solid_earth_tides".
    dem : str, optional
        Elevation model for corrections that depend on the elevation; by default the product's own.
    dem_crs : str, optional
        Coordinate system of that model, such as "EPSG:32611" or WKT; by default its file's own.
    crs : str, optional
        Coordinate system of the raster, such as "EPSG:32611" or WKT; by default the file's own.
    nodata : float, optional
        A stored value that has no data, beside those that the file declares.
    cell : float, optional
        Size in metres of the cells into which a table of points is averaged; by default 100.
    product : str, optional
        "plain": a plain raster, whatever product its name or its tags suggest.
    pixel_m : float, optional
        Width of a pixel on the ground in metres, for rasters without a coordinate system.
    acquired : sequence of str, optional
        ISO dates of the two acquisitions; by default the product's.

    Raises
    ------
    InputError
        When it is no interferogram or cannot be read; the message says what to do.
    """
    options = OpenOptions(
        band=band,
        quantity=quantity,
        wavelength=wavelength,
        layer=layer,
        unit=unit,
        positive=positive,
        coherence_threshold=coherence_threshold,
        use_masks=use_masks,
        date=date,
        corrections=corrections,
        dem=dem,
        dem_crs=dem_crs,
        crs=crs,
        nodata=nodata,
        cell=cell,
        product=product,
        pixel_m=pixel_m,
        acquired=None if acquired is None else tuple(acquired),
    )
    options.check()
    several = not isinstance(path, str) and isinstance(path, Sequence)
    paths = dict.fromkeys(str(one) for one in (path if several else [path]))
    if not paths:
        raise InputError("No interferogram was given; choose a file, a folder or a zip archive.")
    return join_frames([open_one(one, options) for one in paths])
