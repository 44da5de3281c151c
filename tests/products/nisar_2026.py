"""NISAR GUNW products as delivered in 2026 (specification revision E), small and synthetic.

    python tests/products/nisar_2026.py FOLDER

writes two partial frames of one track, a product on each polar grid and a RUNW product. In a process of its
own: h5py brings its own HDF5 library, which must not meet GDAL's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np

L_BAND_HZ, FREQUENCY_B_HZ = 1.2575e9, 1.2935e9
LIGHT = 299792458.0
ROWS, COLS, STEP = 48, 64, 80.0
EAST, NORTH = 500_000.0, 4_200_000.0
GREENLAND = (-150_000.0, -1_850_000.0)
"""Corner of a frame on the north polar grid (EPSG:3413), in the north-west of Greenland."""
HEIGHTS = (0.0, 1000.0, 2000.0)
SCREENS = {"wetTroposphericPhaseScreen": 0.4, "hydrostaticTroposphericPhaseScreen": 0.9,
           "slantRangeSolidEarthTidesPhase": 0.15}  # fmt: skip
"""Phase screens at height 0 in rad; the tropospheric ones double at 1000 m."""
IONOSPHERE = 0.25
"""Ionospheric phase in rad for one kilometre eastwards."""
IONOSPHERE_FLAG = 1 << 24


def field(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Line-of-sight displacement in m, positive towards the satellite."""
    x, y = (east - EAST - 2500) / 1000, (north - NORTH + 4000) / 1000
    return 0.2 * np.exp(-(x**2 + y**2) / 2) - 0.05


def centres(row: int, rows: int, cols: int, step: float) -> tuple[np.ndarray, np.ndarray]:
    """East and north of the pixel centres of a frame that begins at a row of the 80 m grid."""
    return EAST + (np.arange(cols) + 0.5) * step, NORTH - row * STEP - (np.arange(rows) + 0.5) * step


def mask_of(shape: tuple[int, int]) -> np.ndarray:
    """uint32: digits 11 with the ionosphere flag, rounded as float32 does; water, one subswath, fill."""
    mask = np.full(shape, 11, np.uint32)
    mask[:, shape[1] // 2 :] |= np.uint32(IONOSPHERE_FLAG)
    mask[-4:, :] = 111
    mask[:4, :8] = 10
    mask[:4, 8:16] = 255
    mask = np.where(mask >= IONOSPHERE_FLAG, mask.astype(np.float32).astype(np.uint32), mask)
    mask[0, -1] = IONOSPHERE_FLAG + 20
    return mask.astype(np.uint32)


def layers(grids: Any, frequency: str, row: int, rows: int, epsg: int, offset: float) -> None:
    """Unwrapped phase on 80 m and wrapped phase on 20 m, with their masks."""
    hertz = L_BAND_HZ if frequency == "A" else FREQUENCY_B_HZ
    home = grids.create_group(f"frequency{frequency}")
    home["centerFrequency"] = hertz
    for group, dataset, step in (
        ("unwrappedInterferogram", "unwrappedPhase", STEP),
        ("wrappedInterferogram", "wrappedInterferogram", STEP / 4),
    ):
        factor = round(STEP / step)
        xs, ys = centres(row, rows * factor, COLS * factor, step)
        phase = (
            -4 * np.pi * hertz / LIGHT * field(*np.meshgrid(xs, ys))
            + IONOSPHERE * (xs - EAST) / 1000
            + offset
        )
        place = home.create_group(group)
        place["xCoordinates"], place["yCoordinates"] = xs, ys
        place["projection"] = np.uint32(epsg)
        place["projection"].attrs["epsg_code"] = np.int32(epsg)
        place["mask"] = mask_of(phase.shape)
        for polarisation in ("HH", "VV") if frequency == "A" else ("HH",):
            inside = place.create_group(polarisation)
            inside["coherenceMagnitude"] = np.full(phase.shape, 0.8, np.float32)
            if dataset == "wrappedInterferogram":
                inside[dataset] = np.exp(1j * phase).astype(np.complex64)
                continue
            inside[dataset] = (phase + (1.0 if polarisation == "VV" else 0.0)).astype(np.float32)
            inside["connectedComponents"] = np.ones(phase.shape, np.uint16)
            inside["ionospherePhaseScreen"] = np.broadcast_to(
                (IONOSPHERE * (xs - EAST) / 1000).astype(np.float32), phase.shape
            )
            inside["ionospherePhaseScreenUncertainty"] = np.full(phase.shape, 0.05, np.float32)


def cube(science: Any, epsg: int) -> None:
    """metadata/radarGrid: line of sight, tropospheric screens and tides at three heights."""
    grid = science.create_group("GUNW/metadata/radarGrid")
    grid["xCoordinates"] = EAST + np.arange(-2, 12) * 1000.0
    grid["yCoordinates"] = NORTH - np.arange(-4, 14) * 1000.0
    grid["projection"] = np.uint32(epsg)
    grid["heightAboveEllipsoid"] = np.array(HEIGHTS)
    shape = (len(HEIGHTS), 18, 14)
    grid["losUnitVectorX"], grid["losUnitVectorY"] = np.full(shape, 0.6), np.full(shape, -0.1)
    for name, value in SCREENS.items():
        slope = 0.0 if "Tides" in name else value / 1000
        grid[name] = np.broadcast_to(value + slope * np.array(HEIGHTS)[:, None, None], shape).copy()


def write(
    folder: Path,
    frame: int = 19,
    row: int = 0,
    rows: int = ROWS,
    *,
    epsg: int = 32636,
    orbit: str = "M",
    kind: str = "PR",
    track: int = 30,
    offset: float = 0.0,
    coverage: str = "P",
    dates: tuple[str, str] = ("20260103", "20260115"),
) -> Path:
    """One GUNW product; returns its path."""
    times = "_".join(f"{date}T060{i}11_{date}T060{i}25" for i, date in enumerate(dates))
    place = f"021_{track:03d}_A_{frame:03d}_022_4005_DH"
    path = folder / f"NISAR_L2_{kind}_GUNW_{place}_{times}_P05023_{orbit}_{coverage}_J_001.h5"
    with h5py.File(path, "w") as file:
        science = file.create_group("science/LSAR")
        identification = science.create_group("identification")
        stated = {
            "productType": "GUNW", "productSpecificationVersion": "1.4.0", "productLevel": "L2",
            "compositeReleaseId": "P05023", "isUrgentObservation": str(kind == "UR"),
            "isFullFrame": str(coverage == "F"), "lookDirection": "Left", "orbitPassDirection": "Ascending",
        }  # fmt: skip
        for one, date in zip(("reference", "secondary"), dates):
            stated[f"{one}ZeroDopplerStartTime"] = f"{date[:4]}-{date[4:6]}-{date[6:]}T06:01:11.0"
        for key, text in stated.items():
            identification[key] = np.bytes_(text)
        identification["trackNumber"], identification["frameNumber"] = np.uint32(track), np.uint32(frame)
        grids = science.create_group("GUNW/grids")
        for frequency in "AB":
            layers(grids, frequency, row, rows, epsg, offset)
        cube(science, epsg)
    return path


def move(path: Path, east: float, north: float) -> None:
    """Move a product's corner; its values stay."""

    def shift(name: str, array: Any) -> None:
        offset = {"xCoordinates": east - EAST, "yCoordinates": north - NORTH}.get(name.rpartition("/")[2])
        if offset is not None:
            array[...] += offset

    with h5py.File(path, "r+") as file:
        file.visititems(shift)


def main(folder: Path) -> None:
    """All products."""
    for name in ("north", "south", "polar", "polar_north", "urgent", "other_track", "valid_mask"):
        (folder / name).mkdir(parents=True)
    write(folder / "north")
    write(folder / "south", 20, 32, offset=4 * np.pi)
    write(folder / "other_track", 20, 32, track=31)
    write(folder / "polar", epsg=3031)
    move(write(folder / "polar_north", epsg=3413), *GREENLAND)
    write(folder / "urgent", kind="UR", orbit="F", coverage="F")
    with h5py.File(write(folder / "valid_mask"), "r+") as file:
        group = file["science/LSAR/GUNW/grids/frequencyA/unwrappedInterferogram"]
        valid = np.ones((ROWS, COLS), np.uint8)
        valid[20:24, 20:24] = 0
        group["HH/validMask"] = valid
    radar = (
        folder
        / "NISAR_L1_PR_RUNW_021_030_A_019_022_4005_DH_20260103T060011_20260103T060025_P05023_M_F_J_001.h5"
    )
    with h5py.File(radar, "w") as file:
        file["science/LSAR/RUNW/swaths/frequencyA/interferogram/HH/unwrappedPhase"] = np.zeros((32, 32))
    with h5py.File(folder / "renamed.h5", "w") as file:
        file["science/LSAR/GOFF/grids/frequencyA/pixelOffsets/HH/layer1/slantRangeOffset"] = np.zeros(
            (32, 32)
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
