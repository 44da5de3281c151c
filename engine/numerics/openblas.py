"""An OpenBLAS that knows the processor, where the one that is loaded does not.

OpenBLAS chooses its kernels by a table of processors when it is loaded. A version that is older than the
processor does not find it there, and some then take kernels of 2004 (Debian 12's 0.3.21 on recent Xeons: a
sixth of the speed). The variable ``OPENBLAS_CORETYPE`` overrules the table, but only while the library is
being loaded, which inside QGIS has long happened. So a second copy of the same file is loaded, with the
variable set; the loaded one, which others use, stays as it is.
"""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

CORETYPE = "OPENBLAS_CORETYPE"
THREADS = "OPENBLAS_NUM_THREADS"
WIDE = frozenset({"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"})
"""Names of kernels that use the wide registers of today's x86 processors."""
_NAMES = tuple(
    f"{prefix}_{{}}{suffix}" for prefix in ("openblas", "scipy_openblas") for suffix in ("", "64_", "_64")
)
"""How builds of OpenBLAS call their own functions."""
_AVX2 = frozenset({"avx2", "fma"})
_AVX512 = _AVX2 | {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def function(library: Any, name: str) -> Any:
    """OpenBLAS' own function, such as "get_num_threads", by the build's name for it; None: no OpenBLAS."""
    found = (getattr(library, full.format(name), None) for full in _NAMES)
    return next((one for one in found if one is not None), None)


def kernel(library: Any) -> str:
    """Name of the kernels that an open OpenBLAS has chosen; empty for other libraries."""
    told = function(library, "get_corename")
    if told is None:
        return ""
    told.restype, told.argtypes = ctypes.c_char_p, []
    return (told() or b"").decode("ascii", errors="replace")


def processor_flags() -> frozenset[str]:
    """What the processor and the system can do, in Linux' words; empty where that is not known."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    lines = (line.partition(":")[2] for line in text.splitlines() if line.startswith("flags"))
    return frozenset(next(lines, "").split())


def better_kernel(chosen: str, flags: Iterable[str]) -> Optional[str]:
    """The kernel that an x86 processor with `flags` should run, where `chosen` is an older one; else None."""
    has = frozenset(flags)
    if not chosen or chosen in WIDE or not has >= _AVX2:
        return None
    return "SkylakeX" if has >= _AVX512 else "Haswell"


def own_copy(path: str, name: str) -> Optional[Any]:
    """Load a second copy of an OpenBLAS, which takes the kernels `name` and one thread.

    Parameters
    ----------
    path : str
        The library's file.
    name : str
        As `better_kernel` gives.

    Returns
    -------
    ctypes.CDLL or None
        None where it does not work: the file is out of reach, the system forbids it, the library does not
        know the name.
    """
    if not hasattr(os, "memfd_create"):  # Linux has it
        return None
    try:
        # the loader takes a file that it has loaded already for the same library: a nameless copy is another
        handle = os.memfd_create("quakefringe")
    except OSError:
        return None
    try:
        with open(path, "rb") as source, open(handle, "wb", closefd=False) as target:
            shutil.copyfileobj(source, target, 1 << 20)
        with _environment({CORETYPE: name, THREADS: "1"}):
            # where the program has linked the first one, as QGIS has, the copy must see its own names first
            mode = os.RTLD_NOW | os.RTLD_LOCAL | getattr(os, "RTLD_DEEPBIND", 0)
            library = ctypes.CDLL(f"/proc/self/fd/{handle}", mode=mode)
    except OSError:
        os.close(handle)
        return None
    # the handle stays open: the loader goes by names, and this one must not come to mean another file
    return library if kernel(library) == name else None


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for a moment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
