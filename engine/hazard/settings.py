"""What a user chooses about a hazard assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..decomposition.fault_plane import FaultPlane
from ..errors import InputError

POPULATION_UNITS = ("count", "density")


@dataclass(frozen=True)
class HazardSettings:
    """Inputs of an assessment; every one but the displacement is optional.

    Attributes
    ----------
    displacement : str
        Raster of vertical displacement in metres, or the folder that `decompose` wrote. With `one_look`: an
        interferogram, of which the line-of-sight displacement is taken.
    one_look : bool
    east, north : str, optional
        Rasters of horizontal displacement in metres, for the strain.
    levels_m : tuple of float
        Displacement at which zones begin, metres, positive; the same levels hold for uplift and subsidence.
        Empty: chosen from the data.
    source : str, optional
        JSON of a source estimate.
    fault : FaultPlane, optional
        The fault in numbers, instead.
    mw : float, optional
        Moment magnitude with `fault`.
    population : str, optional
        Raster of people, any coordinate system.
    population_unit : str
        "count" (people in a pixel) or "density" (people per km²).
    settlements, buildings, roads : str, optional
        Vector layers, any coordinate system; a part of a file as ``path|layername=name``.
    name_field : str, optional
        Field with the names of the settlements; None: found.
    """

    displacement: str
    one_look: bool = False
    east: Optional[str] = None
    north: Optional[str] = None
    levels_m: tuple[float, ...] = ()
    source: Optional[str] = None
    fault: Optional[FaultPlane] = None
    mw: Optional[float] = None
    population: Optional[str] = None
    population_unit: str = "count"
    settlements: Optional[str] = None
    buildings: Optional[str] = None
    roads: Optional[str] = None
    name_field: Optional[str] = None

    def check(self) -> None:
        """Validate the settings; raises `InputError`."""
        if any(not level > 0 for level in self.levels_m) or list(self.levels_m) != sorted(set(self.levels_m)):
            raise InputError("The levels must be positive metres in rising order, such as 0.1, 0.25, 0.5, 1.")
        if self.population_unit not in POPULATION_UNITS:
            raise InputError(
                f"“{self.population_unit}” is no unit of a population raster; use count or density."
            )
        if self.source is not None and self.fault is not None:
            raise InputError("Give either a source estimate or the numbers of the fault, not both.")
        if self.fault is not None:
            self.fault.check()
            if self.mw is None or not 3 <= self.mw <= 9.7:
                raise InputError("Give the moment magnitude of the fault, between 3 and 9.7.")
