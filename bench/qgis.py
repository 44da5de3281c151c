"""qgis_process in a throw-away profile, with its seconds and its peak memory."""

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
"""Between two looks at a running process; also the error of its seconds."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """One finished call: wall seconds, peak memory in MiB, and what it printed."""

    seconds: float
    peak_mib: float
    output: str


class Profile:
    """A profile that knows this checkout as the plugin `quakefringe`, removed at the end."""

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
        """Let QGIS' Python import the environment's onnxruntime, nothing else; False where there is none."""
        found = importlib.util.find_spec("onnxruntime")
        if found is None or found.origin is None:
            return False
        packages = self.folder / "packages"
        packages.mkdir(exist_ok=True)
        if not (packages / "onnxruntime").exists():
            (packages / "onnxruntime").symlink_to(Path(found.origin).parent)
        self.environment["PYTHONPATH"] = str(packages)
        return True

    def call(self, arguments: Sequence[str]) -> Run:
        """Run `qgis_process` with `arguments`; RuntimeError with its last line when it fails."""
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
    """Peak memory of a running process so far; 0 when it is gone.

    The kernel's own figure at the end (`ru_maxrss`) will not do: it starts from the parent's peak.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024 if lines else 0.0
