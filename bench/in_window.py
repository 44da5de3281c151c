"""Measure one search in the window of QGIS; `bench.window` starts QGIS with this file (``qgis --code``).

Environment: BENCH_SCENE, a raster; BENCH_OUT, the file that gets the figures as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.utils import iface, loadPlugin, plugins, startPlugin

TICK_MS = 5
QUIET_MS = 3000
"""Time for QGIS to settle before, and to draw the result after a search."""
MAX_RUN_MS = 540_000


class Freezes:
    """Gaps between the ticks of a timer: the longest, and the work of the window's thread in it."""

    def __init__(self):
        self.longest_s = self.own_work_s = self.longest_own_work_s = 0.0
        self._restart()
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def take(self) -> dict[str, float]:
        """Return the figures since the last call, in seconds, and start anew."""
        self._tick()
        figures = {
            "longest_s": self.longest_s,
            "own_work_in_it_s": self.own_work_s,
            "longest_own_work_s": self.longest_own_work_s,
        }
        self.longest_s = self.own_work_s = self.longest_own_work_s = 0.0
        self._restart()
        return figures

    def _restart(self) -> None:
        self._wall, self._work = time.monotonic(), time.thread_time()

    def _tick(self) -> None:
        wall, work = time.monotonic() - self._wall, time.thread_time() - self._work
        self._restart()
        if wall > self.longest_s:
            self.longest_s, self.own_work_s = wall, work
        self.longest_own_work_s = max(self.longest_own_work_s, work)


def wait(milliseconds: int, *signals) -> tuple:
    """Run the event loop until one of the signals comes; return its arguments, or () after the time."""
    loop, values = QEventLoop(), []

    def came(*arguments) -> None:
        values.extend(arguments)
        loop.quit()

    for signal in signals:
        signal.connect(came)
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
    for signal in signals:
        signal.disconnect(came)
    return tuple(values)


def measure(path: str) -> dict[str, object]:
    """Times from the active layer to the first word, and from the button to both verdicts, in seconds."""
    if "quakefringe" not in plugins and not (loadPlugin("quakefringe") and startPlugin("quakefringe")):
        raise RuntimeError("QuakeFringe does not load; see QGIS' log.")
    panel = plugins["quakefringe"].panel
    panel.show()
    layer = QgsRasterLayer(path, "scene")
    wait(QUIET_MS)
    freezes = Freezes()
    start = time.monotonic()
    QgsProject.instance().addMapLayer(layer)
    iface.setActiveLayer(layer)
    understood = wait(60_000, panel.reader.understood)
    figures: dict[str, object] = {"first_word_s": time.monotonic() - start, "read": bool(understood)}
    iface.mapCanvas().setExtent(layer.extent())
    wait(QUIET_MS)
    figures["freeze_reading"] = freezes.take()
    start, work = time.monotonic(), time.process_time()
    panel.run.button.click()
    detections = panel._detections
    look = wait(MAX_RUN_MS, detections.looked, detections.finished)  # small scenes have no first look
    figures["first_verdict_s"] = time.monotonic() - start
    figures["first_verdict_work_s"] = time.process_time() - work
    figures["first_verdict"] = panel.verdict.text() if look else ""
    figures["freeze_first_look"] = freezes.take()
    done = wait(MAX_RUN_MS, detections.finished) if detections.runs else look
    figures["verdict_s"] = time.monotonic() - start
    figures["verdict_work_s"] = time.process_time() - work
    figures["verdict"] = panel.verdict.text() if done else ""
    wait(QUIET_MS)
    figures["freeze_search"] = freezes.take()
    return figures


def run() -> None:
    """Measure, write the figures, and end QGIS, whatever happens."""
    status = 0
    try:
        with open(os.environ["BENCH_OUT"], "w", encoding="utf-8") as file:
            json.dump(measure(os.environ["BENCH_SCENE"]), file, indent=1)
    except Exception:
        traceback.print_exc(file=sys.stderr)
        status = 1
    QgsProject.instance().setDirty(False)
    sys.stderr.flush()
    os._exit(status)


QTimer.singleShot(1500, run)
