"""Headers of ROI_PAC (.rsc): size, dates and position, and whether a header can belong to a file at all.

MintPy writes .rsc files beside the data of every processor, also beside GAMMA's and ISCE2's, whose binaries
have one band where ROI_PAC's have two.
"""

from __future__ import annotations

from typing import Optional

from ..errors import InputError
from ..raster.grid import Grid
from .containers.gdalio import file_size, read_text, short_name
from .containers.georeference import MAX_SIDE, check_transform
from .containers.hdf5 import as_number, crs_of
from .names import iso_date

Header = dict[str, str]


def read_header(path: str) -> Header:
    """Keys and values of an .rsc file.

    Raises
    ------
    InputError
        When it holds no possible width and length.
    """
    pairs = [line.split(None, 1) for line in read_text(path, 2**17).splitlines()]
    # MintPy adds keys of the source in lower case: those in upper case are ROI_PAC's own, and count
    pairs.sort(key=lambda pair: bool(pair) and pair[0].isupper())
    header = {pair[0].upper(): pair[1].strip() for pair in pairs if len(pair) == 2}
    width, height = (as_number(header.get(key)) for key in ("WIDTH", _length_key(header)))
    if not width or not height or not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise InputError(
            f"The header “{short_name(path)}” states no possible WIDTH and FILE_LENGTH, so it is damaged or "
            f"of another kind; fetch it again. The file that it describes may be good."
        )
    return header


def is_usable(path: str) -> bool:
    """Whether an .rsc file states a size."""
    try:
        read_header(path)
    except InputError:
        return False
    return True


def size_of(header: Header) -> tuple[int, int]:
    """Width and length in pixels of a header that `read_header` returned."""
    return int(float(header["WIDTH"])), int(float(header[_length_key(header)]))


def _length_key(header: Header) -> str:
    return "FILE_LENGTH" if "FILE_LENGTH" in header else "LENGTH"


def check_fits(path: str, header: Header, pixel_bytes: tuple[int, ...]) -> int:
    """Bytes of a pixel of a file, for which its header must fit.

    Parameters
    ----------
    path : str
        The file; its header has the same name and .rsc.
    pixel_bytes : tuple of int
        What a pixel can have; the usual number first.

    Raises
    ------
    InputError
        When the file has another size; the message blames the header unless bytes may be missing.
    """
    width, height = size_of(header)
    size, name = file_size(path), short_name(path)
    for one in pixel_bytes:
        if size == width * height * one:
            return one
    needed = width * height * pixel_bytes[0]
    blame = f"the header belongs to another file; put the one of “{name}” beside it"
    if 0 <= size < needed:
        blame = f"the header belongs to another file, or “{name}” is cut short; fetch both again"
    raise InputError(
        f"The header “{name}.rsc” states {width} × {height} pixels, which are {needed} bytes, but “{name}” "
        f"has {size}: {blame}."
    )


def dates_of_header(header: Header) -> tuple[str, str]:
    """ISO dates from DATE12 (yymmdd-yymmdd or yyyymmdd-yyyymmdd); empty when missing."""
    parts = header.get("DATE12", header.get("DATE", "")).replace("_", "-").split("-")
    dates = [
        iso_date(_century(part.strip()) + part.strip()) if len(part.strip()) in (6, 8) else ""
        for part in parts
    ]
    return (dates[0], dates[1]) if len(dates) == 2 else ("", "")


def _century(text: str) -> str:
    if len(text) == 8:
        return ""
    return "19" if text[:1] in "789" else "20"


def grid_of_header(header: Header, wkt: Optional[str], title: str) -> Grid:
    """X_FIRST and Y_FIRST are the outer corner of the first pixel, in degrees unless X_UNIT differs.

    Parameters
    ----------
    header : dict
    wkt : str, optional
        The coordinate system as GDAL knows it.
    title : str
        Name of the header for messages.
    """
    width, height = size_of(header)
    x, dx, y, dy = (as_number(header.get(name)) for name in ("X_FIRST", "X_STEP", "Y_FIRST", "Y_STEP"))
    if x is None or dx is None or y is None or dy is None:
        return Grid(width, height, (0.0, 1.0, 0.0, 0.0, 0.0, -1.0), "")
    code = as_number(header.get("EPSG"))
    degrees = header.get("X_UNIT", "degrees").lower().startswith("deg")
    crs = crs_of(code, title) if code else wkt or (crs_of(4326, title) if degrees and abs(x) <= 360 else "")
    return Grid(width, height, check_transform((x, dx, 0, y, 0, dy), title), crs)
