"""A second copy of OpenBLAS with the processor's own kernels."""

import ctypes.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from quakefringe.engine.numerics import blas, openblas

AVX2 = {"sse2", "avx", "avx2", "fma"}
AVX512 = AVX2 | {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


@pytest.mark.parametrize(
    ("chosen", "flags", "expected"),
    [
        ("Prescott", AVX512, "SkylakeX"),
        ("Prescott", AVX2, "Haswell"),
        ("Sandybridge", AVX2, "Haswell"),
        ("Prescott", AVX512 - {"avx512vl"}, "Haswell"),
        ("Prescott", {"sse2", "avx"}, None),
        ("Prescott", set(), None),
        ("Haswell", AVX512, None),
        ("Zen", AVX2, None),
        ("", AVX512, None),
    ],
)
def test_kernels_far_older_than_the_processor_are_replaced(chosen, flags, expected):
    assert openblas.better_kernel(chosen, flags) == expected


@pytest.fixture
def loaded():
    """Path and handle of the system's OpenBLAS."""
    name = ctypes.util.find_library("openblas")
    library = blas.open_library(name) if name else None
    if library is None or not openblas.kernel(library):
        pytest.skip("no OpenBLAS is installed for the whole system")
    if not openblas.processor_flags() >= openblas._AVX2:
        pytest.skip("the processor has no AVX2")
    path = next((p for p in blas.loaded_libraries() if "libopenblas" in p and "numpy" not in p), None)
    assert path is not None
    return path, library


@pytest.fixture
def forgotten():
    """What was found out about this process is found out anew, before and after."""
    for function in (blas.bypass, blas.fast_copy):
        function.cache_clear()
    yield
    for function in (blas.bypass, blas.fast_copy):
        function.cache_clear()


def test_a_copy_takes_the_kernels_asked_for_and_leaves_the_first_as_it_is(loaded, monkeypatch):
    path, library = loaded
    monkeypatch.setenv(openblas.THREADS, "7")
    monkeypatch.delenv(openblas.CORETYPE, raising=False)
    before = openblas.kernel(library)
    name = "Sandybridge" if before == "Haswell" else "Haswell"
    copy = openblas.own_copy(path, name)
    assert openblas.kernel(copy) == name
    assert openblas.kernel(library) == before
    assert copy.openblas_get_num_threads() == 1
    assert os.environ[openblas.THREADS] == "7"
    assert openblas.CORETYPE not in os.environ


def test_a_copy_uses_its_own_kernels_where_the_program_has_linked_the_first(loaded):
    path, library = loaded
    name = "Sandybridge" if openblas.kernel(library) == "Haswell" else "Haswell"
    script = (
        "import ctypes, os, sys\n"
        f"first = ctypes.CDLL({path!r}, mode=os.RTLD_GLOBAL | os.RTLD_NOW)\n"
        "from quakefringe.engine.numerics import openblas\n"
        f"copy = openblas.own_copy({path!r}, {name!r})\n"
        "print(openblas.kernel(copy), openblas.kernel(first))\n"
    )
    root = str(Path(blas.__file__).parents[2])
    environment = {key: value for key, value in os.environ.items() if key != openblas.CORETYPE}
    environment["PYTHONPATH"] = os.pathsep.join([root, *sys.path])
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == [name, openblas.kernel(library)]


def test_what_cannot_be_loaded_is_done_without(loaded, tmp_path):
    path, _ = loaded
    text = tmp_path / "libopenblas.so"
    text.write_text("no library")
    assert openblas.own_copy(str(text), "Haswell") is None
    assert openblas.own_copy(str(tmp_path / "missing.so"), "Haswell") is None
    assert openblas.own_copy(path, "Unheard") is None


def test_products_go_through_the_copy_where_the_kernels_are_old(loaded, forgotten, monkeypatch):
    path, _ = loaded
    monkeypatch.delenv(openblas.CORETYPE, raising=False)
    monkeypatch.setattr(blas, "loaded_libraries", lambda: [path])
    monkeypatch.setattr(blas, "better_kernel", lambda chosen, flags: "Haswell")
    assert openblas.kernel(blas.fast_copy()) == "Haswell"
    assert blas.kernels().startswith("Haswell (a copy of it; the loaded one has chosen ")
    random = np.random.default_rng(2)
    a, b = (random.normal(size=(33, 33)).astype(np.float32) for _ in range(2))
    out = np.empty_like(a)
    step = blas.product(a, b, out)
    assert step.func is not np.matmul
    step()
    assert np.allclose(out, a @ b, atol=1e-4)


def test_no_copy_where_somebody_has_chosen(loaded, forgotten, monkeypatch):
    path, _ = loaded
    monkeypatch.setattr(blas, "better_kernel", lambda chosen, flags: "Haswell")
    monkeypatch.setattr(blas, "loaded_libraries", lambda: [path])
    monkeypatch.setenv(openblas.CORETYPE, "Prescott")
    assert blas.fast_copy() is None


def test_the_library_that_numpy_brings_comes_before_the_systems(monkeypatch):
    own = "/usr/lib/python3/site-packages/numpy.libs/libopenblas64_p-r0-0.3.23.so"
    others = ["/usr/lib/openblas-pthread/libblas.so.3", "/usr/lib/openblas-pthread/libopenblasp-r0.3.21.so"]
    monkeypatch.setattr(blas, "loaded_libraries", lambda: [*others, own])
    assert blas._openblas() == own
    monkeypatch.setattr(blas, "loaded_libraries", lambda: others)
    assert blas._openblas() == others[1]
    monkeypatch.setattr(blas, "loaded_libraries", lambda: others[:1])
    assert blas._openblas() == ""


def test_numpys_own_library_can_be_copied_too(forgotten, monkeypatch):
    path = blas._openblas()
    if not path or not openblas.processor_flags() >= openblas._AVX2 or not hasattr(os, "memfd_create"):
        pytest.skip("numpy uses no OpenBLAS here, or the processor has no AVX2")
    copy = openblas.own_copy(path, "Haswell")
    assert openblas.kernel(copy) == "Haswell"
    pair = blas.routines(copy)
    monkeypatch.setattr(blas, "bypass", lambda: pair)
    random = np.random.default_rng(3)
    a, b = random.normal(size=(2, 9, 7)).astype(np.float32), random.normal(size=(7, 8)).astype(np.float32)
    for right in (b, b[:, 0].copy()):
        left = a if right.ndim == 2 else a[0]
        out = np.empty_like(left @ right)
        blas.product(left, right, out)()
        assert np.allclose(out, left @ right, atol=1e-5)
