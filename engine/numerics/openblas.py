"""What a loaded OpenBLAS says about itself, and whether its kernels suit the processor.

OpenBLAS chooses its kernels from a table of processors when it is loaded. A version older than the processor
does not find it in the table and may fall back to kernels of 2004, which make the network two to six times
slower. OpenBLAS' own environment variable ``OPENBLAS_CORETYPE`` overrides the choice; it must be set before
the program starts.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Optional

CORETYPE = "OPENBLAS_CORETYPE"
"""Environment variable that selects the kernels."""
WIDE_KERNELS = frozenset({"Haswell", "Zen", "SkylakeX", "Cooperlake", "SapphireRapids"})
"""Names of the kernels that use AVX2 or AVX-512."""
_NAMES = tuple(
    f"{prefix}_{{}}{suffix}" for prefix in ("openblas", "scipy_openblas") for suffix in ("", "64_", "_64")
)
"""Names under which builds of OpenBLAS export their own functions."""
_AVX2 = frozenset({"avx2", "fma"})
_AVX512 = _AVX2 | {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def function(library: Any, name: str) -> Any:
    """One of OpenBLAS' own functions, such as "get_num_threads"; None if the library is no OpenBLAS."""
    exported = (getattr(library, full.format(name), None) for full in _NAMES)
    return next((symbol for symbol in exported if symbol is not None), None)


def kernel(library: Any) -> str:
    """Name of the kernels that an open OpenBLAS has chosen; empty for other libraries."""
    core_name = function(library, "get_corename")
    if core_name is None:
        return ""
    core_name.restype, core_name.argtypes = ctypes.c_char_p, []
    return (core_name() or b"").decode("ascii", errors="replace")


def processor_flags() -> frozenset[str]:
    """Features of the processor, in Linux' words; empty where they are not known."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return frozenset()
    lines = (line.partition(":")[2] for line in text.splitlines() if line.startswith("flags"))
    return frozenset(next(lines, "").split())


def better_kernel(chosen: str, flags: Iterable[str]) -> Optional[str]:
    """The kernel that an x86 processor with `flags` should run if `chosen` is an older one, else None."""
    features = frozenset(flags)
    if not chosen or chosen in WIDE_KERNELS or not features >= _AVX2:
        return None
    return "SkylakeX" if features >= _AVX512 else "Haswell"
