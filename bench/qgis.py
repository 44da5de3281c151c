"""qgis_process in a temporary profile, with its run time and peak memory."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_S = 0.02
"""Interval between two readings of a process, and so the error of its run time."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One finished call: wall seconds, peak memory in MiB, and output."""

    seconds: float
    peak_mib: float
    output: str


class Profile:
    """A temporary profile with this checkout as the plugin `quakefringe`."""

    def __enter__(self) -> Profile:
        self.folder = Path(tempfile.mkdtemp())
        plugins = self.folder / "plugins"
        plugins.mkdir()
        (plugins / "quakefringe").symlink_to(ROOT)
        self.environment = {
            **os.environ,
            "QGIS_PLUGINPATH": str(plugins),
            "QGIS_CUSTOM_CONFIG_PATH": str(self.folder / "config"),
            "QT_QPA_PLATFORM": "offscreen",
            "XDG_RUNTIME_DIR": str(self.folder),
        }
        return self

    def __exit__(self, *problem: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def onnxruntime(self) -> bool:
        """Make onnxruntime of .venv available to QGIS' Python; False if it is not installed."""
        spec = importlib.util.find_spec("onnxruntime")
        if spec is None or spec.origin is None:
            return False
        packages = self.folder / "packages"
        packages.mkdir(exist_ok=True)
        if not (packages / "onnxruntime").exists():
            (packages / "onnxruntime").symlink_to(Path(spec.origin).parent)
        self.environment["PYTHONPATH"] = str(packages)
        return True

    def call(self, arguments: Sequence[str]) -> Run:
        """Run `qgis_process`; a failure raises RuntimeError with the last line of its output."""
        program = (
            "/usr/bin/qgis_process.bin" if Path("/usr/bin/qgis_process.bin").exists() else "qgis_process"
        )
        with (self.folder / "output.txt").open("w+", encoding="utf-8") as output:
            start = time.perf_counter()
            child = subprocess.Popen(
                [program, *arguments], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
            peak = 0.0
            while child.poll() is None:
                peak = max(peak, peak_mib(child.pid))
                time.sleep(POLL_S)
            seconds = time.perf_counter() - start
            output.seek(0)
            text = output.read()
        if child.returncode:
            raise RuntimeError(
                text.strip().splitlines()[-1] if text.strip() else f"status {child.returncode}"
            )
        return Run(seconds, peak, text)


def peak_mib(process: int) -> float:
    """Peak memory of a running process up to now; 0 when it has ended.

    `ru_maxrss` cannot be used, because it starts at the peak of the parent process.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
