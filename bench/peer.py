"""eq-insar (PyPI), a simulator of earthquakes as point sources with noise, measured beside ours."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Optional

from .scenes import FOLDER

PACKAGE = "eq-insar==0.2.0"
TARGET = FOLDER / "peer"
"""Folder that holds the package alone; it uses the numpy of this environment."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def install() -> Optional[Path]:
    """The folder with the package, installed by pip if it is missing; None without a connection."""
    if (TARGET / "eq_insar").is_dir():
        return TARGET
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(TARGET)]
    done = subprocess.run([*command, PACKAGE], check=False, capture_output=True)
    return TARGET if done.returncode == 0 and (TARGET / "eq_insar").is_dir() else None


def rates(size: int, seconds: float) -> tuple[float, float]:
    """Interferograms of `size` × `size` pixels on one thread, per second and per second of processor time.

    Each is a point source with correlated noise. Call it in a fresh process, because it limits the threads of
    numpy.
    """
    for name in THREADS:
        os.environ[name] = "1"
    sys.path.insert(0, str(TARGET))
    simulate = importlib.import_module("eq_insar").generate_synthetic_insar
    simulate(Mw=6.0, grid_size=size, seed=0)
    count, start, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        count += 1
        simulate(
            Mw=5.5 + count % 20 / 10,
            strike_deg=count * 37 % 360,
            dip_deg=30 + count % 60,
            rake_deg=count * 53 % 360 - 180,
            depth_km=5 + count % 15,
            grid_size=size,
            satellite="sentinel1",
            seed=count,
        )
    return count / (time.perf_counter() - start), count / (time.process_time() - used)
