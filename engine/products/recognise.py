"""Is this a product that a map program would load badly? Answered from names and first bytes alone.

For drag and drop: what is recognised here is opened by the readers; everything else is left to the program.
"""

from __future__ import annotations

from ..errors import InputError
from .families import FAMILIES
from .location import locate


def recognise(path: str) -> str:
    """The family of a file, folder or archive; empty when it is none, or one that needs no help.

    Parameters
    ----------
    path : str
        A local path. Folders and archives are listed, not read.
    """
    try:
        location = locate(path)
    except InputError:
        return ""
    return next((family.NAME for family in FAMILIES if family.recognise(location)), "")
