"""Flat binaries without a header: what to say of them."""

from __future__ import annotations

import os
import re

from .containers.gdalio import file_size, read_bytes, short_name

_RAW_NAME = re.compile(
    r"\.(unw|int|flat|diff|cc|cor|coh|phs|phase|pha|ifg|los|disp|geo|bin|raw|rdr|flt|sm|adf)\d*(\.\w+)?$",
    re.IGNORECASE,
)
_HEADERS = ".hdr (ENVI), .rsc (ROI_PAC), .xml or .vrt (ISCE2), or .par (GAMMA)"


def raw_advice(path: str) -> str:
    """A sentence for a file that can only be numbers without a header; empty for anything else."""
    name = short_name(path)
    size, head = file_size(path), read_bytes(path, 512)
    if size <= 0 or size % 4 or not _RAW_NAME.search(name) or _is_text(head) or _has_signature(head):
        return ""
    beside = _parameter_files(path)
    other = f" The file {beside} beside it is of a kind that is not known here." if beside else ""
    return (
        f"“{name}” cannot be opened: it is {size // 4} numbers of 4 bytes without a header for the size "
        f"and the position.{other} Put a header beside it: {_HEADERS}."
    )


def _parameter_files(path: str) -> str:
    folder, name = os.path.split(path)
    stems = {name, name.split(".", maxsplit=1)[0]}
    for stem in sorted(stems, key=len, reverse=True):
        for ending in (".par", ".hdr", ".rsc", ".txt", ".meta", ".xml"):
            if os.path.exists(os.path.join(folder, stem + ending)):
                return stem + ending
    return ""


def _is_text(head: bytes) -> bool:
    printable = sum(32 <= byte < 127 or byte in (9, 10, 13) for byte in head)
    return printable > 0.95 * len(head)


def _has_signature(head: bytes) -> bool:
    return head.startswith((b"II*", b"MM\0*", b"\x89PNG", b"\x89HDF", b"CDF", b"PK\x03\x04", b"GIF8"))
