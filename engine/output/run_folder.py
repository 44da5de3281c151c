"""A folder that keeps one run: heatmap, boxes, report and result; and what the result says, read back."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Optional

from ..errors import InputError, OutputError
from .leftovers import remove_abandoned_folders

HEATMAP, BOXES, REPORT, RESULT = "heatmap.tif", "boxes.gpkg", "report.html", "result.json"
HEADS = "heads.tif"
"""Names of the files of a run."""
MAX_NAME_CHARACTERS = 60
"""Longest part of a folder's name that comes from the scene; Windows limits a whole path to 260."""
MAX_SAME_SECOND = 1000
"""Runs of one scene in the same second for which a name is searched."""


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run.

    Attributes
    ----------
    path : str
        Absolute path.
    """

    path: str

    @property
    def heatmap(self) -> str:
        """Path of the GeoTIFF."""
        return os.path.join(self.path, HEATMAP)

    @property
    def heads(self) -> str:
        """Path of the GeoTIFF with a band for each head; only runs that were asked for it have the file."""
        return os.path.join(self.path, HEADS)

    @property
    def boxes(self) -> str:
        """Path of the GeoPackage."""
        return os.path.join(self.path, BOXES)

    @property
    def report(self) -> str:
        """Path of the HTML page."""
        return os.path.join(self.path, REPORT)

    @property
    def result(self) -> str:
        """Path of the JSON file."""
        return os.path.join(self.path, RESULT)

    def discard(self) -> None:
        """Remove the folder if it is empty, and its parent if that is empty then."""
        with suppress(OSError):
            os.rmdir(self.path)
            os.rmdir(os.path.dirname(self.path))


def create_run_folder(base: str, scene: str, when: Optional[datetime] = None) -> RunFolder:
    """Create an empty folder for a run, with the scene and the time in its name.

    Parameters
    ----------
    base : str
        Folder of all runs; created if it is missing.
    scene : str
        Name of the scene; characters that some file system refuses are replaced.
    when : datetime, optional
        Local time; None: now.

    Raises
    ------
    OutputError
        When the folder cannot be created.
    """
    stamp = (when or datetime.now()).strftime("%Y%m%dT%H%M%S")
    stem = f"{safe_name(scene)}_{stamp}"
    try:
        os.makedirs(base, exist_ok=True)
        remove_abandoned_folders(base)
        for number in range(MAX_SAME_SECOND):
            path = os.path.join(os.path.abspath(base), stem if number == 0 else f"{stem}-{number + 1}")
            with suppress(FileExistsError):
                os.mkdir(path)
                return RunFolder(path)
    except OSError as error:
        raise OutputError(
            f"The folder “{base}” for results cannot be created ({error.strerror or error}); "
            "choose another folder in the options."
        ) from error
    raise OutputError(f"The folder “{base}” holds too many runs of this second; try again.")


def safe_name(text: str) -> str:
    """A name of letters, digits, dots, dashes and underscores that every file system accepts."""
    name = re.sub(r"[^\w.\-]+", "_", text).strip("._")
    return name[:MAX_NAME_CHARACTERS].rstrip("._") or "scene"


def is_writable(folder: str) -> bool:
    """Whether files can be created in a folder or, if it is missing, in its nearest existing parent."""
    folder = os.path.abspath(folder)
    while not os.path.isdir(folder):
        parent = os.path.dirname(folder)
        if parent == folder:
            return False
        folder = parent
    return os.access(folder, os.W_OK | os.X_OK)


@dataclass(frozen=True)
class RunSummary:
    """What a result file says, for display; keys that an older file lacks are empty.

    Attributes
    ----------
    run_id, label, verdict : str
        `verdict` is "present", "absent" or "uncertain".
    probability, other_probability : float or None
        Of an earthquake, and of other deformation, anywhere in the scene.
    deformation, kind : str
        Answers to the two questions, empty in results of schema 1.
    deformation_probability : float or None
        Of any deformation in the scene.
    boxes : list of dict
        The fields of `results.Box`, by rank.
    input, model : dict
    thresholds : dict
        Probabilities from which the verdict is "present", and up to which it is "absent".
    backend, started : str
    seconds : float
        Duration of the run.
    warnings, notes : list of str
    """

    run_id: str
    label: str
    verdict: str
    probability: Optional[float] = None
    other_probability: Optional[float] = None
    deformation: str = ""
    deformation_probability: Optional[float] = None
    kind: str = ""
    boxes: list[dict[str, Any]] = field(default_factory=list)
    input: dict[str, Any] = field(default_factory=dict)
    model: dict[str, Any] = field(default_factory=dict)
    thresholds: dict[str, Any] = field(default_factory=dict)
    backend: str = ""
    started: str = ""
    seconds: float = 0.0
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_summary(path: str) -> RunSummary:
    """Read a result file.

    Raises
    ------
    InputError
        When the file is missing or is not the result of a run.
    """
    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except OSError as error:
        raise InputError(
            f"The result “{path}” cannot be read ({error.strerror or error}); run the search again."
        ) from error
    except ValueError as error:
        raise InputError(f"The result “{path}” is damaged; run the search again.") from error
    if not isinstance(data, Mapping) or not isinstance(data.get("label"), str):
        raise InputError(f"“{path}” is not the result of a run; choose a {RESULT} of this plugin.")
    return _summary(data)


def _summary(data: Mapping[str, Any]) -> RunSummary:
    boxes = data.get("boxes")
    return RunSummary(
        run_id=str(data.get("run_id", "")),
        label=data["label"],
        verdict=str(data.get("verdict", "")),
        probability=_number(data.get("probability")),
        other_probability=_number(data.get("other_probability")),
        deformation=str(data.get("deformation") or ""),
        deformation_probability=_number(data.get("deformation_probability")),
        kind=str(data.get("kind") or ""),
        boxes=[dict(box) for box in boxes if isinstance(box, Mapping)] if isinstance(boxes, list) else [],
        input=_table(data, "input"),
        model=_table(data, "model"),
        thresholds=_table(data, "thresholds"),
        backend=str(data.get("backend", "")),
        started=str(data.get("started", "")),
        seconds=_duration(_table(data, "timings")),
        warnings=_texts(data, "warnings"),
        notes=_texts(data, "notes"),
    )


def _number(value: Any) -> Optional[float]:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = data.get(key)
    return dict(value) if isinstance(value, Mapping) else {}


def _texts(data: Mapping[str, Any], key: str) -> list[str]:
    value = data.get(key)
    return [str(text) for text in value] if isinstance(value, list) else []


def _duration(timings: Mapping[str, Any]) -> float:
    """Seconds of all steps; "network" is part of "windows"."""
    return sum(value for key, value in timings.items() if key != "network" and _number(value) is not None)
