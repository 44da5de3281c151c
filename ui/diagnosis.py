"""Checks what the plugin depends on: versions, GDAL drivers, BLAS, backends with their speed, the model."""

from __future__ import annotations

import platform
import re
import sys
import time
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import Callable, Optional

import numpy as np
from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import PYQT_VERSION_STR, QT_VERSION_STR

from ..engine.errors import QuakeFringeError
from ..engine.numerics.blas import kernels, mapped_files, matmul
from ..version import __version__

DRIVERS = {"GTiff": "GeoTIFF", "HDF5": "NISAR, MintPy", "netCDF": "ARIA, GMTSAR", "GPKG": "boxes"}
"""GDAL drivers that the plugin needs, and what it needs them for."""
SLOW_GFLOPS = 4.0
"""Single-precision speed below which numpy has no optimised BLAS or the machine is very busy."""
_OPTIMISED = re.compile(r"openblas|mkl|blis|atlas|accelerate|veclib|flexiblas", re.IGNORECASE)


@dataclass
class Diagnosis:
    """Result of the checks.

    Attributes
    ----------
    rows : list of (section, name, value)
        One line of the report each.
    problems : list of str
        One sentence each, with the problem and its remedy.
    seconds : dict
        Seconds per window of each backend that runs.
    """

    rows: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    backend: str = ""
    model_version: str = ""
    model_hash: str = ""
    blas: str = ""

    @property
    def healthy(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    def text(self) -> str:
        """The report as lines of text."""
        lines = [f"{section} · {name}: {value}" for section, name, value in self.rows]
        return "\n".join(
            lines
            + [f"Problem: {p}" for p in self.problems]
            + ([] if self.problems else ["No problems diagnosis."])
        )

    def html(self) -> str:
        """The report as an HTML page."""
        problems = "".join(f"<li>{escape(p)}</li>" for p in self.problems)
        verdict = f"<h2>Problems</h2><ul>{problems}</ul>" if problems else "<h2>No problems found</h2>"
        body, last = "", ""
        for section, name, value in self.rows:
            if section != last:
                body += f"<tr><th colspan='2' align='left'><br>{escape(section)}</th></tr>"
            last = section
            body += f"<tr><td>{escape(name)}&nbsp;&nbsp;</td><td>{escape(value)}</td></tr>"
        return (
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
            "<title>QuakeFringe: diagnosis</title></head>"
            f"<body><h1>QuakeFringe {__version__}</h1>{verdict}<table>{body}</table></body></html>"
        )


def diagnose(cancelled: Optional[Callable[[], bool]] = None) -> Diagnosis:
    """Check everything that the plugin depends on. Takes a few seconds and never raises."""
    diagnosis = Diagnosis()
    _versions(diagnosis)
    _drivers(diagnosis)
    _blas(diagnosis)
    if not (cancelled and cancelled()):
        _backends(diagnosis, cancelled or (lambda: False))
    return diagnosis


def _versions(diagnosis: Diagnosis) -> None:
    add = diagnosis.rows.append
    add(("Versions", "QuakeFringe", __version__))
    add(("Versions", "QGIS", Qgis.QGIS_VERSION))
    add(("Versions", "Python", f"{platform.python_version()} ({sys.prefix})"))
    add(("Versions", "Qt, PyQt", f"{QT_VERSION_STR}, {PYQT_VERSION_STR}"))
    add(("Versions", "numpy", np.__version__))
    add(("Versions", "GDAL", gdal.VersionInfo("RELEASE_NAME")))
    add(("Versions", "System", platform.platform()))


def _drivers(diagnosis: Diagnosis) -> None:
    for name, use in DRIVERS.items():
        available = gdal.GetDriverByName(name) is not None
        diagnosis.rows.append(("GDAL drivers", name, f"{'available' if available else 'missing'} ({use})"))
        if not available:
            diagnosis.problems.append(
                f"GDAL has no {name} driver, which {use} needs; install the GDAL plugin with that driver."
            )


def _blas(diagnosis: Diagnosis) -> None:
    diagnosis.blas = _loaded_blas() or _configured_blas() or "unknown"
    size = 768
    matrix = np.ones((size, size), np.float32)
    matmul(matrix, matrix)
    best = min(_seconds(lambda: matmul(matrix, matrix)) for _ in range(3))
    speed = 2 * size**3 / best / 1e9
    diagnosis.rows.append(("Numbers", "BLAS of numpy", diagnosis.blas))
    chosen = kernels()
    if chosen:
        diagnosis.rows.append(("Numbers", "Kernels of OpenBLAS", chosen))
    diagnosis.rows.append(("Numbers", "Matrix product", f"{speed:.0f} Gflop/s, single precision"))
    if speed < SLOW_GFLOPS:
        if _OPTIMISED.search(diagnosis.blas):
            diagnosis.rows.append(
                ("Numbers", "Note", "slow for this BLAS; other programs are probably using the processor")
            )
        else:
            diagnosis.problems.append(
                f"numpy multiplies matrices slowly ({speed:.1f} Gflop/s, BLAS: {diagnosis.blas}); "
                "install an optimised BLAS (Debian: libopenblas0) or onnxruntime."
            )


def _loaded_blas() -> str:
    """The BLAS library that this process has loaded; Linux only."""
    pattern = re.compile(r"(openblas|mkl_rt|mkl_core|blis|atlas|flexiblas|libblas)", re.IGNORECASE)
    names = [p for p in mapped_files() if pattern.search(p.rsplit("/", 1)[-1])]
    # libblas.so.3 is a symbolic link; the process maps its target.
    best = next((p for p in names if "numpy" in p), names[0] if names else "")
    return "/".join(best.rsplit("/", 2)[-2:])


def _configured_blas() -> str:
    """The BLAS that numpy was built with."""
    config = getattr(np, "__config__", None)
    if config is None:
        return ""
    if hasattr(config, "CONFIG"):
        return str(config.CONFIG.get("Build Dependencies", {}).get("blas", {}).get("name", ""))
    if hasattr(config, "get_info"):
        return ", ".join(config.get_info("blas_opt").get("libraries", []))
    return ""


def _backends(diagnosis: Diagnosis, cancelled: Callable[[], bool]) -> None:
    has_onnxruntime = find_spec("onnxruntime") is not None
    for backend in ("numpy", "onnxruntime"):
        if cancelled():
            return
        if backend == "onnxruntime":
            if not has_onnxruntime:
                diagnosis.rows.append(
                    ("Backends", backend, "not installed (optional: numpy is used instead)")
                )
                continue
            try:
                version = import_module("onnxruntime").__version__
            except Exception as error:
                diagnosis.rows.append(("Backends", backend, f"cannot be imported ({error})"))
                diagnosis.problems.append(
                    f"onnxruntime is installed but cannot be imported ({error}), so numpy is used; "
                    "reinstall or remove onnxruntime."
                )
                continue
            diagnosis.rows.append(("Versions", "onnxruntime", version))
        _try_backend(diagnosis, backend)
    diagnosis.rows.sort(
        key=lambda row: ("Versions", "GDAL drivers", "Numbers", "Backends", "Model").index(row[0])
    )
    diagnosis.backend = next((b for b in ("onnxruntime", "numpy") if b in diagnosis.seconds), "")
    if diagnosis.backend:
        diagnosis.rows.append(("Backends", "used by default", diagnosis.backend))


def _try_backend(diagnosis: Diagnosis, backend: str) -> None:
    try:
        from ..engine.network import load_model

        network = load_model(backend=backend)
        tile = np.zeros((1, 5, 224, 224), np.float32)
        network.run(tile)
        seconds = min(_seconds(lambda: network.run(tile)) for _ in range(3))
    except QuakeFringeError as error:
        _problem(diagnosis, backend, str(error))
    except Exception as error:
        _problem(
            diagnosis,
            backend,
            f"The {backend} backend fails ({type(error).__name__}: {error}); reinstall it.",
        )
    else:
        diagnosis.seconds[backend] = seconds
        diagnosis.rows.append(("Backends", backend, f"{seconds:.3f} s per window"))
        if not diagnosis.model_hash:
            diagnosis.model_version, diagnosis.model_hash = str(network.card.version), network.hash
            diagnosis.rows.append(("Model", "version", diagnosis.model_version))
            diagnosis.rows.append(("Model", "recipe", f"{network.card.recipe} ({network.card.recipe_hash})"))
            diagnosis.rows.append(("Model", "file", str(network.path)))
            diagnosis.rows.append(("Model", "SHA-256", network.hash))


def _problem(diagnosis: Diagnosis, backend: str, sentence: str) -> None:
    diagnosis.rows.append(("Backends", backend, "fails"))
    if sentence not in diagnosis.problems:
        diagnosis.problems.append(sentence)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
