"""Several output files that appear together, or not at all.

Each file is written under a temporary name in its own folder; when all are there they are renamed.
Whatever goes wrong, disk full and cancel included, the temporary files are removed and files that
were there before stay as they were.
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

COMPANIONS = ("-journal", "-wal", "-shm", ".aux.xml")
"""What databases and GDAL may leave beside a file."""


@dataclass(frozen=True)
class _Staged:
    target: str
    temporary: str


class Transaction:
    """Use as a context: `check` and `stage` files, write them, then `commit`.

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
        """A temporary name, with the same suffix, to write instead of `target`."""
        target = os.path.abspath(target)
        folder, name = os.path.split(target)
        stem, suffix = os.path.splitext(name)
        temporary = os.path.join(folder, f".{stem[:100]}.{self._token}{suffix}")
        self._staged.append(_Staged(target, temporary))
        return temporary

    def commit(self) -> None:
        """Move all files to their places; those already there are replaced, or all kept on failure.

        Raises
        ------
        OutputError
            When a file cannot be moved, for instance because another program holds it open.
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
                "close whatever holds it open, or choose another name."
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
    """Write a file and see it onto the disk.

    Raises
    ------
    OutputError
        When the disk is full or the folder cannot be written.
    """
    try:
        with open(path, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise OutputError(
            f"The results cannot be written to “{os.path.dirname(path)}” ({error.strerror or error}); "
            "free some space there, or choose another folder."
        ) from error


def check_target(path: str, suffixes: Sequence[str], what: str, inputs: Sequence[str] = ()) -> str:
    """Refuse, before the long run, a place that cannot be written.

    Parameters
    ----------
    path : str
    suffixes : sequence of str
        Endings that the file may have, lower case with the dot.
    what : str
        What is written, for the message.
    inputs : sequence of str
        Files that must not be overwritten.

    Returns
    -------
    str
        The absolute path.

    Raises
    ------
    OutputError
        When the ending is wrong, the folder is missing or read-only, or the path is a folder or an input.
    """
    path = os.path.abspath(os.fspath(path))
    folder, name = os.path.split(path)
    if not name.lower().endswith(tuple(suffixes)):
        endings = " or ".join(suffixes)
        raise OutputError(f"The {what} cannot be called “{name}”; give it a name that ends in {endings}.")
    if os.path.isdir(path):
        raise OutputError(f"The {what} cannot be written to “{path}”, which is a folder; name a file in it.")
    if not os.path.isdir(folder):
        raise OutputError(f"The folder “{folder}” for the {what} is missing; create it, or choose another.")
    for other in inputs:
        if os.path.exists(path) and os.path.exists(other) and os.path.samefile(path, other):
            raise OutputError(f"The {what} would overwrite the input “{name}”; choose another name.")
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(
            f"The folder “{folder}” for the {what} cannot be written ({error.strerror}); choose another one."
        ) from error
    return path


def _discard(path: str) -> None:
    try:
        os.remove(path)
    except FileNotFoundError:
        return
    except OSError:
        return  # nothing more can be done, and the first error is the one to tell
