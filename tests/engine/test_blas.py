"""Products through OpenBLAS' own handle equal numpy's in every memory layout that the network uses."""

import ctypes.util

import numpy as np
import pytest

from quakefringe.engine.numerics import blas


@pytest.fixture
def direct(monkeypatch):
    """Products that call BLAS directly, as inside QGIS; skipped where no BLAS is installed."""
    name = ctypes.util.find_library("openblas") or ctypes.util.find_library("blas")
    library = blas.open_library(name) if name else None
    pair = blas.routines(library)
    if pair is None:
        pytest.skip("no BLAS with a C interface is installed")
    monkeypatch.setattr(blas, "bypass", lambda: pair)


def _draw(*shape):
    return np.random.default_rng(5).normal(size=shape).astype(np.float32)


CASES = {
    "plain": (_draw(7, 5), _draw(5, 6)),
    "one row": (_draw(1, 5), _draw(5, 6)),
    "one column": (_draw(7, 5), _draw(5, 1)),
    "transposed left": (_draw(5, 7).T, _draw(5, 6)),
    "transposed right": (_draw(7, 5), _draw(6, 5).T),
    "part of rows": (_draw(9, 12)[1:8, 2:7], _draw(5, 6)),
    "stacks": (_draw(2, 3, 7, 5), _draw(2, 3, 5, 6)),
    "stack of turned matrices": (
        _draw(2, 7, 3, 5).transpose(0, 2, 1, 3),
        _draw(2, 6, 3, 5).transpose(0, 2, 3, 1),
    ),
    "one right for all": (_draw(4, 7, 5), _draw(5, 6)),
    "one left for all": (_draw(7, 5), _draw(4, 5, 6)),
    "vector": (_draw(7, 5), _draw(5)),
    "rows of a wider array, vector": (_draw(7, 9)[:, :5], _draw(5)),
}


@pytest.mark.parametrize("name", CASES)
def test_direct_products_agree_with_numpy(direct, name):
    a, b = CASES[name]
    expected = np.matmul(a, b)
    out = np.full(expected.shape, np.nan, np.float32)
    step = blas.product(a, b, out)
    assert step.func is not np.matmul
    step()
    assert np.allclose(out, expected, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, (_, b) in CASES.items() if b.ndim > 1])
def test_matmul_agrees_with_numpy(direct, name):
    a, b = CASES[name]
    assert np.allclose(blas.matmul(a, b), a @ b, atol=1e-5)


def test_arrays_that_blas_cannot_read_go_through_numpy(direct):
    doubles = _draw(3, 4).astype(np.float64), _draw(4, 5).astype(np.float64)
    out = np.empty((3, 5))
    assert blas.product(*doubles, out).func is np.matmul
    scattered = _draw(6, 8)[::2, ::2]
    target = np.empty((3, 5), np.float32)
    step = blas.product(scattered, _draw(4, 5), target)
    assert step.func is np.matmul
    step()
    assert np.allclose(target, scattered @ _draw(4, 5), atol=1e-5)


def test_a_hidden_openblas_is_called_directly(monkeypatch):
    name = ctypes.util.find_library("openblas")
    openblas = blas.open_library(name) if name else None
    if not hasattr(openblas, "cblas_sgemm"):
        pytest.skip("no OpenBLAS is installed for the whole system")
    program = object()  # its own BLAS comes first
    monkeypatch.setattr(blas.sys, "platform", "linux")
    monkeypatch.setattr(blas, "loaded_libraries", lambda: [name])
    monkeypatch.setattr(blas, "open_library", lambda path: program if path is None else openblas)
    monkeypatch.setattr(blas, "_address", lambda library, symbol: id(library))
    blas.bypass.cache_clear()
    try:
        assert blas.bypass() == blas.routines(openblas)
        a, b = _draw(7, 5), _draw(5, 6)
        step = blas.product(a, b, np.empty((7, 6), np.float32))
        assert step.func is not np.matmul
        assert np.allclose(blas.matmul(a, b), np.matmul(a, b), atol=1e-5)
    finally:
        blas.bypass.cache_clear()


def test_products_are_numpys_where_no_other_library_hides_openblas(monkeypatch):
    monkeypatch.setattr(blas, "_address", lambda library, name: None)
    blas.bypass.cache_clear()
    try:
        assert blas.bypass() is None
    finally:
        blas.bypass.cache_clear()
