"""Heading of every table (machine, versions, command) and its Markdown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path


def processor() -> str:
    """Name of the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def memory_gib() -> float:
    """Memory of the machine in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def version(package: str) -> str:
    """Version of an installed package, or "absent"."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def heading(title: str, packages: Sequence[str] = ("numpy", "GDAL", "onnxruntime")) -> None:
    """Print the title of a table, the machine, the versions and the command."""
    print(f"\n## {title}")
    print(
        f"{processor()}, {len(os.sched_getaffinity(0))} cores, {memory_gib():.0f} GiB, "
        f"load average {os.getloadavg()[0]:.1f} at the start"
    )
    print(
        ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)])
    )
    command = ["python", "-m", f"quakefringe.bench.{Path(sys.argv[0]).stem}", *sys.argv[1:]]
    print(f"$ {' '.join(command)}\n")


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a Markdown table."""
    text = [[str(cell) for cell in row] for row in [columns, *rows]]
    width = [max(len(row[index]) for row in text) for index in range(len(columns))]
    for number, row in enumerate(text):
        print("| " + " | ".join(cell.ljust(size) for cell, size in zip(row, width)) + " |", flush=True)
        if number == 0:
            print("|" + "|".join("-" * (size + 2) for size in width) + "|")
