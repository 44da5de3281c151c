"""A run's layers in the project: styled, in one group above the interferogram, under the verdict's label.

QGIS calls the same post-processors for the toolbox, for models and (by our own runner) for the toolbar
button, so that every way in shows the same. ``qgis_process`` loads no layers and calls none of this.
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

from .resources import style
from .verdict_label import verdict_layer

RUN = "quakefringe/run_id"
REPORT = "quakefringe/report"
RANK = "quakefringe/rank"
TRIES, TRY_MS = 40, 25
"""How often, and after how long, to look again for a layer in the layer tree."""
ORDER = ("verdict", "boxes", "heatmap")
"""From the top down."""


@dataclass(frozen=True)
class ResultGroup:
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


class Placer(QgsProcessingLayerPostProcessorInterface):
    """Puts one loaded layer into the group of its run, once QGIS has it in the layer tree.

    QGIS does not own post-processors: they are kept here until they have run, or they would be collected.
    """

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
        """The layer is in its group now."""

    def _place(self, project: QgsProject, layer_id: str, tries: int = TRIES) -> None:
        if tries and project.layerTreeRoot().findLayer(layer_id) is None:
            # Some versions of QGIS put the layer into the tree after calling us; a second node would remain.
            QTimer.singleShot(TRY_MS, lambda: self._place(project, layer_id, tries - 1))
            return
        layer = project.mapLayer(layer_id)
        if layer is not None:
            group = run_group(project, self.run)
            move(project, group, layer, self.rank)
            self.placed(project, group, layer)
        QTimer.singleShot(0, lambda: self._kept.discard(self))


class Presenter(Placer):
    """A result of detection: styled, above the interferogram, under the verdict's label."""

    def __init__(self, run: ResultGroup, role: str):
        super().__init__(run, ORDER.index(role))
        self.role = role

    def prepare(self, layer):
        layer.loadNamedStyle(style(self.role))
        layer.setCustomProperty(RUN, self.run.run_id)
        if self.run.report:
            layer.setCustomProperty(REPORT, self.run.report)
        layer.triggerRepaint()

    def placed(self, project, group, layer):
        if isinstance(layer, QgsRasterLayer):
            run = self.run
            label = verdict_layer(
                run.label, run.verdict, layer.extent(), layer.crs(), project.transformContext()
            )
            label.setCustomProperty(RUN, run.run_id)
            project.addMapLayer(label, False)
            move(project, group, label, ORDER.index("verdict"))


def run_group(project: QgsProject, run: ResultGroup) -> QgsLayerTreeGroup:
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


def move(project: QgsProject, group: QgsLayerTreeGroup, layer: QgsMapLayer, rank: int) -> QgsLayerTreeLayer:
    """Into the group, below those of lower rank; the old node goes, the layer stays."""
    above = [n for n in group.children() if int(n.customProperty(RANK, 0)) < rank]
    old = project.layerTreeRoot().findLayer(layer.id())
    node = group.insertLayer(len(above), layer)
    node.setCustomProperty(RANK, rank)
    node.setExpanded(False)
    if old is not None and old.parent() is not None:
        old.parent().removeChildNode(old)
    return node
