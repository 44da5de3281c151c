"""LiCSAR, HyP3, NSBAS, FLATSIM and plain GeoTIFFs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal

from .field import (
    C_BAND,
    NEWER,
    OLDER,
    UTM,
    coherence,
    filled,
    geographic_grid,
    look_angles,
    look_vectors,
    los,
    phase,
    utm_grid,
    wrapped,
    write_tiff,
)
from .registry import Case, family


@family(
    "licsar",
    "unwrapped",
    "wrapped",
    "folder",
    "folder wrapped",
    "bytes",
    "unwrapped bytes",
    "unwrapped int16",
    phase_file="*.geo.unw.tif",
    folder="021D_05266_252525",
)
def build_licsar(folder: Path) -> list[Case]:
    lon, lat, transform = geographic_grid()
    frame = folder / "021D_05266_252525"
    pair = frame / f"{OLDER}_{NEWER}"
    pair.mkdir(parents=True)
    unwrapped = phase(los(lon, lat), C_BAND)
    stem = f"{OLDER}_{NEWER}.geo"
    unw = write_tiff(pair / f"{stem}.unw.tif", [filled(unwrapped)], transform, 4326)
    pha = write_tiff(pair / f"{stem}.diff_pha.tif", [filled(wrapped(unwrapped))], transform, 4326)
    cc = np.round(coherence(lon.shape) * 255).astype(np.uint8)
    write_tiff(pair / f"{stem}.cc.tif", [filled(cc)], transform, 4326)
    for axis, value in zip("ENU", look_vectors(lon, lat).astype(np.float32)):
        write_tiff(pair / f"021D_05266_252525.geo.{axis}.tif", [value], transform, 4326)
    relief = (800 + 50 * np.hypot(lon - 30.5, lat - 38.2)).astype(np.float32)
    write_tiff(pair / "021D_05266_252525.geo.hgt.tif", [relief], transform, 4326)
    small = folder / "bytes"
    small.mkdir()
    grey = np.clip(np.round((wrapped(unwrapped) + np.pi) / (2 * np.pi) * 254) + 1, 1, 255).astype(np.uint8)
    compressed = write_tiff(small / f"{stem}.diff_pha.tif", [filled(grey)], transform, 4326, 0)
    step = float(np.ptp(unwrapped)) / 254
    scaled = np.round((unwrapped - unwrapped.min()) / step + 1).astype(np.uint8)
    in_bytes = _write_packed(small / f"{stem}.unw.tif", filled(scaled), (step, unwrapped.min() - step), 0)
    whole = folder / "int16"
    whole.mkdir()
    stored = filled(np.round(unwrapped / 1e-3).astype(np.int16), -32768)
    in_int16 = _write_packed(whole / f"{stem}.unw.tif", stored, (1e-3, 0.0), -32768)
    common: dict[str, Any] = {"product": "LiCSAR", "wavelength": C_BAND}
    plain: dict[str, Any] = {"quantity": "unwrapped", "masked": False, **common}
    return [
        Case("unwrapped", unw, quantity="unwrapped", **common),
        Case("wrapped", pha, quantity="wrapped", **common),
        Case("folder", str(pair), quantity="unwrapped", **common),
        Case("folder wrapped", str(pair), quantity="wrapped", options={"quantity": "wrapped"}, **common),
        Case("bytes", compressed, quantity="wrapped", tolerance=0.02, masked=False, **common),
        Case("unwrapped bytes", in_bytes, tolerance=0.51 * step, **plain),
        Case("unwrapped int16", in_int16, tolerance=2e-3, **plain),
    ]


def _write_packed(path: Path, stored: np.ndarray, packing: tuple[float, float], nodata: float) -> str:
    """A GeoTIFF of whole numbers with a scale and an offset, in longitude and latitude."""
    write_tiff(path, [stored], geographic_grid()[2], 4326, nodata)
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.GetRasterBand(1).SetScale(float(packing[0]))
    dataset.GetRasterBand(1).SetOffset(float(packing[1]))
    dataset.FlushCache()
    return str(path)


@family("hyp3", "unwrapped", "wrapped", "displacement", "folder", phase_file="*_unw_phase.tif", folder="")
def build_hyp3(folder: Path) -> list[Case]:
    lon, lat, transform = utm_grid()
    name = f"S1AA_{OLDER}T015000_{NEWER}T015001_VVP012_INT80_G_ueF_AB12"
    home = folder / name
    home.mkdir(parents=True)
    moved = los(lon, lat).astype(np.float32)
    unwrapped = phase(moved, C_BAND)
    water = np.ones(lon.shape, dtype=np.uint8)
    incidence, azimuth = (np.radians(angle).astype(np.float32) for angle in look_angles(lon, lat))
    layers: dict[str, np.ndarray] = {
        "unw_phase": filled(unwrapped),
        "wrapped_phase": filled(wrapped(unwrapped)),
        "los_disp": filled(moved),
        "corr": filled(coherence(lon.shape)),
        "dem": np.full(lon.shape, 900, dtype=np.float32) + moved,
        "lv_theta": np.float32(np.pi / 2) - incidence,
        "lv_phi": np.float32(np.pi / 2) - azimuth,
        "water_mask": water,
    }
    paths = {what: write_tiff(home / f"{name}_{what}.tif", [v], transform, UTM) for what, v in layers.items()}
    (home / f"{name}.txt").write_text(f"Reference Granule: S1A_IW_SLC_{OLDER}\nHeading: -167.0\n")
    common: dict[str, Any] = {"product": "HyP3", "wavelength": C_BAND}
    return [
        Case("unwrapped", paths["unw_phase"], quantity="unwrapped", **common),
        Case("wrapped", paths["wrapped_phase"], quantity="wrapped", **common),
        Case("displacement", paths["los_disp"], quantity="displacement", positive="toward", **common),
        Case("folder", str(home), quantity="unwrapped", **common),
    ]


@family("nsbas", "mm", "rad", phase_file="*_unw_mm*.tiff", folder="")
def build_nsbas(folder: Path) -> list[Case]:
    lon, lat, transform = geographic_grid()
    folder.mkdir(parents=True, exist_ok=True)
    moved = los(lon, lat).astype(np.float32)
    stem = f"CNES_{OLDER}_{NEWER}"
    unw = write_tiff(folder / f"{stem}_unw_mm_8rlks.tiff", [filled(1000 * moved)], transform, 4326)
    rad = wrapped(phase(moved, C_BAND))
    ifg = write_tiff(folder / f"{stem}_int_rad_8rlks.tiff", [filled(rad)], transform, 4326)
    write_tiff(folder / f"{stem}_coh_8rlks.tiff", [coherence(lon.shape)], transform, 4326)
    common: dict[str, Any] = {"product": "NSBAS", "wavelength": C_BAND}
    return [
        Case("mm", unw, quantity="displacement", positive="toward", **common),
        Case("rad", ifg, quantity="wrapped", **common),
    ]


@family("flatsim", "unwrapped", "wrapped", "filtered", "folder", phase_file="*_InU_*.tiff", folder="")
def build_flatsim(folder: Path) -> list[Case]:
    """FLATSIM's names and bands: phase first, coherence second; the line of sight from the satellite down."""
    lon, lat, transform = geographic_grid()
    home = folder / f"int_{OLDER}_{NEWER}"
    home.mkdir(parents=True)
    unwrapped, coherent = phase(los(lon, lat), C_BAND), coherence(lon.shape)
    paths = {}
    for what, rest, values in (
        ("InU", "_sd_era_8rlks", unwrapped),
        ("InWF", "_sd_era_8rlks", wrapped(unwrapped)),
        ("InW", "_sd_8rlks", wrapped(unwrapped)),
    ):
        path = home / f"CNES_{what}_geo_{OLDER}_{NEWER}{rest}.tiff"
        paths[what] = write_tiff(path, [filled(values), coherent], transform, 4326)
    write_tiff(home / f"CNES_Coh_geo_{OLDER}_{NEWER}_8rlks.tiff", [coherent], transform, 4326)
    east, north, up = (-look_vectors(lon, lat)).astype(np.float32)
    write_tiff(home / "CNES_CosNEU_geo_8rlks.tiff", [north, east, up], transform, 4326)
    common: dict[str, Any] = {"product": "NSBAS", "wavelength": C_BAND}
    return [
        Case("unwrapped", paths["InU"], quantity="unwrapped", **common),
        Case("wrapped", paths["InW"], quantity="wrapped", **common),
        Case("filtered", paths["InWF"], quantity="wrapped", **common),
        Case("folder", str(home), quantity="unwrapped", **common),
    ]


@family("plain", "m", "cm", "mm", "complex", "unwrapped", "two bands")
def build_plain(folder: Path) -> list[Case]:
    """Complex and displacement GeoTIFFs with nothing but values, unit tags and telling names."""
    lon, lat, transform = utm_grid()
    folder.mkdir(parents=True, exist_ok=True)
    moved = los(lon, lat).astype(np.float32)
    towards = phase(moved, C_BAND, away=False)
    complex_path = folder / "pair_complex.tif"
    write_tiff(complex_path, [filled(np.exp(1j * towards).astype(np.complex64))], transform, UTM)
    cases = []
    for unit, scale in (("m", 1), ("cm", 100), ("mm", 1000)):
        path = folder / f"los_displacement_{unit}.tif"
        write_tiff(path, [filled(scale * moved, np.nan)], transform, UTM)
        cases.append(Case(unit, str(path), "GeoTIFF", "displacement", C_BAND))
    unw = folder / "unw.tif"
    write_tiff(unw, [filled(towards, np.nan)], transform, UTM)
    two = folder / "amplitude_and_phase.tif"
    write_tiff(two, [np.full_like(moved, 40), filled(towards)], transform, UTM)
    cases += [
        Case("complex", str(complex_path), "GeoTIFF", "wrapped", None),
        Case("unwrapped", str(unw), "GeoTIFF", "unwrapped", None),
        Case("two bands", str(two), "GeoTIFF", "unwrapped", None),
    ]
    for case in cases:
        case.positive, case.dates, case.masked = "unknown", (), False
    return cases
