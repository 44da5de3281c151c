"""A run's layers in the project: styled, in one group above the interferogram, under the verdict's label.

QGIS calls the same post-processors for the toolbox, for models and (by our own runner) for the toolbar
button, so that every way in shows the same. ``qgis_process`` loads no layers and calls none of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from qgis.core import (
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QTimer

from .resources import style
from .verdict_label import verdict_layer

RUN = "quakefringe/run_id"
REPORT = "quakefringe/report"
ORDER = ("verdict", "boxes", "heatmap")
"""From the top down."""


@dataclass(frozen=True)
class Run:
    """What the map says about one run.

    Attributes
    ----------
    scene : str
        Name of the group.
    verdict, label : str
        "present", "absent" or "uncertain", and the sentence that people read.
    source_id : str
        Layer above which the group goes; empty: on top.
    report : str
        The HTML report's path; empty where none was asked for.
    """

    run_id: str
    scene: str
    verdict: str
    label: str
    source_id: str = ""
    report: str = ""


class Presenter(QgsProcessingLayerPostProcessorInterface):
    """Styles one result layer and puts it into the run's group.

    QGIS does not own post-processors: they are kept here until they have run, or they would be collected.
    """

    _kept: set[Presenter] = set()

    def __init__(self, run: Run, role: str):
        super().__init__()
        self.run = run
        self.role = role
        self._kept.add(self)

    def postProcessLayer(self, layer, context, feedback):
        layer.loadNamedStyle(style(self.role))
        layer.setCustomProperty(RUN, self.run.run_id)
        if self.run.report:
            layer.setCustomProperty(REPORT, self.run.report)
        layer.triggerRepaint()
        project = context.project() or QgsProject.instance()
        if project.layerTreeRoot().findLayer(layer.id()) is not None:
            self._arrange(project, layer.id())
        else:
            # Newer versions of QGIS put the layer into the tree after this call.
            layer_id = layer.id()
            QTimer.singleShot(0, lambda: self._arrange(project, layer_id))

    def _arrange(self, project: QgsProject, layer_id: str) -> None:
        layer = project.mapLayer(layer_id)
        if layer is not None:
            arrange(project, layer, self.role, self.run)
        QTimer.singleShot(0, lambda: self._kept.discard(self))


def arrange(project: QgsProject, layer: QgsMapLayer, role: str, run: Run) -> None:
    """Put a layer of the project into the group of its run, and the verdict's label above."""
    group = run_group(project, run)
    _move(project, group, layer, role)
    if role != "verdict" and _node(group, "verdict") is None and isinstance(layer, QgsRasterLayer):
        label = verdict_layer(run.label, run.verdict, layer.extent(), layer.crs(), project.transformContext())
        label.setCustomProperty(RUN, run.run_id)
        project.addMapLayer(label, False)
        _move(project, group, label, "verdict")


def run_group(project: QgsProject, run: Run) -> QgsLayerTreeGroup:
    """The run's group, made just above the interferogram where there is none yet."""
    root = project.layerTreeRoot()
    for group in root.findGroups(True):
        if group.customProperty(RUN) == run.run_id:
            return group
    source = root.findLayer(run.source_id) if run.source_id else None
    parent = source.parent() if source is not None else root
    group = parent.insertGroup(parent.children().index(source) if source is not None else 0, run.scene)
    group.setCustomProperty(RUN, run.run_id)
    return group


def _node(group: QgsLayerTreeGroup, role: str) -> Optional[object]:
    return next((n for n in group.children() if n.customProperty("quakefringe/role") == role), None)


def _move(project: QgsProject, group: QgsLayerTreeGroup, layer: QgsMapLayer, role: str) -> None:
    """Into the group at its place of `ORDER`; the old node goes, the layer stays."""
    above = [n for n in group.children() if n.customProperty("quakefringe/role") in ORDER[: ORDER.index(role)]]
    old = project.layerTreeRoot().findLayer(layer.id())
    node = group.insertLayer(len(above), layer)
    node.setCustomProperty("quakefringe/role", role)
    if QgsLayerTree.isLayer(node):
        node.setExpanded(False)
    if old is not None and old.parent() is not None:
        old.parent().removeChildNode(old)
