"""The map layers of a result: the heatmap as GeoTIFF and the boxes as GeoPackage, both with their style."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
from osgeo import gdal, ogr

from ..context.box_fields import box_fields
from ..raster.grid import Grid, spatial_reference
from ..resources import STYLES
from .geopackage import in_memory, take_bytes, write_layer_style
from .transaction import write_bytes

if TYPE_CHECKING:
    from ..results import Box, Result

LAYER = "boxes"
FIELDS = (
    ("rank", ogr.OFTInteger),
    ("probability", ogr.OFTReal),
    ("class", ogr.OFTString),
    ("width_km", ogr.OFTReal),
    ("height_km", ogr.OFTReal),
    ("area_km2", ogr.OFTReal),
    ("lon", ogr.OFTReal),
    ("lat", ogr.OFTReal),
    ("peak_los_cm", ogr.OFTReal),
    ("fringes", ogr.OFTReal),
    ("scale_m", ogr.OFTReal),
    ("first_guess", ogr.OFTString),
    ("mw_guess", ogr.OFTReal),
    ("depth_km_guess", ogr.OFTReal),
    ("event", ogr.OFTString),
    ("event_id", ogr.OFTString),
    ("event_time", ogr.OFTString),
    ("event_mw", ogr.OFTReal),
    ("event_depth_km", ogr.OFTReal),
    ("event_km", ogr.OFTReal),
    ("expected_los_cm", ogr.OFTReal),
    ("volcano", ogr.OFTString),
    ("volcano_km", ogr.OFTReal),
    ("fault", ogr.OFTString),
    ("fault_km", ogr.OFTReal),
    ("run_id", ogr.OFTString),
    ("model", ogr.OFTString),
)


def style(name: str) -> Optional[str]:
    """Text of a layer style in resources/styles; None when the file is missing."""
    path = os.path.join(STYLES, f"{name}.qml")
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as file:
        return file.read()


def sidecar(path: str) -> str:
    """Path at which QGIS looks for the default style of a raster."""
    return os.path.splitext(path)[0] + ".qml"


def write_heatmap(heat: np.ndarray, grid: Grid, path: str) -> None:
    """Write a heatmap as a tiled, deflated float32 GeoTIFF with NaN for no data.

    Parameters
    ----------
    heat : ndarray, shape (grid.height, grid.width)
        0 to 1.
    grid : Grid
    path : str

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    write_bands([("attention heat, 0 to 1", heat)], grid, path, "heatmap")


def write_heads(maps: Sequence[np.ndarray], mask: Optional[np.ndarray], grid: Grid, path: str) -> None:
    """Write the attention of each head as a band of one GeoTIFF, and the mask as the last band.

    Parameters
    ----------
    maps : ndarray, shape (heads, grid.height, grid.width)
        0 to 1; empty when the model does not give them.
    mask : ndarray, shape (grid.height, grid.width), optional
        0 to 1.
    grid : Grid
    path : str

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    bands = [(f"attention of head {number}, 0 to 1", one) for number, one in enumerate(maps, start=1)]
    if mask is not None:
        bands.append(("mask of deformed ground, 0 to 1", mask))
    write_bands(bands, grid, path, "heads")


def write_bands(bands: Sequence[tuple[str, np.ndarray]], grid: Grid, path: str, what: str) -> None:
    """Write described bands as a tiled, deflated float32 GeoTIFF with NaN for no data.

    Parameters
    ----------
    bands : sequence of (str, ndarray)
        Description and values of each, shape (grid.height, grid.width).
    grid : Grid
    path : str
    what : str
        Name of the content in messages.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=3"]
    with in_memory(".tif", what) as name:
        raster = gdal.GetDriverByName("GTiff").Create(
            name, grid.width, grid.height, len(bands), gdal.GDT_Float32, options
        )
        raster.SetGeoTransform(grid.transform)
        if grid.has_crs:
            raster.SetProjection(grid.crs_wkt)
        for number, (description, values) in enumerate(bands, start=1):
            band = raster.GetRasterBand(number)
            band.SetNoDataValue(float("nan"))
            band.SetDescription(description)
            band.WriteArray(np.ascontiguousarray(values, dtype=np.float32))
        raster.FlushCache()
        band = raster = None
        data = take_bytes(name)
    write_bytes(path, data)


def write_boxes(result: Result, path: str) -> None:
    """Write the boxes as polygons of a GeoPackage with their style; without boxes the layer is empty.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with in_memory(".gpkg", "boxes") as name:
        package = gdal.GetDriverByName("GPKG").Create(name, 0, 0, 0, gdal.GDT_Unknown)
        layer = package.CreateLayer(
            LAYER, spatial_reference(result.grid.crs_wkt), ogr.wkbPolygon, ["GEOMETRY_NAME=geom"]
        )
        for field, kind in FIELDS:
            layer.CreateField(ogr.FieldDefn(field, kind))
        layer.StartTransaction()
        for box in result.boxes:
            layer.CreateFeature(_feature(layer.GetLayerDefn(), box, result))
        layer.CommitTransaction()
        text = style("boxes")
        if text is not None:
            write_layer_style(package, LAYER, text, "QuakeFringe boxes", "Boxes with their probability")
        layer = None
        package.FlushCache()
        package = None
        data = take_bytes(name)
    write_bytes(path, data)


def _feature(definition: Any, box: Box, result: Result) -> Any:
    feature = ogr.Feature(definition)
    guess = box.guess or {}
    values = {
        "rank": box.rank,
        "probability": box.probability,
        "class": box.class_name,
        "width_km": box.width_km,
        "height_km": box.height_km,
        "area_km2": box.area_km2,
        "lon": box.lon,
        "lat": box.lat,
        "peak_los_cm": box.peak_los_cm,
        "fringes": box.fringes,
        "scale_m": box.scale_m,
        "first_guess": guess.get("words"),
        "mw_guess": guess.get("mw"),
        "depth_km_guess": guess.get("depth_km"),
        **box_fields(result, box.rank),
        "run_id": result.run_id,
        "model": result.model.get("version", ""),
    }
    for field, value in values.items():
        if value is None:
            feature.SetFieldNull(field)
        else:
            feature.SetField(field, value)
    xmin, ymin, xmax, ymax = box.extent
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in ((xmin, ymin), (xmax, ymin), (xmax, ymax), (xmin, ymax), (xmin, ymin)):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    feature.SetGeometry(polygon)
    return feature
