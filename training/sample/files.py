"""Writes the sample scenes as GeoTIFFs in the layout of LiCSAR."""

from __future__ import annotations

import os

import numpy as np
from osgeo import gdal, osr

from ...engine.deformation.sources import look_vector
from ...engine.errors import OutputError
from ...engine.numerics.phase import wrap
from ...engine.output.transaction import Transaction
from .scene import ASCENDING, COLUMNS, FRAME, HEADING, NORTH, PAIR, QUIET_PAIR, QUIET_PART, STEP, WEST, Scene

PHASE_STEP = 1 / 16
"""Phase is rounded to multiples of this many radians (0.28 mm), so that the files compress well."""


def write(folder: str, scene: Scene) -> list[str]:
    """Write the scene in the layout of LiCSAR: phase positive away from the satellite, 0 where missing.

    Returns the files. Raises `OutputError` if the folder cannot be written to; then no file is written.
    """
    look = look_vector(HEADING, scene.incidence[::20, ::20])
    layers = {
        f"{PAIR}.geo.diff_pha.tif": _packed(-scene.wrapped),
        f"{PAIR}.geo.unw.tif": _packed(-scene.unwrapped),
        f"{PAIR}.geo.cc.tif": _coherence_bytes(scene.coherence),
        f"{FRAME}.geo.hgt.tif": (np.rint(scene.elevation / 8) * 8).astype(np.int16),
        **{f"{FRAME}.geo.{axis}.tif": part.astype(np.float32) for axis, part in zip("ENU", look)},
    }
    return _write_all(folder, {name: (array, WEST, NORTH) for name, array in layers.items()})


def write_quiet(folder: str, scene: Scene) -> list[str]:
    """Write wrapped phase and coherence of the quiet part of a scene without motion, like `write`."""
    rows, columns = QUIET_PART
    west, north = WEST + STEP * columns.start, NORTH - STEP * rows.start
    layers = {
        f"{QUIET_PAIR}.geo.diff_pha.tif": _packed(-scene.wrapped[QUIET_PART]),
        f"{QUIET_PAIR}.geo.cc.tif": _coherence_bytes(scene.coherence[QUIET_PART]),
    }
    return _write_all(folder, {name: (array, west, north) for name, array in layers.items()})


def write_ascending(folder: str, scene: Scene) -> list[str]:
    """Write a scene of the ascending pass like `write`, with pixels of twice the size and without relief."""
    look = look_vector(ASCENDING.heading, scene.incidence[::20, ::20])
    unwrapped = _halved(scene.unwrapped)
    wrapped = np.angle(_halved(np.exp(1j * scene.wrapped.astype(np.complex128))))
    solved = np.isfinite(unwrapped) & np.isfinite(wrapped)
    unwrapped = np.where(solved, unwrapped + wrap(wrapped - unwrapped), np.nan)
    layers = {
        f"{ASCENDING.pair}.geo.diff_pha.tif": _packed(-wrapped),
        f"{ASCENDING.pair}.geo.unw.tif": _packed(-unwrapped),
        f"{ASCENDING.pair}.geo.cc.tif": _coherence_bytes(_halved(scene.coherence)),
        **{f"{ASCENDING.frame}.geo.{axis}.tif": part.astype(np.float32) for axis, part in zip("ENU", look)},
    }
    return _write_all(folder, {name: (array, WEST, NORTH) for name, array in layers.items()})


def _halved(values: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 pixels; NaN where one of them is missing."""
    rows, columns = values.shape
    return np.asarray(values.reshape(rows // 2, 2, columns // 2, 2).mean(axis=(1, 3)))


def _write_all(folder: str, layers: dict[str, tuple[np.ndarray, float, float]]) -> list[str]:
    """Write all rasters (array, west and north edge in degrees), or none."""
    try:
        os.makedirs(folder, exist_ok=True)
        with Transaction() as files:
            for name, (array, west, north) in layers.items():
                _write_raster(files.stage(os.path.join(folder, name)), array, west, north)
            files.commit()
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"The sample cannot be written to {folder} ({error}): choose another folder."
        ) from error
    return [os.path.join(folder, name) for name in layers]


def _coherence_bytes(coherence: np.ndarray) -> np.ndarray:
    """Coherence in bytes, 0 to 252 in steps of 4."""
    return np.asarray((np.rint(coherence * 63) * 4).astype(np.uint8))


def _packed(phase: np.ndarray) -> np.ndarray:
    """Phase in steps of `PHASE_STEP`, float32; 0 only where it is missing."""
    rounded = np.rint(phase / PHASE_STEP) * PHASE_STEP
    rounded = np.where(rounded == 0, PHASE_STEP, rounded)
    return np.nan_to_num(rounded, nan=0.0).astype(np.float32)


def _write_raster(path: str, array: np.ndarray, west: float, north: float) -> None:
    kinds = {"u1": (gdal.GDT_Byte, 2), "i2": (gdal.GDT_Int16, 2), "f4": (gdal.GDT_Float32, 3)}
    kind, predictor = kinds[array.dtype.str[1:]]
    options = ["COMPRESS=DEFLATE", f"PREDICTOR={predictor}", "ZLEVEL=9", "TILED=YES"]
    rows, columns = array.shape
    dataset = gdal.GetDriverByName("GTiff").Create(path, columns, rows, 1, kind, options)
    if dataset is None:
        raise OSError(f"GDAL cannot create {os.path.basename(path)}")
    line_of_sight_grid = columns == COLUMNS // 20
    halved = columns == COLUMNS // 2
    pixel = STEP * COLUMNS / columns if line_of_sight_grid or halved else STEP
    dataset.SetGeoTransform((west, pixel, 0.0, north, 0.0, -pixel))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    dataset.SetProjection(system.ExportToWkt())
    dataset.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", "Simulated by QuakeFringe; not measured data")
    if array.dtype == np.float32 and not line_of_sight_grid:
        dataset.GetRasterBand(1).SetNoDataValue(0.0)
    dataset.GetRasterBand(1).WriteArray(array)
    dataset.FlushCache()
