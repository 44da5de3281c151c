"""ISCE2, ROI_PAC and SNAP: flat binaries with headers beside them."""

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
    look_angles,
    los,
    phase,
    wrapped,
)
from .registry import Case, family

ISCE_TYPES = {"f": ("FLOAT", "Float32", 4), "c": ("CFLOAT", "CFloat32", 8), "u": ("BYTE", "Byte", 1)}


def write_isce(path: Path, bands: list[np.ndarray], t: tuple[float, ...], scheme: str = "BIL") -> None:
    """A flat binary (bands by line) with ISCE's XML and VRT beside it."""
    name, vrt_type, size = ISCE_TYPES[bands[0].dtype.kind]
    height, width = bands[0].shape
    np.stack(bands, axis=1).tofile(path)
    coordinates = "".join(
        f'<component name="coordinate{i}"><property name="delta"><value>{d!r}</value></property>'
        f'<property name="size"><value>{n}</value></property>'
        f'<property name="startingvalue"><value>{v!r}</value></property></component>'
        for i, d, n, v in ((1, t[1], width, t[0]), (2, t[5], height, t[3]))
    )
    properties = {
        "byte_order": "l", "data_type": name, "file_name": path.name, "length": height, "width": width,
        "number_bands": len(bands), "scheme": scheme, "image_type": "unw",
    }  # fmt: skip
    listed = "".join(f'<property name="{k}"><value>{v}</value></property>' for k, v in properties.items())
    Path(f"{path}.xml").write_text(f"<imageFile>{coordinates}{listed}</imageFile>")
    rasters = "".join(
        f'<VRTRasterBand dataType="{vrt_type}" band="{i + 1}" subClass="VRTRawRasterBand">'
        f'<SourceFilename relativeToVRT="1">{path.name}</SourceFilename><ByteOrder>LSB</ByteOrder>'
        f"<ImageOffset>{i * width * size}</ImageOffset><PixelOffset>{size}</PixelOffset>"
        f"<LineOffset>{len(bands) * width * size}</LineOffset></VRTRasterBand>"
        for i in range(len(bands))
    )
    Path(f"{path}.vrt").write_text(
        f'<VRTDataset rasterXSize="{width}" rasterYSize="{height}"><SRS>EPSG:4326</SRS>'
        f"<GeoTransform>{', '.join(repr(float(v)) for v in t)}</GeoTransform>{rasters}</VRTDataset>"
    )


@family("isce", "unwrapped", "vrt", "complex", "folder", phase_file="filt_topophase.unw.geo", folder="")
def build_isce(folder: Path) -> list[Case]:
    lon, lat, t = geographic_grid()
    home = folder / f"{OLDER}_{NEWER}" / "merged"
    home.mkdir(parents=True)
    unwrapped = phase(los(lon, lat), C_BAND)
    amplitude = filled(np.full(lon.shape, 50, dtype=np.float32))
    unw = home / "filt_topophase.unw.geo"
    flat = home / "filt_topophase.flat.geo"
    write_isce(unw, [amplitude, filled(unwrapped)], t)
    write_isce(flat, [filled((30 * np.exp(1j * unwrapped)).astype(np.complex64))], t)
    write_isce(home / "phsig.cor.geo", [coherence(lon.shape)], t)
    write_isce(home / "filt_topophase.unw.conncomp.geo", [filled(np.ones(lon.shape, dtype=np.uint8))], t)
    write_isce(home / "z.rdr.geo", [np.full(lon.shape, 900, dtype=np.float32)], t)
    incidence, azimuth = look_angles(lon, lat)
    write_isce(home / "los.rdr.geo", [incidence.astype(np.float32), (-azimuth).astype(np.float32)], t)
    (home / "topsProc.xml").write_text(f"<x><radarwavelength>{C_BAND}</radarwavelength></x>")
    common: dict[str, Any] = {"product": "ISCE2", "wavelength": C_BAND}
    return [
        Case("unwrapped", str(unw), quantity="unwrapped", **common),
        Case("vrt", f"{unw}.vrt", quantity="unwrapped", **common),
        Case("complex", str(flat), quantity="wrapped", **common),
        Case("folder", str(home), quantity="unwrapped", **common),
    ]


@family("roipac", "unwrapped", "complex", "folder", phase_file="*.unw", folder="")
def build_roipac(folder: Path) -> list[Case]:
    lon, lat, t = geographic_grid()
    folder.mkdir(parents=True, exist_ok=True)
    unwrapped = phase(los(lon, lat), C_BAND)
    amplitude = filled(np.full(lon.shape, 50, dtype=np.float32))
    header = (
        f"WIDTH {WIDTH}\nFILE_LENGTH {HEIGHT}\nX_FIRST {t[0]!r}\nX_STEP {t[1]!r}\nY_FIRST {t[3]!r}\n"
        f"Y_STEP {t[5]!r}\nX_UNIT degrees\nY_UNIT degrees\nWAVELENGTH {C_BAND}\nDATE12 190704-190716\n"
        "HEADING_DEG -167.0\nANTENNA_SIDE -1\nPROJECTION LL\nDATUM WGS84\n"
    )
    stem = "geo_190704-190716"
    bands = {
        "unw": [amplitude, filled(unwrapped)],
        "cor": [amplitude, coherence(lon.shape)],
        "int": [filled(np.exp(1j * unwrapped).astype(np.complex64))],
    }
    for what, layers in bands.items():
        np.stack(layers, axis=1).tofile(folder / f"{stem}.{what}")
        (folder / f"{stem}.{what}.rsc").write_text(header)
    common: dict[str, Any] = {"product": "ROI_PAC", "wavelength": C_BAND}
    return [
        Case("unwrapped", str(folder / f"{stem}.unw"), quantity="unwrapped", **common),
        Case("complex", str(folder / f"{stem}.int"), quantity="wrapped", **common),
        Case("folder", str(folder), quantity="unwrapped", **common),
    ]


@family("snap", "unwrapped", "wrapped", "displacement", phase_file="Unw*.img", folder="")
def build_snap(folder: Path) -> list[Case]:
    lon, lat, t = geographic_grid()
    moved = los(lon, lat).astype(np.float32)
    unwrapped = phase(moved, C_BAND)
    bands = [
        ("Unw_Phase_ifg_IW1_VV_04Jul2019_16Jul2019", "phase", filled(unwrapped)),
        ("Phase_ifg_IW1_VV_04Jul2019_16Jul2019", "phase", filled(wrapped(unwrapped))),
        ("coh_IW1_VV_04Jul2019_16Jul2019", "coherence", coherence(lon.shape)),
        ("displacement_VV_04Jul2019_16Jul2019", "meters", filled(moved)),
        ("incidenceAngleFromEllipsoid", "deg", look_angles(lon, lat)[0].astype(np.float32)),
    ]
    attributes = {"PASS": "DESCENDING", "antenna_pointing": "right", "radar_frequency": "5405.000454334349",
                  "centre_heading": "193.0"}  # fmt: skip
    path = write_dimap(folder, bands, t, attributes)
    wavelength = 299792458.0 / 5405.000454334349e6
    common: dict[str, Any] = {"product": "SNAP", "wavelength": wavelength}
    shown = str(folder / "pair.data" / "displacement_VV_04Jul2019_16Jul2019.img")
    return [
        Case("unwrapped", path, quantity="unwrapped", **common),
        Case("wrapped", path, quantity="wrapped", options={"quantity": "wrapped"}, **common),
        Case("displacement", shown, quantity="displacement", positive="toward", **common),
    ]
