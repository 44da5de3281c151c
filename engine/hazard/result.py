"""The result of a hazard assessment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from ..decomposition.fault_plane import FaultPlane
from .classes import Classes
from .exposure import Exposed, Feature
from .ground import GroundMotion

SCHEMA = 1
"""Version of the JSON layout, raised when a key changes its meaning or is removed."""


@dataclass
class Theme:
    """One raster of classes with what lies in them.

    Attributes
    ----------
    key : str
        "zones", "tilt", "strain" or "intensity".
    title : str
    classes : Classes
    exposed : Exposed
    source, limits : str
        Where the figures come from, and what they cannot say.
    """

    key: str
    title: str
    classes: Classes
    exposed: Exposed
    source: str
    limits: str


@dataclass
class Place:
    """A settlement with what the assessment says about it."""

    feature: Feature
    zone: str = ""
    rise_m: Optional[float] = None
    fault_km: Optional[float] = None
    rupture_km: Optional[float] = None
    intensity: Optional[float] = None
    intensity_sigma: Optional[float] = None


@dataclass
class HazardResult:
    """Everything that the files of an assessment show.

    Attributes
    ----------
    motion : GroundMotion
    themes : list of Theme
    faults : tuple of FaultPlane
    mw, mw_sigma : float, optional
    places : list of Place
        By distance to the fault, else by the size of the displacement.
    inputs : dict
        Settings of the run.
    """

    motion: GroundMotion
    themes: list[Theme]
    faults: tuple[FaultPlane, ...] = ()
    mw: Optional[float] = None
    mw_sigma: float = 0.0
    places: list[Place] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)
    sources: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    plugin_version: str = ""
    started: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    def theme(self, key: str) -> Optional[Theme]:
        """The theme of that key, if there is one."""
        return next((theme for theme in self.themes if theme.key == key), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "schema": SCHEMA,
            "plugin": "quakefringe",
            "plugin_version": self.plugin_version,
            "started": self.started,
            "vertical": self.motion.vertical,
            "mw": self.mw,
            "mw_sigma": self.mw_sigma,
            "faults": [_fault(fault) for fault in self.faults],
            **{theme.key: _theme(theme) for theme in self.themes},
            "places": [_place(place) for place in self.places],
            "inputs": self.inputs,
            "sources": self.sources,
            "warnings": self.warnings,
            "timings": self.timings,
        }


def _fault(fault: FaultPlane) -> dict[str, Any]:
    names = ("longitude", "latitude", "depth_km", "strike", "dip", "rake", "length_km", "width_km", "slip_m")
    data: dict[str, Any] = {name: getattr(fault, name) for name in names}
    return {**data, "top_km": fault.top_km, "corners": fault.corners()}


def _theme(theme: Theme) -> dict[str, Any]:
    """Rows by class, with the source and limits of the figures."""
    exposed, rows = theme.exposed, []
    for index, (band, area) in enumerate(zip(theme.classes.bands, theme.classes.areas_km2())):
        row: dict[str, Any] = {
            "class": band.key,
            "label": band.label,
            "low": band.low,
            "high": band.high,
            "area_km2": area,
        }
        for name in ("people", "settlements", "buildings", "roads_km"):
            values = getattr(exposed, name)
            row[name] = None if values is None else values[index]
        rows.append(row)
    return {"title": theme.title, "classes": rows, "source": theme.source, "limits": theme.limits}


def _place(place: Place) -> dict[str, Any]:
    feature = place.feature
    return {
        "name": feature.name,
        "longitude": feature.longitude,
        "latitude": feature.latitude,
        "people": feature.people,
        "zone": place.zone,
        "rise_m": place.rise_m,
        "fault_km": place.fault_km,
        "rupture_km": place.rupture_km,
        "intensity": place.intensity,
        "intensity_sigma": place.intensity_sigma,
    }
