"""What toolbar and drops have in common: runs in the background, each with a message that can cancel it."""

from __future__ import annotations

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject

from .messages import say
from .run import AlgorithmRun

UNLOAD_WAIT = 3.0
"""Seconds that a run is given to end when the plugin goes; a cancelled one answers within a second."""


class Background(QObject):
    """Starts runs, and stops them when the project or the plugin goes.

    Classes derived from it have `_done(run, results)` and `_failed(run, why)`, which call `forget` first.
    """

    def __init__(self, iface):
        super().__init__(iface.mainWindow())
        self.iface = iface
        self.runs: list[AlgorithmRun] = []
        self._messages: dict[AlgorithmRun, object] = {}
        QgsProject.instance().cleared.connect(self._project_gone)

    def begin(self, run: AlgorithmRun, text: str) -> None:
        """Start a run, and say so until it has ended."""
        self.runs.append(run)
        run.done.connect(self._done)
        run.failed.connect(self._failed)
        self._messages[run] = self._say(text, Qgis.MessageLevel.Info, 0, ("Cancel", run.cancel))
        run.start()

    def forget(self, run: AlgorithmRun) -> None:
        """Let go of a run that has ended, and of its message."""
        self.runs.remove(run)
        message = self._messages.pop(run, None)
        if message is not None:
            self.iface.messageBar().popWidget(message)

    def remove(self) -> None:
        """Stop the runs under way; the plugin goes."""
        QgsProject.instance().cleared.disconnect(self._project_gone)
        self._abandon(UNLOAD_WAIT)
        self.deleteLater()

    def _abandon(self, wait: float) -> None:
        for run in list(self.runs):
            run.abandon(wait)
            self.forget(run)

    def _project_gone(self) -> None:
        self._abandon(0)

    def _say(self, *what):
        """`messages.say` on this QGIS."""
        return say(self.iface, *what)
