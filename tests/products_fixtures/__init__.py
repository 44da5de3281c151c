"""Small files of every product family, true to their specifications, all from one simulated field.

`los(lon, lat)` is the ground's line-of-sight displacement in metres, positive towards the satellite. Each
builder writes one product of it with the family's own layout, unit, sign, nodata and metadata, and says
what a reader should find. A new family's builder goes into a module of its own in this package, decorated
with `family`; nothing else needs to change.
"""

from __future__ import annotations

import importlib
import pkgutil

from .binary import write_isce
from .field import (
    C_BAND,
    CENTRE,
    HEIGHT,
    ISO,
    L_BAND,
    NEWER,
    OLDER,
    UTM,
    WIDTH,
    coherence,
    cube_grid,
    filled,
    geographic_grid,
    look_angles,
    look_vectors,
    los,
    low_coherence,
    no_data,
    phase,
    srs_of,
    utm_grid,
    wrapped,
    write_tiff,
)
from .gmt import write_grd
from .registry import FAMILIES, Case, available, build_all, case_ids, case_of, family, write_cases

__all__ = [
    "C_BAND", "CENTRE", "FAMILIES", "HEIGHT", "ISO", "L_BAND", "NEWER", "OLDER", "UTM", "WIDTH", "Case",
    "available", "build_all", "case_ids", "case_of", "coherence", "cube_grid", "family", "filled",
    "geographic_grid", "look_angles", "look_vectors", "los", "low_coherence", "no_data", "phase", "srs_of",
    "utm_grid", "wrapped", "write_cases", "write_grd", "write_isce", "write_tiff",
]  # fmt: skip

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
