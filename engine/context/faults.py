"""The nearest fault to a place in a line layer that the user gives, such as GEM's Global Active Faults."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Optional

from osgeo import gdal, ogr, osr

from ..errors import InputError
from ..products.connection import plain_path
from ..products.containers.gdalio import exists, quiet, short_name
from ..raster.grid import spatial_reference

SEARCH_KM = 100.0
"""Faults farther from a box are not mentioned."""
_NAMES = ("name", "fault_name", "fs_name", "faultname", "fault", "section", "catalog_id", "id")
_KINDS = ("slip_type", "sliptype", "sense", "type")
_LINES = (ogr.wkbLineString, ogr.wkbMultiLineString, ogr.wkbPolygon, ogr.wkbMultiPolygon, ogr.wkbUnknown)


@dataclass(frozen=True)
class NearFault:
    """The fault nearest to a place: its name and kind (empty where the layer has none) and its distance in
    km."""

    name: str
    kind: str
    distance_km: float


class FaultLayer:
    """An open layer of faults.

    Parameters
    ----------
    path : str
        Whatever GDAL opens as lines (or areas); "path|layername=…" for one layer of several.

    Raises
    ------
    InputError
        When it cannot be opened, has no lines, or no coordinate system.
    """

    def __init__(self, path: str) -> None:
        named = re.search(r"\|(?:.*\|)?layername=([^|]+)", path, re.IGNORECASE)
        file = plain_path(path.partition("|")[0] if "|" in path and not exists(path) else path)
        self.name = short_name(file)
        with quiet():
            try:
                self._dataset = gdal.OpenEx(file, gdal.OF_VECTOR | gdal.OF_READONLY)
            except RuntimeError:
                self._dataset = None
        if self._dataset is None:
            raise InputError(f"The fault layer “{self.name}” cannot be opened; give a layer of lines.")
        self._layer = self._choose(named.group(1) if named else "")
        srs = self._layer.GetSpatialRef()
        if srs is None:
            raise InputError(f"The fault layer “{self.name}” has no coordinate system; set its CRS.")
        self._srs = srs.Clone()
        self._srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)

    def _choose(self, named: str) -> Any:
        layers = [self._dataset.GetLayer(i) for i in range(self._dataset.GetLayerCount())]
        wanted = [layer for layer in layers if not named or layer.GetName() == named]
        lines = [layer for layer in wanted if ogr.GT_Flatten(layer.GetGeomType()) in _LINES]
        if not lines:
            raise InputError(f"The fault layer “{self.name}” has no lines; give a layer of fault traces.")
        return lines[0]

    def nearest(self, lon: float, lat: float) -> Optional[NearFault]:
        """The fault nearest to a place; None when none lies within `SEARCH_KM`."""
        local = spatial_reference(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m +no_defs")
        to_local = osr.CoordinateTransformation(self._srs, local)
        reach = SEARCH_KM * 1000
        corners = osr.CoordinateTransformation(local, self._srs)
        with quiet():
            try:
                ring = [corners.TransformPoint(x, y) for x in (-reach, 0, reach) for y in (-reach, 0, reach)]
            except RuntimeError:
                return None
        xs, ys = [point[0] for point in ring], [point[1] for point in ring]
        if max(xs) - min(xs) < 180:
            self._layer.SetSpatialFilterRect(min(xs), min(ys), max(xs), max(ys))
        here, best = ogr.CreateGeometryFromWkt("POINT (0 0)"), (math.inf, None)
        for feature in self._layer:
            geometry = feature.GetGeometryRef()
            if geometry is None:
                continue
            moved = geometry.Clone()
            with quiet():
                try:
                    failed = moved.Transform(to_local)
                except RuntimeError:
                    failed = 1
            if not failed:
                best = min(best, (moved.Distance(here), feature), key=lambda pair: pair[0])
        self._layer.SetSpatialFilter(None)
        if best[1] is None or best[0] > reach:
            return None
        return NearFault(_attribute(best[1], _NAMES), _attribute(best[1], _KINDS), best[0] / 1000)


def _attribute(feature: Any, names: tuple[str, ...]) -> str:
    """The first attribute of one of these names that has a value."""
    definition = feature.GetDefnRef()
    fields = {definition.GetFieldDefn(i).GetName().lower(): i for i in range(definition.GetFieldCount())}
    for name in names:
        place = fields.get(name)
        if (
            place is not None
            and feature.IsFieldSetAndNotNull(place)
            and feature.GetFieldAsString(place).strip()
        ):
            return str(feature.GetFieldAsString(place)).strip()
    return ""
