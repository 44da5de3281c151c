"""From a model file to a network that runs."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..encoding import CHANNELS, CLASSES, GRID, TILE
from ..errors import ModelError
from .card import METADATA_KEY, ModelCard, read_card
from .graph import Graph, read_graph
from .numpy_backend import INPUT, NumpyBackend
from .onnxruntime_backend import OnnxRuntimeBackend
from .operators import OperatorError
from .protobuf import WireError

BACKENDS = ("auto", "numpy", "onnxruntime")
OPSETS = range(13, 22)
"""Operator sets whose meaning the numpy backend knows."""
LARGEST_FILE = 1 << 28
DIGEST_KEY = "quakefringe_graph_sha256"
"""Metadata entry with the checksum of the graph, weights included; checked where it is given."""
_DAMAGED = (ValueError, TypeError, LookupError, ArithmeticError, MemoryError, RecursionError)
"""What numpy raises on arrays that do not fit together, as in a damaged file."""


@dataclass(frozen=True)
class Output:
    """What the network says about B tiles.

    Attributes
    ----------
    logits : ndarray, shape (B, 3), float32
        Raw scores of none, earthquake and other deformation.
    attention : ndarray, shape (B, 1 or heads, 14, 14), float32
        Class token to patches; every map sums to 1.
    mask : ndarray, shape (B, 14, 14), float32
        Probability of each patch to be deformed.
    """

    logits: np.ndarray
    attention: np.ndarray
    mask: np.ndarray


class Network:
    """A model file ready to run; made by `load_model`, in each process anew.

    Attributes
    ----------
    backend : str
        "numpy" or "onnxruntime".
    card : ModelCard
        The model's own description.
    hash : str
        SHA-256 of the file.
    path : str
        Where the file lies.
    threads : int
        Cores that are used.
    fallback : str
        Why onnxruntime is not used although it is installed; '' otherwise.
    """

    def __init__(self, engine: Any, card: ModelCard, digest: str, path: str, fallback: str = "") -> None:
        self._engine = engine
        self.backend: str = engine.name
        self.threads: int = engine.threads
        self.card = card
        self.hash = digest
        self.path = path
        self.fallback = fallback

    def run(self, tiles: np.ndarray) -> Output:
        """Run the network.

        Parameters
        ----------
        tiles : ndarray, shape (B, 5, 224, 224)
            As `engine.encoding.encode` makes them; B may be any number, also 0.

        Returns
        -------
        Output

        Raises
        ------
        ModelError
            If the tiles have another shape, or the network fails on them.
        """
        tiles = np.ascontiguousarray(tiles, dtype=np.float32)
        if tiles.ndim != 4 or tiles.shape[1:] != (len(CHANNELS), TILE, TILE):
            raise ModelError(
                f"The network reads tiles of shape (B, {len(CHANNELS)}, {TILE}, {TILE}), not {tiles.shape}; "
                "encode the phase first."
            )
        count = len(tiles)
        if count == 0:
            out = self.run(np.zeros((1, *tiles.shape[1:]), np.float32))
            return Output(out.logits[:0], out.attention[:0], out.mask[:0])
        try:
            arrays = self._engine.run(tiles)
        except Exception as error:  # whatever a backend raises: the user needs one sentence
            raise ModelError(
                f"The network failed on the {self.backend} backend ({_brief(error)}); choose the other backend "
                "or install the model again."
            ) from error
        try:
            logits, attention, mask = (arrays[name] for name in ("logits", "attention", "mask"))
            fits = (
                logits.shape == (count, len(CLASSES))
                and attention.ndim == 4
                and attention.shape[0] == count
                and attention.shape[2:] == (GRID, GRID)
                and mask.shape == (count, GRID, GRID)
            )
        except KeyError:
            fits = False
        if not fits:
            raise ModelError(
                "The model file's outputs are not those that this plugin reads (logits, attention and mask); use "
                "a model and a plugin of the same release."
            )
        return Output(*(np.asarray(array, np.float32) for array in (logits, attention, mask)))


def default_model_path() -> Path:
    """The model file that comes with the plugin.

    Raises
    ------
    ModelError
        If there is none.
    """
    folder = Path(__file__).resolve().parents[2] / "resources" / "models"
    files = sorted(folder.glob("*.onnx"))
    if not files:
        raise ModelError(
            f"The plugin's model file is missing from {folder}; install the plugin again or choose a model file."
        )
    return files[-1]


def load_model(path: Optional[Union[str, os.PathLike[str]]] = None, backend: str = "auto") -> Network:
    """Read a model file and make it ready to run.

    Parameters
    ----------
    path : path-like, optional
        An ONNX file with QuakeFringe's description; the plugin's own one if left out.
    backend : {"auto", "numpy", "onnxruntime"}
        "auto" takes onnxruntime if it is installed and works, numpy otherwise.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another version, or no model for this plugin; if the backend is not
        known or not installed.
    """
    if backend not in BACKENDS:
        raise ModelError(f"The backend '{backend}' is not known; choose one of {', '.join(BACKENDS)}.")
    path = default_model_path() if path is None else Path(path)
    data = _read(path)
    graph = _parse(data, path)
    card = _described(graph, path)
    _check_form(graph, path)
    digest = hashlib.sha256(data).hexdigest()
    if backend == "numpy":
        return Network(_numpy(graph, path), card, digest, str(path))
    try:
        network = Network(OnnxRuntimeBackend(data), card, digest, str(path))
        network.run(np.zeros((1, len(CHANNELS), TILE, TILE), np.float32))
    except ImportError as error:
        if backend == "onnxruntime":
            raise ModelError(
                "onnxruntime is not installed in this Python; choose the backend numpy or auto, or install it."
            ) from error
        return Network(_numpy(graph, path), card, digest, str(path))
    except Exception as error:  # a broken installation raises nearly anything; numpy is there for that
        if backend == "onnxruntime":
            if isinstance(error, ModelError):
                raise
            raise ModelError(
                f"onnxruntime cannot run the model file {path.name} ({_brief(error)}); choose the backend numpy."
            ) from error
        return Network(_numpy(graph, path), card, digest, str(path), fallback=_brief(error))
    return network


def _numpy(graph: Graph, path: Path) -> NumpyBackend:
    try:
        with np.errstate(all="ignore"):
            return NumpyBackend(graph)
    except OperatorError as error:
        raise ModelError(
            f"The model file {path.name} cannot be run ({_brief(error)}); use a model and a plugin of the same release."
        ) from error
    except _DAMAGED as error:
        raise _damaged(path, error) from error


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ModelError(f"The model file {path} does not exist; choose another one or install the plugin again.")
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ModelError(f"The model file {path.name} is far too large for a QuakeFringe model; choose another one.")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model file {path} cannot be read ({error.strerror}); check its permissions.") from error


def _parse(data: bytes, path: Path) -> Graph:
    try:
        graph = read_graph(memoryview(data))
    except WireError as error:
        raise _damaged(path, error) from error
    except _DAMAGED as error:
        raise _damaged(path, error) from error
    stated = graph.metadata.get(DIGEST_KEY)
    if stated is not None and stated != graph.digest:
        raise _damaged(path, ValueError("its checksum is wrong"))
    return graph


def _damaged(path: Path, error: BaseException) -> ModelError:
    return ModelError(
        f"The model file {path.name} is damaged or no ONNX file ({_brief(error)}); copy it again or choose another one."
    )


def _described(graph: Graph, path: Path) -> ModelCard:
    text = graph.metadata.get(METADATA_KEY)
    if text is None:
        raise ModelError(
            f"{path.name} is an ONNX file without QuakeFringe's description; choose a model that QuakeFringe exported."
        )
    return read_card(text)


def _check_form(graph: Graph, path: Path) -> None:
    """Refuse networks whose input, outputs or operator set are not those of the plugin."""
    if graph.opset not in OPSETS:
        raise ModelError(
            f"The model file {path.name} uses ONNX operator set {graph.opset}, this plugin reads {OPSETS[0]} to "
            f"{OPSETS[-1]}; export the model again."
        )
    wanted_inputs: dict[str, _Check] = {
        INPUT: lambda s: len(s) == 4 and _free(s[0]) and s[1:] == (len(CHANNELS), TILE, TILE)
    }
    wanted_outputs: dict[str, _Check] = {
        "logits": lambda s: len(s) == 2 and s[1] in (None, len(CLASSES)),
        "attention": lambda s: len(s) == 4 and all(length in (None, GRID) for length in s[2:]),
        "mask": lambda s: len(s) == 3 and all(length in (None, GRID) for length in s[1:]),
    }
    for kind, infos, wanted in (("input", graph.inputs, wanted_inputs), ("output", graph.outputs, wanted_outputs)):
        have = {info.name: info for info in infos}
        for name, check in wanted.items():
            if name not in have:
                raise ModelError(
                    f"The model file {path.name} has no {kind} called {name}; choose a model that QuakeFringe exported."
                )
            shape = have[name].shape
            if shape is not None and not check(shape):
                said = ", ".join("?" if length is None else str(length) for length in shape)
                raise ModelError(
                    f"The model file {path.name} has an {kind} {name} of the wrong shape ({said}); choose a model "
                    "that QuakeFringe exported."
                )
    if len(graph.inputs) != 1:
        raise ModelError(f"The model file {path.name} wants more than the phase; choose a model that QuakeFringe exported.")


_Check = Callable[[tuple[Optional[int], ...]], bool]


def _free(length: Optional[int]) -> bool:
    """Whether a declared length leaves the number of tiles open."""
    return length is None or length <= 0


def _brief(error: BaseException) -> str:
    """One line of an error that came from elsewhere."""
    return " ".join(str(error).split())[:160] or type(error).__name__
