"""CPU time of the numpy backend with numpy's own products and with OpenBLAS called directly, in pairs.

Inside QGIS on Debian GSL hides OpenBLAS; outside, ``LD_PRELOAD=libgslcblas.so.0`` does the same. With
``OPENBLAS_CORETYPE=Prescott`` OpenBLAS runs the kernels of a processor that it does not recognise.
"""

from __future__ import annotations

import argparse
import statistics
import time
from unittest import mock

import numpy as np

from quakefringe.engine.network.model_file import default_model_path, read_model_file
from quakefringe.engine.network.numpy_backend import NumpyBackend
from quakefringe.engine.numerics import blas
from quakefringe.engine.numerics.threads import one_blas_thread
from quakefringe.engine.tile import CHANNELS, TILE

from .machine import heading, table


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40, help="calls of each network, in alternating order")
    pairs = parser.parse_args().pairs
    heading("The network by numpy's products and by direct calls of OpenBLAS", ("numpy",))
    graph = read_model_file(default_model_path()).graph
    direct = blas.bypass() or blas.routines(blas.open_library(blas._openblas()))
    networks = []
    for routines in (None, direct):
        with mock.patch.object(blas, "bypass", return_value=routines):
            networks.append(NumpyBackend(graph))
    tile = np.random.default_rng(0).normal(size=(1, len(CHANNELS), TILE, TILE)).astype(np.float32)
    seconds: list[list[float]] = [[], []]
    with one_blas_thread():
        for network in networks:
            network.run(tile)
        for number in range(pairs):
            for which in (0, 1) if number % 2 else (1, 0):
                start = time.process_time()
                networks[which].run(tile)
                seconds[which].append(time.process_time() - start)
    plain, called = (1000 * statistics.median(values) for values in seconds)
    ratio = statistics.median(a / b for a, b in zip(*seconds))
    table(
        ["kernels", "OpenBLAS hidden", "numpy, CPU ms a tile", "direct call, CPU ms a tile", "ratio"],
        [
            [
                blas.kernels() or "no OpenBLAS",
                "yes" if blas.bypass() else "no",
                f"{plain:.1f}",
                f"{called:.1f}",
                f"{ratio:.2f}",
            ]
        ],
    )


if __name__ == "__main__":
    main()
