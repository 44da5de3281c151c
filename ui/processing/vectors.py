"""Vector inputs that may be a layer of the project or the path of a file that only the engine reads."""

from __future__ import annotations

import os
import uuid
from typing import Any, Optional, Union

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterVectorLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from ...engine.errors import InputError
from ..i18n import tr


class VectorOrPath(QgsProcessingParameterVectorLayer):
    """A vector layer, or the path of any file that the engine reads (such as QuakeML)."""

    def checkValueIsAcceptable(self, value: Any, context: Optional[QgsProcessingContext] = None) -> bool:
        """Accept any text or layer; the engine explains why it cannot read a file."""
        if value in (None, ""):
            return bool(self.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional)
        return True

    def clone(self):
        """A copy of this class; QGIS would copy only the base class."""
        copy = type(self)(self.name(), self.description(), self.dataTypes(), self.defaultValue())
        copy.setFlags(self.flags())
        copy.setHelp(self.help())
        return copy


def vector_path(
    algorithm: QgsProcessingAlgorithm, parameters: dict, name: str, context: QgsProcessingContext
) -> Optional[str]:
    """Path for the engine of the layer or file that a parameter names; None when it is empty.

    Layers that are no plain file (memory layers, filtered layers, databases) are saved as a temporary
    GeoPackage. Call it on the main thread only.

    Raises
    ------
    InputError
        When it is neither a file nor a layer.
    """
    found = file_or_layer(algorithm, parameters, name, context)
    if found is None or isinstance(found, str):
        return found
    if found.providerType() == "ogr" and not found.subsetString():
        return str(found.source())
    return _saved(found, context)


def file_or_layer(
    algorithm: QgsProcessingAlgorithm, parameters: dict, name: str, context: QgsProcessingContext
) -> Union[str, QgsVectorLayer, None]:
    """The path of an existing file, else the layer that a parameter names; None when it is empty.

    Raises
    ------
    InputError
        When it is neither a file nor a layer.
    """
    value = parameters.get(name)
    if value in (None, ""):
        return None
    text = value if isinstance(value, str) else ""
    if text and os.path.exists(text.partition("|")[0]):
        return text
    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    if layer is None or not layer.isValid():
        raise InputError(
            tr("“{text}” is neither a file nor a vector layer; check its path.").format(text=text or value)
        )
    return layer


def show_new_fields(project: QgsProject, path: str) -> None:
    """Let the layers of a file that has just been changed show its new fields and values."""
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.source().partition("|")[0] == path:
            layer.dataProvider().reloadData()
            layer.updateFields()
            layer.triggerRepaint()


def _saved(layer: QgsVectorLayer, context: QgsProcessingContext) -> str:
    path = os.path.join(QgsProcessingUtils.tempFolder(), f"{uuid.uuid4().hex}.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = layer.name() or "layer"
    options.fileEncoding = "UTF-8"
    error = QgsVectorFileWriter.writeAsVectorFormatV3(layer, path, context.transformContext(), options)
    if error[0] != QgsVectorFileWriter.WriterError.NoError:
        raise InputError(
            tr("QGIS cannot save the layer “{name}” ({reason}); export it to a file first.").format(
                name=layer.name(), reason=error[1]
            )
        )
    return path
