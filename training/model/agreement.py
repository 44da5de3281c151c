"""Comparison of a model file on the plugin's backends with its network in torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ...engine.errors import ModelError
from ...engine.inference.encoding import encode
from ...engine.network.model_file import HEADS
from ...engine.tile import CHANNELS, TILE
from .network import ExportNetwork
from .onnx_graph import OUTPUTS

TOLERANCE = 1e-3
"""Largest accepted difference between torch and a backend."""


def check_tiles() -> np.ndarray:
    """Tiles for the comparison, (7, 5, 224, 224): noise, an empty tile, and encoded phase."""
    random = np.random.default_rng(20150425)
    rows, columns = np.mgrid[:TILE, :TILE].astype(np.float32)
    distance = np.hypot(rows - 90, columns - 130)
    phase = 25 * np.exp(-((distance / 40) ** 2)) + 0.02 * columns + random.normal(0, 0.4, (TILE, TILE))
    phase = np.where(rows + columns < 80, np.nan, phase).astype(np.float32)
    wrapped = np.angle(np.exp(1j * phase)).astype(np.float32)
    height = 1500 + 900 * np.sin(rows / 17) * np.cos(columns / 23)
    tiles = [
        encode(wrapped, False),
        encode(wrapped, False, height),
        encode(phase, True),
        encode(phase, True, height),
        np.zeros((len(CHANNELS), TILE, TILE)),
        *random.standard_normal((2, len(CHANNELS), TILE, TILE)),
    ]
    return np.stack(tiles).astype(np.float32)


def torch_outputs(module: ExportNetwork, tiles: np.ndarray) -> dict[str, np.ndarray]:
    """The results of torch, by output."""
    with torch.no_grad():
        outputs = module.eval()(torch.from_numpy(tiles))
    return {name: value.numpy() for name, value in zip(OUTPUTS, outputs)}


def largest_differences(loaded: Any, tiles: np.ndarray, expected: dict[str, np.ndarray]) -> dict[str, float]:
    """Largest differences by output, for batches of one, three and all tiles.

    Model files of versions up to 0.13 do not give the attention of each head; it is left out for them.
    """
    names = [name for name in OUTPUTS if name != HEADS or loaded.has_heads]
    largest = dict.fromkeys(names, 0.0)
    for count in (1, 3, len(tiles)):
        result = loaded.run(tiles[:count], heads=loaded.has_heads)
        for name in names:
            difference = np.abs(getattr(result, name) - expected[name][:count]).max()
            largest[name] = float(max(largest[name], np.nan_to_num(difference, nan=np.inf)))
    return largest


def refuse_disagreement(backend: str, differences: dict[str, float]) -> None:
    """Raise `ModelError` if one of the differences exceeds `TOLERANCE`."""
    for name, value in differences.items():
        if not value <= TOLERANCE:
            raise ModelError(
                f"The exported network's {name} differs from torch's by {value:.2g} on {backend}; "
                "no file was written."
            )
