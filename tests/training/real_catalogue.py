"""A small folder of synthetic interferograms with a catalogue, in place of real ones."""

import csv
import math

import numpy as np
from osgeo import gdal, osr

COLUMNS = ("file", "event", "label", "quantity", "unit", "positive", "wavelength_m", "box")
SIDE, STEP = 120, 200.0
TINY = ("network.depth=1", "network.width=48", "network.heads=3", "data.workers=0")


def _bowl(sign=1.0):
    axis = np.arange(SIDE) - SIDE / 2
    return sign * 0.4 * np.exp(-(axis[None, :] ** 2 + axis[:, None] ** 2) / (2 * 10.0**2))


def _write(path, values, unit):
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32642)
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), SIDE, SIDE, 1, gdal.GDT_Float32)
    dataset.SetGeoTransform((500000, STEP, 0, 3600000, 0, -STEP))
    dataset.SetProjection(reference.ExportToWkt())
    band = dataset.GetRasterBand(1)
    band.SetUnitType(unit)
    band.WriteArray(values.astype(np.float32))
    dataset.FlushCache()


def write_catalogue(folder):
    """Two earthquakes, a wrapped volcano and a quiet scene; returns the folder."""
    centre, reach = (500000 + STEP * SIDE / 2, 3600000 - STEP * SIDE / 2), 20 * STEP
    box = f"{centre[0] - reach},{centre[1] - reach},{centre[0] + reach},{centre[1] + reach}"
    noise = 0.002 * np.random.default_rng(0).normal(size=(SIDE, SIDE))
    wrapped = np.angle(np.exp(1j * 4 * math.pi / 0.0555 * _bowl(-1)))
    rows = [
        ("one.tif", "First 2001", "earthquake", "LOS displacement", "m", "toward", box, _bowl() + noise),
        ("two.tif", "Second 2002", "earthquake", "LOS displacement", "m", "away", box, _bowl(-1) + noise),
        ("hill.tif", "hill", "volcano", "wrapped phase", "rad", "away", "", wrapped),
        ("calm.tif", "Calm", "quiet", "LOS displacement", "m", "toward", "", noise),
    ]
    with (folder / "catalogue.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for name, event, label, quantity, unit, positive, where, values in rows:
            _write(folder / name, values, unit)
            writer.writerow((name, event, label, quantity, unit, positive, 0.0555, where))
    return folder
