"""Temporary files that a killed process has left behind, removed by the next run in the same folder."""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress

STALE_S = 3600.0
"""Age from which a temporary file is abandoned: runs write their files at the end, within seconds."""
ABANDONED_FOLDER_S = 86_400.0
"""Age from which an empty folder of a run is abandoned; no search takes a day."""
_RUN_FOLDER = re.compile(r"_\d{8}T\d{6}(-\d+)?$")
"""End of the names that `run_folder.create_run_folder` gives."""
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


def remove_abandoned_folders(base: str) -> None:
    """Remove the folders of killed runs that hold no result; all others stay."""
    oldest = time.time() - ABANDONED_FOLDER_S
    with suppress(OSError), os.scandir(base) as entries:
        for entry in entries:
            if not _RUN_FOLDER.search(entry.name):
                continue
            with suppress(OSError):
                if entry.is_dir(follow_symlinks=False) and entry.stat().st_mtime < oldest:
                    remove_leftovers(entry.path)
                    os.rmdir(entry.path)  # refuses a folder that holds anything
