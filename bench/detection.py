"""Time of `detect` on a 3000 x 2500 scene, and of the network calls alone, for each backend."""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.detection import Settings, detect
from ..engine.errors import QuakeFringeError
from ..engine.network import load_model
from . import scenes
from .machine import heading, table


class Recorder:
    """A network that keeps a copy of every batch that it evaluates."""

    def __init__(self, network: Any) -> None:
        self.network = network
        self.tiles: list[np.ndarray] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.network, name)

    def run(self, tiles: np.ndarray) -> Any:
        """Record and evaluate a batch."""
        self.tiles.append(np.array(tiles))
        return self.network.run(tiles)


def detection_seconds(path: Path, settings: Settings) -> float:
    """Seconds of `detect` with heatmap and boxes, including the time to read the model."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        detect(str(path), settings, heatmap=f"{folder}/heat.tif", boxes=f"{folder}/boxes.gpkg")
        return time.perf_counter() - start


def network_seconds(network: Any, tiles: list[np.ndarray]) -> float:
    """Seconds of the network calls alone."""
    start = time.perf_counter()
    for batch in tiles:
        network.run(batch)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=2, default=[3000, 2500], metavar=("WIDTH", "HEIGHT"))
    parser.add_argument(
        "--pixel",
        type=float,
        nargs="+",
        default=[100.0, 30.0],
        help="pixel sizes in metres; LiCSAR frames have 100",
    )
    parser.add_argument("--repeats", type=int, default=3, help="the best of this number counts")
    given = parser.parse_args()
    heading(f"detect on {given.size[0]} x {given.size[1]} float32, best of {given.repeats}")
    rows = []
    for pixel, backend in itertools.product(given.pixel, ("numpy", "onnxruntime")):
        path = scenes.scene(*given.size, pixel)
        settings = Settings(backend=backend)
        try:
            network = load_model(backend=backend)
        except QuakeFringeError as problem:
            rows.append([f"{pixel:g} m", backend, "", "", "", str(problem)])
            continue
        recorder = Recorder(network)
        detect(str(path), settings, network=recorder)
        tiles = recorder.tiles
        # alternately, so that other work of the machine affects both
        pairs = [
            (detection_seconds(path, settings), network_seconds(network, tiles)) for _ in range(given.repeats)
        ]
        total, calls = (min(column) for column in zip(*pairs))
        windows = sum(len(batch) for batch in tiles)  # including additional passes of the same windows
        rows.append(
            [f"{pixel:g} m", backend, windows, f"{total:.2f}", f"{calls:.2f}", f"{total / calls:.2f}"]
        )
    table(["pixel", "backend", "tiles", "detect, s", "network calls alone, s", "ratio"], rows)


if __name__ == "__main__":
    main()
