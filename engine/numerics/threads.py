"""The number of threads to use, and the limit on BLAS' own threads.

Small matrices gain little from a second BLAS thread, and everything between the matrix products runs on one
thread. Tiles or faults that run in parallel use all cores, so BLAS is limited to one thread meanwhile.
OpenBLAS, which nearly every numpy uses, has functions for that; they are looked up in the loaded library.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Optional

from .blas import loaded_libraries, open_library
from .openblas import function

MAX_THREADS = 16
"""Maximum number of threads; more jobs in parallel would only compete for memory bandwidth."""
_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_THREADED = ("openblas", "mkl", "blis", "atlas", "armpl")
_lock = threading.Lock()
_users = 0
_before: list[int] = []
_limit: Optional[int] = None


def limit_threads(count: Optional[int]) -> None:
    """Limit the threads of runs that start and networks that are loaded from now on, beside `usable_threads`.

    Parameters
    ----------
    count : int, optional
        Maximum number; None: no further limit.
    """
    global _limit  # noqa: PLW0603 - the choice holds for the whole process
    _limit = count


def usable_threads() -> int:
    """Number of cores that this process may use, limited by `limit_threads`, `OMP_NUM_THREADS` and
    `OPENBLAS_NUM_THREADS`."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    for name in _LIMITS:
        text = os.environ.get(name, "")
        if text.isdigit() and int(text) > 0:
            count = min(count, int(text))
    return max(1, min(count, MAX_THREADS, _limit or MAX_THREADS))


Control = tuple[Callable[[], int], Callable[[int], None]]


@lru_cache(maxsize=1)
def blas_controls() -> tuple[Control, ...]:
    """Functions that get and set the number of threads, for each loaded OpenBLAS."""
    controls = []
    for path in loaded_libraries():
        library = open_library(path)
        get, put = function(library, "get_num_threads"), function(library, "set_num_threads")
        if get is not None and put is not None:
            get.restype, get.argtypes = ctypes.c_int, []
            put.restype, put.argtypes = None, [ctypes.c_int]
            controls.append((get, put))
    return tuple(controls)


def parallel_jobs() -> int:
    """Number of jobs to run in parallel: 1 if the threads of BLAS cannot be limited."""
    names = [Path(path).name.lower() for path in loaded_libraries()]
    reference = any(name.startswith("libblas") for name in names) and not any(
        other in name for name in names for other in _THREADED
    )  # the reference BLAS has no threads at all
    return usable_threads() if blas_controls() or reference else 1


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit OpenBLAS to one thread; several threads may enter this context at once."""
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
