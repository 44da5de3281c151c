"""Actions of the boxes on the map; the style of the boxes calls them by name."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer

from .presentation import RUN

NAME = "Estimate the source"
CODE = """from qgis.utils import iface
try:
    from quakefringe.ui.box_actions import open_source_dialog
except ImportError:
    iface.messageBar().pushWarning("QuakeFringe", "Install the plugin QuakeFringe to estimate the source.")
else:
    open_source_dialog("[% @layer_id %]", [% "rank" %])
"""
"""What QGIS runs when the user chooses the action; it fills in the layer and the number of the box."""


def source_parameters(layer_id: str, rank: int) -> dict[str, Any]:
    """Parameters of quakefringe:source for a box of a layer in the project."""
    project = QgsProject.instance()
    boxes = project.mapLayer(layer_id)
    values: dict[str, Any] = {"BOX": layer_id, "RANK": rank}
    scene = _scene_of(project, boxes) if isinstance(boxes, QgsVectorLayer) else None
    if scene is not None:
        values["INPUT"] = [scene.id()]
    return values


def open_source_dialog(layer_id: str, rank: int) -> None:
    """Open the dialog of quakefringe:source with the box filled in."""
    from processing import execAlgorithmDialog

    execAlgorithmDialog("quakefringe:source", source_parameters(layer_id, int(rank)))


def _scene_of(project: QgsProject, boxes: QgsMapLayer) -> Optional[QgsMapLayer]:
    """The interferogram of a result: the raster directly below the group of the run in the layer tree."""
    run_id = boxes.customProperty(RUN)
    for group in project.layerTreeRoot().findGroups(True):
        if not run_id or group.customProperty(RUN) != run_id or group.parent() is None:
            continue
        siblings = group.parent().children()
        below = siblings[siblings.index(group) + 1 :]
        layer = below[0].layer() if below and hasattr(below[0], "layer") else None
        if isinstance(layer, QgsRasterLayer):
            return layer
    return None
