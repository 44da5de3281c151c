"""Time series and level 3 products: OPERA DISP, MintPy's HDF-EOS5, LiCSBAS and EGMS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .field import (
    C_BAND,
    HEIGHT,
    NEWER,
    OLDER,
    UTM,
    WIDTH,
    coherence,
    filled,
    geographic_grid,
    look_angles,
    look_vectors,
    los,
    low_coherence,
    srs_of,
    utm_grid,
)
from .registry import Case, family

BEFORE, AFTER = "20190622", "20190728"
"""Dates before and after the pair in which the ground moves."""


def series(moved: np.ndarray, fill: float = 0.0) -> np.ndarray:
    """Displacement at four dates since the first one: the ground moves between OLDER and NEWER."""
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 1e-5, moved.shape) + 1e-4
    later = [filled(one.astype(np.float32), fill) for one in (noise, moved, moved + noise)]
    return np.stack([np.zeros_like(moved), *later])


@family("opera disp", "file", "folder", phase_file="OPERA*.nc", folder="", needs_h5py=True)
def build_opera(folder: Path) -> list[Case]:
    import h5py

    folder.mkdir(parents=True)
    lon, lat, t = utm_grid()
    moved = filled(los(lon, lat).astype(np.float32), np.nan)
    stem = f"OPERA_L3_DISP-S1_IW_F11116_VV_{OLDER}T140812Z_{NEWER}T140822Z_v1.0_20250401T010803Z"
    path = folder / f"{stem}.nc"
    with h5py.File(path, "w") as file:
        file["x"] = t[0] + (np.arange(lon.shape[1]) + 0.5) * t[1]
        file["y"] = t[3] + (np.arange(lon.shape[0]) + 0.5) * t[5]
        file["spatial_ref"] = np.int64(0)
        file["spatial_ref"].attrs["crs_wkt"] = srs_of(UTM).ExportToWkt()
        file["displacement"] = moved
        file["displacement"].attrs["grid_mapping"] = "spatial_ref"
        file["short_wavelength_displacement"] = 0.3 * moved
        file["recommended_mask"] = np.where(low_coherence(lon.shape), 0, 1).astype(np.uint8)
        file["temporal_coherence"] = coherence(lon.shape)
        file["corrections/ionospheric_delay"] = np.zeros_like(moved)
        file["identification/orbit_pass_direction"] = np.bytes_("Descending")
        file["identification/frame_id"] = np.int64(11116)
    common: dict[str, Any] = {"product": "OPERA DISP", "wavelength": C_BAND, "needs": "HDF5"}
    return [
        Case("file", str(path), quantity="displacement", positive="toward", **common),
        Case("folder", str(folder), quantity="displacement", positive="toward", **common),
    ]


@family("mintpy he5", "largest step", "pair by name", phase_file="S1*.he5", folder="", needs_h5py=True)
def build_mintpy_he5(folder: Path) -> list[Case]:
    import h5py

    folder.mkdir(parents=True)
    lon, lat, t = utm_grid()
    attributes = {
        "FILE_TYPE": "HDFEOS", "UNIT": "m", "WIDTH": str(WIDTH), "LENGTH": str(HEIGHT),
        "WAVELENGTH": str(C_BAND), "ORBIT_DIRECTION": "DESCENDING", "ANTENNA_SIDE": "-1",
        "UTM_ZONE": "36N", "X_UNIT": "meters", "Y_UNIT": "meters",
        "X_FIRST": repr(t[0]), "X_STEP": repr(t[1]), "Y_FIRST": repr(t[3]), "Y_STEP": repr(t[5]),
    }  # fmt: skip
    path = folder / f"S1_IW12_021_0115_0120_{BEFORE}_{AFTER}.he5"
    with h5py.File(path, "w") as file:
        file.attrs.update(attributes)
        home = file.create_group("HDFEOS/GRIDS/timeseries")
        home["observation/displacement"] = series(los(lon, lat).astype(np.float32))
        home["observation/date"] = np.array([BEFORE, OLDER, NEWER, AFTER], dtype="S8")
        home["quality/mask"] = np.where(low_coherence(lon.shape), 0, 1).astype(np.uint8)
        home["quality/temporalCoherence"] = coherence(lon.shape)
        incidence, azimuth = look_angles(lon, lat)
        home["geometry/incidenceAngle"] = incidence.astype("f4")
        home["geometry/azimuthAngle"] = (-azimuth).astype("f4")
    common: dict[str, Any] = {"product": "MintPy", "wavelength": C_BAND, "needs": "HDF5"}
    common |= {"quantity": "displacement", "positive": "toward", "tolerance": 0.05}
    return [
        Case("largest step", str(path), **common),
        Case("pair by name", str(path), options={"date": f"{BEFORE}_{AFTER}"},
             dates=("2019-06-22", "2019-07-28"), **common),
    ]  # fmt: skip


@family("licsbas", "cum", "one date", phase_file="cum.h5", folder="", needs_h5py=True)
def build_licsbas(folder: Path) -> list[Case]:
    import h5py

    folder.mkdir(parents=True)
    lon, lat, t = geographic_grid()
    path = folder / "cum.h5"
    with h5py.File(path, "w") as file:
        moved = series(los(lon, lat).astype(np.float32), np.nan)
        file["cum"] = 1000 * moved
        file["vel"] = 10 * moved[-1]
        file["imdates"] = np.array([int(date) for date in (BEFORE, OLDER, NEWER, AFTER)], dtype=np.int32)
        file["corner_lon"], file["post_lon"] = np.float64(t[0] + t[1] / 2), np.float64(t[1])
        file["corner_lat"], file["post_lat"] = np.float64(t[3] + t[5] / 2), np.float64(t[5])
        file["mask"] = np.where(low_coherence(lon.shape), 0, 1).astype(np.float32)
        file["refarea"] = "10:12/10:12"
    common: dict[str, Any] = {"product": "LiCSBAS", "wavelength": C_BAND, "needs": "HDF5"}
    common |= {"quantity": "displacement", "positive": "toward", "tolerance": 0.05}
    return [
        Case("cum", str(path), **common),
        Case("one date", str(path), options={"date": "2019-07-16"}, dates=("2019-07-16",), **common),
    ]


@family("egms", "points", phase_file="EGMS*.csv", folder="")
def build_egms(folder: Path) -> list[Case]:
    """A point in every cell of 0.001 degrees."""
    folder.mkdir(parents=True)
    path = folder / "EGMS_L2b_021_0240_IW1_VV_2019_2023_1.csv"
    header = (
        "pid,latitude,longitude,incidence_angle,los_east,los_north,los_up,mean_velocity,mean_velocity_std"
    )
    lines = [f"{header},{BEFORE},{OLDER},{NEWER},{AFTER}"]
    lon, lat = np.meshgrid(30.5005 + 0.001 * np.arange(WIDTH), 38.2005 - 0.001 * np.arange(HEIGHT))
    vectors = look_vectors(lon, lat)
    moved = series(los(lon, lat).astype(np.float32), np.nan) * 1000
    moved[0] = np.where(np.isfinite(moved[1]), 0, np.nan)
    for index in np.ndindex(lon.shape):
        if not np.isfinite(moved[(1, *index)]):
            continue
        e, n, u = vectors[(slice(None), *index)]
        dates = ",".join(f"{moved[(k, *index)]:.4f}" for k in range(4))
        lines.append(
            f"P{index[0]}_{index[1]},{lat[index]:.6f},{lon[index]:.6f},39.0,{e:.6f},{n:.6f},{u:.6f},1.5,0.1,{dates}"
        )
    lines.append(f"last,{lat[-1, -1]:.6f},{lon[-1, -1]:.6f},39.0,,,,,,,,,")
    path.write_text("\n".join(lines) + "\n")
    return [
        Case(
            "points",
            str(path),
            "points",
            "displacement",
            C_BAND,
            positive="toward",
            masked=False,
            tolerance=0.05,
        )
    ]
