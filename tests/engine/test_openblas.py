"""What OpenBLAS says about its kernels, and the advice given when they are too old."""

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
def test_kernels_much_older_than_the_processor_have_a_better_one(chosen, flags, expected):
    assert openblas.better_kernel(chosen, flags) == expected


class FakeLibrary:
    """An OpenBLAS that has chosen a kernel."""

    def __init__(self, name):
        self.openblas_get_corename = lambda: name


@pytest.fixture
def kernels_of(monkeypatch):
    """`blas.kernels` with an OpenBLAS that has chosen `name` on a processor with `flags`."""

    def kernels(name, flags):
        monkeypatch.setattr(blas, "loaded_libraries", lambda: ["/usr/lib/libopenblas.so.0"])
        monkeypatch.setattr(blas, "open_library", lambda path: FakeLibrary(name))
        monkeypatch.setattr(blas, "processor_flags", lambda: frozenset(flags))
        return blas.kernels()

    return kernels


def test_kernels_that_suit_the_processor_are_named_without_advice(kernels_of):
    assert kernels_of(b"Zen", AVX2) == "Zen"


def test_old_kernels_come_with_the_switch_to_set(kernels_of):
    text = kernels_of(b"Prescott", AVX2)
    assert text.startswith("Prescott")
    assert "OPENBLAS_CORETYPE=Haswell" in text


def test_other_libraries_have_no_kernels(monkeypatch):
    assert openblas.kernel(object()) == ""
    monkeypatch.setattr(blas, "loaded_libraries", lambda: ["/usr/lib/libblas.so.3"])
    assert blas.kernels() == ""


def test_the_library_that_numpy_brings_has_priority_over_the_systems(monkeypatch):
    own = "/usr/lib/python3/site-packages/numpy.libs/libopenblas64_p-r0-0.3.23.so"
    others = ["/usr/lib/openblas-pthread/libblas.so.3", "/usr/lib/openblas-pthread/libopenblasp-r0.3.21.so"]
    monkeypatch.setattr(blas, "loaded_libraries", lambda: [*others, own])
    assert blas._openblas() == own
    monkeypatch.setattr(blas, "loaded_libraries", lambda: others)
    assert blas._openblas() == others[1]
    monkeypatch.setattr(blas, "loaded_libraries", lambda: others[:1])
    assert blas._openblas() == ""
