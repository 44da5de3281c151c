"""Converts what a user chooses in QGIS (a layer or a path) to a source that GDAL and the engine open."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from osgeo import gdal
from qgis.core import QgsMapLayer, QgsRasterLayer

from ..engine.errors import InputError
from ..engine.products.connection import plain_path
from .i18n import tr

# At least two letters: a single one is a Windows drive.
_DRIVER_PREFIX = re.compile(r"^[A-Za-z][A-Za-z0-9_]+:")
_DATABASE = re.compile(r"^(PG|PostgreSQL|MySQL|MSSQL|OCI|GeoRaster|Rasterlite2?)\s*:", re.IGNORECASE)
_WEB_SERVICE = re.compile(r"^(WMS|WMTS|WCS|OGCAPI|PLMosaic|EEDAI?)\s*:|^<GDAL_(WMS|WMTS|WCS)>", re.IGNORECASE)
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
    band : int, optional
        Band that the user chose for display in QGIS.
    crs : str
        CRS of the layer in QGIS, as "EPSG:n" or WKT, where the file has none or another; else empty.
    nodata : float, optional
        Additional nodata value that the user set in the layer's properties.
    notes : tuple of str
        Properties of the layer that cannot be used, as sentences for the user.
    """

    path: str
    name: str
    layer_id: str = ""
    band: Optional[int] = None
    crs: str = ""
    nodata: Optional[float] = None
    notes: tuple[str, ...] = ()


def source_of_layer(layer: Optional[QgsMapLayer]) -> Source:
    """The file behind a layer.

    Raises
    ------
    InputError
        When the layer has no file that GDAL can open.
    """
    if layer is None:
        raise InputError(tr("No layer is active; select the interferogram in the Layers panel."))
    name = layer.name()
    if not isinstance(layer, QgsRasterLayer):
        raise InputError(
            tr("“{name}” is not a raster layer; select the interferogram in the Layers panel.").format(
                name=name
            )
        )
    provider = layer.providerType()
    if provider in _WEB_MAP_PROVIDERS:
        raise InputError(
            tr(
                "“{name}” is a web map ({provider}), which has colours but no phase; download the "
                "interferogram's data file (such as a GeoTIFF) and use that."
            ).format(name=name, provider=provider)
        )
    if provider != "gdal":
        raise InputError(
            tr(
                "“{name}” comes from QGIS' {provider} provider and is not a file; save it as a "
                "GeoTIFF (right-click ▸ Export ▸ Save As…, raw data) and use that."
            ).format(name=name, provider=provider)
        )
    if not layer.isValid():
        raise InputError(
            tr("QGIS cannot read “{name}”; restore its file or repair its data source first.").format(
                name=name
            )
        )
    nodata, notes = _user_nodata(layer)
    return Source(
        path_of_uri(layer.source()),
        name,
        layer.id(),
        _chosen_band(layer),
        _assigned_crs(layer),
        nodata,
        notes,
    )


def _chosen_band(layer: QgsRasterLayer) -> Optional[int]:
    """The band that the user chose for display; None for band 1, which QGIS shows without being asked."""
    bands = layer.renderer().usesBands() if layer.renderer() is not None else []
    return bands[0] if len(bands) == 1 and bands[0] > 1 else None


def _assigned_crs(layer: QgsRasterLayer) -> str:
    """The layer's CRS where it differs from the file's; empty where QGIS uses that of the file."""
    crs = layer.crs()
    if not crs.isValid() or crs == layer.dataProvider().crs():
        return ""
    return crs.authid() if crs.authid().startswith("EPSG:") else crs.toWkt()


def _user_nodata(layer: QgsRasterLayer) -> tuple[Optional[float], tuple[str, ...]]:
    """The additional nodata value of a layer, and a note when it has more than one value."""
    ranges = layer.dataProvider().userNoDataValues(_chosen_band(layer) or 1)
    values = [one.min() for one in ranges if one.min() == one.max()]
    notes = ()
    if len(ranges) > 1 or len(values) < len(ranges):
        one = tr("“{name}” has several additional nodata values or a range of them; only {value} is used.")
        none = tr("“{name}” has several additional nodata values or a range of them; none of them is used.")
        text = (
            one.format(name=layer.name(), value=f"{values[0]:g}")
            if values
            else none.format(name=layer.name())
        )
        notes = (text,)
    return (values[0] if values else None), notes


def as_elevation_model(source: Optional[Source]) -> Optional[Source]:
    """A source of elevation with the band and the nodata value that the user chose for its layer.

    The engine reads the first band of an elevation model; here a virtual raster of the chosen band, given as
    text, takes the place of the path.
    """
    if source is None or (source.band is None and source.nodata is None):
        return source
    options = {} if source.nodata is None else {"noData": source.nodata}
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        model = gdal.Translate("", source.path, format="VRT", bandList=[source.band or 1], **options)
    except RuntimeError:  # the engine says what is wrong with the file
        return source
    finally:
        gdal.PopErrorHandler()
    return source if model is None else replace(source, path=model.GetMetadata("xml:VRT")[0])


def source_of_path(path: str) -> Source:
    """A path as typed: a file, a folder, an archive, or a GDAL name such as ``NETCDF:"file":layer``.

    Raises
    ------
    InputError
        When the path is empty or does not exist.
    """
    path = path_of_uri(plain_path(path.strip()))
    if not path:
        raise InputError(tr("No interferogram was given; choose a raster layer or a file."))
    if is_connection(path):
        kind = tr("database") if _DATABASE.match(path) else tr("web service")
        raise InputError(
            tr(
                "“{driver}:…” is a connection to a {kind}; save the raster as a GeoTIFF and use that file."
            ).format(driver=path.split(":", 1)[0], kind=kind)
        )
    if not path.startswith("/vsi") and not _DRIVER_PREFIX.match(path) and not os.path.exists(path):
        raise InputError(tr("There is no file “{path}”; check the path.").format(path=path))
    return Source(path, os.path.basename(path.rstrip("/\\")) or path)


def is_connection(path: str) -> bool:
    """Whether a GDAL name connects to a database or a web map instead of a file."""
    return bool(_DATABASE.match(path) or _WEB_SERVICE.match(path))


def split_paths(value: Any) -> list[Any]:
    """The layers or paths of a parameter: a list, or text with semicolons between paths."""
    if value in (None, ""):
        return []
    if isinstance(value, str):
        if ";" not in value or os.path.exists(value.strip()):
            return [value]
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, Sequence):
        return [one for one in value if one not in (None, "")]
    return [value]


def name_of_all(sources: Sequence[Source]) -> str:
    """Name of one scene, or of several that are joined."""
    name = sources[0].name
    if len(sources) == 1:
        return name
    return tr("{name} and {count} more").format(name=name, count=len(sources) - 1)


def path_of_uri(uri: str) -> str:
    """A raster URI without the options that QGIS appends (``|option:…``)."""
    return uri.split("|", 1)[0]
