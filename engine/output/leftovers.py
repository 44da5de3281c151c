"""Temporary files that a killed process has left behind, removed by the next run in the same folder."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress

STALE_S = 3600.0
"""Age from which a temporary file is abandoned: runs write their files at the end, within seconds."""
_TEMPORARY = re.compile(
    r"^\..+\.[0-9a-f]{8}(\.part|\.(tiff?|qml|gpkg|json|html?|vrt)(-journal|-wal|-shm|\.aux\.xml)?)$"
)
"""Names that `transaction.Transaction` and `atomic.replacing` give. Kept old files (``.old``) do not match:
after a crash they may be the only copy."""


def remove_leftovers(folder: str) -> None:
    """Remove abandoned temporary files from a folder; what cannot be removed stays."""
    oldest = time.time() - STALE_S
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _TEMPORARY.match(entry.name):
                with suppress(OSError):
                    if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime < oldest:
                        os.remove(entry.path)
