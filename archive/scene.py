"""One scene of an archive: where its interferogram is, and when it was taken."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from ..engine.products.names import dates_of

KEY_CHARACTERS = 20
"""Length of a scene's key: 80 bits, so that two of 10^9 scenes share one with a probability below 10^-6."""


@dataclass(frozen=True)
class Scene:
    """One interferogram to examine.

    Attributes
    ----------
    path : str
        Absolute path, or path in one of GDAL's virtual file systems.
    date : str
        Later acquisition as an ISO date; empty when it is not known.
    """

    path: str
    date: str = ""

    @property
    def key(self) -> str:
        """A short name that follows from the path alone, so that a scene is recognised in a later run."""
        digest = hashlib.sha256(self.path.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()[:KEY_CHARACTERS]


def scene_at(path: str, date: str = "") -> Scene:
    """The scene at a path; without a date, the later date in its file's or folder's name counts."""
    if not path.startswith("/vsi"):
        path = os.path.abspath(os.path.expanduser(path))
    parts = path.replace("\\", "/").rstrip("/").rsplit("/", 2)[-2:]
    dates = dates_of(parts[-1]) or dates_of(parts[0])
    return Scene(path, date[:10] or max(dates, default=""))
