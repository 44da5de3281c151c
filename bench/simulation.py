"""Simulated interferograms per second against batch, size, threads and device."""

from __future__ import annotations

import argparse
import time

import torch

from ..training.simulation.config import SimulationConfig
from ..training.simulation.scenes import Simulator
from .machine import heading, table


def rate(batch: int, size: int, threads: int, device: str, seconds: float) -> float:
    """Interferograms a second over at least `seconds`, after one batch to warm up."""
    torch.set_num_threads(threads)
    simulator = Simulator(SimulationConfig(), device=device, seed=1)
    simulator.batch(batch, size)
    _settle(device)
    made, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        simulator.batch(batch, size)
        _settle(device)
        made += batch
    return made / (time.perf_counter() - start)


def _settle(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--size", type=int, nargs="+", default=[112, 224])
    parser.add_argument("--threads", type=int, nargs="+", default=[1, torch.get_num_threads()])
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    heading("Simulation", ("numpy", "torch"))
    if given.device.startswith("cuda"):
        print(f"on {torch.cuda.get_device_name()}\n")
    rows = []
    for size in given.size:
        for batch in given.batch:
            for threads in sorted(set(given.threads)):
                speed = rate(batch, size, threads, given.device, given.seconds)
                rows.append([f"{size} x {size}", batch, threads, f"{speed:.0f}", f"{60 * speed:,.0f}"])
    table(["size", "batch", "threads", "per second", "per minute"], rows)


if __name__ == "__main__":
    main()
