"""`assess`: from a displacement and a source to zones, tilt, shaking, exposure, and the files on them."""

from __future__ import annotations

import dataclasses
import math
from typing import Callable, Optional

import numpy as np

from ...version import __version__
from ..decomposition.fault_plane import read_source
from ..errors import InputError
from ..progress import Progress, RunProgress
from ..raster.grid import wkt_of_epsg
from .classes import Classes, transformed
from .exposure import Exposed, Feature, counts, people_in, read_features, roads_in
from .files import HazardFiles
from .gradients import strain_classes, tilt_classes
from .ground import GroundMotion, read_ground
from .intensity import (
    MAGNITUDES,
    intensity,
    intensity_classes,
    intensity_sigma,
    rupture_distance,
)
from .result import HazardResult, Place, Theme
from .settings import HazardSettings
from .zones import levels_of, zones

FLAT_DIP_DEG = 12.0
"""On flatter thrusts below a mountain belt the relation for crustal faults is only a first estimate."""
UNIFORM_SLIP = (
    "The rupture is a rectangle of uniform slip. Where the real slip fades out smoothly, the rectangle lies "
    "deeper, and intensities near it are too low."
)
"""Limit of intensities on the rupture of a source estimate."""


def assess(
    settings: HazardSettings,
    *,
    page: Optional[str] = None,
    package: Optional[str] = None,
    result: Optional[str] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> HazardResult:
    """Assess what an earthquake did to the ground and who lives there.

    Parameters
    ----------
    settings : HazardSettings
    page, package, result : str, optional
        Files to write: HTML, GeoPackage, JSON. Either all of them are written or none.
    progress, cancelled : callable, optional
        As in `detect`.

    Returns
    -------
    HazardResult

    Raises
    ------
    InputError, OutputError
        With one sentence that says what is wrong and what to do.
    Cancelled
        When `cancelled` returns True; nothing is written.
    """
    settings.check()
    run = RunProgress(progress, cancelled)
    named = (
        settings.displacement,
        settings.east,
        settings.north,
        settings.source,
        settings.population,
        settings.settlements,
        settings.buildings,
        settings.roads,
    )
    files = HazardFiles([name for name in named if name], page, package, result)
    run.report(0, "Reading the displacement")
    motion = read_ground(settings, run.tick)
    run.finish_step("reading")
    out = HazardResult(motion, [], inputs=dataclasses.asdict(settings), plugin_version=__version__)
    out.started, out.timings = run.started, run.timings
    out.sources, out.warnings = list(motion.sources), list(motion.warnings)
    _add_source(out, settings)
    run.report(25, "Drawing zones")
    out.themes = _themes(out, levels_of(motion, settings.levels_m))
    run.finish_step("zones")
    run.report(45, "Counting people, buildings and roads")
    _add_exposure(out, settings, run.tick)
    run.finish_step("exposure")
    run.report(80, "Writing")
    files.write(out, run.tick)
    run.report(100, "Assessed")
    return out


def _add_source(out: HazardResult, settings: HazardSettings) -> None:
    """The faults and the magnitude, from the source estimate or from the user's numbers."""
    if settings.source is not None:
        source = read_source(settings.source)
        out.faults, out.mw, out.mw_sigma = source.faults, source.mw, source.mw_sigma
        out.sources.append("Fault and magnitude: source estimate from the interferograms")
        if source.weight is not None and source.weight < 0.9:
            out.warnings.append(
                f"The source estimate gives this nodal plane {100 * source.weight:.0f} %: the other may be "
                "the fault, and distances to it would differ."
            )
    elif settings.fault is not None:
        out.faults, out.mw = (settings.fault,), settings.mw
        out.sources.append("Fault and magnitude: numbers given by the user")
    if out.mw is not None and not MAGNITUDES[0] <= out.mw <= MAGNITUDES[1]:
        out.warnings.append(
            f"Mw {out.mw:.1f} is outside the data of the intensity relation (Mw {MAGNITUDES[0]:g} to "
            f"{MAGNITUDES[1]:g}); its intensities are extrapolated."
        )
    if any(fault.dip < FLAT_DIP_DEG for fault in out.faults):
        out.warnings.append(
            "The fault is nearly flat, like a plate interface: the intensity relation is one for crustal "
            "faults."
        )


def _themes(out: HazardResult, levels: tuple[float, ...]) -> list[Theme]:
    motion, smallest = out.motion, f"{max(out.motion.grid.pixel_size_m):.0f} m"
    what = "vertical displacement" if motion.vertical else "displacement along the line of sight"
    noise = ""
    if motion.sigma is not None:
        noise = f" Its median standard deviation is {100 * float(np.nanmedian(motion.sigma)):.1f} cm."
    themes = [
        Theme(
            "zones",
            "Uplift and subsidence" if motion.vertical else "Motion along the line of sight",
            zones(motion, levels),
            Exposed(),
            f"Measured: {what} from interferograms, pixels of {smallest}.",
            f"Relative to ground away from the event.{noise} Areas count pixels with data only.",
        ),
        Theme(
            "tilt",
            "Tilt" if motion.vertical else "Gradient along the line of sight",
            tilt_classes(motion),
            Exposed(),
            f"Measured: gradient of {what} over 1 km. Levels: Skempton and MacDonald (1956), Bjerrum (1963).",
            "Ruptures, landslides and liquefaction at one place tilt more than a mean over 1 km can show.",
        ),
    ]
    stretched = strain_classes(motion)
    if stretched is not None:
        kind = "principal" if motion.north is not None else "east-west (north is not measured)"
        themes.append(
            Theme(
                "strain",
                "Strain",
                stretched,
                Exposed(),
                f"Measured: {kind} strain over 1 km. Levels: Boscardin and Cording (1989), after Burland "
                "et al. (1977).",
                "The same limits as tilt; shear to the north is not contained where north is unknown.",
            )
        )
    if out.faults and out.mw is not None:
        rupture = f" {UNIFORM_SLIP}" if out.inputs.get("source") else ""
        themes.append(
            Theme(
                "intensity",
                "Shaking (model)",
                intensity_classes(out.faults, out.mw),
                Exposed(),
                "Modelled, not measured: Allen, Wald and Worden (2012), active crust, rupture distance.",
                "A single place differs from the mean by 0.7 to 0.95 degrees (one standard deviation); soil, "
                f"topography and the direction of rupture are not contained.{rupture}",
            )
        )
    return themes


def _add_exposure(out: HazardResult, settings: HazardSettings, tick: Callable[[], None]) -> None:
    """Count what lies in the classes of every theme."""
    classes = [theme.classes for theme in out.themes]
    if settings.population is not None:
        people, warnings = people_in(settings.population, settings.population_unit, classes, tick)
        out.warnings += warnings
        out.sources.append(f"People: {_name(settings.population)}, {settings.population_unit}")
        for theme, values in zip(out.themes, people):
            theme.exposed.people = values
    if settings.buildings is not None:
        buildings = read_features(settings.buildings, "building layer")
        out.sources.append(f"Buildings: {_name(settings.buildings)}, {len(buildings)} in the file")
        for theme in out.themes:
            theme.exposed.buildings = counts(buildings, theme.classes)[0]
    tick()
    if settings.roads is not None:
        out.sources.append(f"Roads: {_name(settings.roads)}")
        for theme, lengths in zip(out.themes, roads_in(settings.roads, classes)):
            theme.exposed.roads_km = lengths
    tick()
    if settings.settlements is not None:
        settlements = read_features(settings.settlements, "settlement layer", settings.name_field)
        if not settlements:
            raise InputError(f"“{_name(settings.settlements)}” holds no settlement; choose another layer.")
        out.sources.append(f"Settlements: {_name(settings.settlements)}, {len(settlements)} in the file")
        for theme in out.themes:
            theme.exposed.settlements = counts(settlements, theme.classes)[0]
        out.places = _places(out, settlements)


def _places(out: HazardResult, settlements: list[Feature]) -> list[Place]:
    """What is known about each settlement, the nearest to the fault first."""
    lon = np.array([one.longitude for one in settlements])
    lat = np.array([one.latitude for one in settlements])
    theme = out.theme("zones")
    zone_numbers = counts(settlements, theme.classes)[1] if theme else np.zeros(len(lon))
    rise = _sampled(out.motion, lon, lat)
    places = [Place(one) for one in settlements]
    if out.faults and out.mw is not None:
        rupture = rupture_distance(out.faults, lon, lat)
        surface = np.min([fault.surface_distance_km(lon, lat) for fault in out.faults], axis=0)
        shaking, spread = intensity(rupture, out.mw), intensity_sigma(rupture, out.mw_sigma)
        for index, place in enumerate(places):
            place.rupture_km, place.fault_km = float(rupture[index]), float(surface[index])
            place.intensity, place.intensity_sigma = float(shaking[index]), float(spread[index])
    for index, place in enumerate(places):
        if theme is not None and zone_numbers[index] > 0:
            place.zone = theme.classes.bands[int(zone_numbers[index]) - 1].label
        place.rise_m = float(rise[index]) if math.isfinite(rise[index]) else None
    return sorted(places, key=lambda one: (one.rupture_km or 0.0, -abs(one.rise_m or 0.0)))


def _sampled(motion: GroundMotion, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Displacement at places in degrees; NaN outside."""
    index = np.arange(motion.rise.size, dtype=np.int64).reshape(motion.rise.shape)
    x, y = transformed(lon, lat, wkt_of_epsg(4326), motion.grid.crs_wkt)
    number = Classes(motion.grid, [], index).at(x, y)
    values = motion.rise.ravel()[np.maximum(number, 0)]
    return np.asarray(np.where(number >= 0, values, np.nan))


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]
