"""Simulated interferograms per second by batch, size and number of processes, on a CPU or a GPU.

On a CPU, each process simulates on one thread, like the workers of a training. For comparison, eq-insar
(PyPI) simulates point sources with noise on one thread, before and after our own runs of each size, so that
the same minutes of a shared machine count for both. "Per second of a core" counts processor time, which other
work on the machine changes less.
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
from . import peer
from .machine import heading, table


def rate(
    seed: int, batch: int, size: int, device: str, seconds: float, config: SimulationConfig
) -> tuple[float, float]:
    """Interferograms over at least `seconds`, per second and per second of processor time.

    One batch warms up.
    """
    if device == "cpu":
        torch.set_num_threads(1)
    simulator = Simulator(config, device=device, seed=seed)
    simulator.batch(batch, size)
    _settle(device)
    count, start, used = 0, time.perf_counter(), time.process_time()
    while time.perf_counter() - start < seconds:
        simulator.batch(batch, size)
        _settle(device)
        count += batch
    return count / (time.perf_counter() - start), count / (time.process_time() - used)


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
    compared = on_cpu and peer.install() is not None
    rows: list[list[object]] = []
    for size in options.size:
        before = _peer_rates(size, options.seconds) if compared else None
        ours = [
            (batch, processes, _own_rates(batch, size, processes, options, config))
            for batch in options.batch
            for processes in (sorted(set(options.processes)) if on_cpu else (1,))
        ]
        peers = [before, _peer_rates(size, options.seconds)] if before is not None else []
        theirs = [sum(pair) / 2 for pair in zip(*peers)] if peers else [0.0, 0.0]
        for batch, processes, (speed, each) in ours:
            times = f"{each / theirs[1]:.1f}" if compared else ""
            core = f"{each:.0f}" if on_cpu else ""
            rows.append([f"{size} x {size}", batch, processes, f"{speed:.0f}", core, times])
        if compared:
            rows.append([f"{size} x {size}", "eq-insar", 1, f"{theirs[0]:.0f}", f"{theirs[1]:.0f}", "1"])
    table(["size", "batch", "processes", "per second", "per second of a core", "times eq-insar"], rows)


def _own_rates(
    batch: int, size: int, processes: int, options: argparse.Namespace, config: SimulationConfig
) -> tuple[float, float]:
    """Interferograms per second of all processes together, and per second of processor time."""
    one = partial(rate, batch=batch, size=size, device=options.device, seconds=options.seconds, config=config)
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        both = pool.map(one, range(1, processes + 1))
    return sum(speed for speed, _ in both), sum(each for _, each in both) / processes


def _peer_rates(size: int, seconds: float) -> tuple[float, float]:
    """`peer.rates` of eq-insar in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(peer.rates, (size, seconds))


if __name__ == "__main__":
    main()
