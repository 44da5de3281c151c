"""Which tool wrote a flat binary, by the side files beside it.

ISCE2, ROI_PAC and GAMMA give their binaries the same endings (.unw, .int, .cor), and MintPy adds .rsc files.
The headers decide: ISCE2 writes .xml and .vrt, ROI_PAC .rsc, and GAMMA one parameter file for a folder.
"""

from __future__ import annotations

from .location import ProductLocation
from .rsc_header import is_usable

_HEADER_ENDINGS = (".xml", ".vrt", ".geo.xml")


def has_isce_header(location: ProductLocation, name: str) -> bool:
    """Whether ISCE2's own side files stand beside a file; MintPy's .rsc files there do not count."""
    return location.has(name + ".xml") or location.has(name + ".vrt")


def has_envi_header(location: ProductLocation, name: str) -> bool:
    """Whether an ENVI header stands beside a file."""
    return location.has(f"{name}.hdr") or location.has(f"{name.rsplit('.', 1)[0]}.hdr")


def has_header(location: ProductLocation, name: str) -> bool:
    """Whether a file has a header of its own, which GAMMA's binaries never have; a damaged .rsc is none."""
    own = any(location.has(name + ending) for ending in _HEADER_ENDINGS)
    rsc = f"{name}.rsc"
    return own or has_envi_header(location, name) or (location.has(rsc) and is_usable(location.path(rsc)))
