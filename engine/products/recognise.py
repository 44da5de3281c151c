"""Is this a product that a map program would load badly? Answered from names and first bytes alone.

For drag and drop: what is recognised here is opened by the readers, all else is left to the program. Plain
rasters, GeoTIFFs of products included, are left alone; no HDF5 or raster file is opened.
"""

from __future__ import annotations

import os
import re
from typing import Optional

from ..errors import InputError
from . import gmtsar, hyp3, isce, licsar, nsbas, roipac, snap
from .containers.gdalio import read_bytes, short_name
from .containers.hdf5check import SIGNATURE
from .location import ARCHIVES, ProductLocation, locate

_HDF5 = (
    ("NISAR GUNW", re.compile(r"^NISAR_.*GUNW.*\.(h5|hdf5)$", re.IGNORECASE)),
    ("ARIA S1-GUNW", re.compile(r"^S1-GUNW.*\.nc$", re.IGNORECASE)),
    ("MintPy", re.compile(r"^(geo_)?(ifgramStack|timeseries|velocity)\w*\.(h5|he5)$")),
)
_BY_NAME = (licsar, hyp3, isce, roipac, gmtsar, snap, nsbas)
"""Families that are found by the names of files alone."""
_RAW = re.compile(r"\.(unw|int|flat)(\.geo)?$")
"""Flat binaries: a program would show their amplitude, or complex numbers as nothing."""


def recognise(path: str) -> str:
    """The family of a file, folder or archive; empty when it is none, or one that needs no help.

    Parameters
    ----------
    path : str
        A local path. Folders and archives are listed, not read.
    """
    name = short_name(path)
    if os.path.isdir(path) or (name.lower().endswith(tuple(ARCHIVES)) and os.path.isfile(path)):
        return _of_many(path)
    for family, pattern in _HDF5:
        if pattern.match(name):
            return family if read_bytes(path, 8) == SIGNATURE else ""
    if name.lower().endswith(".dim"):
        return snap.NAME if b"Dimap_Document" in read_bytes(path, 2048) and _has_data(path) else ""
    if _RAW.search(name):
        location = _place(path)
        families = (isce, roipac) if location is not None else ()
        return next((one.NAME for one in families if location is not None and one.find(location)), "")
    return ""


def _of_many(path: str) -> str:
    location = _place(path)
    if location is None:
        return ""
    for family, pattern in _HDF5:
        if any(pattern.match(short_name(file)) for file in location.files):
            return family
    return next((family.NAME for family in _BY_NAME if family.find(location)), "")


def _place(path: str) -> Optional[ProductLocation]:
    try:
        return locate(path)
    except InputError:
        return None


def _has_data(path: str) -> bool:
    return os.path.isdir(path[: -len(".dim")] + ".data")
