"""Profiles worked out in a thread that may block for long, as a file on a slow share does."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
)
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine.errors import InputError, QuakeFringeError
from ...engine.interferogram import open_interferogram
from ...engine.profile import Profile, ProfileSettings, profile_along
from ...engine.profile.line import line_through
from ..corrections import Corrections
from ..i18n import tr
from ..sources import Source
from .plot import load_matplotlib

POINTS_OF_A_STRAIGHT_LINE = 30
"""Points between two corners when a line changes its coordinate system, so that it stays straight."""


@dataclass(frozen=True)
class Request:
    """What to read.

    Attributes
    ----------
    source, corrections
        The interferogram.
    points : tuple of QgsPointXY
        The line in `crs`; empty for a line through a box.
    crs : QgsCoordinateReferenceSystem
    transforms : QgsCoordinateTransformContext
        Of the project.
    box : tuple of float, optional
        Extent of the box in the coordinate system of the interferogram.
    """

    source: Source
    corrections: Corrections
    points: tuple[QgsPointXY, ...]
    crs: QgsCoordinateReferenceSystem
    transforms: QgsCoordinateTransformContext
    settings: ProfileSettings
    box: Optional[tuple[float, float, float, float]] = None


class ProfileReader(QObject):
    """Reads one profile after the other, and reports only the one that was asked for last."""

    ready = pyqtSignal(object, object)
    """`Profile`, and the coordinate system of its x and y."""
    failed = pyqtSignal(str)
    _arrived = pyqtSignal(int, object, object)

    def __init__(self, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._asked = 0
        self._arrived.connect(self._report)

    def read(self, request: Request) -> None:
        """Start reading."""
        self._asked += 1
        threading.Thread(
            target=self._work, args=(self._asked, request), daemon=True, name="quakefringe-profile"
        ).start()

    def forget(self) -> None:
        """Ignore what is being read."""
        self._asked += 1

    def _work(self, number: int, request: Request) -> None:
        crs = None
        try:
            load_matplotlib()  # takes a second; here it does not hold up the window
            answer, crs = read_profile(request)
        except QuakeFringeError as error:
            answer = str(error)
        except Exception as error:  # the thread has nobody else to tell
            answer = tr("The profile cannot be read ({error}); choose another layer.").format(error=error)
        try:
            self._arrived.emit(number, answer, crs)
        except RuntimeError:
            return  # the dock was removed in the meantime

    def _report(self, number: int, answer, crs) -> None:
        if number != self._asked:
            return
        if isinstance(answer, Profile):
            self.ready.emit(answer, crs)
        else:
            self.failed.emit(answer)


def read_profile(request: Request) -> tuple[Profile, QgsCoordinateReferenceSystem]:
    """The profile, and the coordinate system of its x and y. Runs in any thread."""
    source = request.source
    interferogram = open_interferogram(
        source.path,
        band=source.band,
        crs=source.crs or None,
        nodata=source.nodata,
        **request.corrections.options(),
    )
    crs = QgsCoordinateReferenceSystem.fromWkt(interferogram.grid.crs_wkt)
    if request.box is not None:
        vertices = line_through(request.box, interferogram.grid)
    else:
        vertices = _vertices(request, crs)
    return profile_along(interferogram, vertices, request.settings), crs


def _vertices(request: Request, crs: QgsCoordinateReferenceSystem) -> list[tuple[float, float]]:
    """The drawn line in the coordinate system of the interferogram."""
    line = QgsGeometry.fromPolylineXY(list(request.points))
    if crs.isValid() and request.crs.isValid() and crs != request.crs:
        line = line.densifyByCount(POINTS_OF_A_STRAIGHT_LINE)
        try:
            line.transform(QgsCoordinateTransform(request.crs, crs, request.transforms))
        except QgsCsException as error:
            raise InputError(
                tr(
                    "The line cannot be transformed to the coordinate system of the interferogram; draw "
                    "it closer to the scene."
                )
            ) from error
    return [(point.x(), point.y()) for point in line.asPolyline()]
