"""The boxes of a result: a list that zooms the map to each."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractItemView, QListWidgetItem, QVBoxLayout, QWidget

from ..i18n import tr
from ..verdict_words import EARTHQUAKE, box_explanation, box_figures, box_title
from .sharp_icons import SharpList
from .widgets import BOX_COLOURS, outline, section_title

MAX_VISIBLE_BOXES = 4
"""Boxes that the list shows before it scrolls."""


class BoxList(QWidget):
    """Boxes by rank. A click, Enter or the arrow keys choose one."""

    chosen = pyqtSignal(dict)
    """The box that the map should show."""

    def __init__(self, parent: Optional[QWidget] = None):
        super().__init__(parent)
        self.list = SharpList()
        self.list.setObjectName("quakefringe_boxes")
        self.list.setAccessibleName(tr("Boxes"))
        self.list.setAccessibleDescription(tr("Press Enter to zoom the map to a box."))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(section_title(tr("Boxes")))
        layout.addWidget(self.list)
        self.hide()

    def show_boxes(self, boxes: list[dict[str, Any]]) -> None:
        """List the boxes; the part is hidden when there are none."""
        self.list.clear()
        for box in boxes:
            item = QListWidgetItem(f"{box_title(box)}\n{box_figures(box)}")
            kind = EARTHQUAKE if box.get("class_name") == EARTHQUAKE else "other"
            item.setIcon(outline(BOX_COLOURS[kind]))
            item.setToolTip(box_explanation(box))
            item.setData(Qt.ItemDataRole.UserRole, box)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole,
                f"{box_title(box)}, {box_figures(box)}".replace("\n", ", "),
            )
            self.list.addItem(item)
        rows = min(len(boxes), MAX_VISIBLE_BOXES)
        height = sum(self.list.sizeHintForRow(row) for row in range(rows))
        self.list.setFixedHeight(height + 2 * self.list.frameWidth() + 2)
        self.setVisible(bool(boxes))

    def selected(self) -> Optional[dict[str, Any]]:
        """The current box, else the first; None without boxes."""
        item = self.list.currentItem() or self.list.item(0)
        return None if item is None else item.data(Qt.ItemDataRole.UserRole)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
