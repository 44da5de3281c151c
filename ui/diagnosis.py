"""What runs here: versions, drivers, backends and their speed, the model, and what is wrong with them."""

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
"""What GDAL must read or write, and for what."""
SLOW_GFLOPS = 4.0
"""Single-precision speed below which numpy has no optimised BLAS, or the machine is very busy."""
_OPTIMISED = re.compile(r"openblas|mkl|blis|atlas|accelerate|veclib|flexiblas", re.IGNORECASE)


@dataclass
class Diagnosis:
    """What was found.

    Attributes
    ----------
    rows : list of (section, name, value)
        For people.
    problems : list of str
        What is wrong and what to do, one sentence each.
    seconds : dict
        Backend to seconds for one window; missing where it does not run.
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
        """Whether nothing is wrong."""
        return not self.problems

    def text(self) -> str:
        """As lines."""
        lines = [f"{section} · {name}: {value}" for section, name, value in self.rows]
        return "\n".join(
            lines + [f"Problem: {p}" for p in self.problems] + ([] if self.problems else ["All is well."])
        )

    def html(self) -> str:
        """As one page."""
        wrong = "".join(f"<li>{escape(p)}</li>" for p in self.problems)
        verdict = f"<h2>What is wrong</h2><ul>{wrong}</ul>" if wrong else "<h2>All is well.</h2>"
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
    """Look at everything the plugin depends on. Takes a few seconds; never raises."""
    found = Diagnosis()
    _versions(found)
    _drivers(found)
    _blas(found)
    if not (cancelled and cancelled()):
        _backends(found, cancelled or (lambda: False))
    return found


def _versions(found: Diagnosis) -> None:
    add = found.rows.append
    add(("Versions", "QuakeFringe", __version__))
    add(("Versions", "QGIS", Qgis.QGIS_VERSION))
    add(("Versions", "Python", f"{platform.python_version()} ({sys.prefix})"))
    add(("Versions", "Qt, PyQt", f"{QT_VERSION_STR}, {PYQT_VERSION_STR}"))
    add(("Versions", "numpy", np.__version__))
    add(("Versions", "GDAL", gdal.VersionInfo("RELEASE_NAME")))
    add(("Versions", "System", platform.platform()))


def _drivers(found: Diagnosis) -> None:
    for name, use in DRIVERS.items():
        there = gdal.GetDriverByName(name) is not None
        found.rows.append(("GDAL drivers", name, f"{'there' if there else 'missing'} ({use})"))
        if not there:
            found.problems.append(
                f"GDAL has no {name} driver, so {use} cannot be handled; install GDAL's plugin for it."
            )


def _blas(found: Diagnosis) -> None:
    found.blas = _loaded_blas() or _configured_blas() or "unknown"
    size = 768
    matrix = np.ones((size, size), np.float32)
    matmul(matrix, matrix)
    best = min(_seconds(lambda: matmul(matrix, matrix)) for _ in range(3))
    speed = 2 * size**3 / best / 1e9
    found.rows.append(("Numbers", "BLAS of numpy", found.blas))
    chosen = kernels()
    if chosen:
        found.rows.append(("Numbers", "Kernels of OpenBLAS", chosen))
    found.rows.append(("Numbers", "Matrix product", f"{speed:.0f} Gflop/s, single precision"))
    if speed < SLOW_GFLOPS:
        if _OPTIMISED.search(found.blas):
            found.rows.append(
                ("Numbers", "Remark", "slow for this BLAS: the machine is busy with other things")
            )
        else:
            found.problems.append(
                f"numpy multiplies matrices slowly ({speed:.1f} Gflop/s, BLAS: {found.blas}); "
                "install an optimised BLAS (Debian: libopenblas0) or onnxruntime."
            )


def _loaded_blas() -> str:
    """The library that this process has really loaded; Linux only."""
    pattern = re.compile(r"(openblas|mkl_rt|mkl_core|blis|atlas|flexiblas|libblas)", re.IGNORECASE)
    names = [p for p in mapped_files() if pattern.search(p.rsplit("/", 1)[-1])]
    # libblas.so.3 is a link to the real one; the process maps the link's target.
    best = next((p for p in names if "numpy" in p), names[0] if names else "")
    return "/".join(best.rsplit("/", 2)[-2:])


def _configured_blas() -> str:
    """What numpy says it was built with."""
    config = getattr(np, "__config__", None)
    if config is None:
        return ""
    if hasattr(config, "CONFIG"):
        return str(config.CONFIG.get("Build Dependencies", {}).get("blas", {}).get("name", ""))
    if hasattr(config, "get_info"):
        return ", ".join(config.get_info("blas_opt").get("libraries", []))
    return ""


def _backends(found: Diagnosis, cancelled: Callable[[], bool]) -> None:
    has_onnxruntime = find_spec("onnxruntime") is not None
    for backend in ("numpy", "onnxruntime"):
        if cancelled():
            return
        if backend == "onnxruntime":
            if not has_onnxruntime:
                found.rows.append(("Backends", backend, "not there (not needed: numpy does the work)"))
                continue
            try:
                version = import_module("onnxruntime").__version__
            except Exception as error:
                found.rows.append(("Backends", backend, f"cannot be imported ({error})"))
                found.problems.append(
                    f"onnxruntime is installed but cannot be imported ({error}); "
                    "numpy is used, remove or reinstall onnxruntime."
                )
                continue
            found.rows.append(("Versions", "onnxruntime", version))
        _try_backend(found, backend)
    found.rows.sort(
        key=lambda row: ("Versions", "GDAL drivers", "Numbers", "Backends", "Model").index(row[0])
    )
    found.backend = next((b for b in ("onnxruntime", "numpy") if b in found.seconds), "")
    if found.backend:
        found.rows.append(("Backends", "used by default", found.backend))


def _try_backend(found: Diagnosis, backend: str) -> None:
    try:
        from ..engine.network import load_model

        network = load_model(backend=backend)
        tile = np.zeros((1, 5, 224, 224), np.float32)
        network.run(tile)
        seconds = min(_seconds(lambda: network.run(tile)) for _ in range(3))
    except QuakeFringeError as error:
        _problem(found, backend, str(error))
    except Exception as error:
        _problem(
            found,
            backend,
            f"The {backend} backend fails ({type(error).__name__}: {error}); install it again.",
        )
    else:
        found.seconds[backend] = seconds
        found.rows.append(("Backends", backend, f"{seconds:.3f} s for one window"))
        if not found.model_hash:
            found.model_version, found.model_hash = str(network.card.version), network.hash
            found.rows.append(("Model", "version", found.model_version))
            found.rows.append(("Model", "recipe", f"{network.card.recipe} ({network.card.recipe_hash})"))
            found.rows.append(("Model", "file", str(network.path)))
            found.rows.append(("Model", "SHA-256", network.hash))


def _problem(found: Diagnosis, backend: str, sentence: str) -> None:
    found.rows.append(("Backends", backend, "does not run"))
    if sentence not in found.problems:
        found.problems.append(sentence)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
