"""Small files of every product family, true to their specifications, all from one simulated field.

`los(lon, lat)` is the ground's line-of-sight displacement in metres, positive towards the satellite. Each
builder writes one product of it with the family's own layout, unit, sign, nodata and metadata, and says
what a reader should find.
"""

from __future__ import annotations

import importlib.util
import json
import os
import struct
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Callable, Optional

if __name__ == "__main__" and importlib.util.find_spec("h5py"):
    import h5py  # before GDAL, so that each keeps to its own HDF5 library

import numpy as np
from osgeo import gdal, osr

C_BAND = 0.055465763
L_BAND = 299792458.0 / 1.2575e9
CENTRE = (30.50, 38.20)
OLDER, NEWER = "20190704", "20190716"
ISO = ("2019-07-04", "2019-07-16")
UTM = 32636
WIDTH, HEIGHT = 64, 48


@dataclass
class Case:
    """One product and what a reader should say of it."""

    name: str
    path: str
    product: str
    quantity: str
    wavelength: Optional[float]
    options: dict[str, Any] = field(default_factory=dict)
    dates: tuple[str, ...] = ISO
    tolerance: float = 2e-3
    masked: bool = True
    """Whether the product's masks take out the pixels of `low_coherence`."""
    positive: str = "away"
    needs: str = ""
    """GDAL driver without which the family cannot be read."""


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
    back = osr.CoordinateTransformation(_srs(code), _srs(4326))
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
    to_utm = osr.CoordinateTransformation(_srs(4326), _srs(UTM))
    cx, cy, _ = to_utm.TransformPoint(*CENTRE)
    x0, y0 = round(cx / 800) * 800 - width / 2 * step, round(cy / 800) * 800 + height / 2 * step
    xs = x0 + (np.arange(width) + 0.5) * step
    ys = y0 - (np.arange(height) + 0.5) * step
    back = osr.CoordinateTransformation(_srs(UTM), _srs(4326))
    points = np.array(back.TransformPoints([(float(x), float(y)) for y in ys for x in xs]))
    lon, lat = points[:, 0].reshape(height, width), points[:, 1].reshape(height, width)
    return lon, lat, (x0, step, 0, y0, 0, -step)


def _srs(code: int) -> osr.SpatialReference:
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
        dataset.SetProjection(_srs(epsg).ExportToWkt())
    if tags:
        dataset.SetMetadata(tags)
    for index, values in enumerate(bands, 1):
        dataset.GetRasterBand(index).WriteArray(values)
        if nodata is not None:
            dataset.GetRasterBand(index).SetNoDataValue(nodata)
    dataset.FlushCache()
    del dataset
    return str(path)


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
    common: dict[str, Any] = {"product": "LiCSAR", "wavelength": C_BAND}
    return [
        Case("licsar unwrapped", unw, quantity="unwrapped", **common),
        Case("licsar wrapped", pha, quantity="wrapped", **common),
        Case("licsar folder", str(pair), quantity="unwrapped", **common),
        Case(
            "licsar folder wrapped", str(pair), quantity="wrapped", options={"quantity": "wrapped"}, **common
        ),
        Case("licsar bytes", compressed, quantity="wrapped", tolerance=0.02, masked=False, **common),
    ]


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
        Case("hyp3 unwrapped", paths["unw_phase"], quantity="unwrapped", **common),
        Case("hyp3 wrapped", paths["wrapped_phase"], quantity="wrapped", **common),
        Case("hyp3 displacement", paths["los_disp"], quantity="displacement", positive="toward", **common),
        Case("hyp3 folder", str(home), quantity="unwrapped", **common),
    ]


def build_nisar(folder: Path, version: str = "1.1") -> list[Case]:
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
        Case(f"nisar {version}", str(path), quantity="unwrapped", **common),
        Case(
            f"nisar {version} wrapped",
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


def build_nisar_14(folder: Path) -> list[Case]:
    return build_nisar(folder, "1.4")


def build_aria(folder: Path) -> list[Case]:
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
        Case("aria", str(path), "ARIA S1-GUNW", "unwrapped", C_BAND, positive="toward", needs="HDF5"),
    ]


def build_mintpy(folder: Path) -> list[Case]:
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
        Case("mintpy stack", str(stack), quantity="unwrapped", **common),
        Case("mintpy timeseries", str(series), quantity="displacement", positive="toward", masked=False,
             dates=(ISO[1],), **common),
    ]  # fmt: skip


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
        Case("isce unwrapped", str(unw), quantity="unwrapped", **common),
        Case("isce vrt", f"{unw}.vrt", quantity="unwrapped", **common),
        Case("isce complex", str(flat), quantity="wrapped", **common),
        Case("isce folder", str(home), quantity="unwrapped", **common),
    ]


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
        Case("roipac unwrapped", str(folder / f"{stem}.unw"), quantity="unwrapped", **common),
        Case("roipac complex", str(folder / f"{stem}.int"), quantity="wrapped", **common),
        Case("roipac folder", str(folder), quantity="unwrapped", **common),
    ]


def write_grd(path: Path, lon: np.ndarray, lat: np.ndarray, values: np.ndarray) -> None:
    """A GMT grid as classic netCDF (CDF-1): lon, lat ascending and z, with no coordinate system."""
    xs, ys = lon[0].astype(">f8"), lat[::-1, 0].astype(">f8")
    z = values[::-1].astype(">f4")

    def text(value: str) -> bytes:
        raw = value.encode()
        return struct.pack(">i", len(raw)) + raw + b"\0" * (-len(raw) % 4)

    def attributes(pairs: dict[str, Any]) -> bytes:
        out = struct.pack(">ii", 0x0C, len(pairs)) if pairs else struct.pack(">ii", 0, 0)
        for key, value in pairs.items():
            if isinstance(value, str):
                out += text(key) + struct.pack(">i", 2) + text(value)
            else:
                numbers = np.atleast_1d(value).astype(">f8" if np.ndim(value) else ">f4")
                out += (
                    text(key)
                    + struct.pack(">ii", 6 if np.ndim(value) else 5, numbers.size)
                    + numbers.tobytes()
                )
        return out

    def variable(
        name: str, dims: list[int], pairs: dict[str, Any], code: int, size: int, begin: int
    ) -> bytes:
        ids = struct.pack(f">i{len(dims)}i", len(dims), *dims)
        return text(name) + ids + attributes(pairs) + struct.pack(">iii", code, size, begin)

    def header(begins: list[int]) -> bytes:
        dims = struct.pack(">ii", 0x0A, 2)
        dims += text("lon") + struct.pack(">i", xs.size) + text("lat") + struct.pack(">i", ys.size)
        span = [[xs.min(), xs.max()], [ys.min(), ys.max()]]
        variables = struct.pack(">ii", 0x0B, 3)
        variables += variable(
            "lon",
            [0],
            {"long_name": "longitude", "units": "degrees_east", "actual_range": np.array(span[0])},
            6,
            xs.nbytes,
            begins[0],
        )
        variables += variable(
            "lat",
            [1],
            {"long_name": "latitude", "units": "degrees_north", "actual_range": np.array(span[1])},
            6,
            ys.nbytes,
            begins[1],
        )
        variables += variable(
            "z", [1, 0], {"long_name": "z", "_FillValue": np.float32(np.nan)}, 5, z.nbytes, begins[2]
        )
        start = b"CDF\x01" + struct.pack(">i", 0)
        whole_file = attributes({"Conventions": "CF-1.7", "title": path.name})
        return start + dims + whole_file + variables  # fmt: skip

    first = len(header([0, 0, 0]))
    begins = [first, first + xs.nbytes, first + xs.nbytes + ys.nbytes]
    path.write_bytes(header(begins) + xs.tobytes() + ys.tobytes() + z.tobytes())


def build_gmtsar(folder: Path) -> list[Case]:
    lon, lat, _ = geographic_grid()
    home = folder / f"{OLDER}_{NEWER}"
    home.mkdir(parents=True)
    moved = los(lon, lat).astype(np.float32)
    unwrapped = phase(moved, C_BAND)
    nan = np.float32(np.nan)
    write_grd(home / "unwrap_ll.grd", lon, lat, filled(unwrapped, nan))
    write_grd(home / "phasefilt_ll.grd", lon, lat, filled(wrapped(unwrapped), nan))
    write_grd(home / "los_ll.grd", lon, lat, filled((-79.58 * C_BAND * unwrapped).astype(np.float32), nan))
    write_grd(home / "corr_ll.grd", lon, lat, filled(coherence(lon.shape), nan))
    _, _, coarse_lon, coarse_lat = cube_grid(4326)
    for axis, value in zip("enu", look_vectors(coarse_lon, coarse_lat)):
        write_grd(home / f"look_{axis}.grd", coarse_lon, coarse_lat, value.astype(np.float32))
    (home / "S1.PRM").write_text(f"radar_wavelength\t= {C_BAND}\norbdir\t= D\nlookdir\t= R\n")
    common: dict[str, Any] = {"product": "GMTSAR", "wavelength": C_BAND, "needs": "netCDF"}
    return [
        Case("gmtsar unwrapped", str(home / "unwrap_ll.grd"), quantity="unwrapped", **common),
        Case("gmtsar wrapped", str(home / "phasefilt_ll.grd"), quantity="wrapped", **common),
        Case("gmtsar los", str(home / "los_ll.grd"), quantity="displacement", positive="toward",
             tolerance=0.01, **common),
        Case("gmtsar folder", str(home), quantity="unwrapped", **common),
    ]  # fmt: skip


def build_snap(folder: Path) -> list[Case]:
    lon, lat, t = geographic_grid()
    data = folder / "pair.data"
    data.mkdir(parents=True)
    moved = los(lon, lat).astype(np.float32)
    unwrapped = phase(moved, C_BAND)
    bands = [
        ("Unw_Phase_ifg_IW1_VV_04Jul2019_16Jul2019", "phase", filled(unwrapped)),
        ("Phase_ifg_IW1_VV_04Jul2019_16Jul2019", "phase", filled(wrapped(unwrapped))),
        ("coh_IW1_VV_04Jul2019_16Jul2019", "coherence", coherence(lon.shape)),
        ("displacement_VV_04Jul2019_16Jul2019", "meters", filled(moved)),
        ("incidenceAngleFromEllipsoid", "deg", look_angles(lon, lat)[0].astype(np.float32)),
    ]
    infos = sources = ""
    for index, (name, unit, values) in enumerate(bands):
        values.astype(">f4").tofile(data / f"{name}.img")
        (data / f"{name}.hdr").write_text(
            f"ENVI\ndescription = {{{name}}}\nsamples = {WIDTH}\nlines = {HEIGHT}\nbands = 1\n"
            "header offset = 0\nfile type = ENVI Standard\ndata type = 4\ninterleave = bsq\nbyte order = 1\n"
        )
        infos += (
            f"<Spectral_Band_Info><BAND_INDEX>{index}</BAND_INDEX><BAND_NAME>{name}</BAND_NAME>"
            f"<PHYSICAL_UNIT>{unit}</PHYSICAL_UNIT><NO_DATA_VALUE_USED>true</NO_DATA_VALUE_USED>"
            "<NO_DATA_VALUE>0.0</NO_DATA_VALUE></Spectral_Band_Info>"
        )
        where = f'<DATA_FILE_PATH href="pair.data/{name}.hdr" />'
        sources += f"<Data_File>{where}<BAND_INDEX>{index}</BAND_INDEX></Data_File>"
    attributes = {"PASS": "DESCENDING", "antenna_pointing": "right", "radar_frequency": "5405.000454334349",
                  "centre_heading": "193.0"}  # fmt: skip
    elements = "".join(f'<MDATTR name="{k}" type="ascii">{v}</MDATTR>' for k, v in attributes.items())
    wkt = _srs(4326).ExportToWkt().replace('"', "&quot;")
    path = folder / "pair.dim"
    path.write_text(
        '<?xml version="1.0" encoding="ISO-8859-1"?><Dimap_Document name="pair.dim">'
        f"<Coordinate_Reference_System><WKT>{wkt}</WKT></Coordinate_Reference_System>"
        f"<Geoposition><IMAGE_TO_MODEL_TRANSFORM>{t[1]},0.0,0.0,{t[5]},{t[0]},{t[3]}</IMAGE_TO_MODEL_TRANSFORM>"
        f"</Geoposition><Raster_Dimensions><NCOLS>{WIDTH}</NCOLS><NROWS>{HEIGHT}</NROWS><NBANDS>5</NBANDS>"
        f"</Raster_Dimensions><Data_Access>{sources}</Data_Access><Image_Interpretation>{infos}"
        f"</Image_Interpretation><Dataset_Sources><MDElem name='metadata'>{elements}</MDElem>"
        "</Dataset_Sources></Dimap_Document>"
    )
    wavelength = 299792458.0 / 5405.000454334349e6
    common: dict[str, Any] = {"product": "SNAP", "wavelength": wavelength}
    shown = str(data / "displacement_VV_04Jul2019_16Jul2019.img")
    return [
        Case("snap", str(path), quantity="unwrapped", **common),
        Case("snap wrapped", str(path), quantity="wrapped", options={"quantity": "wrapped"}, **common),
        Case("snap displacement", shown, quantity="displacement", positive="toward", **common),
    ]


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
        Case("nsbas mm", unw, quantity="displacement", positive="toward", **common),
        Case("nsbas rad", ifg, quantity="wrapped", **common),
    ]


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
        Case("flatsim unwrapped", paths["InU"], quantity="unwrapped", **common),
        Case("flatsim wrapped", paths["InW"], quantity="wrapped", **common),
        Case("flatsim filtered", paths["InWF"], quantity="wrapped", **common),
        Case("flatsim folder", str(home), quantity="unwrapped", **common),
    ]


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
        cases.append(Case(f"plain {unit}", str(path), "GeoTIFF", "displacement", C_BAND))
    unw = folder / "unw.tif"
    write_tiff(unw, [filled(towards, np.nan)], transform, UTM)
    two = folder / "amplitude_and_phase.tif"
    write_tiff(two, [np.full_like(moved, 40), filled(towards)], transform, UTM)
    cases += [
        Case("plain complex", str(complex_path), "GeoTIFF", "wrapped", None),
        Case("plain unwrapped", str(unw), "GeoTIFF", "unwrapped", None),
        Case("plain two bands", str(two), "GeoTIFF", "unwrapped", None),
    ]
    for case in cases:
        case.positive, case.dates, case.masked = "unknown", (), False
    return cases


FAMILIES: dict[str, Callable[[Path], list[Case]]] = {
    "licsar": build_licsar,
    "hyp3": build_hyp3,
    "nisar 1.1": build_nisar,
    "nisar 1.4": build_nisar_14,
    "aria": build_aria,
    "mintpy": build_mintpy,
    "isce": build_isce,
    "roipac": build_roipac,
    "gmtsar": build_gmtsar,
    "snap": build_snap,
    "nsbas": build_nsbas,
    "flatsim": build_flatsim,
    "plain": build_plain,
}
"""Builders by family."""

NEEDS_H5PY = ("nisar 1.1", "nisar 1.4", "aria", "mintpy")


def available() -> list[str]:
    """Families that can be built here: some need h5py."""
    if importlib.util.find_spec("h5py") is None:
        return [name for name in FAMILIES if name not in NEEDS_H5PY]
    return list(FAMILIES)


def build_all(folder: Path) -> dict[str, list[Case]]:
    """Every family that can be built, each in its own folder.

    In a process of its own: h5py brings its own HDF5 library, which does not live beside GDAL's in QGIS.
    """
    subprocess.run([sys.executable, __file__, os.fspath(folder)], check=True)
    built = json.loads((Path(folder) / "cases.json").read_text())
    found = {name: [Case(**case) for case in cases] for name, cases in built.items()}
    for cases in found.values():
        for case in cases:
            case.dates = tuple(case.dates)
    return found


def main(folder: str) -> None:
    """Build what can be built, and write down the cases."""
    home = Path(folder)
    built = {name: FAMILIES[name](home / name.replace(" ", "_")) for name in available()}
    listed = {name: [asdict(case) for case in cases] for name, cases in built.items()}
    (home / "cases.json").write_text(json.dumps(listed))


if __name__ == "__main__":
    main(sys.argv[1])


def case_of(built: dict[str, list[Case]], family: str, index: int = 0) -> Case:
    """A case of a family; the test is skipped where its files cannot be made or read."""
    import pytest  # not at the top: this file runs by itself, too

    if family not in built:
        pytest.skip("h5py, which writes this family's fixture, is not installed")
    case = built[family][index]
    if case.needs and gdal.GetDriverByName(case.needs) is None:
        pytest.skip(f"this GDAL has no {case.needs} driver")
    return case
