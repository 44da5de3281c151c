"""Read and check the model file; files that are no model for this plugin are refused with one sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..errors import ModelError
from ..resources import MODELS
from ..tile import CHANNELS, CLASSES, GRID, TILE
from .card import METADATA_KEY, ModelCard, read_card
from .graph import Graph, read_graph

INPUT = "phase"
"""Name of the network's input."""
HEADS = "heads"
"""Name of the optional output with the attention of each head; it is computed on request only."""
OPSETS = range(13, 22)
"""Operator sets that the numpy backend implements."""
MAX_FILE_BYTES = 1 << 28
SOURCE_PREFIX = "quakefringe-source-"
"""Beginning of the names of source networks, which `engine.source_network` reads."""
DIGEST_KEY = "quakefringe_graph_sha256"
"""Metadata entry with the checksum of the graph, including its weights; optional."""
DAMAGE = (ValueError, TypeError, LookupError, ArithmeticError, MemoryError, RecursionError)
"""Errors of numpy for arrays that do not fit together, as in a damaged file."""

_Check = Callable[[tuple[Optional[int], ...]], bool]


@dataclass(frozen=True)
class ModelFile:
    """A checked model file.

    Attributes
    ----------
    path : Path
    data : bytes
        The whole file.
    hash : str
        Its SHA-256.
    graph : Graph
    card : ModelCard
    """

    path: Path
    data: bytes
    hash: str
    graph: Graph
    card: ModelCard


def default_model_path() -> Path:
    """Path of the model file that comes with the plugin.

    Raises
    ------
    ModelError
        If it is missing.
    """
    files = sorted(path for path in MODELS.glob("*.onnx") if not path.name.startswith(SOURCE_PREFIX))
    if not files:
        raise ModelError(
            f"The plugin's model file is missing from {MODELS}; install the plugin again or choose one."
        )
    return files[-1]


def read_model_file(path: Path) -> ModelFile:
    """Read a model file.

    Raises
    ------
    ModelError
        If it is missing, unreadable, damaged, of another version, or no model for this plugin.
    """
    data = _read(path)
    graph = whole_graph(path, data)
    text = graph.metadata.get(METADATA_KEY)
    if text is None:
        raise ModelError(
            f"The ONNX file {path.name} has no description by QuakeFringe; choose a model that QuakeFringe "
            "exported."
        )
    card = read_card(text)
    _check_form(graph, path.name)
    return ModelFile(path, data, hashlib.sha256(data).hexdigest(), graph, card)


def whole_graph(path: Path, data: bytes) -> Graph:
    """The graph in the bytes of a model file; raises `ModelError` when the file is damaged."""
    try:
        graph = read_graph(memoryview(data))
    except DAMAGE as error:
        raise damaged(path, brief(error)) from error
    checksum = graph.metadata.get(DIGEST_KEY)
    if checksum is not None and checksum != graph.digest:
        raise damaged(path, "its checksum is wrong")
    return graph


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ModelError(f"There is no model file {path}; choose another one or install the plugin again.")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ModelError(f"{path.name} is far too large for a QuakeFringe model; choose another file.")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read ({error.strerror}); check its permissions."
        ) from error


def damaged(path: Path, reason: str) -> ModelError:
    """The error for a file whose content is invalid."""
    return ModelError(
        f"The model file {path.name} is damaged or no ONNX file ({reason}); copy it again or choose another."
    )


def brief(error: BaseException) -> str:
    """The text of an error of another library in one short line."""
    return " ".join(str(error).split())[:160] or type(error).__name__


def _check_form(graph: Graph, name: str) -> None:
    """Refuse networks whose operator set, input or outputs do not fit this plugin."""
    if graph.opset not in OPSETS:
        raise ModelError(
            f"The model file {name} uses ONNX operator set {graph.opset}, this plugin reads {OPSETS[0]} to "
            f"{OPSETS[-1]}; export the model again."
        )
    inputs: dict[str, _Check] = {
        INPUT: lambda s: len(s) == 4 and _free(s[0]) and s[1:] == (len(CHANNELS), TILE, TILE)
    }
    outputs: dict[str, _Check] = {
        "logits": lambda s: len(s) == 2 and s[1] in (None, len(CLASSES)),
        "attention": lambda s: len(s) == 4 and all(length in (None, GRID) for length in s[2:]),
        "mask": lambda s: len(s) == 3 and all(length in (None, GRID) for length in s[1:]),
    }
    if HEADS in {info.name for info in graph.outputs}:
        outputs[HEADS] = outputs["attention"]
    remedy = "choose a model that QuakeFringe exported"
    for kind, infos, required in (("input", graph.inputs, inputs), ("output", graph.outputs, outputs)):
        shapes = {info.name: info.shape for info in infos}
        for tensor, check in required.items():
            if tensor not in shapes:
                raise ModelError(f"The model file {name} has no {kind} called {tensor}; {remedy}.")
            shape = shapes[tensor]
            if shape is not None and not check(shape):
                lengths = ", ".join("?" if length is None else str(length) for length in shape)
                raise ModelError(f"In the model file {name}, {tensor} has the shape ({lengths}); {remedy}.")
    if len(graph.inputs) != 1:
        raise ModelError(f"The model file {name} has more inputs than the phase; {remedy}.")


def _free(length: Optional[int]) -> bool:
    """Whether a declared length allows any number of tiles."""
    return length is None or length <= 0
