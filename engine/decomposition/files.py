"""The files of a decomposition: a cloud-optimised GeoTIFF with its style for each layer, and one JSON."""

from __future__ import annotations

import json
import os
import re
from typing import Callable

import numpy as np
from osgeo import gdal

from ..output.geopackage import in_memory, take_bytes
from ..output.map_layers import sidecar, style
from ..output.transaction import Transaction, check_target, write_bytes
from ..raster.grid import Grid
from .result import Decomposition
from .warping import dataset

TITLES = {
    "up": "displacement up (m)",
    "east": "displacement east (m)",
    "north": "displacement north (m)",
    "up_sigma": "standard deviation of up (m)",
    "east_sigma": "standard deviation of east (m)",
    "north_sigma": "standard deviation of north (m)",
}
"""Name of each layer, and its description in the file."""
RESULT_NAME = "decomposition.json"
STYLE_VALUE = re.compile(r'(<item value=")([-\d.e]+)(" [^>]*label=")[^"]*(")')
STYLE_LIMITS = re.compile(r'((?:classification|minimum|maximum)(?:Min|Max|Value)=")([-\d.e]+)(")')


def written_names(folder: str, layers: list[str], inputs: list[str]) -> dict[str, str]:
    """Path of each file, checked before a long run; raises `OutputError`."""
    names = {
        layer: check_target(os.path.join(folder, f"{layer}.tif"), (".tif",), layer, inputs)
        for layer in layers
    }
    names["result"] = check_target(os.path.join(folder, RESULT_NAME), (".json",), "result", inputs)
    return names


def write_all(
    result: Decomposition, folder: str, inputs: list[str], tick: Callable[[], None] = lambda: None
) -> dict[str, str]:
    """Write all files, or none.

    Returns
    -------
    dict of str to str
        Path of each layer, and of "result".

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    layers = result.layers()
    names = written_names(folder, list(layers), inputs)
    with Transaction() as files:
        for layer, values in layers.items():
            tick()
            write_bytes(files.stage(names[layer]), cog(values, result.grid, TITLES[layer]))
            text = scaled_style(layer, values)
            if text:
                write_bytes(files.stage(sidecar(names[layer])), text.encode("utf-8"))
        text = json.dumps(result.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
        write_bytes(files.stage(names["result"]), text.encode("utf-8"))
        files.commit()
    return names


def cog(values: np.ndarray, grid: Grid, title: str, unit: str = "m") -> bytes:
    """A raster as a cloud-optimised GeoTIFF: float32, deflated, NaN for no data, with overviews.

    Raises
    ------
    OutputError
        When GDAL cannot create it.
    """
    options = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "BLOCKSIZE=256", "OVERVIEW_RESAMPLING=AVERAGE"]
    with in_memory(".tif", "layer") as name:
        memory = dataset(values[None], grid)
        memory.GetRasterBand(1).SetDescription(title)
        memory.GetRasterBand(1).SetUnitType(unit)
        gdal.GetDriverByName("COG").CreateCopy(name, memory, options=options).FlushCache()
        return take_bytes(name)


def scaled_style(layer: str, values: np.ndarray) -> str:
    """The QML style of a layer, with its ramp scaled to the values; empty when there is nothing to scale.

    Displacement gets the diverging ramp, symmetric about zero; uncertainty one from zero on.
    """
    known = np.abs(values[np.isfinite(values)])
    limit = float(np.percentile(known, 98.0)) if known.size else 0.0
    text = style("coherence" if layer.endswith("_sigma") else "displacement")
    if text is None or not limit > 0:
        return ""
    return scaled(text, limit)


def scaled(text: str, limit: float) -> str:
    """A ramp from -1 or 0 to 1 stretched to `limit`, labels included."""

    def item(match: re.Match[str]) -> str:
        value = float(match[2]) * limit
        return f"{match[1]}{value:.6g}{match[3]}{value:.2g}{match[4]}"

    text = STYLE_VALUE.sub(item, text)
    return STYLE_LIMITS.sub(lambda match: f"{match[1]}{float(match[2]) * limit:.6g}{match[3]}", text)
