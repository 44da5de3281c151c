"""How each scene is examined: plain data that travels to every worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..engine.settings import DEFAULTS, Settings

THUMBNAILS = ("notable", "all", "none")
"""Which scenes get a thumbnail; the first is the default."""


@dataclass(frozen=True)
class ExamineOptions:
    """How a worker examines each scene.

    Attributes
    ----------
    settings : Settings
    threads : int
        Threads of the network in the worker's process.
    limit_s : float, optional
        Seconds after which a scene is given up; None: never.
    heatmaps : bool
        Whether to return each heatmap as a cloud-optimised GeoTIFF.
    thumbnails : str
        "notable" for scenes in which anything was found, "all" or "none". A thumbnail reads the scene once
        more.
    """

    settings: Settings = DEFAULTS
    threads: int = 1
    limit_s: Optional[float] = None
    heatmaps: bool = False
    thumbnails: str = THUMBNAILS[0]
