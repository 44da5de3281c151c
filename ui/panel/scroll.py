"""The scroll area of the panel, which is never narrower than what it holds."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsScrollArea
from qgis.PyQt.QtCore import QEvent, QSize, Qt, QTimer
from qgis.PyQt.QtWidgets import QWidget

MARGIN_PIXELS = 8
"""Space around a part that the panel scrolls to."""


class PanelScroll(QgsScrollArea):
    """Scrolls up and down only, so its least width is that of its content and the scroll bar.

    Parameters
    ----------
    body : QWidget
        The content.
    widest : tuple of QWidget
        Parts of the content that a layout would cut, because their width follows the dock.
    """

    def __init__(self, body: QWidget, widest: tuple[QWidget, ...] = (), parent: Optional[QWidget] = None):
        super().__init__(parent)
        self._widest = widest
        self._wanted: Optional[QWidget] = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._scroll)
        self.setWidgetResizable(True)
        self.setFrameShape(QgsScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the tabulator key goes from part to part
        self.setWidget(body)
        body.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:
        """Tell the dock when the content needs another width."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def reveal(self, part: QWidget) -> None:
        """Scroll to a part, once its layout is known."""
        self._wanted = part
        self._soon.start(0)

    def _scroll(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, MARGIN_PIXELS)

    def minimumSizeHint(self) -> QSize:
        """The width of the content; any height."""
        body = self.widget()
        if body is None:
            return super().minimumSizeHint()
        margins = body.layout().contentsMargins()
        widest = max((one.sizeHint().width() for one in self._widest), default=0)
        width = max(body.minimumSizeHint().width(), widest + margins.left() + margins.right())
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(width + bar, super().minimumSizeHint().height())
