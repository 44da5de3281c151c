"""What a user chooses for a source estimate, beside the interferograms, and the files to write."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Optional, Union

from ..errors import InputError, OutputError
from ..output.transaction import check_target
from ..source.scenes import LonLatExtent
from ..source.settings import CRUSTAL_RIGIDITY_PA, MAX_LOOKS, SourceSettings
from .origin_time import given_time


@dataclass(frozen=True)
class SourceOptions:
    """How interferograms are read and the source is estimated. Plain data.

    Attributes
    ----------
    extent : tuple of float, optional
        West, south, east, north in degrees (WGS 84); None: the whole scenes.
    heading, incidence : tuple of float, optional
        Degrees, one for all looks or one for each, where the products have no look vectors.
    wavelength : float, optional
        Metres; None: the product's.
    quantity, unit, positive, layer, date, corrections : str, optional
        How the values are read, of all looks; see `open_interferogram`.
    coherence_threshold : float, optional
        Pixels of less coherence are left out.
    catalogue : str, optional
        A catalogue of earthquakes; the estimate is compared with its likeliest event.
    time : str, optional
        Origin time of the earthquake (ISO, UTC) or its day.
    rigidity_pa : float
    seed : int
    network : bool
        Whether half of the search's faults come from the source network.
    turned : tuple of int
        Numbers from 1 of the looks whose sign is to be turned.
    """

    extent: Optional[LonLatExtent] = None
    heading: Optional[tuple[float, ...]] = None
    incidence: Optional[tuple[float, ...]] = None
    wavelength: Optional[float] = None
    quantity: Optional[str] = None
    unit: Optional[str] = None
    positive: Optional[str] = None
    layer: Optional[str] = None
    date: Optional[str] = None
    corrections: Optional[str] = None
    coherence_threshold: Optional[float] = None
    catalogue: Optional[str] = None
    time: Optional[str] = None
    rigidity_pa: float = CRUSTAL_RIGIDITY_PA
    seed: int = 0
    network: bool = False
    turned: tuple[int, ...] = ()

    def check(self, looks: int) -> None:
        """Validate the options for a number of looks.

        Raises
        ------
        InputError
        """
        for name, values in (("headings", self.heading), ("incidence angles", self.incidence)):
            if values is not None and len(values) not in (1, looks):
                raise InputError(f"{len(values)} {name} were given for {looks} looks; give one, or one each.")
            if not all(math.isfinite(value) for value in values or ()):
                raise InputError(f"The {name} must be numbers in degrees; leave them out where unknown.")
        unknown = [number for number in self.turned if not 1 <= number <= looks]
        if unknown:
            raise InputError(f"There is no look {unknown[0]} whose sign could be turned; count from 1.")
        if self.extent is not None and not self.extent[1] < self.extent[3]:
            raise InputError("The extent is empty: its south is not below its north.")
        if self.time:
            given_time(self.time)
        SourceSettings(rigidity_pa=self.rigidity_pa, seed=self.seed).check()

    def angle(self, name: str) -> Union[float, Sequence[float], None]:
        """Heading or incidence as `looks_from_scenes` takes it."""
        values = getattr(self, name)
        return None if values is None else values[0] if len(values) == 1 else list(values)


class SourceFiles:
    """The files that the user requested, checked before the run.

    Parameters
    ----------
    inputs : iterable of str
        Files that are never overwritten.
    result, layers, quakeml, page : str, optional
        Paths of the JSON, GeoPackage, QuakeML and HTML files.
    maps : str, optional
        Existing folder for the GeoTIFFs.
    report : str, optional
        Report of a detection, which gets the chapter.
    optional_quakeml : str, optional
        A QuakeML file that is left out, without an error, where the time is not known.

    Raises
    ------
    OutputError
        When one of them cannot be written.
    """

    def __init__(
        self,
        inputs: Iterable[str],
        *,
        result: Optional[str] = None,
        layers: Optional[str] = None,
        quakeml: Optional[str] = None,
        page: Optional[str] = None,
        maps: Optional[str] = None,
        report: Optional[str] = None,
        optional_quakeml: Optional[str] = None,
    ) -> None:
        read_only = list(inputs)

        def check(target: Optional[str], suffixes: tuple[str, ...], what: str) -> Optional[str]:
            return check_target(target, suffixes, what, read_only) if target else None

        self.result = check(result, (".json",), "result")
        self.layers = check(layers, (".gpkg",), "layers")
        self.quakeml = check(quakeml or optional_quakeml, (".xml", ".quakeml", ".qml"), "QuakeML file")
        self.needs_time = bool(quakeml)
        self.page = check(page, (".html", ".htm"), "page")
        self.report = check(report, (".html", ".htm"), "report")
        self.maps = maps or None
        if self.maps is not None:
            from .raster_layers import MEANINGS, map_path

            for number in range(1, MAX_LOOKS + 1):
                for part in MEANINGS:
                    check_target(map_path(self.maps, number, part), (".tif",), "map", read_only)
        named = [name for name in (self.result, self.layers, self.quakeml, self.page, self.report) if name]
        if len(set(named)) < len(named):
            raise OutputError("Two output files have the same name; give each file its own name.")
