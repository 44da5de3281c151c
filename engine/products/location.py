"""What a path leads to: a file with its neighbours, a folder, or an archive as delivered."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Optional

from osgeo import gdal

from ..errors import InputError
from .connection import connection, plain_path, refuse_remote
from .containers.gdalio import exists, quiet, short_name

MAX_FILES = 20_000
MAX_DEPTH = 4
ARCHIVES = {".zip": "/vsizip/", ".tar": "/vsitar/", ".tgz": "/vsitar/", ".tar.gz": "/vsitar/"}


@dataclass(frozen=True)
class ProductLocation:
    """A path as files that belong together.

    Attributes
    ----------
    given : str
        The path as the user gave it.
    root : str
        Folder that all of `files` are relative to; an archive's inside for archives.
    files : tuple of str
        Paths below `root`, with forward slashes; for a file: the names beside it.
    named : str
        The file that the path names, relative to `root`; empty for folders and archives.
    subdataset : str
        GDAL's connection string of one raster inside the file (HDF5:"file"://path) when that was given.
    layer : str
        Its path inside the file, or the key of a layer; empty otherwise.
    cell_m : float
        Size of the cells in metres that the user chose for tables of points; 0: the default.
    """

    given: str
    root: str
    files: tuple[str, ...]
    named: str = ""
    subdataset: str = ""
    layer: str = ""
    cell_m: float = 0.0

    def path(self, name: str) -> str:
        """Full path of one of the files."""
        return f"{self.root}/{name}" if self.root else name

    def has(self, name: str) -> bool:
        """Whether a file exists; asks the file system when the folder cannot be listed."""
        return name in self.files or (not self.complete and exists(self.path(name)))

    @property
    def complete(self) -> bool:
        """Whether `files` is the whole folder (not so over plain HTTP)."""
        if self.named and self.root.startswith("/vsicurl"):
            return False
        return not self.root.startswith(("/vsis3", "/vsigs", "/vsiaz")) or len(self.files) > 1

    @property
    def absolute(self) -> str:
        """A path that leads here from anywhere."""
        if self.subdataset:
            return self.subdataset
        return self.path(self.named) if self.named else self.root

    @property
    def title(self) -> str:
        """Name for messages."""
        return short_name(self.named or self.given)

    def asked_for(self, names: Iterable[str]) -> ProductLocation:
        """This location with those of the names that exist, where the folder cannot be listed.

        Each name costs one request; where the folder was listed there are none.
        """
        if self.complete:
            return self
        existing = {name for name in names if name not in self.files and exists(self.path(name))}
        return replace(self, files=tuple(sorted({*self.files, *existing})))

    def candidates(self) -> tuple[str, ...]:
        """The named file alone, or all files of a folder or archive."""
        return (self.named,) if self.named else self.files

    def beside(self, name: str, *endings: str) -> Optional[str]:
        """First existing full path of `name` + ending."""
        for ending in endings:
            if self.has(name + ending):
                return self.path(name + ending)
        return None


def locate(path: str) -> ProductLocation:
    """What a path leads to.

    Raises
    ------
    InputError
        When it leads nowhere, or to something that is not a file.
    """
    given = str(path).strip()
    if not given:
        raise InputError("No interferogram was given; choose a file, a folder or a zip archive.")
    if re.match(r"^(https?|ftp|s3|gs|az)://", given, re.IGNORECASE):
        raise InputError(f"“{given}” is an address; give it as {_gdal_address(given)}, or download the file.")
    given = plain_path(given)
    refuse_remote(given)
    subdataset = layer = ""
    inside = connection(given)
    if inside is not None:
        subdataset, layer = inside.text, f"/{inside.inside}"
        if not inside.file:
            return ProductLocation("virtual raster", "", (), "virtual raster", subdataset)
        given = inside.file
    local = given if given.startswith("/vsi") else os.path.abspath(os.path.expanduser(given))
    if local.lower().endswith(".gz") and not local.lower().endswith(".tar.gz"):
        local = local if local.startswith("/vsi") else f"/vsigzip/{local}"
    archive = _archive_root(local)
    if archive:
        require_file(local)
        return ProductLocation(given, archive, _list_below(archive))
    if _is_folder(local):
        return ProductLocation(given, local.rstrip("/\\"), _list_below(local.rstrip("/\\")))
    require_file(local)
    root, name = _split(local)
    return ProductLocation(given, root, _names_beside(root, name), name, subdataset, layer)


def _gdal_address(address: str) -> str:
    """The path with which GDAL reads an address."""
    scheme, _, rest = address.partition("://")
    store = {"s3": "/vsis3/", "gs": "/vsigs/", "az": "/vsiaz/"}.get(scheme.lower())
    return f"{store}{rest}" if store else f"/vsicurl/{address}"


def require_file(path: str) -> None:
    """Refuse a path that leads nowhere.

    Raises
    ------
    InputError
    """
    if not exists(path):
        if path.startswith("/vsicurl"):
            raise InputError(f"“{path}” cannot be reached; check the address, or download the file.")
        raise InputError(f"“{short_name(path)}” does not exist; check the path {path}.")


def _split(path: str) -> tuple[str, str]:
    head, tail = os.path.split(path)
    return head.rstrip("/\\") if len(head) > 1 else head, tail


def _archive_root(path: str) -> str:
    """GDAL's path of an archive's inside; empty for everything else."""
    lower = path.lower()
    for ending, prefix in ARCHIVES.items():
        if lower.endswith(ending):
            return path.rstrip("/") if path.startswith(prefix) else prefix + path
    return ""


def _is_folder(path: str) -> bool:
    with quiet():
        try:
            stat = gdal.VSIStatL(path)
        except RuntimeError:
            return False
    return stat is not None and bool(stat.IsDirectory())


def _names_beside(root: str, name: str) -> tuple[str, ...]:
    if root.startswith("/vsicurl"):
        return (name,)
    with quiet():
        try:
            names = gdal.ReadDir(root, MAX_FILES) or []
        except RuntimeError:
            names = []
    return tuple(sorted({n for n in names if n not in (".", "..")} | {name}))


def _list_below(root: str) -> tuple[str, ...]:
    """Files below a folder, breadth first, at most `MAX_FILES` and `MAX_DEPTH` deep."""
    files: list[str] = []
    folders = [""]
    for _ in range(MAX_DEPTH + 1):
        deeper: list[str] = []
        for folder in folders:
            for name, is_folder in _entries(f"{root}/{folder}" if folder else root):
                inside = f"{folder}/{name}" if folder else name
                (deeper if is_folder else files).append(inside)
            if len(files) + len(deeper) > MAX_FILES:
                raise InputError(
                    f"“{short_name(root)}” holds more than {MAX_FILES} files; choose the product itself."
                )
        folders = deeper
    return tuple(sorted(files))


def _entries(folder: str) -> list[tuple[str, bool]]:
    if not folder.startswith("/vsi"):
        try:
            with os.scandir(folder) as entries:
                return [(e.name, e.is_dir()) for e in entries]
        except OSError as error:
            why = error.strerror
            raise InputError(f"The folder “{folder}” cannot be read ({why}); check your rights.") from error
    with quiet():
        try:
            names = gdal.ReadDir(folder, MAX_FILES) or []
        except RuntimeError:
            names = []
    return [(n.rstrip("/"), _is_folder(f"{folder}/{n}")) for n in names if n not in (".", "..")]
