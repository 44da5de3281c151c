"""Earlier runs of the project: a list that reopens each."""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from qgis.PyQt.QtCore import QLocale, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QListWidgetItem, QMenu, QVBoxLayout, QWidget

from .. import desktop
from ..i18n import tr
from ..kept_results.register import KeptRun, Register
from .sharp_icons import SharpList
from .widgets import VERDICT_COLOURS, dot, section_title

MAX_VISIBLE_RUNS = 3
"""Runs that the list shows before it scrolls."""


class RunList(QWidget):
    """The runs of the project, the latest first. A click or Enter reopens one; its menu has more."""

    chosen = pyqtSignal(object)
    """The `KeptRun` to reopen."""

    def __init__(self, register: Register, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._register = register
        self.list = SharpList()
        self.list.setObjectName("quakefringe_runs")
        self.list.setAccessibleName(tr("Earlier runs of this project"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(section_title(tr("Runs of this project")))
        layout.addWidget(self.list)
        register.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List the runs that the project has now."""
        self.list.clear()
        for run in self._register.runs:
            when = _local_time(run.started)
            detail = f"{when}  ·  {tr('temporary')}" if run.temporary else when
            item = QListWidgetItem(f"{run.label}\n{run.scene}\n{detail}")
            item.setIcon(dot(VERDICT_COLOURS.get(run.verdict, VERDICT_COLOURS["uncertain"])))
            item.setToolTip(f"{run.scene}\n{run.label}\n{run.folder.path}")
            item.setData(Qt.ItemDataRole.UserRole, run)
            self.list.addItem(item)
        rows = min(len(self._register.runs), MAX_VISIBLE_RUNS)
        height = self.list.sizeHintForRow(0) if rows else 0
        self.list.setFixedHeight(rows * height + 2 * self.list.frameWidth() + 2)
        self.setVisible(rows > 0)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _menu(self, position) -> None:
        item = self.list.itemAt(position)
        if item is None:
            return
        run: KeptRun = item.data(Qt.ItemDataRole.UserRole)
        menu = QMenu(self)
        menu.addAction(tr("Open again"), lambda: self.chosen.emit(run))
        menu.addAction(tr("Open folder"), lambda: desktop.open_file(run.folder.path))
        menu.addAction(tr("Remove from this list"), lambda: self._register.remove(run.run_id))
        menu.exec(self.list.viewport().mapToGlobal(position))


def _local_time(started: str) -> str:
    """The start of a run in local time and in the user's format; as it is when it cannot be read."""
    try:
        moment = datetime.fromisoformat(started.replace("Z", "+00:00")).astimezone()
    except ValueError:
        return started
    return QLocale().toString(moment.replace(tzinfo=None), QLocale.FormatType.ShortFormat)
