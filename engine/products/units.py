"""Units of phase and length, in unit tags and in names."""

from __future__ import annotations

import re

_NAMED = (
    ("rad", r"\b(rad|rads|radians?)\b"),
    ("mm", r"\b(mm|mmyr|milli ?met(er|re)s?)\b"),
    ("cm", r"\b(cm|cmyr|centi ?met(er|re)s?)\b"),
    ("m", r"\b(m|met(er|re)s?)\b"),
)
"""Units that a file's name can state."""
_TAGGED = (
    ("deg", r"^(deg|degrees?|°)$"),
    ("cycle", r"^(cycles?|turns?|fringes?)$"),
    ("mrad", r"\b(mrad|milli-?rad(ian)?s?)\b"),
    ("dm", r"\b(dm|deci-?met(er|re)s?)\b"),
    ("km", r"\b(km|kilo-?met(er|re)s?)\b"),
    ("um", r"(\b|^)([uµμ]m|micro-?met(er|re)s?|microns?)\b"),
    ("in", r"^in$|\binch(es)?\b"),
    ("ft", r"\b(ft|foot|feet)\b"),
)
"""Units that only a unit tag can state: in names these words mean other things."""
_OTHER_QUANTITIES = re.compile(
    r"%|°\s*[cfk]\b|\b(k|kelvin|celsius|db|decibels?|h?pa|m?bar|kg|percent|[kmg]?hz|s|sec|seconds?|h|hours?|"
    r"dn|counts?|pix(els?)?|px|samples?|ppm|tecu?|m?gal|psi|volts?|watts?|mol)\b",
    re.IGNORECASE,
)
"""Parts of units that measure neither phase nor displacement, such as dB, K, hPa and m/s."""
_PERIODS = (
    ("year", r"yr|yrs|years?|a|an|annum"),
    ("month", r"months?"),
    ("day", r"d|days?"),
)


def words(text: str) -> str:
    """Lower case, with everything but letters and digits turned into spaces."""
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def unit_of(text: str) -> str:
    """The unit in a name, unit tag or description: rad, m, cm, mm, or empty."""
    plain = words(text)
    return next((unit for unit, pattern in _NAMED if re.search(pattern, plain)), "")


def unit_of_tag(text: str) -> str:
    """The unit in a unit tag, one of `model.UNIT_SCALE`; empty when it is none of them."""
    plain = text.strip().lower()
    if measures_other_quantity(plain) or re.match(r"[\d.]", plain):  # "10^-3 m" is not the metre
        return ""
    return next((unit for unit, pattern in _TAGGED if re.search(pattern, plain)), "") or unit_of(text)


def measures_other_quantity(tag: str) -> bool:
    """Whether a unit tag is the unit of something that is neither phase nor displacement."""
    return bool(_OTHER_QUANTITIES.search(tag))


def period_of(text: str) -> str:
    """The period of a rate, such as "year" for "mm/yr" and "velocity_cm_yr"; empty when it is no rate."""
    plain = words(text)
    for period, pattern in _PERIODS:
        if re.search(rf"(mm|cm|\bm|met(er|re)s?|\brad|radians?) ?(per )?({pattern})\b", plain):
            return period
    return "year" if re.search(r"\b(vel|velocity|rate)\b", plain) else ""
