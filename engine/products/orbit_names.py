"""Track, pass and time of Sentinel-1 images from the names of products.

Sentinel-1 repeats after 175 orbits. The track (relative orbit) is the absolute orbit minus 73 (S1A) or 27
(S1B), modulo 175, plus 1: orbit 5516 of S1A, which saw the 2015 Gorkha earthquake, is on track 19.
LiCSAR's frames are named <track><pass>_<colatitude>_<bursts>, such as 019D_05172_131313.
"""

from __future__ import annotations

import re

from .model import Product
from .names import iso_date

_FIRST_ORBIT = {"A": 73, "B": 27}
"""Absolute orbits of track 1."""
_ORBITS_OF_CYCLE = 175
_FRAME = re.compile(r"(?<!\d)(?P<track>\d{3})(?P<pass>[AD])_\d{5}_\d{6}(?!\d)")
_GRANULE = re.compile(r"\bS1(?P<unit>[A-D])_\w{2}_\w{3}[^\s/]*?_\d{8}T\d{6}_(?P<orbit>\d{6})_")
_BURSTS = re.compile(r"(?:^|/)S1_(?P<track>\d{3})_\d{6}s\dn\d\d")
_TIME = re.compile(r"(?<!\d)(\d{8})T(\d\d)(\d\d)(\d\d)(?!\d)")
_PASSES = {"A": "ascending", "D": "descending"}


def set_frame_of_licsar(product: Product, *texts: str) -> None:
    """Track, frame and pass from the frame's name; the last one of the first text that has one."""
    for text in texts:
        frames = list(_FRAME.finditer(text))
        if frames:
            product.track, product.frame = str(int(frames[-1].group("track"))), frames[-1].group(0)
            product.orbit_direction = product.orbit_direction or _PASSES[frames[-1].group("pass")]
            return


def set_pass_of_hyp3(product: Product, name: str, text: str) -> None:
    """Track, pass and time from the name of a HyP3 product and its parameter file (empty without one)."""
    bursts, granule = _BURSTS.search(name), _GRANULE.search(text)
    orbit = re.search(r"^Reference Orbit Number:\s*(\d{1,6})\s*$", text, re.MULTILINE)
    direction = re.search(r"^Reference Pass Direction:\s*(ASC|DESC)", text, re.MULTILINE | re.IGNORECASE)
    if bursts:
        product.track = str(int(bursts.group("track")))
    elif granule and granule.group("unit") in _FIRST_ORBIT:
        number = int(orbit.group(1)) if orbit else int(granule.group("orbit"))
        product.track = str((number - _FIRST_ORBIT[granule.group("unit")]) % _ORBITS_OF_CYCLE + 1)
    if direction and not product.orbit_direction:
        product.orbit_direction = _PASSES[direction.group(1)[0].upper()]
    time = _TIME.search(name)
    if time and iso_date(time.group(1)):
        product.pass_time = f"{iso_date(time.group(1))}T{time.group(2)}:{time.group(3)}:{time.group(4)}"
