"""Simulated interferograms per second by batch, size and number of processes, on a CPU or a GPU.

On a CPU, each process simulates on one thread, like the workers of a training. For comparison:
SyInterferoPy's components (earthquake by Okada, stratified and turbulent delay, coherence mask) took 0.22 s
for 224 x 224 pixels on one core of the machine of the first benchmark.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from functools import partial

import torch

from ..training.config.simulation import SimulationConfig
from ..training.simulation.scenes import Simulator
from .machine import heading, table

SYINTERFEROPY_PER_CORE = 1 / 0.22


def rate(seed: int, batch: int, size: int, device: str, seconds: float, config: SimulationConfig) -> float:
    """Interferograms per second over at least `seconds`, after one batch to warm up."""
    if device == "cpu":
        torch.set_num_threads(1)
    simulator = Simulator(config, device=device, seed=seed)
    simulator.batch(batch, size)
    _settle(device)
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        simulator.batch(batch, size)
        _settle(device)
        count += batch
    return count / (time.perf_counter() - start)


def _settle(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--batch", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--size", type=int, nargs="+", default=[112, 224])
    parser.add_argument("--processes", type=int, nargs="+", default=[1, len(os.sched_getaffinity(0))])
    parser.add_argument("--srtm", default="", help="folder of SRTM tiles [fractal relief only]")
    parser.add_argument("--quiet", default="", help="folder of real quiet crops [simulated backgrounds only]")
    parser.add_argument("--seconds", type=float, default=5.0)
    options = parser.parse_args()
    heading("Simulation", ("numpy", "torch"))
    on_cpu = options.device == "cpu"
    if not on_cpu:
        print(f"on {torch.cuda.get_device_name()}\n")
    config = SimulationConfig(srtm=options.srtm, quiet=options.quiet)
    rows = []
    for size in options.size:
        for batch in options.batch:
            one = partial(
                rate, batch=batch, size=size, device=options.device, seconds=options.seconds, config=config
            )
            for processes in sorted(set(options.processes)) if on_cpu else (1,):
                with multiprocessing.get_context("spawn").Pool(processes) as pool:
                    speed = sum(pool.map(one, range(1, processes + 1)))
                times = speed / processes / SYINTERFEROPY_PER_CORE if size == 224 and on_cpu else None
                rows.append(
                    [
                        f"{size} x {size}",
                        batch,
                        processes,
                        f"{speed:.0f}",
                        f"{60 * speed:,.0f}",
                        "" if times is None else f"{times:.0f}",
                    ]
                )
    table(["size", "batch", "processes", "per second", "per minute", "times SyInterferoPy, per core"], rows)


if __name__ == "__main__":
    main()
