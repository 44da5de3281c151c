"""Quantity, sensor and dates from file names, band descriptions and tags."""

from __future__ import annotations

import re
from typing import Optional

from .model import LayerKind
from .units import words

SENTINEL1 = 0.055465763
SPEED_OF_LIGHT = 299792458.0

_KINDS = (
    (LayerKind.COHERENCE, r"\b(\w*coh|cor|corr|cc|correlation|phsig|tcor)\b|coherence"),
    (LayerKind.COMPONENTS, r"\b(conn ?comp|conncomp|connected ?components?)\b|conncomp"),
    (
        LayerKind.ELEVATION,
        r"\b(dem|hgt|dsm|dtm|elevation|topography|relief|heights?)\b|"
        r"\b(srtm|nasadem|aster gdem|astgtm|aw3d|cop30|cop90|copernicus d[es]m|gebco|etopo)",
    ),
    (
        LayerKind.LOOK,
        r"\b(lv theta|lv phi|look ?vectors?|look ?[enu]|look ?(east|north|up)|incidence\w*|inc map|"
        r"inc map ell|geo [enu]|los (rdr|enu|[enu]|east|north|up|vectors?)|cos ?enu|cos ?neu|"
        r"azimuth ?angle|look ?angle)\b|line of sight enu|unit vector",
    ),
    (LayerKind.MASK, r"\b(water mask|land mask|mask)\b"),
    (
        LayerKind.DISPLACEMENT,
        r"\b(unw|int|phase) (mm|cm)\b|"
        r"\b(los|losdisp|disp|displ|displacement|deformation|defo|vel|velocity|rate|range change)\b",
    ),
    (LayerKind.UNWRAPPED, r"\bunw|unwrap"),
    (
        LayerKind.WRAPPED,
        r"(?<!un)wrap|diff ?pha|\b(wrp|int|ifg|igram|interferogram|flat|fringes?|phasefilt|phase ifg)\b",
    ),
    (LayerKind.AMPLITUDE, r"\b(amp|amplitude|mag|magnitude|intensity|sigma0|backscatter|mli|rslc)\b"),
)

_SENSORS = (
    ("Sentinel-1", SENTINEL1, r"\bs1[abcd]?\b|\bs1[abcd]{2}\b|sentinel ?1"),
    ("ALOS-2", 0.2424525, r"\b(alos2|alos 2|palsar2|palsar 2)\b"),
    ("ALOS", 0.2360571, r"\b(alos|palsar|alpsrp\w*)\b"),
    ("Envisat", 0.0562356, r"\b(envisat|asar|env)\b"),
    ("ERS", 0.0566, r"\b(ers|ers1|ers2|ers 1|ers 2)\b"),
    ("TerraSAR-X", 0.0310666, r"\b(tsx|tdx|terrasar\w*|tandem ?x|paz)\b"),
    ("COSMO-SkyMed", 0.0312284, r"\b(csk\w?|csg|cosmo\w*)\b"),
    ("RADARSAT-2", 0.0554658, r"\b(rs2|rsat2|radarsat ?2|rcm\w?)\b"),
    ("NISAR L-band", 0.2384, r"\bnisar\b"),
    ("SAOCOM", 0.2351, r"\bsaocom\w*\b"),
)


def kind_of(text: str) -> Optional[LayerKind]:
    """The kind of layer that a name or description mentions; None when it mentions none."""
    plain = words(text)
    for kind, pattern in _KINDS:
        if re.search(pattern, plain):
            return kind
    return None


def kinds_of(text: str) -> list[LayerKind]:
    """All kinds of layer that a name or description mentions."""
    plain = words(text)
    return [kind for kind, pattern in _KINDS if re.search(pattern, plain)]


def sensor_of(text: str) -> Optional[tuple[str, float]]:
    """(sensor, wavelength in m) that a name mentions."""
    plain = words(text)
    for name, wavelength, pattern in _SENSORS:
        if re.search(pattern, plain):
            return name, wavelength
    return None


def dates_of(text: str) -> tuple[str, ...]:
    """The first two dates (YYYYMMDD, with or without a time) in a text, ISO, in the text's order."""
    dates: list[str] = []
    for match in re.finditer(r"(?<!\d)((?:19[789]|20\d)\d)-?(\d\d)-?(\d\d)(?=T\d|_|\D|$)", text):
        iso = iso_date("".join(match.groups()))
        if iso and iso not in dates:
            dates.append(iso)
    return tuple(dates[:2])


def iso_date(text: str) -> str:
    """ISO date from YYYYMMDD or YYYY-MM-DD…; empty when the text is no date."""
    match = re.match(r"\s*(\d{4})-?(\d\d)-?(\d\d)", text)
    if not match:
        return ""
    year, month, day = (int(part) for part in match.groups())
    if not (1970 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{year:04d}-{month:02d}-{day:02d}"


def wavelength_of_frequency(hertz: float) -> Optional[float]:
    """Wavelength in m of a radar frequency in Hz; None outside 0.3 to 40 GHz."""
    return SPEED_OF_LIGHT / hertz if 0.3e9 <= hertz <= 40e9 else None


def plausible_wavelength(value: float) -> Optional[float]:
    """The value when it can be a radar wavelength in m (7 mm to 1 m), else None."""
    return float(value) if 0.007 <= value <= 1.0 else None


def in_one_line(given: str) -> str:
    """What a user gave as a name, short and without line breaks, for a message."""
    text = " ".join(given.split())
    return text if len(text) <= 40 else f"{text[:39]}…"
