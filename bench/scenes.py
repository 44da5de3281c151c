"""Rasters for the benchmarks, made once in build/bench from a fixed seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()
FOLDER = Path(__file__).resolve().parent.parent / "build" / "bench"
PIXEL_M = 30.0


def phase(height: int, width: int, seed: int = 1, quiet: bool = False) -> np.ndarray:
    """Wrapped phase: power-law turbulence, a bowl in the centre unless quiet, noise, a part without data."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    spectrum = np.fft.rfft2(random.standard_normal((height, width)).astype(np.float32))
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    spectrum *= (np.hypot(fy, fx) + 1 / max(height, width)) ** (-8 / 6)
    field = np.fft.irfft2(spectrum, s=(height, width))
    field *= 1.2 / field.std()
    distance = np.hypot(rows - height / 2, columns - width / 2) * PIXEL_M / 8000
    field += random.normal(0, 0.4, (height, width))
    if not quiet:
        field += 25 * np.exp(-(distance**2))
    field[: height // 6, : width // 5] = np.nan
    return np.angle(np.exp(1j * field)).astype(np.float32)


def scene(width: int, height: int, pixel: float = PIXEL_M, quiet: bool = False) -> Path:
    """A scene of wrapped phase (float32) in UTM, with pixels of `pixel` metres."""
    path = FOLDER / f"{'quiet' if quiet else 'wrapped'}_{width}x{height}_{pixel:g}m.tif"
    if not path.exists():
        write_phase(path, phase(height, width, quiet=quiet), pixel)
    return path


def write_phase(path: Path, values: np.ndarray, pixel: float) -> None:
    """Write wrapped phase as a scene with pixels of `pixel` metres."""
    height, width = values.shape
    _write(path, width, height, [(0, 0, values)], ["TILED=YES", "COMPRESS=DEFLATE"], pixel)


def sparse(size: int = 20_000) -> Path:
    """A huge scene with data in one part of 3000 x 2500 pixels; the other blocks of the file do not exist."""
    path = FOLDER / f"wrapped_sparse_{size}.tif"
    if not path.exists():
        part = phase(2500, 3000)
        at = (size - 3000) // 2
        _write(path, size, size, [(at, at, part)], ["TILED=YES", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"])
    return path


def full(size: int = 20_000) -> Path:
    """A huge scene without empty parts: one part repeated."""
    path = FOLDER / f"wrapped_full_{size}.tif"
    if not path.exists():
        part = phase(2000, 2000)
        parts = [(x, y, part) for y in range(0, size, 2000) for x in range(0, size, 2000)]
        _write(path, size, size, parts, ["TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1"])
    return path


def _write(
    path: Path, width: int, height: int, parts: list, options: list[str], pixel: float = PIXEL_M
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part.tif")
    raster = gdal.GetDriverByName("GTiff").Create(
        str(unfinished), width, height, 1, gdal.GDT_Float32, options
    )
    raster.SetGeoTransform((300_000.0, pixel, 0.0, 3_200_000.0, 0.0, -pixel))
    system = osr.SpatialReference()
    system.ImportFromEPSG(32645)
    raster.SetProjection(system.ExportToWkt())
    band = raster.GetRasterBand(1)
    band.SetNoDataValue(0.0)
    band.SetDescription("wrapped phase")
    for x, y, part in parts:
        filled = np.nan_to_num(part[: height - y, : width - x], nan=0.0)
        band.WriteArray(filled, x, y)
    band.SetUnitType("rad")
    raster.FlushCache()
    band = raster = None
    unfinished.replace(path)
