"""Small scenes of noise, each one window of the network large."""

from __future__ import annotations

import sys

import cloudpickle
import numpy as np
from osgeo import gdal, osr

SIDE = 64


def write_scene(path, seed=0):
    """A GeoTIFF of wrapped phase without deformation; returns its path."""
    raster = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, 1, gdal.GDT_Float32)
    raster.SetGeoTransform((10 + seed, 0.01, 0, 40, 0, -0.01))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    raster.SetProjection(system.ExportToWkt())
    band = raster.GetRasterBand(1)
    band.SetUnitType("rad")
    band.WriteArray(np.random.default_rng(seed).uniform(-3, 3, (SIDE, SIDE)).astype(np.float32))
    raster.FlushCache()
    band = raster = None
    return str(path)


def by_value(task):
    """A function of a test module for workers, which cannot import that module."""
    cloudpickle.register_pickle_by_value(sys.modules[task.__module__])
    return task
