"""Which tool wrote a flat binary, by the side files beside it.

ISCE2, ROI_PAC and GAMMA give their binaries the same endings (.unw, .int, .cor), and MintPy adds .rsc files.
The headers decide: ISCE2 writes .xml and .vrt, ROI_PAC .rsc, and GAMMA one parameter file for a folder.
"""

from __future__ import annotations

from .location import ProductLocation

_HEADER_ENDINGS = (".rsc", ".xml", ".vrt", ".hdr", ".geo.xml")


def has_isce_header(location: ProductLocation, name: str) -> bool:
    """Whether ISCE2's own side files stand beside a file; MintPy's .rsc files there do not count."""
    return location.has(name + ".xml") or location.has(name + ".vrt")


def has_header(location: ProductLocation, name: str) -> bool:
    """Whether a file has a header of its own, which GAMMA's binaries never have."""
    own = any(location.has(name + ending) for ending in _HEADER_ENDINGS)
    return own or location.has(f"{name.rsplit('.', 1)[0]}.hdr")
