"""qgis_process in a throw-away profile, with its seconds and its peak memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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

    def call(self, arguments: Sequence[str]) -> Run:
        """Run `qgis_process` with `arguments`; RuntimeError with its output when it fails."""
        program = (
            "/usr/bin/qgis_process.bin" if Path("/usr/bin/qgis_process.bin").exists() else "qgis_process"
        )
        with (self.folder / "output.txt").open("w+", encoding="utf-8") as output:
            start = time.perf_counter()
            child = subprocess.Popen(
                [program, *arguments], env=self.environment, stdout=output, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            text = output.read()
        if child.returncode:
            raise RuntimeError(text)
        return Run(seconds, usage.ru_maxrss / 1024, text)
