"""The folder of an archive's results: records, settings and the lock of the one client that writes."""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from ..engine.errors import InputError, OutputError
from ..engine.output.atomic import replacing
from ..engine.settings import Settings
from .record import HEATMAP, SCHEMA, THUMBNAIL
from .scene import Scene

ABOUT, LOCK, LOG, RECORDS = "archive.json", "archive.lock", "archive.log", "records"
FILES = {HEATMAP: ("heatmaps", ".tif"), THUMBNAIL: ("thumbnails", ".png")}
"""Kinds of files beside the records: their folder and the end of their name."""
SUFFIX = ".json"
DISK_ADVICE = "make room on the disk, then run the same command again; it continues"


class ArchiveFolder:
    """Results of one archive.

    Parameters
    ----------
    path : str
        Created if it is missing.

    Raises
    ------
    OutputError
        When the folder cannot be created.
    """

    def __init__(self, path: str) -> None:
        self.path = Path(path).expanduser().absolute()
        try:
            (self.path / RECORDS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"The folder “{path}” cannot be created ({error.strerror}); choose another folder."
            ) from error

    @property
    def log(self) -> Path:
        """Path of the log."""
        return self.path / LOG

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other clients out; the system frees the lock when this process ends, however it ends.

        Raises
        ------
        InputError
            When another client works in this folder.
        """
        with open(self.path / LOCK, "a+", encoding="utf-8") as file:
            if not _lock(file.fileno()):
                raise InputError(
                    f"Another run works in “{self.path}”; wait until it ends, or choose another folder."
                )
            yield

    def prepare(self, settings: Settings) -> None:
        """Note the settings in a new folder, and refuse to mix results of different ones in an old folder.

        Raises
        ------
        InputError, OutputError
        """
        about = {"schema": SCHEMA, "settings": json.loads(json.dumps(dataclasses.asdict(settings)))}
        path = self.path / ABOUT
        if not path.exists():
            write_json(path, about)
            return
        earlier = _read(path)
        if earlier.get("schema") != SCHEMA:
            raise InputError(
                f"“{self.path}” holds results of another version of QuakeFringe; choose a new folder."
            )
        other = sorted(
            name for name, value in about["settings"].items() if earlier["settings"].get(name) != value
        )
        if other:
            raise InputError(
                f"“{self.path}” holds results with other options ({', '.join(other)}); use the same options "
                "or a new folder."
            )

    def record_path(self, key: str) -> Path:
        """Where the record of a scene is kept; 256 folders share the records."""
        return self.path / RECORDS / key[:2] / f"{key}{SUFFIX}"

    def commit(self, record: dict[str, Any], files: Optional[Mapping[str, bytes]] = None) -> None:
        """Write the files of a scene, and then its record; each appears whole or not at all.

        Parameters
        ----------
        record : dict
        files : mapping of str to bytes, optional
            Contents by kind (`FILES`). The record names them under "files", relative to this folder.

        Raises
        ------
        OutputError
            When one cannot be written, such as on a full disk.
        """
        key, names = record["key"], {}
        for kind, content in (files or {}).items():
            folder, suffix = FILES[kind]
            names[kind] = f"{folder}/{key[:2]}/{key}{suffix}"
            path = self.path / names[kind]
            with replacing(path, DISK_ADVICE) as temporary:
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary.write_bytes(content)
        write_json(self.record_path(key), {**record, "files": names} if names else record)

    def records(self) -> Iterator[dict[str, Any]]:
        """All records, by key.

        Raises
        ------
        InputError
            When a record is damaged.
        """
        for folder in sorted(self._shards()):
            for name in sorted(_json_names(folder)):
                yield _read(folder / name)

    def missing(self, scenes: list[Scene], retry_failed: bool) -> list[Scene]:
        """Scenes without a record and, if asked for, those that failed."""
        known = {name[: -len(SUFFIX)] for folder in self._shards() for name in _json_names(folder)}
        if retry_failed:
            known -= {record["key"] for record in self.records() if record["status"] == "failed"}
        return [scene for scene in scenes if scene.key not in known]

    def _shards(self) -> list[Path]:
        """The folders that share the records."""
        with os.scandir(self.path / RECORDS) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir()]


def _json_names(folder: Path) -> Iterator[str]:
    """Names of the JSON files in a folder; files that are just being written begin with a dot."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(SUFFIX) and not entry.name.startswith("."):
                yield entry.name


def write_json(path: Path, data: Any) -> None:
    """Write JSON; the file appears whole or not at all.

    Raises
    ------
    OutputError
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    with replacing(path, DISK_ADVICE) as temporary:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8", errors="surrogateescape")


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError) as error:
        raise InputError(
            f"“{path}” is damaged ({error}); remove it and run the same command again."
        ) from error
    if not isinstance(data, dict):
        raise InputError(f"“{path}” is damaged; remove it and run the same command again.")
    return data


def _lock(descriptor: int) -> bool:
    """Lock an open file for this process; returns whether that worked."""
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
