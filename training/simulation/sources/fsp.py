"""Reader of SRCMOD's .fsp text files, one or several segments.

Points are the top centres or the centres of the patches, as stated in the header. Some files by USGS state
"center" although their first row lies at the depth of the top edge; their points are top centres.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from .finite_fault import FiniteFault, down_dip, local_km


def _number(text: str, key: str) -> Optional[float]:
    """The number after `KEY =` in a header line."""
    match = re.search(rf"\b{key}\s*=\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)", text)
    return float(match.group(1)) if match else None


def read_fsp(lines: list[str], name: str, _: Optional[tuple[float, float]] = None) -> FiniteFault:
    """The model in the lines of one .fsp file; raises ValueError if they are damaged."""
    head = "\n".join(line for line in lines if line.startswith("%"))
    hypocentre = _number(head, "LON"), _number(head, "LAT")
    if None in hypocentre:
        raise ValueError("no hypocentre in the header")
    origin = (float(hypocentre[0] or 0.0), float(hypocentre[1] or 0.0))
    event = re.search(r"Event\s*:\s*(.*)", head)
    unit = re.search(r"SLIP in (\w+)", head)
    scale = {"m": 1.0, "cm": 0.01}[unit.group(1)] if unit else 1.0
    at_top = "given for top-center" in head
    state = {key: _number(head, key) for key in ("STRK", "DIP", "RAKE", "Dx", "Dz", "Htop")}
    strike, dip, rake = state["STRK"], state["DIP"], state["RAKE"]
    size, top, columns = (state["Dx"], state["Dz"]), state["Htop"], None
    parts: list[dict[str, np.ndarray]] = []
    segment: list[list[float]] = []

    def close() -> None:
        if segment:
            parts.append(_fsp_segment(segment, columns, strike, dip, rake, size, top, at_top, scale))
            segment.clear()

    for line in lines:
        if not line.startswith("%"):
            if line.strip():
                # SRCMOD marks some rakes with a single x
                segment.append([float(word) for word in line.split() if word != "x"])
            continue
        if re.match(r"%\s*SEGMENT\s*#", line):
            close()
            strike, dip = _number(line, "STRIKE"), _number(line, "DIP")
        elif segment:
            close()
        size = (_number(line, "Dx") or size[0], _number(line, "Dz") or size[1])
        deeper = _number(line, "Z2top")
        top = top if deeper is None else deeper
        if re.match(r"%\s*LAT\s+LON\s", line):
            columns = line.strip("% ").split()
    close()
    if not parts:
        raise ValueError("no patches")
    promised = sum(int(count) for count in re.findall(r"Nsbfs\s*=\s*(\d+)", head))
    count = sum(len(part["lat"]) for part in parts)
    if promised and promised != count:
        raise ValueError(f"{count} patches instead of {promised}")
    values = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    values["east"], values["north"] = local_km(values.pop("lon"), values.pop("lat"), origin)
    east, north, depth = down_dip(
        values["east"], values["north"], values["depth"], values["strike"], values["dip"], values.pop("down")
    )
    values.update(east=east, north=north, depth=depth, opening=np.zeros_like(east))
    label = " ".join(event.group(1).split()) if event else name
    return FiniteFault(
        event=label, source=name, origin=origin, stated_magnitude=_number(head, "Mw"), **values
    )


def _fsp_segment(
    rows: list[list[float]],
    columns: Optional[list[str]],
    strike: Optional[float],
    dip: Optional[float],
    rake: Optional[float],
    size: tuple[Optional[float], Optional[float]],
    top: Optional[float],
    at_top: bool,
    scale: float,
) -> dict[str, np.ndarray]:
    """The patches of one segment; `down` is the distance down dip from the given point to the centroid."""
    if columns is None or strike is None or dip is None or None in size:
        raise ValueError("no column names, strike, dip or patch size in the header")
    table = np.array([row[: len(columns)] for row in rows], dtype=float)
    column = {title: i for i, title in enumerate(columns)}
    slip = table[:, column["SLIP"]] * scale
    depth = table[:, column["Z"]]
    if "RAKE" in column:
        angle = np.radians(table[:, column["RAKE"]])
    else:
        windows = [(i, column[f"rake{title}"]) for title, i in column.items() if f"rake{title}" in column]
        along = sum((table[:, i] * np.cos(np.radians(table[:, j])) for i, j in windows), np.zeros(len(table)))
        up = sum((table[:, i] * np.sin(np.radians(table[:, j])) for i, j in windows), np.zeros(len(table)))
        general = np.radians(0.0 if rake is None else rake)
        angle = np.where(np.hypot(along, up) > 0, np.arctan2(up, along), general)
    width = float(size[1] or 0.0)
    top_given = at_top or (top is not None and abs(float(depth.min()) - top) < 0.05)
    one = np.ones(len(table))
    return {
        "lat": table[:, column["LAT"]],
        "lon": table[:, column["LON"]],
        "depth": depth,
        "down": one * (width / 2 if top_given else 0.0),
        "strike": one * strike,
        "dip": one * dip,
        "length": one * float(size[0] or 0.0),
        "width": one * width,
        "strike_slip": slip * np.cos(angle),
        "dip_slip": slip * np.sin(angle),
    }
