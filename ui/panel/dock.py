"""The dock panel: its parts, and how they follow the active layer and the searches."""

from __future__ import annotations

from typing import Optional

from qgis.core import Qgis, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from .. import desktop
from ..detections import Detections
from ..display.display_part import DisplayPart
from ..i18n import tr
from ..kept_results.register import KeptRun, Register
from ..kept_results.reopen import group_of, reopen, run_of
from ..messages import show_message
from ..profile.tool import ProfileTool
from ..resources import NAME
from .boxes_part import BoxList
from .current_result import CurrentResult
from .guide_part import READ, RESULT, SEARCH, Guide
from .model_line import model_line
from .next_steps import PROFILE, NextSteps
from .options_part import OptionsPart
from .run_part import RunPart
from .runs_part import RunList
from .scene_part import ScenePart
from .scene_reader import SceneFacts, SceneReader
from .scroll import PanelScroll
from .search_times import SearchTimes
from .verdict_part import VerdictCard
from .widgets import mute, tool_button, wrapped_label

SETTLE_MS = 120
"""How long a layer must stay active before it is read, so that arrow keys run through a list freely."""
MIN_SCALES_FOR_FIRST_LOOK = 4
"""Scenes with fewer scales are searched as fast as a first look."""


class Panel(QgsDockWidget):
    """The panel of the plugin.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    detections : Detections
    register : Register
    profile : ProfileTool
    """

    def __init__(self, iface, detections: Detections, register: Register, profile: ProfileTool):
        super().__init__(NAME, iface.mainWindow())
        self.setObjectName("quakefringe_panel")
        self._iface = iface
        self._detections = detections
        self._register = register
        self._facts: Optional[SceneFacts] = None
        self._recalled = False
        self._times = SearchTimes()
        self.reader = SceneReader(self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._build()
        self.result = CurrentResult(iface, profile, self)
        self._connect()
        self.follow()

    def _build(self) -> None:
        self.guide = Guide()
        self.scene = ScenePart()
        self.options = OptionsPart(self._iface.mapCanvas())
        self.run = RunPart()
        self.verdict = VerdictCard()
        self.boxes = BoxList()
        self.steps = NextSteps()
        self.display = DisplayPart(self._iface)
        self.runs = RunList(self._register)
        self.model = wrapped_label(muted=True)
        self.help = tool_button("help", tr("Help on this panel"))
        foot = QHBoxLayout()
        foot.addWidget(self.model, 1)
        foot.addWidget(self.help)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(8, 4, 8, 8)
        layout.setSpacing(6)
        for part in (
            *(self.guide, self.scene, self.options, self.run, self.verdict),
            *(self.boxes, self.steps, self.display, self.runs),
        ):
            layout.addWidget(part)
        layout.addStretch(1)
        layout.addLayout(foot)
        self.setWidget(PanelScroll(body, (self.run.button, self.steps.buttons[PROFILE])))
        mute(self.model)

    def _connect(self) -> None:
        self._iface.currentLayerChanged.connect(self.follow)
        QgsProject.instance().cleared.connect(self._forget)
        QgsProject.instance().readProject.connect(self._show_reopened)  # after the register
        self._settle.timeout.connect(self._read)
        self.reader.understood.connect(self._understood)
        self.scene.corrected.connect(self._corrected)
        self.run.start.connect(self.start)
        self.run.cancel.connect(self._cancel)
        self.boxes.chosen.connect(self.result.zoom_to)
        self.boxes.chosen.connect(self.steps.name_box)
        self.steps.pressed.connect(lambda step: self.result.step(step, self.boxes.selected()))
        self.display.heads_wanted.connect(self._search_with_heads)
        self.runs.chosen.connect(self.open_run)
        self.guide.opened_help.connect(lambda: desktop.open_help("tutorial"))
        self.help.clicked.connect(lambda _checked=False: desktop.open_help("usage"))
        self._detections.started.connect(self._started)
        self._detections.progressed.connect(self._progressed)
        self._detections.looked.connect(self._looked)
        self._detections.finished.connect(self._finished)
        self._detections.changed.connect(self._show_state)
        self._detections.is_watched = self.isVisible

    def close_down(self) -> None:
        """Stop following QGIS, because the plugin is being unloaded."""
        self._iface.currentLayerChanged.disconnect(self.follow)
        QgsProject.instance().cleared.disconnect(self._forget)
        QgsProject.instance().readProject.disconnect(self._show_reopened)
        self._detections.is_watched = lambda: False
        self._settle.stop()
        self.reader.forget()

    def showEvent(self, event) -> None:
        """Read the active layer when the panel is opened."""
        super().showEvent(event)
        self.follow()

    def follow(self, *_layer) -> None:
        """Follow the active layer; a layer of a result shows that result."""
        layer = self._iface.activeLayer()
        run = self._register.find(run_of(layer)) if layer is not None else None
        if run is not None:
            self._show_kept(run)
            return
        self.reader.forget()
        self._facts, self._recalled = None, False
        reason = self._detections.unusable(layer)
        if reason and (layer is None or self._detections.run_of(layer.id()) is None):
            self.scene.show_none(reason)
        else:
            self._begin_reading(layer)
            self._show_latest(layer)
        self._show_state()

    def _begin_reading(self, layer) -> None:
        """Show what is known of a layer already, and read it once it has stayed active for a moment."""
        self.scene.show_reading(layer)
        facts = self.reader.recall(layer)
        if facts is not None:
            self._facts, self._recalled = facts, True
            self.scene.show_facts(facts)
        if self.isVisible():
            self._settle.start()

    def _show_latest(self, layer) -> None:
        """Show the latest result of a layer, unless one of its results is shown already."""
        run = self._register.latest_of(layer.id())
        if run is not None and self.result.is_of_another(layer):
            self._show_kept(run)

    def start(self) -> None:
        """Search the active layer with the options of the panel."""
        first_look = self._facts is not None and self._facts.scales >= MIN_SCALES_FOR_FIRST_LOOK
        self._start(self._iface.activeLayer(), first_look)

    def _start(self, layer, first_look: bool) -> None:
        heads = self.options.heads.isChecked()
        self._detections.start(layer, self.options.parameters(), first_look, heads)

    def _search_with_heads(self) -> None:
        """Search the interferogram of the result again, and keep its single heads."""
        layer = self.result.layer()
        if layer is None:
            text = tr("The interferogram of this result is not in the project; add it and search again.")
            show_message(self._iface, text, Qgis.MessageLevel.Warning)
            return
        self.options.heads.setChecked(True)
        self._iface.setActiveLayer(layer)
        self._start(layer, False)

    def open_run(self, run: KeptRun) -> None:
        """Show an earlier run, with its layers on the map."""
        try:
            summary = reopen(QgsProject.instance(), run)
        except Exception as error:  # a folder that the user changed may fail in any way
            show_message(self._iface, str(error), Qgis.MessageLevel.Warning)
            return
        self._show_result(run, summary)

    def _read(self) -> None:
        layer = self._iface.activeLayer()
        if layer is not None and not run_of(layer):
            try:
                self.reader.read(layer)
            except Exception as error:
                self.scene.show_none(str(error))

    def _corrected(self) -> None:
        self._recalled = False
        self._read()

    def _understood(self, facts: SceneFacts) -> None:
        unchanged = self._recalled and facts == self._facts
        self._facts, self._recalled = facts, False
        if not unchanged:  # filling the form anew would disturb the user
            self.scene.show_facts(facts)
        self._show_state()

    def _show_state(self) -> None:
        """Show the button, or the progress of the search of the active layer."""
        layer = self._iface.activeLayer()
        run = self._detections.run_of(layer.id()) if layer is not None else None
        if run is not None:
            self.run.show_running(*self._times.of(layer.id()))
        else:
            problem = self._facts.problem if self._facts is not None else ""
            self.run.show_idle(self._detections.unusable(layer) or problem)
        self.model.setText(model_line(self.result.summary))
        self.display.follow(layer)
        self.verdict.mark_other(self.result.is_of_another(layer))

    def _cancel(self) -> None:
        layer = self._iface.activeLayer()
        run = self._detections.run_of(layer.id()) if layer is not None else None
        if run is not None:
            run.cancel()

    def _started(self, run) -> None:
        self._times.start(run.layer_id)
        self.guide.advance(SEARCH)
        self._show_state()

    def _progressed(self, run, percent: float) -> None:
        self._times.update(run.layer_id, percent)
        layer = self._iface.activeLayer()
        if layer is not None and layer.id() == run.layer_id:
            self.run.show_running(*self._times.of(run.layer_id))

    def _looked(self, run, summary) -> None:
        layer = self._iface.activeLayer()
        if layer is not None and layer.id() == run.layer_id:
            self.boxes.hide()
            self.steps.hide()
            self.verdict.show_result(summary, run.scene, first_look=True)
            self.widget().reveal(self.verdict)

    def _finished(self, run, kept: KeptRun) -> None:
        self._times.end(run.layer_id)
        self._show_result(kept, run.summary, run.layer_id)
        self.widget().reveal(self.verdict)
        self.guide.advance(RESULT)

    def _show_kept(self, run: KeptRun) -> None:
        """Show the result to which the active layer belongs, without touching the map."""
        if self.result.run is None or self.result.run.run_id != run.run_id:
            summary = self.result.read(run)
            if summary is not None:
                self._show_result(run, summary)
        self.display.follow(self._iface.activeLayer())

    def _show_reopened(self, *_document) -> None:
        """Show the latest run that an opened project has on the map."""
        project = QgsProject.instance()
        shown = (run for run in self._register.runs if group_of(project, run.run_id) is not None)
        latest = next(shown, None)
        if latest is not None:
            self._show_kept(latest)

    def _forget(self) -> None:
        """Show no result, because the project was closed."""
        self.reader.forget_all()
        self.result.clear()
        for part in (self.verdict, self.boxes, self.steps):
            part.hide()
        self.display.show_none()
        self._show_state()

    def _show_result(self, run: KeptRun, summary, layer_id: str = "") -> None:
        self.result.set(run, summary, layer_id)
        self.verdict.show_result(summary, run.scene)
        self.boxes.show_boxes(summary.boxes)
        self.steps.refresh(desktop.is_file(run.folder.report), bool(summary.boxes))
        self.display.show_run(run)
        self._show_state()

    def begin_guide(self) -> None:
        """Open the panel with the guide at its first step."""
        self.show()
        self.raise_()
        self.guide.go_to(READ)
        self.widget().reveal(self.guide)
