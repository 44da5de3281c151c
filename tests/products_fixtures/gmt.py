"""GMTSAR: GMT grids as classic netCDF."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np

from .field import (
    C_BAND,
    NEWER,
    OLDER,
    coherence,
    cube_grid,
    filled,
    geographic_grid,
    look_vectors,
    los,
    phase,
    wrapped,
)
from .registry import Case, family


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


@family("gmtsar", "unwrapped", "wrapped", "los", "folder", phase_file="unwrap_ll.grd", folder="")
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
        Case("unwrapped", str(home / "unwrap_ll.grd"), quantity="unwrapped", **common),
        Case("wrapped", str(home / "phasefilt_ll.grd"), quantity="wrapped", **common),
        Case("los", str(home / "los_ll.grd"), quantity="displacement", positive="toward",
             tolerance=0.01, **common),
        Case("folder", str(home), quantity="unwrapped", **common),
    ]  # fmt: skip
