"""The simulated ground motion behind every fixture, its grids, and a GeoTIFF writer."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np
from osgeo import gdal, osr

C_BAND = 0.055465763
L_BAND = 299792458.0 / 1.2575e9
CENTRE = (30.50, 38.20)
OLDER, NEWER = "20190704", "20190716"
ISO = ("2019-07-04", "2019-07-16")
UTM = 32636
WIDTH, HEIGHT = 64, 48


def los(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Displacement in m, positive towards the satellite: uplift and a smaller, shifted subsidence."""
    east = (lon - CENTRE[0]) * 111320 * np.cos(np.radians(CENTRE[1])) / 1000
    north = (lat - CENTRE[1]) * 110950 / 1000
    up = 0.11 * np.exp(-((east - 2) ** 2 + (north - 3) ** 2) / 60)
    return up - 0.05 * np.exp(-((east + 8) ** 2 + (north + 4) ** 2) / 40) + 0.004


def look_angles(lon: np.ndarray, lat: np.ndarray, height: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Incidence from the vertical and azimuth of ground to satellite clockwise from north, in degrees.

    A descending satellite (heading about 193 degrees) that looks right; or an ascending one that looks left.
    """
    incidence = 39.0 + 12 * (lon - CENTRE[0]) + 0.4 * height / 1000
    return incidence, 103.0 + 4 * (lat - CENTRE[1])


def look_vectors(lon: np.ndarray, lat: np.ndarray, height: float = 0.0) -> np.ndarray:
    """East, north, up of the unit vector from the ground to the satellite, (3, *shape)."""
    incidence, azimuth = (np.radians(angle) for angle in look_angles(lon, lat, height))
    across = np.sin(incidence)
    return np.stack([across * np.sin(azimuth), across * np.cos(azimuth), np.cos(incidence)])


def cube_grid(code: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Centres of a coarse grid round the scene: coordinates x and y, and longitude and latitude as 2-D."""
    if code == 4326:
        xs = CENTRE[0] + (np.arange(20) - 9.5) * 0.032
        ys = CENTRE[1] - (np.arange(16) - 7.5) * 0.032
        return (xs, ys, *np.meshgrid(xs, ys))
    _, _, (x0, step, _, y0, _, _) = utm_grid()
    xs = x0 + WIDTH * step / 2 + (np.arange(20) - 9.5) * 3200.0
    ys = y0 - HEIGHT * step / 2 - (np.arange(16) - 7.5) * 3200.0
    back = osr.CoordinateTransformation(srs_of(code), srs_of(4326))
    points = np.array(back.TransformPoints([(float(x), float(y)) for y in ys for x in xs]))
    return xs, ys, points[:, 0].reshape(16, 20), points[:, 1].reshape(16, 20)


def geographic_grid() -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """Centres (lon, lat as 2-D arrays) and geotransform of the EPSG:4326 fixtures."""
    dx = dy = 0.008
    x0, y0 = CENTRE[0] - WIDTH / 2 * dx, CENTRE[1] + HEIGHT / 2 * dy
    lon = x0 + (np.arange(WIDTH) + 0.5) * dx
    lat = y0 - (np.arange(HEIGHT) + 0.5) * dy
    return (*np.meshgrid(lon, lat), (x0, dx, 0, y0, 0, -dy))


def utm_grid(step: float = 800.0) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """Centres as longitude and latitude, and geotransform, of the UTM fixtures."""
    width, height = round(WIDTH * 800 / step), round(HEIGHT * 800 / step)
    to_utm = osr.CoordinateTransformation(srs_of(4326), srs_of(UTM))
    cx, cy, _ = to_utm.TransformPoint(*CENTRE)
    x0, y0 = round(cx / 800) * 800 - width / 2 * step, round(cy / 800) * 800 + height / 2 * step
    xs = x0 + (np.arange(width) + 0.5) * step
    ys = y0 - (np.arange(height) + 0.5) * step
    back = osr.CoordinateTransformation(srs_of(UTM), srs_of(4326))
    points = np.array(back.TransformPoints([(float(x), float(y)) for y in ys for x in xs]))
    lon, lat = points[:, 0].reshape(height, width), points[:, 1].reshape(height, width)
    return lon, lat, (x0, step, 0, y0, 0, -step)


def srs_of(code: int) -> osr.SpatialReference:
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(code)
    srs.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return srs


def low_coherence(shape: tuple[int, int]) -> np.ndarray:
    """Where the fixtures' coherence is low: a block in the upper left part."""
    low = np.zeros(shape, dtype=bool)
    low[shape[0] // 8 : shape[0] // 4, shape[1] // 8 : shape[1] // 4] = True
    return low


def no_data(shape: tuple[int, int]) -> np.ndarray:
    """Where the fixtures have no data: the lowest rows."""
    empty = np.zeros(shape, dtype=bool)
    empty[-4:] = True
    return empty


def coherence(shape: tuple[int, int]) -> np.ndarray:
    """0.05 in the low block, 0.8 elsewhere."""
    return np.where(low_coherence(shape), 0.05, 0.8).astype(np.float32)


def phase(displacement: np.ndarray, wavelength: float, away: bool = True) -> np.ndarray:
    """Unwrapped phase of a displacement, positive away from the satellite or towards it."""
    return ((-1 if away else 1) * 4 * np.pi / wavelength * displacement).astype(np.float32)


def wrapped(values: np.ndarray) -> np.ndarray:
    """Values wrapped into -pi to pi."""
    return np.angle(np.exp(1j * values.astype(np.float64))).astype(np.float32)


def filled(values: np.ndarray, fill: complex = 0) -> np.ndarray:
    """Values with the fill where there is no data."""
    return np.where(no_data(values.shape), np.asarray(fill, dtype=values.dtype), values)


def write_tiff(
    path: Path,
    bands: list[np.ndarray],
    transform: Optional[tuple[float, ...]],
    epsg: Optional[int],
    nodata: Optional[float] = None,
    **tags: str,
) -> str:
    """A GeoTIFF of one or more bands."""
    codes = {"f": gdal.GDT_Float32, "c": gdal.GDT_CFloat32, "u": gdal.GDT_Byte, "i": gdal.GDT_Int16}
    height, width = bands[0].shape
    options = ["COMPRESS=DEFLATE"]
    driver = gdal.GetDriverByName("GTiff")
    dataset = driver.Create(str(path), width, height, len(bands), codes[bands[0].dtype.kind], options)
    if transform is not None:
        dataset.SetGeoTransform(transform)
    if epsg is not None:
        dataset.SetProjection(srs_of(epsg).ExportToWkt())
    if tags:
        dataset.SetMetadata(tags)
    for index, values in enumerate(bands, 1):
        dataset.GetRasterBand(index).WriteArray(values)
        if nodata is not None:
            dataset.GetRasterBand(index).SetNoDataValue(nodata)
    dataset.FlushCache()
    del dataset
    return str(path)
