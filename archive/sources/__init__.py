"""From what the user names (a folder tree, a list, a pattern, a STAC catalogue) to scenes."""

from __future__ import annotations

import fnmatch
import glob
import os
import re
from collections.abc import Iterable, Iterator
from typing import Optional

from ...engine.errors import InputError
from ...engine.products.names import iso_date
from ..scene import Scene, scene_at
from .files import VIRTUAL, gdal_path, is_folder, walk
from .lists import scenes_of_list
from .stac import scenes_of_parquet, scenes_of_stac
from .tree import scenes_below

__all__ = ["find_scenes"]

LISTS = (".txt", ".csv", ".lst")
STAC_JSON = (".json", ".geojson")
STAC_PARQUET = (".parquet", ".geoparquet")


def find_scenes(
    source: str, since: Optional[str] = None, most: Optional[int] = None, asset: Optional[str] = None
) -> list[Scene]:
    """Scenes of a source, each once, in the source's order.

    Parameters
    ----------
    source : str
        A folder, a text or CSV list, a STAC catalogue or item collection (JSON or GeoParquet), a pattern
        such as `/data/*/*.unw.tif`, or a single product. Each may be a local path, an address (https://,
        s3://, gs://) or a path of GDAL (/vsicurl/, /vsis3/).
    since : str, optional
        ISO date; scenes whose later acquisition is older are left out. Scenes without a date are kept.
    most : int, optional
        Largest number of scenes.
    asset : str, optional
        Name of the STAC asset that holds the interferogram.

    Raises
    ------
    InputError
        When the source cannot be read or holds no scene.
    """
    first = _first_date(since)
    if most is not None and most < 1:
        raise InputError("The largest number of scenes is at least 1; leave --max-scenes out for all.")
    unique = dict.fromkeys(_all_scenes(source, asset))
    scenes = [scene for scene in unique if not (first and scene.date and scene.date < first)]
    if not unique:
        raise InputError(f"“{source}” holds no interferogram; give a folder, list, pattern or catalogue.")
    return scenes[:most]


def _first_date(since: Optional[str]) -> str:
    if not since:
        return ""
    date = iso_date(since)
    if not date:
        raise InputError(f"“{since}” is no date; give --since as YYYY-MM-DD.")
    return date


def _all_scenes(source: str, asset: Optional[str]) -> Iterable[Scene]:
    path = gdal_path(os.path.expanduser(source))
    lower = path.lower()
    if is_folder(path):
        return scenes_below(path)
    if not os.path.exists(path) and (glob.has_magic(path) or not path.startswith(VIRTUAL)):
        return _matching(path)
    if lower.endswith(LISTS):
        return scenes_of_list(path)
    if lower.endswith(STAC_JSON):
        return scenes_of_stac(path, asset)
    if lower.endswith(STAC_PARQUET):
        return scenes_of_parquet(path, asset)
    return [scene_at(path)]


def _matching(pattern: str) -> Iterator[Scene]:
    """Files and folders that a pattern names."""
    if not glob.has_magic(pattern):
        raise InputError(f"“{pattern}” does not exist; check the path.")
    if not pattern.startswith(VIRTUAL):
        for path in sorted(glob.iglob(pattern, recursive=True)):
            yield scene_at(path)
        return
    top = os.path.dirname(pattern[: re.search(r"[*?[]", pattern).start()])  # type: ignore[union-attr]
    for path in sorted(f"{folder}/{name}" for folder, _, names in walk(top, _unreadable) for name in names):
        if fnmatch.fnmatchcase(path, pattern):
            yield scene_at(path)


def _unreadable(error: OSError) -> None:
    raise InputError(f"The folder “{error.filename}” cannot be read ({error.strerror}); check the address.")
