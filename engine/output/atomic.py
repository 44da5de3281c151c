"""Files that are written under a temporary name and then renamed, so that nobody reads half a file."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..errors import OutputError


@contextmanager
def replacing(
    path: Path, advice: str = "", errors: tuple[type[Exception], ...] = (OSError,)
) -> Iterator[Path]:
    """Replace a file as a whole: write to the name given here; it becomes `path` when the block ends.

    When the block raises, the temporary file is removed and `path` stays as it was.

    Parameters
    ----------
    path : Path
    advice : str
        What to do when the file cannot be written; the end of the error's message.
    errors : tuple of exception types
        How the block reports that it cannot write.

    Yields
    ------
    Path
        A new name in the folder of `path`.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    temporary = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield temporary
        os.replace(temporary, path)
    except errors as error:
        reason = getattr(error, "strerror", None) or error
        ending = f"; {advice}" if advice else ""
        raise OutputError(f"{path.name} could not be written ({reason}){ending}.") from error
    finally:
        with suppress(OSError):
            os.remove(temporary)
