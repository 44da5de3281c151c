"""Open archive results…: the scenes of an archive in a dock and on the map, and each scene on demand."""

from __future__ import annotations

import os

from qgis.core import Qgis, QgsFeature, QgsProject, QgsSettings, QgsVectorLayer
from qgis.gui import QgsGui, QgsMapLayerAction
from qgis.PyQt.QtCore import QObject, Qt
from qgis.PyQt.QtWidgets import QFileDialog

from ...engine.errors import InputError
from ..i18n import tr
from ..messages import show_message
from ..opener import Opener
from ..resources import icon
from ..run import OpeningRun
from .archive import (
    BOXES,
    SCENES,
    ArchivedScene,
    is_scenes,
    layer_in,
    open_layers,
    package_at,
    ranked_scenes,
    scene_of,
)
from .dock import MAX_ROWS, ArchiveDock
from .scene_layers import quieten, raise_group, show_scene, zoom_to

FOLDER_SETTING = "quakefringe/archive_folder"
"""QGIS setting with the folder of the last archive."""


class SceneOpener(Opener):
    """Opens the interferogram of a scene below its boxes."""

    def open_scene(self, scene: ArchivedScene) -> None:
        """Add the layers of a scene's interferogram to the map, in the background."""
        try:
            run = OpeningRun(scene.path)
        except InputError as error:
            self._show(str(error), Qgis.MessageLevel.Warning, 0)
            return
        run.archived_key = scene.key
        self.begin(run, tr("Opening “{scene}”…").format(scene=run.scene))

    def _done(self, run: OpeningRun, results: dict) -> None:
        super()._done(run, results)
        raise_group(QgsProject.instance(), run.archived_key)


class ArchiveTool(QObject):
    """Shows archives and opens their scenes.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface
    """

    def __init__(self, iface):
        super().__init__(iface.mainWindow())
        self._iface = iface
        self._layer_id = ""
        self.opener = SceneOpener(iface)
        self.dock = ArchiveDock(iface.mainWindow())
        iface.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, self.dock)
        self.dock.hide()
        self.dock.opened.connect(self._open_chosen)
        self.dock.selected.connect(self._mark)
        self.actions: dict[str, QgsMapLayerAction] = {}
        QgsProject.instance().layersAdded.connect(self._add_actions)
        QgsProject.instance().layersWillBeRemoved.connect(self._forget)
        self._add_actions(list(QgsProject.instance().mapLayers().values()))

    def remove(self) -> None:
        """Take everything away."""
        QgsProject.instance().layersAdded.disconnect(self._add_actions)
        QgsProject.instance().layersWillBeRemoved.disconnect(self._forget)
        self._forget(list(self.actions))
        self.opener.remove()
        self._iface.removeDockWidget(self.dock)
        self.dock.deleteLater()
        self.deleteLater()

    def choose(self) -> None:
        """Ask for the GeoPackage of an archive and open it."""
        settings = QgsSettings()
        chosen, _ = QFileDialog.getOpenFileName(
            self._iface.mainWindow(),
            tr("Open archive results"),
            settings.value(FOLDER_SETTING, "", str),
            tr("Results of an archive run") + " (*.gpkg)",
        )
        if chosen:
            settings.setValue(FOLDER_SETTING, os.path.dirname(chosen))
            self.open(chosen)

    def open(self, path: str) -> None:
        """Add the layers of an archive, unless they are there already, and list its scenes.

        Parameters
        ----------
        path : str
            The GeoPackage, or the folder of the archive.
        """
        try:
            package = package_at(path)
            scenes = layer_in(QgsProject.instance(), package) or self._add_layers(package)
        except InputError as error:
            show_message(self._iface, str(error), Qgis.MessageLevel.Critical, 0)
            return
        self._layer_id = scenes.id()
        name = os.path.basename(os.path.dirname(package))
        self.dock.setWindowTitle(tr("QuakeFringe archive: {name}").format(name=name))
        self.dock.show_scenes(ranked_scenes(scenes, MAX_ROWS), scenes.featureCount())
        self.dock.setUserVisible(True)

    def open_scene(self, layer: QgsVectorLayer, scene: ArchivedScene) -> None:
        """Show the boxes and the heatmap of a scene, and open its interferogram below them."""
        try:
            show_scene(QgsProject.instance(), layer, scene)
        except InputError as error:
            show_message(self._iface, str(error), Qgis.MessageLevel.Critical, 0)
            return
        quieten(QgsProject.instance(), layer)
        zoom_to(self._iface.mapCanvas(), layer, scene)
        self.opener.open_scene(scene)

    def _add_layers(self, package: str) -> QgsVectorLayer:
        project = QgsProject.instance()
        layers = open_layers(package)
        if not project.mapLayers():
            project.setCrs(layers[SCENES].crs())
        name = os.path.basename(os.path.dirname(package))
        group = project.layerTreeRoot().insertGroup(0, tr("Archive: {name}").format(name=name))
        for role in (BOXES, SCENES):
            project.addMapLayer(layers[role], False)
            group.addLayer(layers[role]).setExpanded(role == SCENES)
        self._iface.setActiveLayer(layers[SCENES])
        self._iface.zoomToActiveLayer()
        return layers[SCENES]

    def _add_actions(self, layers: list) -> None:
        """Give layers of scenes an action for the table of attributes and for Identify."""
        for layer in filter(is_scenes, layers):
            action = QgsMapLayerAction(
                tr("Open the interferogram"),
                self,
                layer,
                QgsMapLayerAction.Target.SingleFeature,
                icon("archive"),
            )
            action.triggeredForFeature.connect(self._open_feature)
            QgsGui.mapLayerActionRegistry().addMapLayerAction(action)
            self.actions[layer.id()] = action

    def _forget(self, layer_ids: list[str]) -> None:
        for layer_id in layer_ids:
            action = self.actions.pop(layer_id, None)
            if action is not None:
                QgsGui.mapLayerActionRegistry().removeMapLayerAction(action)
            if layer_id == self._layer_id:
                self.dock.hide()

    def _open_feature(self, layer, feature: QgsFeature) -> None:
        self.open_scene(layer, scene_of(layer.getFeature(feature.id())))

    def _open_chosen(self, scene: ArchivedScene) -> None:
        layer = QgsProject.instance().mapLayer(self._layer_id)
        if layer is not None:
            self.open_scene(layer, scene)

    def _mark(self, scene: ArchivedScene) -> None:
        layer = QgsProject.instance().mapLayer(self._layer_id)
        if layer is not None:
            layer.selectByIds([scene.feature_id])
