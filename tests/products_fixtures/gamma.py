"""GAMMA: big-endian binaries with a DEM parameter file; SNAP's real and imaginary bands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

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
    srs_of,
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
    data = folder / "pair.data"
    data.mkdir(parents=True)
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
    infos = sources = ""
    for index, (name, unit, values) in enumerate(bands):
        values.astype(">f4").tofile(data / f"{name}.img")
        (data / f"{name}.hdr").write_text(
            f"ENVI\nsamples = {WIDTH}\nlines = {HEIGHT}\nbands = 1\nheader offset = 0\n"
            "file type = ENVI Standard\ndata type = 4\ninterleave = bsq\nbyte order = 1\n"
        )
        infos += (
            f"<Spectral_Band_Info><BAND_INDEX>{index}</BAND_INDEX><BAND_NAME>{name}</BAND_NAME>"
            f"<PHYSICAL_UNIT>{unit}</PHYSICAL_UNIT></Spectral_Band_Info>"
        )
        where = f'<DATA_FILE_PATH href="pair.data/{name}.hdr" />'
        sources += f"<Data_File>{where}<BAND_INDEX>{index}</BAND_INDEX></Data_File>"
    infos += (
        f"<Spectral_Band_Info><BAND_INDEX>3</BAND_INDEX><BAND_NAME>Phase_ifg_{pair}</BAND_NAME>"
        "<PHYSICAL_UNIT>phase</PHYSICAL_UNIT><VIRTUAL_BAND>true</VIRTUAL_BAND></Spectral_Band_Info>"
    )
    wkt = srs_of(4326).ExportToWkt().replace('"', "&quot;")
    path = folder / "pair.dim"
    frequency = '<MDATTR name="radar_frequency" type="ascii">5405.000454334349</MDATTR>'
    path.write_text(
        '<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="pair.dim">'
        f"<Coordinate_Reference_System><WKT>{wkt}</WKT></Coordinate_Reference_System><Geoposition>"
        f"<IMAGE_TO_MODEL_TRANSFORM>{t[1]},0.0,0.0,{t[5]},{t[0]},{t[3]}</IMAGE_TO_MODEL_TRANSFORM>"
        f"</Geoposition><Raster_Dimensions><NCOLS>{WIDTH}</NCOLS><NROWS>{HEIGHT}</NROWS></Raster_Dimensions>"
        f"<Data_Access>{sources}</Data_Access><Image_Interpretation>{infos}</Image_Interpretation>"
        f"<Dataset_Sources>{frequency}</Dataset_Sources></Dimap_Document>"
    )
    # without a sign in the file positive is taken as towards the satellite: the conjugate shows the field
    conjugate = [bands[0][2], -bands[1][2], bands[2][2]]
    tiff = write_tiff(folder / "S1A_ifg_TC.tif", conjugate, t, 4326, 0)
    wavelength = 299792458.0 / 5405.000454334349e6
    return [
        Case("dim", str(path), "SNAP", "wrapped", wavelength),
        Case("geotiff", tiff, "SNAP GeoTIFF", "wrapped", C_BAND, dates=(), positive="unknown"),
    ]
