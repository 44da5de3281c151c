"""What the readers understand of the active layer, worked out in a thread that may block for long."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Optional

from qgis.core import QgsMapLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...engine.errors import QuakeFringeError
from ..corrections import Corrections
from ..i18n import tr
from ..sources import Source, source_of_layer


@dataclass(frozen=True)
class SceneFacts:
    """What was understood of a layer.

    Attributes
    ----------
    layer_id : str
    description : dict
        `Interferogram.describe()`; empty when the file could not be read.
    layers : tuple of str
        Names of the layers of the product that hold phase or displacement.
    scales : int
        Number of scales of a search.
    problem : str
        Why the file cannot be read, in one sentence; empty when it can.
    """

    layer_id: str
    description: dict[str, Any] = field(default_factory=dict)
    layers: tuple[str, ...] = ()
    scales: int = 0
    problem: str = ""


class SceneReader(QObject):
    """Reads layers one after the other, and reports only the one that was asked for last.

    A file on a slow share blocks only the thread. The thread is a daemon, so that it cannot keep QGIS from
    closing either.
    """

    understood = pyqtSignal(object)
    """`SceneFacts` of the layer that was asked for last."""
    _arrived = pyqtSignal(int, object, object)

    def __init__(self, parent: Optional[QObject] = None):
        super().__init__(parent)
        self._asked = 0
        self._known: dict[tuple[Source, Corrections], SceneFacts] = {}
        self._arrived.connect(self._report)

    def read(self, layer: QgsMapLayer) -> None:
        """Start reading a layer with its corrections.

        Raises
        ------
        InputError
            When the layer is not a raster file.
        """
        source = source_of_layer(layer)
        corrections = Corrections.of_layer(layer)
        self._asked += 1
        threading.Thread(
            target=self._work, args=(self._asked, source, corrections), daemon=True, name="quakefringe-reader"
        ).start()

    def recall(self, layer: QgsMapLayer) -> Optional[SceneFacts]:
        """What was understood of a layer before, with the same properties and corrections."""
        return self._known.get((source_of_layer(layer), Corrections.of_layer(layer)))

    def forget(self) -> None:
        """Ignore what is being read."""
        self._asked += 1

    def forget_all(self) -> None:
        """Ignore what is being read, and forget what was read before."""
        self.forget()
        self._known.clear()

    def _work(self, number: int, source: Source, corrections: Corrections) -> None:
        facts = read_facts(source, corrections)
        try:
            self._arrived.emit(number, facts, (source, corrections))
        except RuntimeError:
            return  # the panel was closed in the meantime
        import_module("...engine.detection", __package__)  # so that the first search need not wait for it

    def _report(self, number: int, facts: SceneFacts, key: tuple[Source, Corrections]) -> None:
        if number != self._asked:
            return
        if not facts.problem:
            self._known[key] = facts
        try:
            self.understood.emit(facts)
        except RuntimeError:
            return  # Qt has deleted the reader together with its panel


def read_facts(source: Source, corrections: Corrections) -> SceneFacts:
    """Open a file as detection does, and describe it; never raises. Runs in any thread."""
    from ...engine.interferogram import open_interferogram
    from ...engine.tiling.scales import plan_scales

    try:
        interferogram = open_interferogram(
            source.path,
            band=source.band,
            crs=source.crs or None,
            nodata=source.nodata,
            **corrections.options(),
        )
        scales = len(plan_scales(interferogram.grid))
        return SceneFacts(source.layer_id, interferogram.describe(), interferogram.choices, scales)
    except QuakeFringeError as error:
        return SceneFacts(source.layer_id, problem=str(error))
    except Exception as error:  # the thread has nobody else to tell
        text = tr("The file cannot be read ({error}); choose another one.")
        return SceneFacts(source.layer_id, problem=text.format(error=error))
