"""`run_source`: from paths of interferograms to an estimate and its files."""

from __future__ import annotations

import dataclasses
import logging
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ..catalogue import Event
from ..errors import InputError
from ..interferogram import Interferogram, open_interferogram
from ..output.transaction import Transaction, write_bytes
from ..progress import Progress, RunProgress
from ..source import Look, SourceEstimate, SourceSettings, estimate_source
from ..source.scenes import looks_from_scenes
from ..source.search import Proposal
from ..source.settings import MAX_LOOKS
from ..source_network.proposal import proposal_if_seen
from .catalogue_event import event_near, mechanism_of
from .estimate_json import origin, write_estimate_json
from .ground_motion import FitMap, fit_map
from .options import SourceFiles, SourceOptions
from .origin_time import OriginTime, given_time, time_between
from .page import check_report, page, with_chapter
from .quakeml import quakeml
from .raster_layers import map_path, write_maps
from .vector_layers import write_layers

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceRun:
    """An estimate and what belongs to it.

    Attributes
    ----------
    estimate : SourceEstimate
    run_id : str
    event : Event or None
        The event of the catalogue that it was compared with.
    time : OriginTime or None
        None where neither dates, catalogue nor user tell it.
    maps : tuple of str
        Paths of the GeoTIFFs.
    context : dict
        What the JSON holds beside the estimate.
    warnings : tuple of str
        Those of the estimate and of reading.
    """

    estimate: SourceEstimate
    run_id: str
    event: Optional[Event]
    time: Optional[OriginTime]
    maps: tuple[str, ...]
    context: dict[str, Any]
    warnings: tuple[str, ...]


def run_source(
    paths: Sequence[str],
    options: SourceOptions = SourceOptions(),  # noqa: B008
    *,
    files: Optional[SourceFiles] = None,
    proposal: Optional[Proposal] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
) -> SourceRun:
    """Estimate the source of an earthquake from interferograms and write the files that were requested.

    Parameters
    ----------
    paths : sequence of str
        One to eight interferograms of one event, each seen from one direction.
    options : SourceOptions
    files : SourceFiles, optional
        All of them are written, or none.
    proposal : Proposal, optional
        Where to search first, such as the fast network.
    progress, cancelled : callable, optional
        As in `estimate_source`.

    Raises
    ------
    InputError, OutputError
        With one sentence that says what is wrong and what to do.
    Cancelled
        If `cancelled` returns True; nothing is written.
    """
    paths = list(paths)
    files = files or SourceFiles(paths)
    options.check(len(paths))
    if files.report:
        check_report(_read(files.report))
    run = RunProgress(progress, cancelled)
    run.report(0, "Opening the interferograms")
    scenes = []
    for path in paths:
        run.tick()
        scenes.append(_open(path, options))
    settings = SourceSettings(rigidity_pa=options.rigidity_pa, seed=options.seed)
    looks = looks_from_scenes(
        scenes,
        options.extent,
        heading=options.angle("heading"),
        incidence=options.angle("incidence"),
        wavelength=options.wavelength,
        margin_km=settings.margin_km,
        tick=run.tick,
    )
    looks = [look.turned() if number in options.turned else look for number, look in enumerate(looks, 1)]
    dates = [scene.dates for scene in scenes]
    event = event_near(options.catalogue, options.extent, looks[0], dates)
    time = _time(options, event, dates)
    if files.needs_time and time is None:
        raise InputError(
            "QuakeML needs the time of the earthquake, and the interferograms have no dates: give the time "
            "or a catalogue, or leave the QuakeML file out."
        )
    if proposal is None and options.network:
        proposal = proposal_if_seen(looks)
    run.report(5, "Estimating the source")
    settings = dataclasses.replace(settings, mechanism=mechanism_of(event))
    estimate = estimate_source(
        looks,
        settings,
        proposal=proposal,
        progress=lambda percent, text: run.report(5 + 0.85 * percent, text),
        cancelled=cancelled,
    )
    heard = [text for scene in scenes for text in scene.warnings]
    estimate = dataclasses.replace(estimate, warnings=tuple(dict.fromkeys([*heard, *estimate.warnings])))
    run.report(92, "Writing")
    run_id = uuid.uuid4().hex[:12]
    done = SourceRun(
        estimate,
        run_id,
        event,
        time,
        (),
        _context(run, run_id, scenes, options, event, time),
        (*estimate.warnings, *_about_files(files, time, len(looks))),
    )
    written = _write(done, files, looks, scenes, run)
    run.report(100, f"Mw {estimate.mw:.2f}")
    logger.info("Mw %.2f from %d looks in %.1f s", estimate.mw, len(looks), estimate.seconds)
    return dataclasses.replace(done, maps=tuple(written))


NO_QUAKEML = (
    "No QuakeML file was written: it needs the time of the earthquake, and the interferograms have no dates. "
    "Give the time, or a catalogue."
)


def _about_files(files: SourceFiles, time: Optional[OriginTime], looks: int) -> list[str]:
    """Warnings of a file that is left out, and of files of an earlier estimate that stay."""
    without_quakeml = files.quakeml is not None and time is None
    stale = [files.quakeml] if without_quakeml else []
    if files.maps:
        stale += [map_path(files.maps, looks + more, "data") for more in range(1, MAX_LOOKS - looks + 1)]
    names = [os.path.basename(path) for path in stale if path and os.path.exists(path)]
    out = [NO_QUAKEML] if without_quakeml else []
    if names:
        out.append(
            f"The folder still holds files of an earlier estimate, such as {names[0]}; this run did not "
            "write them."
        )
    return out


def _open(path: str, options: SourceOptions) -> Interferogram:
    return open_interferogram(
        path,
        quantity=options.quantity,
        wavelength=options.wavelength,
        layer=options.layer,
        unit=options.unit,
        positive=options.positive,
        coherence_threshold=options.coherence_threshold,
        date=options.date,
        corrections=options.corrections,
    )


def _time(
    options: SourceOptions, event: Optional[Event], dates: Sequence[Sequence[str]]
) -> Optional[OriginTime]:
    if options.time:
        return given_time(options.time)
    between = time_between(dates)
    if event is not None and event.time is not None:
        iso = event.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return OriginTime(iso, 0.0, f"that of the event {event.id} of the catalogue.")
    return between


def _context(
    run: RunProgress,
    run_id: str,
    scenes: Sequence[Interferogram],
    options: SourceOptions,
    event: Optional[Event],
    time: Optional[OriginTime],
) -> dict[str, Any]:
    """What the JSON holds beside the estimate."""
    return {
        "run_id": run_id,
        "started": run.started,
        "options": dataclasses.asdict(options),
        "inputs": [scene.describe() for scene in scenes],
        "time": None if time is None else dataclasses.asdict(time),
        "catalogue": None if event is None else event.describe(),
    }


def _write(
    done: SourceRun,
    files: SourceFiles,
    looks: Sequence[Look],
    scenes: Sequence[Interferogram],
    run: RunProgress,
) -> list[str]:
    """Write all files, or none; returns the paths of the GeoTIFFs."""
    estimate = done.estimate
    maps: dict[int, FitMap] = {}
    if files.maps or files.page or files.report:
        for index, (fit, look) in enumerate(zip(estimate.looks, looks)):
            run.tick()
            if look.raster is not None:
                maps[index] = fit_map(estimate, fit, look.raster)
    catalogue = _compared(done)
    written: list[str] = []
    with Transaction() as transaction:
        if files.result:
            write_estimate_json(estimate, transaction.stage(files.result), done.context)
        if files.layers:
            write_layers(estimate, transaction.stage(files.layers), done.run_id)
        if files.quakeml and done.time is not None:
            text = quakeml(estimate, done.time, done.run_id)
            write_bytes(transaction.stage(files.quakeml), text.encode("utf-8"))
        if files.page:
            html = page(estimate, maps, _facts(done, scenes), done.run_id, catalogue)
            write_bytes(transaction.stage(files.page), html.encode("utf-8"))
        if files.report:
            html = with_chapter(_read(files.report), estimate, maps, catalogue)
            write_bytes(transaction.stage(files.report), html.encode("utf-8"))
        if files.maps:
            numbered = [(index + 1, estimate.looks[index], one) for index, one in maps.items()]
            written = write_maps(transaction, files.maps, numbered, origin(estimate), done.run_id)
        run.tick()
        transaction.commit()
    return written


def _compared(done: SourceRun) -> Optional[dict[str, Any]]:
    """The catalogue's event with its distance from the estimate."""
    if done.event is None:
        return None
    distance = done.event.distance_km(done.estimate.longitude, done.estimate.latitude)
    return {**done.event.describe(), "distance_km": distance}


def _facts(done: SourceRun, scenes: Sequence[Interferogram]) -> list[tuple[str, str]]:
    facts = [
        (scene.name, f"{scene.product}, {scene.quantity.value}, {' to '.join(scene.dates)}")
        for scene in scenes
    ]
    options = ", ".join(
        f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in done.context["options"].items()
        if value is not None and value is not False and value != ()
    )
    facts += [
        ("Time", done.time.iso + ": " + done.time.words if done.time else "not known"),
        ("Catalogue", f"{done.event.id} {done.event.place}" if done.event else ""),
        ("Options", options),
        ("Started", str(done.context["started"])),
        ("Seconds", f"{done.estimate.seconds:.1f}"),
    ]
    return facts


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The report “{path}” cannot be read ({error}); give the HTML file of a detection."
        ) from error
