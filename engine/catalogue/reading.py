"""`read_catalogue`: from the path of a catalogue of any known format to its events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

from ..errors import InputError
from .event import Catalogue, Event, by_time
from .formats.registry import FORMATS
from .magnitudes import moment_magnitude
from .rows import MAX_REPORTED_ROWS, Reading
from .source_file import open_file


def read_catalogue(path: str, fields: Optional[Mapping[str, str]] = None) -> Catalogue:
    """Read the earthquakes of a catalogue.

    Parameters
    ----------
    path : str
        QuakeML, FDSN event text, USGS GeoJSON or CSV, ISC CSV, GCMT ndk, any other table with a header, or a
        point layer that GDAL reads. The format is recognised by the content.
    fields : mapping of str to str, optional
        For tables and point layers whose fields have unusual names: the field by quantity, such as
        {"magnitude": "M_best"}; see `fields.NAMES` for the quantities.

    Returns
    -------
    Catalogue

    Raises
    ------
    InputError
        When the file is missing, of no known format, damaged, in local time, or holds no earthquake.
    """
    source = open_file(path, dict(fields or {}))
    for kind in FORMATS:
        if kind.recognise(source):
            reading = kind.read(source)
            break
    else:
        raise InputError(
            f"“{source.name}” is no earthquake catalogue that QuakeFringe knows; give QuakeML, FDSN event "
            "text, USGS GeoJSON or CSV, ISC CSV, GCMT ndk, or a point layer with magnitudes."
        )
    if not reading.events:
        raise InputError(_why_empty(source.name, reading))
    events = tuple(sorted(reading.events, key=by_time))
    return Catalogue(
        name=source.name,
        format=kind.NAME,
        events=events,
        notes=(*reading.notes, *_notes(events, reading)),
        warnings=_warnings(reading),
    )


def _why_empty(name: str, reading: Reading) -> str:
    if reading.damaged:
        return f"No earthquake of “{name}” can be read ({reading.damaged[0]}); check the file."
    if reading.other_kinds:
        return f"“{name}” holds no earthquakes, only {_kinds(reading)}; give a catalogue of earthquakes."
    return f"“{name}” holds no earthquakes; choose a longer period or a larger region."


def _notes(events: tuple[Event, ...], reading: Reading) -> list[str]:
    """Which magnitudes are used, and what was left out."""
    notes = []
    rules: dict[str, int] = {}
    for event in events:
        if event.magnitude is not None:
            rule = (
                moment_magnitude(event.magnitude, event.magnitude_type)[1]
                or "moment magnitude of the catalogue"
            )
            rules[rule] = rules.get(rule, 0) + 1
    if rules:
        parts = [f"{count} × {rule}" for rule, count in sorted(rules.items(), key=lambda item: -item[1])]
        notes.append(f"Magnitudes: {'; '.join(parts)}.")
    missing = sum(event.magnitude is None for event in events)
    if missing:
        notes.append(f"{missing} of {len(events)} events have no magnitude, so they are not matched.")
    if reading.other_kinds:
        notes.append(f"Left out, as they are no earthquakes: {_kinds(reading)}.")
    return notes


def _kinds(reading: Reading) -> str:
    return ", ".join(f"{count} × {kind}" for kind, count in sorted(reading.other_kinds.items()))


def _warnings(reading: Reading) -> tuple[str, ...]:
    if not reading.damaged:
        return ()
    shown = "; ".join(reading.damaged[:MAX_REPORTED_ROWS])
    more = len(reading.damaged) - MAX_REPORTED_ROWS
    rest = f"; and {more} more" if more > 0 else ""
    count = len(reading.damaged)
    words = (
        "entry of the catalogue cannot be read and is"
        if count == 1
        else "entries of the catalogue cannot be read and are"
    )
    return (f"{count} {words} left out ({shown}{rest}).",)
