"""A kept run back on the map: its layers with styles and verdict label, as right after the search."""

from __future__ import annotations

import os

from qgis.core import (
    QgsAnnotationLayer,
    QgsMapLayer,
    QgsProcessingContext,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ...engine.errors import InputError
from ...engine.output.run_folder import RunSummary, read_summary
from ..i18n import tr
from ..presentation import REPORT, RUN, Presenter, ResultGroup
from .register import KeptRun, Register


def reopen(project: QgsProject, run: KeptRun) -> RunSummary:
    """Read a run and add its layers to the project, unless they are there already.

    Raises
    ------
    InputError
        When the folder of the run is gone or damaged.
    """
    summary = read_summary(run.result)
    if group_of(project, run.run_id) is None:
        _add_layers(project, run, summary)
    return summary


def group_of(project: QgsProject, run_id: str):
    """The layer group of a run; None when it is not on the map."""
    groups = project.layerTreeRoot().findGroups(True)
    return next((one for one in groups if one.customProperty(RUN) == run_id and one.findLayers()), None)


def run_of(layer: QgsMapLayer) -> str:
    """The id of the run to which a layer belongs; empty for all others."""
    if layer is None:
        return ""
    stored = layer.customProperty(RUN)
    if not stored and isinstance(layer, QgsAnnotationLayer):  # QGIS 3.22 does not save its properties
        node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        stored = node.parent().customProperty(RUN) if node is not None and node.parent() is not None else ""
    return str(stored or "")


def report_of(layer: QgsMapLayer, register: Register) -> str:
    """Path of the report of a result layer; empty when there is none.

    The register knows where a moved project has its runs now; the layer knows where the report was written.
    """
    run = register.find(run_of(layer)) if layer is not None else None
    if run is not None and os.path.isfile(run.folder.report):
        return run.folder.report
    stored = str(layer.customProperty(REPORT) or "") if layer is not None else ""
    return stored if os.path.isfile(stored) else ""


def _add_layers(project: QgsProject, run: KeptRun, summary: RunSummary) -> None:
    folder = run.folder
    layers = {
        "boxes": QgsVectorLayer(folder.boxes, tr("Boxes")),
        "heatmap": QgsRasterLayer(folder.heatmap, tr("Heatmap")),
    }
    if not all(layer.isValid() for layer in layers.values()):
        raise InputError(
            tr("The layers in “{path}” are missing or damaged; run the search again.").format(
                path=folder.path
            )
        )
    report = folder.report if os.path.isfile(folder.report) else ""
    group = ResultGroup(summary.run_id, run.scene, summary.verdict, summary.label, "", report)
    context = QgsProcessingContext()
    context.setProject(project)
    for role, layer in layers.items():
        project.addMapLayer(layer, False)
        presenter = Presenter(group, role)
        presenter.adds_to_tree = True
        presenter.postProcessLayer(layer, context, None)
