"""Load a model file as a network that runs on one of the backends."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..errors import ModelError
from ..tile import CHANNELS, CLASSES, GRID, TILE
from .card import ModelCard
from .model_file import DAMAGE, HEADS, ModelFile, brief, damaged, default_model_path, read_model_file
from .numpy_backend import NumpyBackend
from .onnxruntime_backend import OnnxRuntimeBackend
from .operators import OperatorError

logger = logging.getLogger(__name__)

BACKENDS = ("auto", "numpy", "onnxruntime")


@dataclass(frozen=True)
class Output:
    """The network's output for B tiles.

    Attributes
    ----------
    logits : ndarray, shape (B, 3), float32
        Raw scores of none, earthquake and other deformation.
    attention : ndarray, shape (B, 1 or heads, 14, 14), float32
        Attention of the class token to the patches; every map sums to 1.
    mask : ndarray, shape (B, 14, 14), float32
        Probability of each patch to be deformed.
    heads : ndarray, shape (B, heads, 14, 14), float32, optional
        Attention of each head to the patches, if it was asked for; every map sums to 1.
    """

    logits: np.ndarray
    attention: np.ndarray
    mask: np.ndarray
    heads: Optional[np.ndarray] = None

    def parts(self) -> tuple[Any, ...]:
        """All arrays, in the order of the attributes; the logits are the only one that is no map."""
        return self.logits, self.attention, self.mask, self.heads


class Network:
    """A model that is ready to run; each process loads its own with `load_model`.

    Attributes
    ----------
    backend : str
        "numpy" or "onnxruntime".
    card : ModelCard
        The model card of the file.
    hash : str
        SHA-256 of the file.
    path : str
        Path of the file.
    threads : int
        Number of cores in use.
    fallback : str
        Why onnxruntime is not used although it is installed; otherwise empty.
    """

    def __init__(self, engine: Any, file: ModelFile, fallback: str = "") -> None:
        self._engine = engine
        self.backend: str = engine.name
        self.threads: int = engine.threads
        self.card: ModelCard = file.card
        self.hash = file.hash
        self.path = str(file.path)
        self.fallback = fallback
        self._has_heads = any(info.name == HEADS for info in file.graph.outputs)

    @property
    def has_heads(self) -> bool:
        """Whether the model gives the attention of each head."""
        return self._has_heads

    def run(self, tiles: np.ndarray, heads: bool = False) -> Output:
        """Run the network.

        Parameters
        ----------
        tiles : ndarray, shape (B, 5, 224, 224)
            Encoded by `engine.inference.encoding.encode`; B may be any number, also 0.
        heads : bool
            Whether to return the attention of each head as well; it costs nothing otherwise.

        Returns
        -------
        Output

        Raises
        ------
        ModelError
            If the tiles have another shape, the network fails on them, or it gives no attention of heads.
        """
        tiles = np.ascontiguousarray(tiles, dtype=np.float32)
        if tiles.ndim != 4 or tiles.shape[1:] != (len(CHANNELS), TILE, TILE):
            raise ModelError(
                f"The network reads tiles of shape (B, {len(CHANNELS)}, {TILE}, {TILE}), not {tiles.shape}; "
                "encode the phase first."
            )
        if heads and not self.has_heads:
            raise ModelError(
                f"The model {self.card.version} does not give the attention of its heads; choose a newer "
                "model, or run without the maps of the heads."
            )
        count = len(tiles)
        if count == 0:
            out = self.run(np.zeros((1, *tiles.shape[1:]), np.float32), heads)
            none: list[Any] = [None if part is None else part[:0] for part in out.parts()]
            return Output(*none)
        try:
            arrays = self._engine.run(tiles, heads)
        except Exception as error:  # backends raise all kinds of errors; the user needs one sentence
            raise ModelError(
                f"The network failed on the {self.backend} backend ({brief(error)}); choose the other "
                "backend or install the model again."
            ) from error
        try:
            logits, attention, mask = (arrays[name] for name in ("logits", "attention", "mask"))
            maps = (attention, arrays[HEADS]) if heads else (attention,)
            fits = (
                logits.shape == (count, len(CLASSES))
                and all(m.ndim == 4 and m.shape[0] == count and m.shape[2:] == (GRID, GRID) for m in maps)
                and mask.shape == (count, GRID, GRID)
            )
        except KeyError:
            fits = False
        if not fits:
            raise ModelError(
                "The model file's outputs are not those that this plugin reads (logits, attention and mask); "
                "use a model and a plugin of the same release."
            )
        parts = (logits, attention, mask, *maps[1:])
        return Output(*(np.asarray(array, np.float32) for array in parts))


def load_model(path: Optional[Union[str, os.PathLike[str]]] = None, backend: str = "auto") -> Network:
    """Load a model file.

    Parameters
    ----------
    path : path-like, optional
        An ONNX file with a model card of QuakeFringe; by default the plugin's own model.
    backend : {"auto", "numpy", "onnxruntime"}
        "auto" uses onnxruntime if it is installed and works, otherwise numpy.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another version or no model for this plugin, or if the backend is
        unknown or not installed.
    """
    if backend not in BACKENDS:
        raise ModelError(f"The backend '{backend}' is not known; choose one of {', '.join(BACKENDS)}.")
    file = read_model_file(default_model_path() if path is None else Path(path))
    if backend == "numpy":
        return _tried(_numpy(file), file)
    try:
        return _tried(OnnxRuntimeBackend(file.data), file)
    except Exception as error:  # a broken installation can raise any error
        absent = isinstance(error, ModuleNotFoundError) and error.name == "onnxruntime"
        if backend == "auto":
            reason = "" if absent else brief(error)
            if reason:
                logger.warning("onnxruntime does not work (%s); using numpy", reason)
            return _tried(_numpy(file), file, reason)
        if absent:
            raise ModelError(
                "onnxruntime is not installed in this Python; choose the backend auto or numpy."
            ) from error
        raise ModelError(
            f"onnxruntime cannot run the model file {file.path.name} ({brief(error)}); choose the backend "
            "auto or numpy."
        ) from error


def _tried(engine: Any, file: ModelFile, fallback: str = "") -> Network:
    """The network, tried with one empty tile, so that an unsuitable model is refused before the run."""
    network = Network(engine, file, fallback)
    network.run(np.zeros((1, len(CHANNELS), TILE, TILE), np.float32))
    logger.info(
        "Loaded the model %s (version %s) on the %s backend with %d threads",
        *(file.path.name, file.card.version, network.backend, network.threads),
    )
    return network


def _numpy(file: ModelFile) -> NumpyBackend:
    try:
        with np.errstate(all="ignore"):
            return NumpyBackend(file.graph)
    except OperatorError as error:
        raise ModelError(
            f"The model file {file.path.name} cannot be run in numpy ({brief(error)}); use a model and a "
            "plugin of the same release."
        ) from error
    except DAMAGE as error:
        raise damaged(file.path, brief(error)) from error
