"""Load the source network's file and run it, in numpy or in onnxruntime."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional, Protocol, Union

import numpy as np

from ..errors import ModelError
from ..network.binders import BINDERS, VIEWS
from ..network.card import METADATA_KEY
from ..network.graph import Graph
from ..network.model_file import OPSETS, SOURCE_PREFIX, brief, whole_graph
from ..network.operators import OperatorError
from ..network.program import Program
from ..network.simplify import simplify
from ..numerics.threads import one_blas_thread, usable_threads
from ..resources import MODELS
from .card import SourceCard, read_source_card
from .mixture import Mixture, decode, numbers_of_component
from .tile import GEOMETRY, SOURCE_CHANNELS, SOURCE_TILE

TILES, GEOMETRIES, ANSWER = "tiles", "geometry", "mixture"
"""Names of the file's inputs and of its output."""
SHAPES = {TILES: (len(SOURCE_CHANNELS), SOURCE_TILE, SOURCE_TILE), GEOMETRIES: (len(GEOMETRY),)}
PATTERN = f"{SOURCE_PREFIX}*.onnx"


class _Backend(Protocol):
    def run(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray: ...


class SourceModel:
    """The source network, ready to run.

    Attributes
    ----------
    backend : str
        "numpy" or "onnxruntime".
    card : SourceCard
    hash : str
        SHA-256 of the file.
    name : str
        Of the file.
    """

    def __init__(self, engine: _Backend, backend: str, card: SourceCard, digest: str, name: str) -> None:
        self._engine = engine
        self.backend, self.card, self.hash, self.name = backend, card, digest, name

    def numbers(self, tiles: np.ndarray, geometry: np.ndarray) -> np.ndarray:
        """The raw answer to tiles (B, 3, 96, 96) and geometry (B, 5): (B, components, numbers).

        Raises
        ------
        ModelError
            If the network fails, or the file's output is not what this code reads.
        """
        inputs = {
            TILES: np.ascontiguousarray(tiles, np.float32),
            GEOMETRIES: np.ascontiguousarray(geometry, np.float32),
        }
        try:
            answer = np.asarray(self._engine.run(inputs), np.float32)
        except Exception as error:  # backends raise all kinds of errors; the user needs one sentence
            raise ModelError(
                f"The source network failed on the {self.backend} backend ({brief(error)}); choose the other "
                "backend or install the plugin again."
            ) from error
        if answer.ndim != 3 or answer.shape[0] != len(tiles) or answer.shape[2] != numbers_of_component():
            raise ModelError(
                "The source network's output is not one that this plugin reads; use a model and a plugin of "
                "the same release."
            )
        return answer

    def mixtures(self, tiles: np.ndarray, geometry: np.ndarray) -> list[Mixture]:
        """The answers as distributions, one for each tile."""
        return [decode(numbers) for numbers in self.numbers(tiles, geometry)]


def default_source_model_path() -> Optional[Path]:
    """Path of the source network that comes with the plugin; None if this installation has none."""
    files = sorted(MODELS.glob(PATTERN))
    return files[-1] if files else None


def load_source_model(
    path: Optional[Union[str, os.PathLike[str]]] = None, backend: str = "auto"
) -> SourceModel:
    """Load the source network.

    Parameters
    ----------
    path : path-like, optional
        By default the file that comes with the plugin.
    backend : {"auto", "numpy", "onnxruntime"}
        "auto" uses onnxruntime if it is installed and works, otherwise numpy.

    Raises
    ------
    ModelError
        If the file is missing, damaged or no source network, or the backend is not installed.
    """
    if backend not in ("auto", "numpy", "onnxruntime"):
        raise ModelError(f"The backend '{backend}' is not known; choose one of auto, numpy, onnxruntime.")
    chosen = default_source_model_path() if path is None else Path(path)
    if chosen is None:
        raise ModelError(f"The source network is missing from {MODELS}; install the plugin again.")
    data, graph, card = _read(chosen)
    digest = hashlib.sha256(data).hexdigest()
    if backend != "numpy":
        try:
            return SourceModel(_OnnxRuntime(data), "onnxruntime", card, digest, chosen.name)
        except Exception as error:  # a broken installation can raise any error
            if backend == "onnxruntime":
                raise ModelError(
                    f"onnxruntime cannot run {chosen.name} ({brief(error)}); choose auto or numpy."
                ) from error
    try:
        return SourceModel(_Numpy(graph), "numpy", card, digest, chosen.name)
    except OperatorError as error:
        raise ModelError(
            f"{chosen.name} cannot be run in numpy ({brief(error)}); use a model and a plugin of the same "
            "release."
        ) from error


def _read(path: Path) -> tuple[bytes, Graph, SourceCard]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The source network {path} cannot be read ({error.strerror}); install the plugin again."
        ) from error
    graph = whole_graph(path, data)
    card = read_source_card(graph.metadata.get(METADATA_KEY, ""))
    if graph.opset not in OPSETS or {info.name for info in graph.inputs} != set(SHAPES):
        raise ModelError(f"{path.name} has another form; use a model and a plugin of the same release.")
    return data, graph, card


class _Numpy:
    """One tile after the other, on one core."""

    def __init__(self, graph: Graph) -> None:
        shapes = {name: (1, *shape) for name, shape in SHAPES.items()}
        self._program = Program(simplify(graph), shapes, BINDERS, VIEWS)

    def run(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        answers = []
        with one_blas_thread(), np.errstate(all="ignore"):
            for index in range(len(inputs[TILES])):
                for name, values in inputs.items():
                    np.copyto(self._program.inputs[name][0], values[index])
                self._program.run()
                answers.append(self._program.outputs[ANSWER][0].copy())
        return np.stack(answers)


class _OnnxRuntime:
    def __init__(self, data: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = usable_threads()
        options.inter_op_num_threads = 1
        options.log_severity_level = 4  # errors are raised; hints on standard error help nobody
        self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def run(self, inputs: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.asarray(self._session.run([ANSWER], dict(inputs))[0])
