"""The GeoPackage of an archive: its two layers, and the scenes as plain data."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Optional

from qgis.core import QgsFeature, QgsFeatureRequest, QgsProject, QgsVectorLayer

from ...engine.errors import InputError
from ..i18n import tr

PACKAGE = "archive.gpkg"
ARCHIVE = "quakefringe/archive"
"""Property of both layers: the path of their GeoPackage."""
SCENES, BOXES = "scenes", "boxes"
NEEDED = ("key", "path", "rank", "status", "label", "verdict", "probability")
"""Fields without which a table of scenes is of no use."""


@dataclass(frozen=True)
class ArchivedScene:
    """One row of the table of scenes; fields that an older table lacks are None.

    Attributes
    ----------
    feature_id : int
    values : dict
        By the names of the columns.
    """

    feature_id: int
    values: dict[str, Any]

    @property
    def key(self) -> str:
        """Name of the scene in its archive."""
        return str(self.values["key"])

    @property
    def path(self) -> str:
        """Path of the interferogram, as the archive's run read it."""
        return str(self.values["path"])

    @property
    def name(self) -> str:
        """Name of the scene for people."""
        return str(self.values.get("name") or os.path.basename(self.path.rstrip("/\\")))


def package_at(path: str) -> str:
    """The GeoPackage that a user means by a file or by the folder of an archive.

    Raises
    ------
    InputError
        When there is none.
    """
    package = os.path.join(path, PACKAGE) if os.path.isdir(path) else path
    if not os.path.isfile(package):
        raise InputError(f"There is no “{package}”; choose the file {PACKAGE} of an archive run.")
    return os.path.abspath(package)


def open_layers(package: str) -> dict[str, QgsVectorLayer]:
    """The layers "scenes" and "boxes" with their styles.

    Raises
    ------
    InputError
        When the file is no result of an archive run.
    """
    titles = {BOXES: tr("Boxes"), SCENES: tr("Scenes")}
    layers = {
        name: QgsVectorLayer(f"{package}|layername={name}", title, "ogr") for name, title in titles.items()
    }
    if not all(layer.isValid() for layer in layers.values()):
        raise InputError(f"“{package}” holds no results of an archive run; choose its {PACKAGE}.")
    missing = [name for name in NEEDED if layers[SCENES].fields().indexOf(name) < 0]
    if missing:
        raise InputError(
            f"The scenes of “{package}” lack {', '.join(missing)}; run the archive again with this version."
        )
    for layer in layers.values():
        layer.setCustomProperty(ARCHIVE, package)
    return layers


def is_scenes(layer: Any) -> bool:
    """Whether a layer holds the scenes of an archive."""
    return _is_of_archive(layer) and layer.fields().indexOf("status") >= 0


def is_boxes(layer: Any) -> bool:
    """Whether a layer holds the boxes of all scenes of an archive."""
    return _is_of_archive(layer) and not is_scenes(layer)


def _is_of_archive(layer: Any) -> bool:
    return isinstance(layer, QgsVectorLayer) and bool(layer.customProperty(ARCHIVE))


def layer_in(project: QgsProject, package: str) -> Optional[QgsVectorLayer]:
    """The layer of scenes of an archive that is in the project already."""
    layers = project.mapLayers().values()
    return next((one for one in layers if is_scenes(one) and one.customProperty(ARCHIVE) == package), None)


def ranked_scenes(layer: QgsVectorLayer, most: int) -> list[ArchivedScene]:
    """The first scenes by rank, failed ones last."""
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.addOrderBy('"rank"', True, False)
    request.setLimit(most)
    return [scene_of(feature) for feature in layer.getFeatures(request)]


def scene_of(feature: QgsFeature) -> ArchivedScene:
    """A feature of the layer of scenes as plain data."""
    names = feature.fields().names()
    values = {name: _plain(feature[name]) for name in names}
    return ArchivedScene(feature.id(), values)


def _plain(value: Any) -> Any:
    """A value of a field; None for QGIS' NULL."""
    if value is None or (hasattr(value, "isNull") and value.isNull()):
        return None
    return value
