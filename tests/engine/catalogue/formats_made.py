"""One earthquake (Gorkha 2015) in every format of catalogues, each with the format's own order of fields.

The files were written by hand from the formats' documentation; tensors of the two USGS files are rounded.
"""

from pathlib import Path

FILES = Path(__file__).parent / "files"


def text_of(name):
    return (FILES / name).read_text(encoding="utf-8")


NDK, FDSN, USGS_CSV = text_of("gorkha.ndk"), text_of("gorkha.fdsn.txt"), text_of("gorkha.usgs.csv")
USGS_GEOJSON, ISC, QUAKEML = text_of("gorkha.geojson"), text_of("gorkha.isc.html"), text_of("gorkha.quakeml")
TEXTS = {
    "GCMT ndk": NDK,
    "FDSN event text": FDSN,
    "table": USGS_CSV,
    "USGS GeoJSON": USGS_GEOJSON,
    "ISC CSV": ISC,
    "QuakeML": QUAKEML,
}
