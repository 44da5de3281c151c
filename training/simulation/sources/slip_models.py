"""Readers of published finite-fault files: .fsp, .simp, .oksar, .flt, .rupt and .fault.

The formats locate a patch by different points; all are converted to centroids:

* .fsp (SRCMOD, USGS): top centre or centre, see `fsp`.
* .simp, .oksar (PSOKINV): the centre of the top edge; .oksar gives the fault's outcrop, and the
  distances down dip of the patch's upper and lower edge.
* .flt (Relax): the upper corner at the start of the strike direction.
* .fault, .rupt (MudPy): the centre.
"""

from __future__ import annotations

import os
import re
from typing import Callable, Optional

import numpy as np

from ....engine.errors import InputError
from .finite_fault import FiniteFault, down_dip, local_km
from .fsp import read_fsp

Table = list[list[float]]


def read_slip_model(path: str, origin: Optional[tuple[float, float]] = None) -> FiniteFault:
    """Read a finite-fault file; the suffix of its name determines the format.

    Parameters
    ----------
    path : str
        File name.
    origin : tuple of two floats, optional
        Longitude and latitude of the zero point of formats that do not state one (.flt).

    Raises
    ------
    InputError
        The file cannot be read in the format of its suffix.
    """
    suffix = os.path.splitext(path)[1].lower()
    if suffix not in READERS:
        raise InputError(f"{os.path.basename(path)} is not a known slip model: use {', '.join(READERS)}.")
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            lines = stream.read().splitlines()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the path.") from error
    name = os.path.basename(path)
    try:
        return READERS[suffix](lines, name, origin)
    except (ValueError, IndexError, KeyError) as error:
        raise InputError(
            f"{name} cannot be read as a {suffix} slip model ({error}): it may be truncated "
            "or in another format."
        ) from error


def _rows(lines: list[str], comment: str, columns: int) -> np.ndarray:
    """The first `columns` numbers of all lines that are not comments, as a table."""
    table: Table = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or line.lstrip().startswith(comment):
            continue
        if len(words) < columns:
            raise ValueError(f"line {number} has {len(words)} columns, not {columns}")
        table.append([float(word) for word in words[:columns]])
    if not table:
        raise ValueError("no patches")
    return np.array(table)


def _read_simp(lines: list[str], name: str, _: Optional[tuple[float, float]]) -> FiniteFault:
    head = "\n".join(line for line in lines if line.startswith("#"))
    table = _rows(lines, "#", 10)
    promised = re.search(r"Number of faults:\s*(\d+)", head)
    if promised and int(promised.group(1)) != len(table):
        raise ValueError(f"{len(table)} patches instead of {promised.group(1)}")
    x, y, strike, dip, top, width, length, strike_slip, dip_slip, opening = table.T
    if "lon(deg)" in head:
        origin: Optional[tuple[float, float]] = (float(x.mean()), float(y.mean()))
        x, y = local_km(x, y, (float(x.mean()), float(y.mean())))
    else:
        origin = None
        x, y = x - x.mean(), y - y.mean()
    east, north, depth = down_dip(x, y, top, strike, dip, width / 2)
    return FiniteFault(
        event=name, source=name, origin=origin, east=east, north=north, depth=depth, strike=strike, dip=dip,
        length=length, width=width, strike_slip=strike_slip, dip_slip=dip_slip, opening=opening,
    )  # fmt: skip


def _read_oksar(lines: list[str], name: str, _: Optional[tuple[float, float]]) -> FiniteFault:
    blocks = [line for line in lines if line.strip() and "UTM ZONE" not in line]
    if not blocks or len(blocks) % 4:
        raise ValueError(f"{len(blocks)} lines are no whole number of four-line patches")
    table: Table = []
    for i in range(0, len(blocks), 4):
        fields = [blocks[i + k].split()[:count] for k, count in enumerate((2, 3, 2, 3))]
        table.append([float(word) for words in fields for word in words])
    # strike slip and dip slip of one patch are two blocks
    values = np.array(table)
    geometry, where = np.unique(values[:, [0, 1, 2, 3, 7, 8, 9]], axis=0, return_inverse=True)
    where = np.ravel(where)
    angle = np.radians(values[:, 4])
    parts = (values[:, 5] * np.cos(angle), values[:, 5] * np.sin(angle), values[:, 6])
    strike_slip, dip_slip, opening = (np.bincount(where, part, len(geometry)) for part in parts)
    x, y, strike, dip, length, upper, lower = geometry.T
    x, y = (x - x.mean()) / 1000, (y - y.mean()) / 1000
    east, north, depth = down_dip(x, y, np.zeros_like(x), strike, dip, (upper + lower) / 2)
    return FiniteFault(
        event=name, source=name, origin=None, east=east, north=north, depth=depth, strike=strike, dip=dip,
        length=length, width=lower - upper, strike_slip=strike_slip, dip_slip=dip_slip, opening=opening,
    )  # fmt: skip


def _read_flt(lines: list[str], name: str, origin: Optional[tuple[float, float]]) -> FiniteFault:
    table = _rows(lines, "#", 10)
    _, slip, north, east, top, length, width, strike, dip, rake = table.T
    turn, angle = np.radians(strike), np.radians(rake)
    east, north = east + length / 2 * np.sin(turn), north + length / 2 * np.cos(turn)
    east, north, depth = down_dip(east, north, top, strike, dip, width / 2)
    return FiniteFault(
        event=name, source=name, origin=origin, east=east, north=north, depth=depth, strike=strike, dip=dip,
        length=length, width=width, strike_slip=slip * np.cos(angle), dip_slip=slip * np.sin(angle),
        opening=np.zeros_like(slip),
    )  # fmt: skip


def _read_mudpy(lines: list[str], name: str, _: Optional[tuple[float, float]]) -> FiniteFault:
    moving = name.lower().endswith(".rupt")
    table = _rows(lines, "#", 12 if moving else 10).T
    lon, lat, depth, strike, dip = table[1:6]
    length, width = (table[10:12] if moving else table[8:10]) / 1000
    strike_slip, dip_slip = table[8:10] if moving else np.zeros((2, len(lon)))
    origin = (float(lon.mean()), float(lat.mean()))
    east, north = local_km(lon, lat, origin)
    return FiniteFault(
        event=name, source=name, origin=origin, east=east, north=north, depth=depth, strike=strike, dip=dip,
        length=length, width=width, strike_slip=strike_slip, dip_slip=dip_slip, opening=np.zeros_like(lon),
    )  # fmt: skip


READERS: dict[str, Callable[[list[str], str, Optional[tuple[float, float]]], FiniteFault]] = {
    ".fsp": read_fsp,
    ".simp": _read_simp,
    ".oksar": _read_oksar,
    ".flt": _read_flt,
    ".rupt": _read_mudpy,
    ".fault": _read_mudpy,
}
