"""Converts what a user chooses in QGIS (a layer or a path) to a source that GDAL and the engine open."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Optional

from qgis.core import QgsMapLayer, QgsRasterLayer

from ..engine.errors import InputError

# At least two letters: a single one is a Windows drive.
_DRIVER_PREFIX = re.compile(r"^[A-Za-z][A-Za-z0-9_]+:")
_WEB_MAP_PROVIDERS = {"wms", "arcgismapserver", "xyzvectortiles", "vectortile"}


@dataclass(frozen=True)
class Source:
    """An interferogram or elevation model that the user chose.

    Attributes
    ----------
    path : str
        For GDAL and the engine.
    name : str
        Name of the layer or the file, for messages.
    layer_id : str
        The layer's id in the project; empty for a path.
    """

    path: str
    name: str
    layer_id: str = ""


def source_of_layer(layer: Optional[QgsMapLayer]) -> Source:
    """The file behind a layer.

    Raises
    ------
    InputError
        When the layer has no file that GDAL can open.
    """
    if layer is None:
        raise InputError("No layer is active; select the interferogram in the Layers panel.")
    name = layer.name()
    if not isinstance(layer, QgsRasterLayer):
        raise InputError(f"“{name}” is not a raster layer; select the interferogram in the Layers panel.")
    provider = layer.providerType()
    if provider in _WEB_MAP_PROVIDERS:
        raise InputError(
            f"“{name}” is a web map ({provider}), which has colours but no phase; "
            "download the interferogram's data file (such as a GeoTIFF) and use that."
        )
    if provider != "gdal":
        raise InputError(
            f"“{name}” comes from QGIS' {provider} provider and is not a file; save it as a GeoTIFF "
            "(right-click ▸ Export ▸ Save As…, raw data) and use that."
        )
    if not layer.isValid():
        raise InputError(f"QGIS cannot read “{name}”; restore its file or repair its data source first.")
    return Source(path_of_uri(layer.source()), name, layer.id())


def source_of_path(path: str) -> Source:
    """A path as typed: a file, a folder, an archive, or a GDAL name such as ``NETCDF:"file":layer``.

    Raises
    ------
    InputError
        When the path is empty or does not exist.
    """
    path = path_of_uri(path.strip())
    if not path:
        raise InputError("No interferogram was given; choose a raster layer or a file.")
    if not path.startswith("/vsi") and not _DRIVER_PREFIX.match(path) and not os.path.exists(path):
        raise InputError(f"There is no file “{path}”; check the path.")
    return Source(path, os.path.basename(path.rstrip("/\\")) or path)


def path_of_uri(uri: str) -> str:
    """A raster URI without the options that QGIS appends (``|option:…``)."""
    return uri.split("|", 1)[0]
