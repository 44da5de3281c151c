"""Output files that are written together or not at all.

Each file is written under a temporary name in its folder; when all are complete they are renamed. When
anything fails (the disk is full, the user cancels), the temporary files are removed and existing files stay
as they were.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Optional

from ..errors import OutputError
from .leftovers import remove_leftovers

COMPANIONS = ("-journal", "-wal", "-shm", ".aux.xml")
"""Files that SQLite and GDAL may leave beside another."""


@dataclass(frozen=True)
class _Staged:
    target: str
    temporary: str


class Transaction:
    """A context in which files are staged, written and committed.

    Leaving the context without `commit` removes everything that was written.
    """

    def __init__(self) -> None:
        self._token = uuid.uuid4().hex[:8]
        self._staged: list[_Staged] = []
        self._done = False

    def __enter__(self) -> Transaction:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if not self._done:
            self._remove()

    def stage(self, target: str) -> str:
        """A temporary name with the same suffix; write to it instead of `target`."""
        target = os.path.abspath(target)
        folder, name = os.path.split(target)
        if not any(os.path.dirname(file.target) == folder for file in self._staged):
            remove_leftovers(folder)
        stem, suffix = os.path.splitext(name)
        temporary = os.path.join(folder, f".{stem[:100]}.{self._token}{suffix}")
        self._staged.append(_Staged(target, temporary))
        return temporary

    def commit(self) -> None:
        """Rename all files to their targets; on failure the existing files are restored.

        Raises
        ------
        OutputError
            When a file cannot be renamed, for instance because another program has it open.
        """
        kept: list[_Staged] = []
        moved: list[_Staged] = []
        try:
            for file in self._staged:
                if os.path.lexists(file.target):
                    old = _Staged(file.target, file.temporary + ".old")
                    os.replace(file.target, old.temporary)
                    kept.append(old)
                os.replace(file.temporary, file.target)
                moved.append(file)
        except OSError as error:
            for file in moved:
                _discard(file.target)
            for old in kept:
                os.replace(old.temporary, old.target)
            self._remove()
            raise OutputError(
                f"“{error.filename2 or error.filename}” cannot be replaced ({error.strerror}); "
                "close the program that has it open, or choose another name."
            ) from error
        self._done = True
        for old in kept:
            _discard(old.temporary)

    def _remove(self) -> None:
        for file in self._staged:
            _discard(file.temporary)
            for companion in COMPANIONS:
                _discard(file.temporary + companion)


def write_bytes(path: str, data: bytes) -> None:
    """Write a file and flush it to the disk.

    Raises
    ------
    OutputError
        When the disk is full or the folder cannot be written to.
    """
    try:
        with open(path, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to “{os.path.dirname(path)}” ({error.strerror or error}); "
            "free some space or choose another folder."
        ) from error


def check_target(path: str, suffixes: Sequence[str], what: str, inputs: Sequence[str] = ()) -> str:
    """Check before a long run that an output file can be written.

    Parameters
    ----------
    path : str
    suffixes : sequence of str
        Allowed suffixes, in lower case with the dot.
    what : str
        Name of the output in messages, such as "heatmap".
    inputs : sequence of str
        Files that must not be overwritten.

    Returns
    -------
    str
        The absolute path.

    Raises
    ------
    OutputError
        When the suffix is wrong, the folder is missing or read-only, or the path is a folder or an input.
    """
    path = os.path.abspath(os.fspath(path))
    folder, name = os.path.split(path)
    if not name.lower().endswith(tuple(suffixes)):
        endings = " or ".join(suffixes)
        raise OutputError(f"The {what} cannot be named “{name}”; choose a name that ends in {endings}.")
    if os.path.isdir(path):
        raise OutputError(
            f"The {what} cannot be written to “{path}”, which is a folder; give the name of a file."
        )
    if not os.path.isdir(folder):
        raise OutputError(
            f"The folder “{folder}” for the {what} does not exist; create it or choose another."
        )
    for other in inputs:
        if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
            raise OutputError(f"The {what} would overwrite the input file “{name}”; choose another name.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"The folder “{folder}” for the {what} cannot be written to ({error.strerror}); choose another."
        ) from error
    return path


def _discard(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        return
    except OSError:
        return  # the error that led here matters more than a file that cannot be removed
