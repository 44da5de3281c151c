"""NISAR, ARIA and MintPy, written by h5py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .field import (
    C_BAND,
    HEIGHT,
    ISO,
    L_BAND,
    NEWER,
    OLDER,
    UTM,
    WIDTH,
    coherence,
    cube_grid,
    filled,
    geographic_grid,
    look_angles,
    look_vectors,
    los,
    no_data,
    phase,
    utm_grid,
)
from .registry import Case, family


@family("nisar 1.1", "unwrapped", "wrapped", phase_file="*.h5", needs_h5py=True)
def build_nisar(folder: Path, version: str = "1.1") -> list[Case]:
    import h5py

    folder.mkdir(parents=True, exist_ok=True)
    times = f"{OLDER}T060911_{OLDER}T060925_{NEWER}T061000_{NEWER}T061014"
    path = folder / f"NISAR_L2_PR_GUNW_001_030_A_019_002_2000_SH_{times}_X05010_N_F_J_001.h5"
    with h5py.File(path, "w") as file:
        science = file.create_group("science/LSAR")
        identification = science.create_group("identification")
        for key, text in {
            "productType": "GUNW",
            "productSpecificationVersion": f"{version}.0",
            "referenceZeroDopplerStartTime": "2019-07-04T06:09:11.000000000",
            "secondaryZeroDopplerStartTime": "2019-07-16T06:10:00.000000000",
            "lookDirection": "Left",
            "orbitPassDirection": "Ascending",
        }.items():
            identification[key] = np.bytes_(text)
        for frequency, hertz in (("A", 1.2575e9), ("B", 1.2935e9)):
            grids = science.create_group(f"GUNW/grids/frequency{frequency}")
            grids["centerFrequency"] = np.float64(hertz)
            for group, step in (("unwrappedInterferogram", 800.0), ("wrappedInterferogram", 400.0)):
                for polarisation in ("HH", "VV") if frequency == "A" else ("HH",):
                    _nisar_layers(grids, group, polarisation, step, version, 299792458.0 / hertz)
        cube = science.create_group("GUNW/metadata/radarGrid")
        cube["xCoordinates"], cube["yCoordinates"], lon, lat = cube_grid(UTM)
        cube["projection"] = np.uint32(UTM)
        cube["heightAboveEllipsoid"] = heights = np.array([-1000.0, 500.0, 3000.0])
        enu = np.stack([look_vectors(lon, lat, height) for height in heights], axis=1).astype("f4")
        cube["losUnitVectorX"], cube["losUnitVectorY"] = enu[0], enu[1]
        cube["incidenceAngle"] = np.degrees(np.arccos(enu[2]))
    common: dict[str, Any] = {"product": "NISAR GUNW", "wavelength": L_BAND, "needs": "HDF5"}
    return [
        Case("unwrapped", str(path), quantity="unwrapped", **common),
        Case(
            "wrapped",
            str(path),
            quantity="wrapped",
            options={"quantity": "wrapped"},
            **common,
        ),
    ]


def _nisar_layers(
    grids: Any, group: str, polarisation: str, step: float, version: str, wavelength: float
) -> None:
    lon, lat, transform = utm_grid(step)
    home = grids.require_group(group)
    inside = home.create_group(polarisation)
    unwrapped = phase(los(lon, lat), wavelength)
    if group == "wrappedInterferogram":
        inside["wrappedInterferogram"] = filled(
            np.exp(1j * unwrapped).astype(np.complex64), complex("nan+nanj")
        )
    else:
        inside["unwrappedPhase"] = filled(unwrapped, np.nan)
        components = np.ones(lon.shape, dtype=np.uint16)
        components[no_data(lon.shape)] = 65535
        inside["connectedComponents"] = components
    inside["coherenceMagnitude"] = filled(coherence(lon.shape), np.nan)
    place = inside if version == "1.1" else home
    if "projection" in place:
        return
    place["xCoordinates"] = transform[0] + (np.arange(lon.shape[1]) + 0.5) * step
    place["yCoordinates"] = transform[3] - (np.arange(lon.shape[0]) + 0.5) * step
    place["projection"] = np.uint32(UTM)
    place["projection"].attrs["epsg_code"] = np.int32(UTM)
    mask = np.full(lon.shape, 11, dtype=np.uint8)
    mask[no_data(lon.shape)] = 255
    if "mask" not in home:
        home["mask"] = mask


@family("nisar 1.4", "unwrapped", "wrapped", phase_file="*.h5", folder="", needs_h5py=True)
def build_nisar_14(folder: Path) -> list[Case]:
    return build_nisar(folder, "1.4")


@family("aria", "unwrapped", phase_file="*.nc", folder="", needs_h5py=True)
def build_aria(folder: Path) -> list[Case]:
    import h5py

    folder.mkdir(parents=True, exist_ok=True)
    lon, lat, _ = geographic_grid()
    path = folder / f"S1-GUNW-D-R-021-tops-{NEWER}_{OLDER}-015000-38885N_36990N-PP-4a81-v2_0_2.nc"
    with h5py.File(path, "w") as file:
        data = file.create_group("science/grids/data")
        data["longitude"], data["latitude"] = lon[0].astype("f8"), lat[:, 0].astype("f8")
        data["crs"] = np.int32(4326)
        data["unwrappedPhase"] = filled(phase(los(lon, lat), C_BAND, away=False))
        data["unwrappedPhase"].attrs["_FillValue"] = np.float32(0)
        data["coherence"] = filled(coherence(lon.shape))
        data["connectedComponents"] = filled(np.ones(lon.shape, dtype="f4"))
        data["amplitude"] = np.ones(lon.shape, dtype="f4")
        geometry = file.create_group("science/grids/imagingGeometry")
        geometry["longitudeMeta"], geometry["latitudeMeta"], lon, lat = cube_grid(4326)
        geometry["heightsMeta"] = heights = np.array([-1500.0, 100.0, 3000.0, 9000.0])
        angles = [look_angles(lon, lat, height) for height in heights]
        geometry["incidenceAngle"] = np.stack([one[0] for one in angles]).astype("f4")
        geometry["azimuthAngle"] = np.stack([90 - one[1] for one in angles]).astype("f4")
        file["science/radarMetaData/wavelength"] = np.float64(C_BAND)
        file["science/radarMetaData/orbitDirection"] = np.bytes_("descending")
    return [
        Case("unwrapped", str(path), "ARIA S1-GUNW", "unwrapped", C_BAND, positive="toward", needs="HDF5"),
    ]


@family("mintpy", "stack", "timeseries", phase_file="timeseries.h5", needs_h5py=True)
def build_mintpy(folder: Path) -> list[Case]:
    import h5py

    folder.mkdir(parents=True, exist_ok=True)
    lon, lat, t = geographic_grid()
    moved = los(lon, lat).astype(np.float32)
    attributes = {
        "WIDTH": str(WIDTH), "LENGTH": str(HEIGHT), "WAVELENGTH": str(C_BAND),
        "ORBIT_DIRECTION": "DESCENDING", "HEADING": "-167.0", "ANTENNA_SIDE": "-1",
        "EPSG": "4326", "X_UNIT": "degrees", "Y_UNIT": "degrees",
        "X_FIRST": repr(t[0]), "X_STEP": repr(t[1]), "Y_FIRST": repr(t[3]), "Y_STEP": repr(t[5]),
    }  # fmt: skip
    stack = folder / "ifgramStack.h5"
    with h5py.File(stack, "w") as file:
        one = filled(phase(moved, C_BAND))
        file["unwrapPhase"] = np.stack([one, 2 * one])
        file["coherence"] = np.stack([coherence(lon.shape)] * 2)
        file["connectComponent"] = np.stack([filled(np.ones(lon.shape, dtype="i2"))] * 2)
        file["date"] = np.array([[OLDER, NEWER], [OLDER, "20190728"]], dtype="S8")
        file.attrs.update({**attributes, "FILE_TYPE": "ifgramStack"})
    series = folder / "timeseries.h5"
    with h5py.File(series, "w") as file:
        file["timeseries"] = np.stack([0 * moved, filled(moved)])
        file["date"] = np.array([OLDER, NEWER], dtype="S8")
        file.attrs.update({**attributes, "FILE_TYPE": "timeseries", "UNIT": "m"})
    (folder / "inputs").mkdir()
    with h5py.File(folder / "inputs" / "geometryGeo.h5", "w") as file:
        incidence, azimuth = look_angles(lon, lat)
        file["incidenceAngle"], file["azimuthAngle"] = incidence.astype("f4"), (-azimuth).astype("f4")
        file.attrs.update({**attributes, "FILE_TYPE": "geometry"})
    common: dict[str, Any] = {"product": "MintPy", "wavelength": C_BAND, "needs": "HDF5"}
    return [
        Case("stack", str(stack), quantity="unwrapped", **common),
        Case("timeseries", str(series), quantity="displacement", positive="toward", masked=False,
             dates=ISO, **common),
    ]  # fmt: skip
