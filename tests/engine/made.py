"""Scenes with a known bowl of deformation, and a network that finds fringes untaught."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Optional

import numpy as np
from osgeo import gdal, osr

from quakefringe.engine.network import ModelCard, Output

UTM = 32645
WGS84 = 4326


def wrap(phase):
    """Phase between -pi and pi."""
    return (phase + np.pi) % (2 * np.pi) - np.pi


def bowls(shape, centres, sigma=(15.0, 15.0), peak=40.0, noise=0.15, seed=0):
    """Gaussian bowls of phase (radians) at (col, row) centres, with some noise; sigma in pixels (x, y)."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    phase = noise * np.random.default_rng(seed).normal(size=shape)
    for col, row in centres:
        phase += peak * np.exp(-(((columns - col) / sigma[0]) ** 2 + ((rows - row) / sigma[1]) ** 2) / 2)
    return phase.astype(np.float32)


def write(path, values, transform, epsg: Optional[int], nodata=float("nan"), options=(), unit="rad"):
    """A one-band GeoTIFF."""
    height, width = values.shape
    kind = gdal.GDT_CFloat32 if np.iscomplexobj(values) else gdal.GDT_Float32
    raster = gdal.GetDriverByName("GTiff").Create(str(path), width, height, 1, kind, list(options))
    raster.SetGeoTransform(transform)
    if epsg:
        system = osr.SpatialReference()
        system.ImportFromEPSG(epsg)
        raster.SetProjection(system.ExportToWkt())
    band = raster.GetRasterBand(1)
    if nodata is not None:
        band.SetNoDataValue(nodata)
    if unit:
        band.SetUnitType(unit)
    band.WriteArray(values)
    raster.FlushCache()
    band = raster = None
    return str(path)


class FringeNetwork:
    """Calls patches deformed whose phase changes quickly, and tiles by their most deformed patch."""

    backend = "numpy"
    hash = "0" * 64
    path = "fringes.onnx"
    fallback = ""

    def __init__(self, other=False, **card):
        self.card = ModelCard(version="test", **card)
        self.other = other
        self.batches: list[int] = []

    def run(self, tiles):
        self.batches.append(len(tiles))
        phasor = tiles[:, 0] + 1j * tiles[:, 1]
        valid = tiles[:, 4] > 0
        speed = np.zeros(valid.shape)
        speed[:, :-1] = np.abs(np.angle(phasor[:, 1:] * np.conj(phasor[:, :-1])))
        speed[:, :, :-1] += np.abs(np.angle(phasor[:, :, 1:] * np.conj(phasor[:, :, :-1])))
        speed *= valid
        patches = speed.reshape(len(tiles), 14, 16, 14, 16).mean(axis=(2, 4))
        mask = 1 / (1 + np.exp(-20 * (patches - 0.45)))
        top = mask.max(axis=(1, 2))
        found = np.where(top > 0.5, 6.0 * top, -6.0)
        zero = np.zeros_like(found)
        logits = np.stack([zero, zero - 6, found] if self.other else [zero, found, zero - 6], axis=1)
        attention = mask + 1e-3
        attention = attention / attention.sum(axis=(1, 2), keepdims=True)
        return Output(
            logits.astype(np.float32), attention[:, None].astype(np.float32), mask.astype(np.float32)
        )


def fake_interferogram(read, grid, quantity="wrapped", elevation_path=None):
    """What `WindowStream` needs of an interferogram."""
    return SimpleNamespace(
        read=read,
        grid=grid,
        quantity=SimpleNamespace(value=quantity),
        elevation_path=elevation_path,
        name="made",
    )
