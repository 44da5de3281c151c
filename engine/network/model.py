"""From a model file to a network that runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ..errors import ModelError
from ..tile import CHANNELS, CLASSES, GRID, TILE
from .card import ModelCard
from .model_file import DAMAGE, ModelFile, brief, damaged, default_model_path, read_model_file
from .numpy_backend import NumpyBackend
from .onnxruntime_backend import OnnxRuntimeBackend
from .operators import OperatorError

BACKENDS = ("auto", "numpy", "onnxruntime")


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

    def __init__(self, engine: Any, file: ModelFile, fallback: str = "") -> None:
        self._engine = engine
        self.backend: str = engine.name
        self.threads: int = engine.threads
        self.card: ModelCard = file.card
        self.hash = file.hash
        self.path = str(file.path)
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
                f"The network failed on the {self.backend} backend ({brief(error)}); choose the other "
                "backend or install the model again."
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
                "The model file's outputs are not those that this plugin reads (logits, attention and mask); "
                "use a model and a plugin of the same release."
            )
        return Output(*(np.asarray(array, np.float32) for array in (logits, attention, mask)))


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
        If the file is missing, damaged, of another version, or no model for this plugin; if the backend is
        not known or not installed.
    """
    if backend not in BACKENDS:
        raise ModelError(f"The backend '{backend}' is not known; choose one of {', '.join(BACKENDS)}.")
    file = read_model_file(default_model_path() if path is None else Path(path))
    if backend == "numpy":
        return _tried(_numpy(file), file)
    try:
        return _tried(OnnxRuntimeBackend(file.data), file)
    except Exception as error:  # a broken installation raises nearly anything; numpy is there for that
        absent = isinstance(error, ModuleNotFoundError) and error.name == "onnxruntime"
        if backend == "auto":
            return _tried(_numpy(file), file, "" if absent else brief(error))
        if absent:
            raise ModelError(
                "onnxruntime is not installed in this Python; choose the backend auto or numpy."
            ) from error
        raise ModelError(
            f"onnxruntime cannot run the model file {file.path.name} ({brief(error)}); choose the backend "
            "auto or numpy."
        ) from error


def _tried(engine: Any, file: ModelFile, fallback: str = "") -> Network:
    """The network, after one empty tile has gone through it: a wrong model shows here, not in mid-run."""
    network = Network(engine, file, fallback)
    network.run(np.zeros((1, len(CHANNELS), TILE, TILE), np.float32))
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
