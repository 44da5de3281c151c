"""QGIS is closed during a search: the search ends, and QGIS closes without a second click.

Before version 3.26, QGIS asks whether to cancel its background tasks, cancels them, and stays open. Here the
question is answered when all of these tasks are searches of the plugin; later versions do not ask. Both leave
the event loop while a cancelled search is still tidying up, so the plugin waits for its end.
"""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QTimer
from qgis.PyQt.QtWidgets import QApplication, QMessageBox

from .background import UNLOAD_WAIT_S, Background
from .run import AlgorithmRun


class ClosingWatch(QObject):
    """Watches the main window for that question.

    Parameters
    ----------
    window : QMainWindow
    backgrounds : Background
        What may run.
    """

    def __init__(self, window, *backgrounds: Background):
        super().__init__(window)
        self._window = window
        self._backgrounds = backgrounds
        window.installEventFilter(self)
        QgsApplication.instance().aboutToQuit.connect(self._wait)

    def remove(self) -> None:
        """Stop watching."""
        self._window.removeEventFilter(self)
        QgsApplication.instance().aboutToQuit.disconnect(self._wait)
        self.deleteLater()

    def eventFilter(self, watched, event) -> bool:
        """Look at each dialog that blocks the main window."""
        if event.type() == QEvent.Type.WindowBlocked and self._count():
            QTimer.singleShot(0, self._answer)
        return False

    def _wait(self) -> None:
        AlgorithmRun.abandon_all(UNLOAD_WAIT_S)

    def _answer(self) -> None:
        box = QApplication.activeModalWidget()
        title = QCoreApplication.translate("QgisApp", "Active Tasks")
        if not isinstance(box, QMessageBox) or box.windowTitle() != title:
            return
        if QgsApplication.taskManager().countActiveTasks() != self._count():
            return  # other tasks run as well, which the user must decide about
        for one in self._backgrounds:
            one.stop_all()
        box.done(QMessageBox.StandardButton.No)
        QTimer.singleShot(0, self._window.close)

    def _count(self) -> int:
        """How many tasks of the plugin run."""
        return sum(len(one.runs) for one in self._backgrounds)
