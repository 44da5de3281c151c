"""GAMMA: big-endian binaries with a DEM parameter file; SNAP's real and imaginary bands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .beam_dimap import write_dimap
from .field import (
    C_BAND,
    HEIGHT,
    NEWER,
    OLDER,
    WIDTH,
    coherence,
    filled,
    geographic_grid,
    los,
    phase,
    write_tiff,
)
from .registry import Case, family

MAP = """Gamma DIFF&GEO DEM/MAP parameter file
title: test
DEM_projection:     EQA
data_format:        REAL*4
width:                {width}
nlines:               {height}
corner_lat:     {lat!r}  decimal degrees
corner_lon:     {lon!r}  decimal degrees
post_lat:       {dlat!r}  decimal degrees
post_lon:       {dlon!r}  decimal degrees
"""
IMAGE = """Gamma Interferometric SAR Processor (ISP) - Image Parameter File
sensor:    S1A IW
heading:                  193.0000000   degrees
incidence_angle:          39.0000   degrees
azimuth_angle:            90.0000   degrees
radar_frequency:        {hertz!r}   Hz
"""


@family("gamma", "unwrapped", "complex", "folder", phase_file="*.unw", folder="")
def build_gamma(folder: Path) -> list[Case]:
    folder.mkdir(parents=True)
    lon, lat, t = geographic_grid()
    unwrapped = phase(los(lon, lat), C_BAND)
    pair = f"{OLDER}_{NEWER}"
    filled(unwrapped).astype(">f4").tofile(folder / f"geo_{pair}.adf.unw")
    complex_phase = filled((9 * np.exp(1j * unwrapped)).astype(np.complex64))
    complex_phase.astype(">c8").tofile(folder / f"geo_{pair}.diff")
    coherence(lon.shape).astype(">f4").tofile(folder / f"geo_{pair}.cc")
    (folder / "EQA.dem_par").write_text(
        MAP.format(width=WIDTH, height=HEIGHT, lat=t[3] + t[5] / 2, lon=t[0] + t[1] / 2, dlat=t[5], dlon=t[1])
    )
    (folder / f"{OLDER}.mli.par").write_text(IMAGE.format(hertz=299792458.0 / C_BAND))
    common: dict[str, Any] = {"product": "GAMMA", "wavelength": C_BAND}
    return [
        Case("unwrapped", str(folder / f"geo_{pair}.adf.unw"), quantity="unwrapped", **common),
        Case("complex", str(folder / f"geo_{pair}.diff"), quantity="wrapped", **common),
        Case("folder", str(folder), quantity="unwrapped", **common),
    ]


@family("snap i q", "dim", "geotiff")
def build_snap_parts(folder: Path) -> list[Case]:
    """An interferogram as SNAP stores it: i_ifg and q_ifg, with a virtual band Phase_ifg that has no file."""
    lon, lat, t = geographic_grid()
    rng = np.random.default_rng(3)
    amplitude = rng.gamma(4, 20, lon.shape)
    whole = filled(amplitude * np.exp(1j * phase(los(lon, lat), C_BAND)))
    pair = "VV_04Jul2019_16Jul2019"
    bands = [
        (f"i_ifg_{pair}", "real", whole.real.astype(np.float32)),
        (f"q_ifg_{pair}", "imaginary", whole.imag.astype(np.float32)),
        (f"coh_{pair}", "coherence", coherence(lon.shape)),
    ]
    path = write_dimap(
        folder,
        bands,
        t,
        {"radar_frequency": "5405.000454334349"},
        virtual_phase=f"Phase_ifg_{pair}",
        no_data=False,
    )
    # without a sign in the file positive is taken as towards the satellite: the conjugate shows the field
    conjugate = [bands[0][2], -bands[1][2], bands[2][2]]
    tiff = write_tiff(folder / "S1A_ifg_TC.tif", conjugate, t, 4326, 0)
    wavelength = 299792458.0 / 5405.000454334349e6
    return [
        Case("dim", path, "SNAP", "wrapped", wavelength),
        Case("geotiff", tiff, "SNAP GeoTIFF", "wrapped", C_BAND, dates=(), positive="unknown"),
    ]
