"""How many threads to use, and keeping BLAS from starting its own meanwhile.

Small matrices gain little from a second BLAS thread, and everything between the products runs on one; whole
tiles side by side use all cores. For that BLAS is asked for one thread while the tiles run. OpenBLAS, which
numpy nearly always comes with, has functions for it; they are looked up in the library that is loaded
already.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from ..numerics.blas import loaded_libraries, open_library
from ..numerics.openblas import function

MOST = 16
"""Threads at most; more tiles at once would only compete for memory."""
_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_THREADED = ("openblas", "mkl", "blis", "atlas", "armpl")
_lock = threading.Lock()
_users = 0
_before: list[int] = []


def usable_threads() -> int:
    """Cores that this process may use; `OMP_NUM_THREADS` and `OPENBLAS_NUM_THREADS` lower it."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    for name in _LIMITS:
        text = os.environ.get(name, "")
        if text.isdigit() and int(text) > 0:
            count = min(count, int(text))
    return max(1, min(count, MOST))


Control = tuple[Callable[[], int], Callable[[int], None]]


@lru_cache(maxsize=1)
def blas_controls() -> tuple[Control, ...]:
    """Functions that tell and set the number of threads, for each OpenBLAS that is loaded."""
    found = []
    for path in loaded_libraries():
        library = open_library(path)
        get, put = function(library, "get_num_threads"), function(library, "set_num_threads")
        if get is not None and put is not None:
            get.restype, get.argtypes = ctypes.c_int, []
            put.restype, put.argtypes = None, [ctypes.c_int]
            found.append((get, put))
    return tuple(found)


def parallel_tiles() -> int:
    """How many tiles to run side by side: 1 where BLAS would start threads of its own in each of them."""
    names = [Path(path).name.lower() for path in loaded_libraries()]
    plain = any(name.startswith("libblas") for name in names) and not any(
        other in name for name in names for other in _THREADED
    )  # the reference BLAS has no threads at all
    return usable_threads() if blas_controls() or plain else 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep OpenBLAS at one thread; several threads may be inside at once."""
    global _users, _before  # noqa: PLW0603 - the number is the library's, not an object's
    controls = blas_controls()
    with _lock:
        if _users == 0:
            _before = [get() for get, _ in controls]
            for _, put in controls:
                put(1)
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                for (_, put), count in zip(controls, _before):
                    put(count)
