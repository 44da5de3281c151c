"""Make the bundled sample scenes: ``python -m quakefringe.training.sample FOLDER [--quiet]``.

A simulated Sentinel-1 pair of the Gorkha (Nepal) earthquake of 25 April 2015, Mw 7.8, in the layout of
LiCSAR: the two real acquisition dates of descending track 19, but no measured data. Motion comes from the
published fault plane, relief, air, decorrelation and gaps from the simulator. Every run makes the same files.
The quiet sample is a part of the same frame twelve days earlier, with other air and without any motion.

Facts typed in here: strike 293, dip 7 degrees to the north (USGS finite fault, Hayes 2017; Kobayashi et al.
2016), mean rake about 107, moment magnitude 7.8; slip some 140 km along strike and 60 km across it, its
centroid 20 km north of Kathmandu (Yue et al. 2017), 12 to 15 km deep, 5 to 6 m at most; about 1 m of uplift
near Kathmandu and 0.8 m of subsidence to the north along the line of sight.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tempfile
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from osgeo import gdal, osr
from torch import Tensor

from ..engine.deformation.sources import line_of_sight, look_vector, okada_grid
from ..engine.errors import OutputError, QuakeFringeError
from ..engine.numerics.phase import wrap
from .simulation.fields import power_law, smooth
from .simulation.scene import noise
from .simulation.scene.atmosphere import stratified, turbulence
from .simulation.sources.finite_fault import km_per_degree
from .simulation.sources.scaling import mean_slip

SEED = 20150425
WEST, NORTH, STEP = 83.8, 29.0, 0.002
COLUMNS, ROWS = 1600, 1100
WAVELENGTH = 299_792_458.0 / 5.405e9
HEADING = -167.5
"""Descending; the antenna looks right, that is west."""
NEAR_INCIDENCE, FAR_INCIDENCE = 30.5, 46.0
SWATH_KM = 250.0
LOOKS = 20.0
PAIR = "20150417_20150429"
QUIET_PAIR = "20150405_20150417"
QUIET_SEED = 20150405
QUIET_PART = (slice(420, 820), slice(700, 1200))
"""Rows and columns of the frame that the quiet sample keeps: the middle hills, 80 by 100 km."""
FRAME = "019D_00000_000000"
"""Track 19 is the real one, the frame is nobody's."""

MAGNITUDE = 7.8
CENTROID = (85.30, 27.90)
"""Longitude and latitude of the point above the middle of the slip."""
PLANE = {"depth": 14.0, "strike": 293.0, "dip": 7.0, "length": 150.0, "width": 80.0}
RAKE = 107.0
LOBES = ((-8.0, 0.0, 38.0, 20.0, 1.0), (36.0, -2.0, 26.0, 18.0, 0.6))
"""Smooth slip: centre along strike (positive to the east-south-east) and down dip, widths in km, weight."""

PHASE_STEP = 1 / 16
"""Phase is rounded to this many radians (0.28 mm), which lets the files be packed."""


@dataclass(frozen=True)
class Scene:
    """The sample as arrays of shape (ROWS, COLUMNS), phase in rad and positive towards the satellite."""

    wrapped: np.ndarray
    unwrapped: np.ndarray
    coherence: np.ndarray
    elevation: np.ndarray
    motion: np.ndarray
    incidence: np.ndarray


def slip_grid(along: int = 30, down: int = 16) -> np.ndarray:
    """Slip in m on the plane, (down, along): rows from the upper edge, columns along strike."""
    length, width = PLANE["length"], PLANE["width"]
    x = -(((np.arange(along) + 0.5) / along - 0.5) * length)
    z = (((np.arange(down) + 0.5) / down - 0.5) * width)[:, None]
    slip = np.zeros((down, along))
    for centre_x, centre_z, reach_x, reach_z, weight in LOBES:
        slip += weight * np.exp(-0.5 * (((x - centre_x) / reach_x) ** 2 + ((z - centre_z) / reach_z) ** 2))
    edge = np.cos(np.pi * x / length) * np.cos(np.pi * z / width)
    slip *= np.sqrt(edge)
    return np.asarray(slip * float(mean_slip(MAGNITUDE, length, width)) / slip.mean())


def ground_motion(x: np.ndarray, y: np.ndarray, incidence: np.ndarray) -> np.ndarray:
    """Line-of-sight motion in m at points (H, W) in km east and north of the centroid, positive towards."""
    slip = slip_grid()[None]
    rake = math.radians(RAKE)
    plane: dict[str, Any] = {name: np.array([value]) for name, value in PLANE.items()}
    motion = okada_grid(
        x.reshape(1, -1),
        y.reshape(1, -1),
        **plane,
        strike_slip=slip * math.cos(rake),
        dip_slip=slip * math.sin(rake),
    )
    east, north, up = (part.reshape(x.shape) for part in motion)
    return np.asarray(line_of_sight(east, north, up, HEADING, incidence))


def himalaya(generator: torch.Generator, across: Tensor, pixel_km: Tensor, size: int) -> Tensor:
    """Made-up relief in m, (1, size, size): plain, foothills, middle hills, high range, plateau.

    `across` is the distance in km from the middle of the slip, to the north-north-east.
    """

    def rise(start: float, wide: float) -> Tensor:
        return torch.sigmoid((across - start) / wide)

    across = across + 5.0 * smooth(generator, 1, size, 5)[0]
    base = 110 + 450 * rise(-62, 4) + 800 * rise(-48, 8) + 3100 * rise(40, 11) + 500 * rise(80, 20)
    rough = power_law(generator, pixel_km, size, (-4.4, -4.0), 12.0, 60.0)
    carved = power_law(generator, pixel_km, size, (-4.4, -4.0), 12.0, 45.0)
    # Broad ridges with narrow valleys between them, and some of the plain fractal ground.
    shape = 1.2 * (carved[0] / carved.std()).abs().sqrt() - 1.0 + 0.45 * (rough[0] / rough.std())
    strength = 12 + 200 * rise(-62, 5) + 480 * rise(-40, 8) + 900 * rise(36, 10) * (1 - 0.7 * rise(78, 10))
    return (base + strength * shape).clamp_min(60.0)[None]


def simulate(seed: int = SEED, *, earthquake: bool = True) -> Scene:
    """Make the arrays of the whole frame.

    Parameters
    ----------
    seed : int
        Of every random number.
    earthquake : bool
        Whether the ground moves; without it only air, noise and gaps are left.
    """
    generator = torch.Generator().manual_seed(seed)
    size = max(ROWS, COLUMNS)
    lon = WEST + STEP * (np.arange(COLUMNS) + 0.5)
    lat = NORTH - STEP * (np.arange(ROWS) + 0.5)
    per_lat, per_lon = km_per_degree(float(lat.mean()))
    east, north = np.meshgrid((lon - CENTROID[0]) * per_lon, (lat - CENTROID[1]) * per_lat)
    heading = math.radians(HEADING)
    # Ground range grows to the right of the flight; the swath is centred on the earthquake's longitude.
    ground_range = east * math.cos(heading) - north * math.sin(heading)
    swath = ground_range / SWATH_KM + 0.5
    incidence = NEAR_INCIDENCE + (FAR_INCIDENCE - NEAR_INCIDENCE) * np.clip(swath, 0, 1)
    if earthquake:
        motion = _spread(ground_motion(*(_fours(value) for value in (east, north, incidence))))
    else:
        motion = np.zeros_like(east)

    turn = math.radians(PLANE["strike"] + 90)
    full_east = per_lon * STEP * (torch.arange(size) - COLUMNS / 2)
    full_north = -per_lat * STEP * (torch.arange(size) - ROWS / 2)
    across = full_east[None, :] * math.sin(turn) + full_north[:, None] * math.cos(turn)
    pixel_km = torch.tensor([STEP * (per_lat + per_lon) / 2])
    relief = himalaya(generator, across.float(), pixel_km, size)
    angle = torch.tensor([math.radians(38.0)])
    delay = turbulence(generator, pixel_km, size, angle, 0.3, 0.0)
    delay += stratified(generator, relief, angle, 0.45, torch.tensor([False]))
    elevation = relief[0, :ROWS, :COLUMNS]
    delay = delay[0, :ROWS, :COLUMNS]

    phase = torch.from_numpy(motion).float() - (delay - delay.mean())
    phase = phase * (4 * math.pi / WAVELENGTH)
    coherence = _coherence(generator, elevation, phase)
    noisy = noise.add_phase_noise(generator, phase[None], coherence[None], torch.tensor([LOOKS]))
    wrapped = torch.angle(noise.blur(noisy))[0]
    unwrapped = phase + wrap(wrapped - phase)
    seen = torch.from_numpy((swath > 0) & (swath < 1)) & _gaps(generator, coherence)
    solved = seen & (coherence > 0.3)
    nothing = torch.tensor(math.nan)
    return Scene(
        torch.where(seen, wrapped, nothing).numpy(),
        torch.where(solved, unwrapped, nothing).numpy(),
        torch.where(seen, coherence, torch.zeros(())).numpy(),
        elevation.numpy(),
        motion,
        incidence,
    )


def _fours(value: np.ndarray) -> np.ndarray:
    """Means of 4 x 4 pixels."""
    return np.asarray(value.reshape(ROWS // 4, 4, COLUMNS // 4, 4).mean(axis=(1, 3)))


def _spread(coarse: np.ndarray) -> np.ndarray:
    """Motion at the middles of 4 x 4 pixels on all pixels: it is smooth, for its source lies 14 km deep."""
    tensor = torch.from_numpy(coarse)[None, None]
    spread = F.interpolate(tensor, (ROWS, COLUMNS), mode="bicubic", align_corners=False)
    return np.asarray(spread[0, 0].numpy())


def _coherence(generator: torch.Generator, elevation: Tensor, phase: Tensor) -> Tensor:
    """Twelve days over Nepal: fair in the plain and on the plateau, poor in forests, none on snow and ice."""
    size = max(elevation.shape)
    patches = (smooth(generator, 1, size, 9) + 0.7 * smooth(generator, 1, size, 45))[0]
    fine = power_law(generator, torch.tensor([0.2]), size, (-2.6, -2.6), 5.0, 20.0)[0]
    patches = patches[: elevation.shape[0], : elevation.shape[1]]
    fine = (fine / fine.std())[: elevation.shape[0], : elevation.shape[1]]
    forest = torch.exp(-(((elevation - 1500) / 1300) ** 2))
    value = 0.82 - 0.28 * forest + 0.07 * patches + 0.06 * fine
    broad = F.avg_pool2d(elevation[None, None], 9, stride=1, padding=4, count_include_pad=False)[0, 0]
    snow = torch.sigmoid((broad - 5150 + 150 * patches) / 100)
    value = value.clamp(0.05, 0.97) * (1 - 0.93 * snow)
    return value * noise.gradient_coherence(phase[None])[0]


def _gaps(generator: torch.Generator, coherence: Tensor) -> Tensor:
    """Where the processor kept the pixels: not where nothing is coherent over some area."""
    blurred = F.avg_pool2d(coherence[None, None], 5, stride=1, padding=2, count_include_pad=False)[0, 0]
    jitter = 0.02 * torch.randn(coherence.shape, generator=generator)
    return blurred + jitter > 0.22


def write(folder: str, scene: Scene) -> list[str]:
    """Write the scene as LiCSAR does (phase positive away from the satellite, 0 where there is none).

    Returns
    -------
    list of str
        The files, all of them or none.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
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
    """Write wrapped phase and coherence of the quiet part of a scene without motion.

    Returns
    -------
    list of str
        The files, all of them or none.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    rows, columns = QUIET_PART
    west, north = WEST + STEP * columns.start, NORTH - STEP * rows.start
    layers = {
        f"{QUIET_PAIR}.geo.diff_pha.tif": _packed(-scene.wrapped[QUIET_PART]),
        f"{QUIET_PAIR}.geo.cc.tif": _coherence_bytes(scene.coherence[QUIET_PART]),
    }
    return _write_all(folder, {name: (array, west, north) for name, array in layers.items()})


def _write_all(folder: str, layers: dict[str, tuple[np.ndarray, float, float]]) -> list[str]:
    """Write every raster (array, west and north edge in degrees), or none."""
    try:
        os.makedirs(folder, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".sample-", dir=folder) as part:
            for name, (array, west, north) in layers.items():
                _write_raster(os.path.join(part, name), array, west, north)
            for name in layers:
                os.replace(os.path.join(part, name), os.path.join(folder, name))
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"The sample cannot be written to {folder} ({error}): choose another folder."
        ) from error
    return [os.path.join(folder, name) for name in layers]


def _coherence_bytes(coherence: np.ndarray) -> np.ndarray:
    """Coherence in bytes, 0 to 252 in steps of 4."""
    return np.asarray((np.rint(coherence * 63) * 4).astype(np.uint8))


def _packed(phase: np.ndarray) -> np.ndarray:
    """Phase in float32 steps of `PHASE_STEP`, 0 where there is none and nowhere else."""
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
    pixel = STEP * COLUMNS / columns if line_of_sight_grid else STEP
    dataset.SetGeoTransform((west, pixel, 0.0, north, 0.0, -pixel))
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    dataset.SetProjection(system.ExportToWkt())
    dataset.SetMetadataItem("TIFFTAG_IMAGEDESCRIPTION", "Simulated by QuakeFringe; not measured data")
    if array.dtype == np.float32 and not line_of_sight_grid:
        dataset.GetRasterBand(1).SetNoDataValue(0.0)
    dataset.GetRasterBand(1).WriteArray(array)
    dataset.FlushCache()


def main(arguments: list[str] | None = None) -> int:
    """Command line: the folder to write to."""
    parser = argparse.ArgumentParser(
        prog="python -m quakefringe.training.sample",
        description="Make the simulated sample scene (2015 Gorkha earthquake, Sentinel-1, descending).",
    )
    parser.add_argument("folder", help="where the GeoTIFFs go")
    parser.add_argument("--quiet", action="store_true", help="make the small scene without motion instead")
    options = parser.parse_args(arguments)
    try:
        if options.quiet:
            paths = write_quiet(options.folder, simulate(QUIET_SEED, earthquake=False))
        else:
            paths = write(options.folder, simulate())
        for path in paths:
            print(f"{os.path.getsize(path) / 1e6:6.2f} MB  {path}")
    except QuakeFringeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
