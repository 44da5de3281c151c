"""Result layers in the project: styled, in one group above the interferogram, below the verdict label.

The toolbox, models and the toolbar button use the same post-processors, so that the results look the same.
``qgis_process`` loads no layers and uses none of this.
"""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QTimer

from .display.legend import make_legible
from .resources import style
from .verdict_label import verdict_layer

RUN = "quakefringe/run_id"
REPORT = "quakefringe/report"
RANK = "quakefringe/rank"
ROLE = "quakefringe/role"
"""Custom properties of a result's layers."""
STYLE = {"heads": "heatmap"}
"""Style of a role, where it is not named like the role."""
MAX_ATTEMPTS, ATTEMPT_INTERVAL_MS = 40, 25
"""Attempts to find a layer in the layer tree, and the time between them."""
ORDER = ("verdict", "boxes", "heatmap", "heads")
"""Order of the layers in the group, from the top down."""


@dataclass(frozen=True)
class ResultGroup:
    """The layer group of one run.

    Attributes
    ----------
    scene : str
        Name of the group.
    verdict, label : str
        "present", "absent" or "uncertain", and the sentence for the user.
    source_id : str
        Layer below the group; empty to put the group on top.
    report : str
        Path of the HTML report; empty when there is none.
    """

    run_id: str
    scene: str
    verdict: str
    label: str
    source_id: str = ""
    report: str = ""


class Placer(QgsProcessingLayerPostProcessorInterface):
    """Moves a loaded layer into the group of its run, once QGIS has added it to the layer tree.

    QGIS does not own post-processors, so they are referenced here until they have run.
    """

    adds_to_tree = False
    """Whether this adds the layer to the layer tree, because QGIS was told not to."""
    _kept: set[Placer] = set()

    def __init__(self, run: ResultGroup, rank: int):
        super().__init__()
        self.run = run
        self.rank = rank
        self._kept.add(self)

    def postProcessLayer(self, layer, context, feedback):
        self.prepare(layer)
        self._place(context.project() or QgsProject.instance(), layer.id())

    def prepare(self, layer: QgsMapLayer) -> None:
        """Style the layer."""

    def placed(self, project: QgsProject, group: QgsLayerTreeGroup, layer: QgsMapLayer) -> None:
        """Called when the layer is in its group."""

    def _place(self, project: QgsProject, layer_id: str, attempts: int = MAX_ATTEMPTS) -> None:
        waits = attempts and not self.adds_to_tree
        if waits and project.layerTreeRoot().findLayer(layer_id) is None:
            # Some versions of QGIS add the layer to the tree later; moving it now would leave a second node.
            QTimer.singleShot(ATTEMPT_INTERVAL_MS, lambda: self._place(project, layer_id, attempts - 1))
            return
        layer = project.mapLayer(layer_id)
        if layer is not None:
            group = run_group(project, self.run)
            move(project, group, layer, self.rank)
            self.placed(project, group, layer)
            if self.adds_to_tree:
                show_children(group)
        QTimer.singleShot(0, lambda: self._kept.discard(self))


class Presenter(Placer):
    """Styles a result of detection and adds the verdict label."""

    def __init__(self, run: ResultGroup, role: str):
        super().__init__(run, ORDER.index(role))
        self.role = role

    def prepare(self, layer):
        layer.loadNamedStyle(style(STYLE.get(self.role, self.role)))
        layer.setCustomProperty(RUN, self.run.run_id)
        layer.setCustomProperty(ROLE, self.role)
        if self.run.report:
            layer.setCustomProperty(REPORT, self.run.report)
        layer.triggerRepaint()

    def placed(self, project, group, layer):
        if isinstance(layer, QgsRasterLayer):
            make_legible(layer)
        if self.role == "heatmap":
            run = self.run
            label = verdict_layer(
                run.label, run.verdict, layer.extent(), layer.crs(), project.transformContext()
            )
            label.setCustomProperty(RUN, run.run_id)
            if run.report:
                label.setCustomProperty(REPORT, run.report)
            project.addMapLayer(label, False)
            move(project, group, label, ORDER.index("verdict"))


def run_group(project: QgsProject, run: ResultGroup) -> QgsLayerTreeGroup:
    """The group of the run; a new one goes directly above the interferogram."""
    root = project.layerTreeRoot()
    for group in root.findGroups(True):
        if group.customProperty(RUN) == run.run_id:
            return group
    source = root.findLayer(run.source_id) if run.source_id else None
    parent = source.parent() if source is not None else root
    group = parent.insertGroup(parent.children().index(source) if source is not None else 0, run.scene)
    group.setCustomProperty(RUN, run.run_id)
    return group


def show_children(group: QgsLayerTreeGroup) -> None:
    """Expand a group; the Layers panel collapsed it while it was empty, and notices only a change."""
    group.setExpanded(False)
    group.setExpanded(True)


def move(project: QgsProject, group: QgsLayerTreeGroup, layer: QgsMapLayer, rank: int) -> QgsLayerTreeLayer:
    """Move a layer into the group, below the layers of lower rank."""
    above = [n for n in group.children() if int(n.customProperty(RANK, 0)) < rank]
    old = project.layerTreeRoot().findLayer(layer.id())
    node = group.insertLayer(len(above), layer)
    node.setCustomProperty(RANK, rank)
    node.setExpanded(False)
    if old is not None and old.parent() is not None:
        old.parent().removeChildNode(old)
    return node
