"""Background runs of the toolbar and of dropped files, each with a message that has a Cancel button."""

from __future__ import annotations

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject

from .i18n import tr
from .messages import show_message
from .run import AlgorithmRun

UNLOAD_WAIT_S = 3.0
"""Longest wait for a cancelled run when the plugin is unloaded; runs usually end within a second."""


class Background(QObject):
    """Starts runs, and stops them when the project is closed or the plugin is unloaded.

    Subclasses define `_done(run, results)` and `_failed(run, reason)`, which call `forget` first.
    """

    def __init__(self, iface):
        super().__init__(iface.mainWindow())
        self.iface = iface
        self.runs: list[AlgorithmRun] = []
        self._messages: dict[AlgorithmRun, object] = {}
        QgsProject.instance().cleared.connect(self._stop_all)

    def begin(self, run: AlgorithmRun, text: str) -> None:
        """Start a run and show a message until it ends."""
        self.runs.append(run)
        run.done.connect(self._done)
        run.failed.connect(self._failed)
        if self.announces():
            self._messages[run] = self._show(text, Qgis.MessageLevel.Info, 0, (tr("Cancel"), run.cancel))
        run.start()

    def announces(self) -> bool:
        """Whether a message is needed while a run goes on."""
        return True

    def forget(self, run: AlgorithmRun) -> None:
        """Drop a run that has ended, and close its message."""
        self.runs.remove(run)
        message = self._messages.pop(run, None)
        if message is not None:
            self.iface.messageBar().popWidget(message)

    def remove(self) -> None:
        """Stop all runs, because the plugin is being unloaded."""
        QgsProject.instance().cleared.disconnect(self._stop_all)
        self._abandon(UNLOAD_WAIT_S)
        self.deleteLater()

    def stop_all(self) -> None:
        """Cancel all runs and wait for their end, because QGIS is being closed."""
        self._abandon(UNLOAD_WAIT_S)

    def _abandon(self, wait: float) -> None:
        for run in list(self.runs):
            run.abandon(wait)
            self.forget(run)

    def _stop_all(self) -> None:
        self._abandon(0)

    def _show(self, *arguments):
        """`messages.show_message` in this QGIS window."""
        return show_message(self.iface, *arguments)
