"""Matrix products by the fast BLAS, also inside QGIS.

On Linux, symbols are looked up in the program's own libraries first. QGIS links GSL, which brings a plain C
BLAS. A numpy that links the system's BLAS then gets its ``cblas_sgemm`` from GSL: the results are the same,
but the network takes ten times as long. In that case products call OpenBLAS through its own handle. In all
other cases they are numpy's.
"""

from __future__ import annotations

import ctypes
import logging
import sys
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Optional

import numpy as np

from .openblas import CORETYPE, better_kernel, kernel, processor_flags

logger = logging.getLogger(__name__)

Step = Callable[[], Any]

_ROW_MAJOR, _AS_IS, _TRANSPOSED = 101, 111, 112
_INT, _POINTER = ctypes.c_int, ctypes.c_void_p
_ROUTINES = (
    ("cblas_s{}", ctypes.c_int),
    ("cblas_s{}64_", ctypes.c_int64),
    ("scipy_cblas_s{}", ctypes.c_int),
    ("scipy_cblas_s{}64_", ctypes.c_int64),
)
"""Names of BLAS' products, the standard ones first, and the integer type of their sizes."""


def mapped_files() -> list[str]:
    """Paths of all files mapped into this process (Linux); empty elsewhere."""
    try:
        lines = Path("/proc/self/maps").read_text(errors="replace").splitlines()
    except OSError:
        return []
    return sorted({line.split(maxsplit=5)[5] for line in lines if line.count(" ") and "/" in line})


def loaded_libraries() -> list[str]:
    """Paths of the BLAS libraries that this process has loaded (Linux) or that numpy ships (elsewhere)."""
    if sys.platform.startswith("linux"):
        names = [(path, Path(path).name) for path in mapped_files()]
        return [path for path, name in names if "blas" in name.lower() or "mkl" in name]
    package = Path(np.__file__).parent
    folders = (package / ".dylibs", package.parent / "numpy.libs", package / ".libs")
    return [str(path) for folder in folders for path in folder.glob("*openblas*")]


def open_library(path: Optional[str]) -> Any:
    """Open a library, or the program itself if `path` is None; None if that fails."""
    try:
        return ctypes.CDLL(path)
    except (OSError, TypeError):
        return None


def _address(library: Any, name: str) -> Optional[int]:
    function = getattr(library, name, None)
    return None if function is None else ctypes.cast(function, _POINTER).value


@lru_cache(maxsize=1)
def bypass() -> Optional[tuple[Any, Any]]:
    """OpenBLAS' own ``cblas_sgemm`` and ``cblas_sgemv`` where another BLAS hides them; None elsewhere."""
    pair = routines(_hidden())
    if pair is not None:
        logger.info("Another BLAS hides OpenBLAS from numpy; matrix products call OpenBLAS directly")
    return pair


def routines(library: Any) -> Optional[tuple[Any, Any]]:
    """A library's ``cblas_sgemm`` and ``cblas_sgemv``, ready to be called; None if it lacks them."""
    for name, integer in _ROUTINES:
        gemm = getattr(library, name.format("gemm"), None)
        gemv = getattr(library, name.format("gemv"), None)
        if gemm is not None and gemv is not None:
            step, scalar = [_POINTER, integer], ctypes.c_float
            gemm.argtypes = [_INT] * 3 + [integer] * 3 + [scalar, *step, *step, scalar, *step]
            gemv.argtypes = [_INT] * 2 + [integer] * 2 + [scalar, *step, *step, scalar, *step]
            gemm.restype = gemv.restype = None
            return gemm, gemv
    return None


def kernels() -> str:
    """The kernels that OpenBLAS runs here, with advice if they are too old; empty without OpenBLAS."""
    path = _openblas()
    chosen = kernel(open_library(path)) if path else ""
    better = better_kernel(chosen, processor_flags())
    if better is None:
        return chosen
    return f"{chosen}, too old for this processor; set {CORETYPE}={better} before the program starts"


def _openblas() -> str:
    """Path of the OpenBLAS that numpy uses: its own if it has one, else the system's; empty if none."""
    paths = [path for path in loaded_libraries() if "openblas" in Path(path).name]
    return min(paths, key=lambda path: ("numpy" not in path, "scipy" in path), default="")


def _hidden() -> Optional[Any]:
    """The OpenBLAS whose symbols another library hides; None if there is none."""
    if not sys.platform.startswith("linux"):
        return None
    first = _address(open_library(None), "cblas_sgemm")
    if first is None:
        return None
    for path in loaded_libraries():
        library = open_library(path)
        own = _address(library, "cblas_sgemm")
        if own is not None and own != first and hasattr(library, "openblas_get_num_threads"):
            return library
    return None


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> Step:
    """Prepare a call that writes ``a @ b`` to `out`.

    Parameters
    ----------
    a : ndarray, shape (..., M, K)
    b : ndarray, shape (..., K, N) or (K,)
    out : ndarray, shape (..., M, N) or (..., M)
        The call keeps the arrays' addresses, so their memory must not move.

    Returns
    -------
    callable
        Without arguments.
    """
    direct = bypass()
    plain = partial(np.matmul, a, b, out=out)
    if direct is None or any(array.dtype != np.float32 or not array.size for array in (a, b, out)):
        return plain
    gemm, gemv = direct
    calls = _vector_calls(a, b, out) if b.ndim == 1 else _matrix_calls(a, b, out)
    return plain if calls is None else partial(_run, gemv if b.ndim == 1 else gemm, calls, (a, b, out))


def matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """``a @ b`` for matrices or stacks of matrices, computed like `product`."""
    if bypass() is None:
        return np.asarray(a @ b)
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    out = np.empty((*stack, a.shape[-2], b.shape[-1]), np.result_type(a, b))
    product(a, b, out)()
    return out


def _run(function: Any, calls: list[tuple[Any, ...]], _alive: tuple[np.ndarray, ...]) -> None:
    """Make the calls; `_alive` keeps the memory that they point to."""
    for arguments in calls:
        function(*arguments)


def _layout(array: np.ndarray) -> Optional[tuple[int, int]]:
    """Order of the last two axes for BLAS and their leading dimension; None where BLAS cannot read them."""
    rows, columns = (stride // array.itemsize for stride in array.strides[-2:])
    high, wide = array.shape[-2:]
    if (columns == 1 or wide == 1) and rows >= wide:
        return _AS_IS, rows
    if (rows == 1 or high == 1) and columns >= high:
        return _TRANSPOSED, columns
    return None


def _matrix_calls(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> Optional[list[tuple[Any, ...]]]:
    """Arguments of ``cblas_sgemm`` for each matrix of the stack; None where BLAS cannot read the arrays."""
    layouts = [_layout(array) for array in (a, b, out)]
    if any(layout is None for layout in layouts) or layouts[2][0] != _AS_IS:  # type: ignore[index]
        return None
    (turn_a, step_a), (turn_b, step_b), (_, step_out) = layouts  # type: ignore[misc]
    stack = out.shape[:-2]
    left, right = np.broadcast_to(a, (*stack, *a.shape[-2:])), np.broadcast_to(b, (*stack, *b.shape[-2:]))
    rows, inner, columns = a.shape[-2], a.shape[-1], b.shape[-1]
    return [
        (
            *(_ROW_MAJOR, turn_a, turn_b, rows, columns, inner, 1.0),
            *(left[index].ctypes.data, step_a, right[index].ctypes.data, step_b),
            *(0.0, out[index].ctypes.data, step_out),
        )
        for index in np.ndindex(*stack)
    ]


def _vector_calls(a: np.ndarray, b: np.ndarray, out: np.ndarray) -> Optional[list[tuple[Any, ...]]]:
    """Arguments of ``cblas_sgemv`` for a matrix and a vector."""
    layout = _layout(a) if a.ndim == 2 else None
    if layout is None or layout[0] != _AS_IS or out.strides != (4,) or b.strides != (4,):
        return None
    pointers = (a.ctypes.data, layout[1], b.ctypes.data, 1, 0.0, out.ctypes.data, 1)
    return [(_ROW_MAJOR, _AS_IS, *a.shape, 1.0, *pointers)]
