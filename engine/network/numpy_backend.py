"""The network in numpy: one tile for each core at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from ..numerics.threads import one_blas_thread, parallel_jobs
from ..tile import CHANNELS, TILE
from .binders import BINDERS, VIEWS
from .graph import Graph
from .model_file import HEADS, INPUT
from .program import Program
from .simplify import simplify

TILE_SHAPE = (1, len(CHANNELS), TILE, TILE)


class NumpyBackend:
    """Runs a graph without an inference library.

    Parameters
    ----------
    graph : Graph
        Of the model file.

    Raises
    ------
    OperatorError
        If the graph has an unknown operator, or shapes that do not fit.
    """

    name = "numpy"

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._ready: dict[bool, list[Program]] = {}
        self._program(False)
        self._lock = threading.Lock()
        self.threads = parallel_jobs()

    def _program(self, heads: bool) -> list[Program]:
        """Programs with or without the output of the heads, one more than before.

        Without it, the operators that only this output needs are left out.
        """
        outputs = [info for info in self._graph.outputs if heads or info.name != HEADS]
        graph = simplify(replace(self._graph, outputs=outputs))
        programs = self._ready.setdefault(heads, [])
        programs.append(Program(graph, {INPUT: TILE_SHAPE}, BINDERS, VIEWS))
        return programs

    def run(self, tiles: np.ndarray, heads: bool = False) -> dict[str, np.ndarray]:
        """Run the network.

        Parameters
        ----------
        tiles : ndarray, shape (B, 5, 224, 224), float32
        heads : bool
            Whether to compute the attention of each head.

        Returns
        -------
        dict of str to ndarray
            Every output, with B rows.
        """
        with self._lock:
            count = len(tiles)
            workers = max(1, min(self.threads, count))
            programs = self._ready.get(heads, [])
            while len(programs) < workers:
                programs = self._program(heads)
            out = {
                name: np.empty((count, *array.shape[1:]), array.dtype)
                for name, array in programs[0].outputs.items()
            }
            if workers == 1:
                self._run_tiles(programs[0], tiles, out, 0, 1)
                return out
            with one_blas_thread(), ThreadPoolExecutor(workers, "quakefringe") as pool:
                jobs = [
                    pool.submit(self._run_tiles, program, tiles, out, first, workers)
                    for first, program in enumerate(programs[:workers])
                ]
                for job in jobs:
                    job.result()
            return out

    @staticmethod
    def _run_tiles(
        program: Program, tiles: np.ndarray, out: dict[str, np.ndarray], first: int, step: int
    ) -> None:
        """Run every `step`-th tile from `first` on."""
        with np.errstate(all="ignore"):
            for index in range(first, len(tiles), step):
                np.copyto(program.inputs[INPUT][0], tiles[index])
                program.run()
                for name, array in program.outputs.items():
                    out[name][index] = array[0]
