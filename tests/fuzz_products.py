"""Damage small products at random: every reader must answer, or refuse in one clear sentence.

    python tests/fuzz_products.py --cases 5000 [--seed 1] [--family isce]

Each case flips, cuts or overwrites bytes of one file of one family's fixture, then opens and reads it in a
worker process. A fault is anything but an answer or a QuakeFringeError within the limits:
another exception, a crash of the process, more than 5 s, more than 1 GB. Every case can be run again by
its number.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
import products_fixtures

from quakefringe.engine.errors import QuakeFringeError
from quakefringe.engine.interferogram import open_interferogram

SECONDS = 5.0
PATIENCE, MAX_PATIENCE = 30.0, 1800.0
"""Seconds on the clock after which a case hangs, if it has had the processor meanwhile or not."""
START_PATIENCE = 60.0
BUSY_SHARE = 0.3
"""Share of that time on the processor from which a worker counts as having had it."""
MEMORY = 2**30
TEXTS = (".xml", ".vrt", ".rsc", ".dim", ".hdr", ".prm", ".txt", ".csv", ".par", ".dem_par")


def damage(data: bytes, rng: random.Random, text: bool) -> bytes:
    """One damaged version of a file."""
    if not data:
        return b"\0"
    kind = rng.choice(("flip", "flip", "flip", "cut", "drop", "fill", "number" if text else "flip"))
    out = bytearray(data)
    if kind == "cut":
        return bytes(out[: rng.randrange(len(out))])
    if kind == "number":
        numbers = list(re.finditer(rb"-?\d+(\.\d+)?", data))
        if numbers:
            spot = rng.choice(numbers)
            value = rng.choice((b"0", b"-1", b"1e300", b"nan", b"99999999999", b"2147483647", b"", b"inf"))
            return data[: spot.start()] + value + data[spot.end() :]
    reach = len(out) if rng.random() < 0.5 else min(len(out), 4096)
    start = rng.randrange(reach)
    if kind == "drop":
        del out[start : start + rng.randrange(1, 64)]
    elif kind == "fill":
        value = rng.choice((0, 255))
        for i in range(start, min(start + rng.randrange(1, 64), len(out))):
            out[i] = value
    else:
        for _ in range(rng.choice((1, 1, 4, 32))):
            out[rng.randrange(reach)] ^= 1 << rng.randrange(8)
    return bytes(out)


def peak_memory() -> int:
    """Peak memory of this process in bytes.

    On Linux, `ru_maxrss` of a new process starts at the peak of the process that started it, here of all
    tests before this one. The kernel's VmHWM counts only this program.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE).group(1)) * 1024
    except (OSError, AttributeError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def worker(folder: Path, home: Path, what: tuple[int, int, int, str]) -> None:
    """Run cases one after the other; print each before it runs and its outcome after."""
    first, last, seed, family = what
    listed = json.loads((folder / "cases.json").read_text())
    families = [family] if family else sorted(listed)
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder, home)
    files = {name: sorted(p for p in (home / _folder(name)).rglob("*") if p.is_file()) for name in families}
    for number in range(first, last):
        rng = random.Random(seed * 1_000_003 + number)
        name = rng.choice(families)
        target, case = rng.choice(files[name]), rng.choice(listed[name])
        print(f"case {number} {name} {target.name} {case['name']}", flush=True)
        whole = target.read_bytes()
        target.write_bytes(damage(whole, rng, target.suffix.lower() in TEXTS))
        started = time.process_time()
        for line in _outcome(str(home / Path(case["path"]).relative_to(folder)), case["options"]):
            print(line.format(number=number))
        seconds = time.process_time() - started
        print(f"seconds {seconds:.3f}")
        if seconds > SECONDS:
            print(f"FAULT {number} more than {SECONDS:g} s of computing")
        memory = peak_memory()
        print(f"memory {memory}", flush=True)
        target.write_bytes(whole)
        if memory > MEMORY:
            print(f"FAULT {number} more than 1 GB of memory", flush=True)
            return


def _folder(family: str) -> str:
    return family.replace(" ", "_")


def _outcome(path: str, options: dict[str, Any]) -> list[str]:
    """Open and read one product; lines with the faults, and whether it was read or refused."""
    lines = []
    try:
        ifg = open_interferogram(path, **options)
        window = (0, 0, min(ifg.grid.width, 512), min(ifg.grid.height, 512))
        got, look = ifg.read(*window), ifg.look_vectors(*window)
        ifg.describe()
        if look is not None and np.nanmax(np.abs((look**2).sum(axis=0) - 1), initial=0) > 1e-4:
            lines.append("FAULT {number} a look vector is not of length 1")
        if ifg.quantity.value == "wrapped" and np.nanmax(np.abs(got), initial=0) > np.pi + 1e-3:
            lines.append("FAULT {number} wrapped phase beyond pi")
        return [*lines, "fine"]
    except QuakeFringeError as error:
        sentence = str(error)
        if not sentence.endswith(".") or len(sentence) > 600 or "\n" in sentence:
            lines.append(f"FAULT {{number}} not one clear sentence: {_braces(repr(sentence))}")
        return [*lines, "refused"]
    except Exception as error:  # the fuzzer's whole point
        return [f"FAULT {{number}} {type(error).__name__}: {_braces(repr(error))}"]


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


Largest = dict[str, tuple[float, str]]
"""The most seconds of a case and the most bytes of a worker, each with the case that reached it."""


def run(
    cases: int, seed: int = 1, family: str = "", start: int = 0
) -> tuple[dict[str, int], Largest, list[str]]:
    """Fuzz; returns counts of outcomes, the largest time and memory, and the faults."""
    counts = {"fine": 0, "refused": 0}
    largest: Largest = {"seconds": (0.0, ""), "memory": (0.0, "")}
    faults: list[str] = []
    memory = Path("/dev/shm")  # a folder in memory, where there is one: most of the work is small files
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="quakefringe-fuzz-", dir=place) as scratch:
        folder = Path(scratch) / "built"
        folder.mkdir()
        products_fixtures.build_all(folder)
        done = start
        while done < start + cases:
            # a file, as libhdf5's messages would fill a pipe that nobody reads, and stop the worker
            with tempfile.TemporaryFile(mode="w+", errors="replace") as errors:
                span = (done, start + cases, seed, family)
                done = _watch(folder, Path(scratch) / "work", span, counts, largest, faults, errors)
    return counts, largest, faults


def _watch(
    folder: Path,
    home: Path,
    what: tuple[int, int, int, str],
    counts: dict[str, int],
    largest: Largest,
    faults: list[str],
    errors: IO[str],
) -> int:
    """Watch one worker until it ends, crashes or hangs; returns the number of the next case."""
    first = what[0]
    command = [sys.executable, __file__, "--worker", str(folder), str(home), *(str(part) for part in what)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GDAL_PAM_ENABLED": "NO"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment)
    current, last_case, hung = first - 1, "starting", False
    for line in _lines(process.stdout.fileno(), process.pid):
        if not line:
            limit = START_PATIENCE if last_case == "starting" else PATIENCE
            faults.append(f"{last_case}: no answer within {limit:g} s")
            process.kill()
            hung = True
            break
        if line.startswith("case "):
            current, last_case = int(line.split()[1]), line
        elif line.startswith("FAULT"):
            faults.append(f"{last_case}: {line}")
        elif line.startswith(("memory ", "seconds ")):
            what_grew, value = line.split()[:2]
            if float(value) > largest[what_grew][0]:
                largest[what_grew] = (float(value), last_case)
        elif line in counts:
            counts[line] += 1
    process.communicate()
    errors.seek(0)
    complaint = errors.read()
    if process.returncode != 0 and not hung:
        faults.append(f"{last_case}: the process ended with {process.returncode}: {complaint[-300:]}")
    return max(current + 1, first + (current < first))


def _lines(pipe: int, worker_id: int) -> Iterator[str]:
    """Lines of a worker's pipe as they come; an empty one when none came for too long."""
    rest, limit = b"", START_PATIENCE
    while True:
        if not _waits(pipe, worker_id, limit):
            yield ""
        data = os.read(pipe, 2**16)
        if not data:
            return
        *lines, rest = (rest + data).split(b"\n")
        yield from (line.decode("utf-8", errors="replace") for line in lines if line)
        limit = PATIENCE


def _waits(pipe: int, worker_id: int, limit: float) -> bool:
    """Wait for output: longer where other work keeps the worker from the processor."""
    began, used = time.monotonic(), processor_seconds(worker_id)
    while not select.select([pipe], [], [], limit)[0]:
        had = processor_seconds(worker_id) - used
        if not had <= BUSY_SHARE * limit or time.monotonic() - began > MAX_PATIENCE:
            return False
    return True


def processor_seconds(process_id: int) -> float:
    """Time that a process has had on the processor; infinite where the system does not say."""
    try:
        fields = (
            Path(f"/proc/{process_id}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, IndexError, ValueError):
        return float("inf")


def main() -> int:
    """Command line."""
    if sys.argv[1:2] == ["--worker"]:
        folder, home, first, last, seed, family = sys.argv[2:8]
        worker(Path(folder), Path(home), (int(first), int(last), int(seed), family))
        return 0
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--family", default="")
    arguments = parser.parse_args()
    counts, largest, faults = run(arguments.cases, arguments.seed, arguments.family, arguments.start)
    print(
        f"{arguments.cases} cases: {counts['fine']} read, {counts['refused']} refused, {len(faults)} faults, "
        f"at most {largest['seconds'][0]:.2f} s ({largest['seconds'][1]}) and "
        f"{largest['memory'][0] / 2**20:.0f} MB of memory ({largest['memory'][1]})"
    )
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
