"""The layers of one scene of an archive: its boxes, its heatmap, and the way to its place."""

from __future__ import annotations

import os

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTreeGroup,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)

from ...engine.errors import InputError
from ..i18n import tr
from ..resources import style
from .archive import ARCHIVE, BOXES, ArchivedScene, is_boxes

SCENE = "quakefringe/archive_scene"
"""Property of a group: the key of its scene."""
MARGIN = 1.1
"""Factor by which the map shows more than the scene."""


def show_scene(project: QgsProject, scenes: QgsVectorLayer, scene: ArchivedScene) -> QgsLayerTreeGroup:
    """Add a group with the boxes and, if there is one, the heatmap of a scene; or find the one from before.

    Raises
    ------
    InputError
        When the boxes cannot be read.
    """
    root = project.layerTreeRoot()
    for group in root.findGroups():
        if group.customProperty(SCENE) == scene.key and group.findLayers():
            return group
    package = scenes.customProperty(ARCHIVE)
    boxes = QgsVectorLayer(f"{package}|layername={BOXES}", tr("Boxes"), "ogr")
    boxes.setSubsetString(f"\"scene\" = '{scene.key}'")
    if not boxes.isValid():
        raise InputError(f"The boxes in “{package}” cannot be read; run the archive again.")
    layers = [boxes]
    heatmap = os.path.join(os.path.dirname(package), str(scene.values.get("heatmap") or ""))
    if os.path.isfile(heatmap):
        raster = QgsRasterLayer(heatmap, tr("Heatmap"))
        raster.loadNamedStyle(style("heatmap"))
        layers.append(raster)
    rank = scene.values["rank"]
    group = root.insertGroup(0, scene.name if rank is None else f"{rank}. {scene.name}")
    group.setCustomProperty(SCENE, scene.key)
    for layer in layers:
        project.addMapLayer(layer, False)
        group.addLayer(layer).setExpanded(False)
    return group


def quieten(project: QgsProject, scenes: QgsVectorLayer) -> None:
    """Hide the boxes of all scenes and unmark the rows, so that one scene can be seen."""
    scenes.removeSelection()
    for layer in project.mapLayers().values():
        if is_boxes(layer) and layer.customProperty(ARCHIVE) == scenes.customProperty(ARCHIVE):
            node = project.layerTreeRoot().findLayer(layer.id())
            if node is not None:
                node.setItemVisibilityChecked(False)


def raise_group(project: QgsProject, key: str) -> None:
    """Move the group of a scene above all other layers, so that the interferogram does not cover it."""
    root = project.layerTreeRoot()
    group = next((one for one in root.findGroups() if one.customProperty(SCENE) == key), None)
    if group is None or root.children()[0] is group:
        return
    copy = group.clone()
    root.insertChildNode(0, copy)
    group.parent().removeChildNode(group)


def zoom_to(canvas, scenes: QgsVectorLayer, scene: ArchivedScene) -> None:
    """Show the place of a scene, if it has one."""
    outline = scenes.getFeature(scene.feature_id).geometry()
    if outline.isNull():
        return
    transform = QgsCoordinateTransform(
        scenes.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance()
    )
    try:
        extent: QgsRectangle = transform.transformBoundingBox(outline.boundingBox())
    except QgsCsException:
        return
    extent.scale(MARGIN)
    canvas.setExtent(extent)
    canvas.refresh()
