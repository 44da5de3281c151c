"""The dock with the ranked scenes of an archive."""

from __future__ import annotations

from typing import Any, Optional

from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...engine.percent import percent
from ..i18n import tr
from ..panel.widgets import VERDICT_COLOURS, dot, wrapped_label
from .archive import ArchivedScene

MAX_ROWS = 2000
"""Scenes in the table, by rank; the layer has all of them."""
MAX_COLUMN_PIXELS = 280
SORT_MARK_PIXELS = 14
"""Room for the arrow of the sorted column, which Qt does not count."""
SCENE_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole.value + 1 if hasattr(SCENE_ROLE, "value") else int(SCENE_ROLE) + 1


class Cell(QTableWidgetItem):
    """A cell that is sorted by its value and not by its text; empty ones come last."""

    def __init__(self, text: str, value: Any):
        super().__init__(text)
        self.setData(SORT_ROLE, value)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        mine, theirs = self.data(SORT_ROLE), other.data(SORT_ROLE)
        if mine is None or theirs is None:
            return mine is not None
        return mine < theirs


class ArchiveDock(QgsDockWidget):
    """A table of scenes; a double click, Enter or the button opens one."""

    opened = pyqtSignal(object)
    """The `ArchivedScene` to open."""
    selected = pyqtSignal(object)
    """The `ArchivedScene` to mark on the map."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(tr("QuakeFringe archive"), parent)
        self.setObjectName("quakefringe_archive_dock")
        self.summary = wrapped_label(muted=True)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Name or path"))
        self.search.setClearButtonEnabled(True)
        self.verdict = QComboBox()
        for title, verdict in (
            (tr("All verdicts"), ""),
            (tr("Earthquake present"), "present"),
            (tr("Uncertain"), "uncertain"),
            (tr("No earthquake found"), "absent"),
            (tr("Failed"), "failed"),
        ):
            self.verdict.addItem(title, verdict)
        self.verdict.setAccessibleName(tr("Verdict"))
        self.open = QPushButton(tr("Open scene"))
        self.open.setEnabled(False)
        self.table = QTableWidget(0, len(self._titles()))
        self._total = 0
        self._build()
        self.search.textChanged.connect(lambda _text: self._filter())
        self.verdict.currentIndexChanged.connect(lambda _index: self._filter())
        self.open.clicked.connect(lambda _checked=False: self._open_current())
        self.table.itemActivated.connect(lambda _item: self._open_current())
        self.table.itemSelectionChanged.connect(self._select)

    def _titles(self) -> list[str]:
        return [
            *(tr("Rank"), tr("Scene"), tr("Date"), tr("Why"), tr("Earthquake"), tr("False alarm")),
            *(tr("Area, km²"), tr("Catalogue")),
        ]

    def _build(self) -> None:
        table = self.table
        table.setHorizontalHeaderLabels(self._titles())
        table.setAccessibleName(tr("Scenes by what deserves a look"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.verdict)
        row.addWidget(self.open)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.summary)
        layout.addWidget(table, 1)
        self.setWidget(body)

    def show_scenes(self, scenes: list[ArchivedScene], total: int) -> None:
        """Fill the table."""
        self._total = total
        self.table.setSortingEnabled(False)
        self.table.clearSelection()
        self.table.setRowCount(len(scenes))
        for number, scene in enumerate(scenes):
            for column, cell in enumerate(_cells(scene)):
                self.table.setItem(number, column, cell)
            self.table.item(number, 0).setData(SCENE_ROLE, scene)
        self.table.setSortingEnabled(True)
        self.table.sortItems(0, Qt.SortOrder.AscendingOrder)
        self.table.resizeColumnsToContents()
        for column in range(self.table.columnCount()):
            width = self.table.columnWidth(column) + SORT_MARK_PIXELS
            self.table.setColumnWidth(column, min(width, MAX_COLUMN_PIXELS))
        self._filter()

    def current(self) -> Optional[ArchivedScene]:
        """The selected scene."""
        items = self.table.selectedItems()
        return self.table.item(items[0].row(), 0).data(SCENE_ROLE) if items else None

    def _open_current(self) -> None:
        if self.current() is not None:
            self.opened.emit(self.current())

    def _select(self) -> None:
        scene = self.current()
        self.open.setEnabled(scene is not None)
        if scene is not None:
            self.selected.emit(scene)

    def _filter(self) -> None:
        text, verdict = self.search.text().lower(), self.verdict.currentData()
        shown = 0
        for number in range(self.table.rowCount()):
            scene: ArchivedScene = self.table.item(number, 0).data(SCENE_ROLE)
            fits = text in f"{scene.name} {scene.path}".lower()
            fits = fits and verdict in ("", scene.values["verdict"] or "failed")
            self.table.setRowHidden(number, not fits)
            shown += fits
        self.summary.setText(
            tr("{shown} of {total} scenes; a double click opens one.").format(shown=shown, total=self._total)
        )


def _cells(scene: ArchivedScene) -> list[Cell]:
    values = scene.values
    alarm, area = values.get("false_alarm_probability"), values.get("area_km2")
    probability = values["probability"]
    date = values.get("date2") or ""
    why = values.get("error") or values.get("why") or values["label"] or ""
    catalogue = values.get("catalogue") or ""
    cells = [
        Cell("" if values["rank"] is None else str(values["rank"]), values["rank"]),
        Cell(scene.name, scene.name),
        Cell(date, date),
        Cell(why, why),
        Cell("" if probability is None else percent(probability), probability),
        Cell("" if alarm is None else f"{100 * alarm:.2g} %", alarm),
        Cell("" if area is None else f"{area:.0f}", area),
        Cell(catalogue, catalogue),
    ]
    cells[1].setToolTip(scene.path)
    cells[3].setToolTip(str(values["label"] or why))
    colour = VERDICT_COLOURS.get(values["verdict"] or "")
    if colour:
        cells[3].setIcon(dot(colour))
    for number in (0, 4, 5, 6):
        cells[number].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return cells
