"""Files and folders of a source, local or in one of GDAL's virtual file systems."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from osgeo import gdal

from ...engine.products.containers.gdalio import quiet

SCHEMES = {
    "https://": "/vsicurl/https://",
    "http://": "/vsicurl/http://",
    "s3://": "/vsis3/",
    "gs://": "/vsigs/",
}
"""How GDAL reads an address; it needs the rights to the store in its own environment variables."""
VIRTUAL = "/vsi"
IN_ARCHIVES = ("/vsizip/", "/vsitar/", "/vsigzip/")
"""File systems inside one file: such a path is a product and no folder of products."""
CHUNK_BYTES = 2**20
Folder = tuple[str, list[str], list[str]]
"""Path of a folder, names of its folders (those removed from the list are not entered), and of its files."""


def gdal_path(address: str) -> str:
    """An address as GDAL reads it; paths stay as they are."""
    for scheme, prefix in SCHEMES.items():
        if address.startswith(scheme):
            return prefix + address[len(scheme) :]
    return address[len("file://") :] if address.startswith("file://") else address


def is_folder(path: str) -> bool:
    """Whether a path is a folder whose files can be listed."""
    if not path.startswith(VIRTUAL):
        return os.path.isdir(path)
    if path.startswith(IN_ARCHIVES):
        return False
    with quiet():
        status = gdal.VSIStatL(path, gdal.VSI_STAT_EXISTS_FLAG | gdal.VSI_STAT_NATURE_FLAG)
    return status is not None and bool(status.IsDirectory())


def walk(folder: str, refuse: Callable[[OSError], None]) -> Iterator[Folder]:
    """A folder and all below it, as `os.walk` gives them.

    Parameters
    ----------
    folder : str
    refuse : callable
        Called with the error of a folder that cannot be read.
    """
    if not folder.startswith(VIRTUAL):
        yield from os.walk(os.path.abspath(folder), onerror=refuse)
        return
    top = folder.rstrip("/")
    names = gdal.ReadDir(top)
    if names is None:
        refuse(OSError(0, "GDAL cannot list it", top))
        return
    names = [name.rstrip("/") for name in names if name not in (".", "..")]
    folders = [name for name in names if is_folder(f"{top}/{name}")]
    yield top, folders, [name for name in names if name not in set(folders)]
    for name in folders:
        yield from walk(f"{top}/{name}", refuse)


def read_bytes(path: str) -> bytes:
    """The whole of a file.

    Raises
    ------
    OSError
        When it cannot be read.
    """
    if not path.startswith(VIRTUAL):
        with open(path, "rb") as file:
            return file.read()
    try:
        source = gdal.VSIFOpenL(path, "rb")
    except RuntimeError as error:
        raise OSError(0, str(error), path) from error
    if source is None:
        raise OSError(0, "GDAL cannot read it", path)
    parts = []
    try:
        while part := gdal.VSIFReadL(1, CHUNK_BYTES, source):
            parts.append(bytes(part))
    finally:
        gdal.VSIFCloseL(source)
    return b"".join(parts)
