"""The catalogue of real interferograms: what each file is, its group, and who may be scored on it."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

from ...engine.errors import InputError
from ...engine.settings import Settings
from .crop_names import crop_volcano, volcano_fold

CATALOGUE = "catalogue.csv"
NEEDED = ("file", "event", "label", "quantity", "unit", "positive", "wavelength_m", "box")
EARTHQUAKE, POSTSEISMIC, QUIET = "earthquake", "postseismic", "quiet"
OTHER = ("volcano", "subsidence", "landslide")
LABELS = (EARTHQUAKE, POSTSEISMIC, QUIET, *OTHER)
TOGETHER = ("Herat", "Permian", "Mexico City")
"""Rows whose event begins so are one group: their scenes share ground, dates, or both."""
QUANTITIES = {"wrapped phase": "wrapped", "unwrapped phase": "unwrapped", "LOS displacement": "displacement"}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RealScene:
    """One file of the catalogue.

    Attributes
    ----------
    file : str
        Relative to the catalogue's folder.
    path : Path
    event, group : str
        `group` is never split between training and scoring (see `group_of`).
    label : str
        One of `LABELS`.
    crop : bool
        Whether it is a small picture, seen as a single window.
    volcano : str
        Of a crop, as the training's folds know it.
    settings : Settings
        How the file is to be read.
    box : tuple of float, optional
        Deformed ground (xmin, ymin, xmax, ymax) in the file's coordinates.
    magnitude : float, optional
    quality : str
    """

    file: str
    path: Path
    event: str
    group: str
    label: str
    crop: bool
    volcano: str
    settings: Settings
    box: Optional[Box]
    magnitude: Optional[float]
    quality: str

    @property
    def is_earthquake(self) -> bool:
        """Whether it is a positive."""
        return self.label == EARTHQUAKE

    @property
    def counts(self) -> bool:
        """Whether it counts in precision and recall: postseismic motion is neither one nor the other."""
        return self.label != POSTSEISMIC

    def fold(self, folds: int) -> int:
        """The volcano fold of a crop; -1 for a scene."""
        return volcano_fold(self.volcano, folds) if self.crop else -1


def group_of(event: str) -> str:
    """Group of a row: the event or the volcano; `TOGETHER` names those that are joined."""
    for name in TOGETHER:
        if event.startswith(name):
            return name
    return event


def read_catalogue(folder: Union[str, Path]) -> list[RealScene]:
    """Read the catalogue of a folder of real interferograms.

    Raises
    ------
    InputError
        The folder or its catalogue is missing, a column is, or a row cannot be understood.
    """
    root = Path(folder)
    path = root / CATALOGUE
    if not path.is_file():
        raise InputError(f"There is no {CATALOGUE} in '{root.name}'; give the folder of real interferograms.")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{CATALOGUE} cannot be read ({error}); copy it again.") from error
    missing = [name for name in NEEDED if not rows or name not in rows[0]]
    if missing:
        raise InputError(f"{CATALOGUE} has no rows with the column '{missing[0]}'; copy it again.")
    return [_scene(root, row, number) for number, row in enumerate(rows, start=2)]


def _scene(root: Path, row: dict[str, str], number: int) -> RealScene:
    label, quantity = row["label"].strip(), row["quantity"].strip()
    if label not in LABELS or quantity not in QUANTITIES:
        word = label if label not in LABELS else quantity
        raise InputError(f"{CATALOGUE}, line {number}: '{word}' is not known; correct the row.")
    crop = row["unit"].startswith("8-bit")
    unit = row["unit"] if row["unit"] in ("rad", "m", "cm", "mm") else None
    try:
        box = tuple(float(part) for part in row["box"].split(",")) if row["box"].strip() else None
        length = float(row["wavelength_m"]) if row["wavelength_m"].strip() else None
        if box is not None and not (len(box) == 4 and box[0] < box[2] and box[1] < box[3]):
            raise ValueError("box")
    except ValueError as error:
        raise InputError(f"{CATALOGUE}, line {number}: a number is not one; correct the row.") from error
    return RealScene(
        file=row["file"],
        path=root / row["file"],
        event=row["event"],
        group=group_of(row["event"]),
        label=label,
        crop=crop,
        volcano=crop_volcano(row["file"]) if crop else "",
        settings=Settings(
            quantity=QUANTITIES[quantity],
            wavelength=length,
            unit=unit,
            positive=row["positive"] if row["positive"] in ("toward", "away") else None,
        ),
        box=(box[0], box[1], box[2], box[3]) if box is not None else None,
        magnitude=_magnitude(row.get("mw") or ""),
        quality=row.get("quality") or "",
    )


def _magnitude(text: str) -> Optional[float]:
    """The largest magnitude of "6.3", "6.4+7.1"; None where there is none."""
    values = [float(part) for part in text.split("+") if part.replace(".", "", 1).strip().isdigit()]
    return max(values) if values else None


@dataclass(frozen=True)
class Fold:
    """A model, and the groups that it has never seen.

    Attributes
    ----------
    model : str
        Model file, run folder or checkpoint.
    groups : tuple of str
    quiet_fold, quiet_folds : int
        Volcano fold of the crops that are held out as well (-1: none).
    """

    model: str
    groups: tuple[str, ...] = ()
    quiet_fold: int = -1
    quiet_folds: int = 5

    def holds_out(self, scene: RealScene) -> bool:
        """Whether this model may be scored on a scene."""
        if scene.group in self.groups:
            return True
        return scene.crop and self.quiet_fold >= 0 and scene.fold(self.quiet_folds) == self.quiet_fold


def read_folds(path: Union[str, Path], scenes: Sequence[RealScene]) -> list[Fold]:
    """Read a JSON list of {"model", "groups", "quiet_fold", "quiet_folds"}; paths are relative to the file.

    Raises
    ------
    InputError
        It is no such list, names a group that is not there, or a scene is held out twice.
    """
    path = Path(path)
    folds = list_folds(path)
    known = {scene.group for scene in scenes}
    for fold in folds:
        check_groups(fold.groups, known)
    for scene in scenes:
        if sum(fold.holds_out(scene) for fold in folds) > 1:
            raise InputError(f"{path.name} holds '{scene.group}' out of two models; leave it in one.")
    return folds


def list_folds(path: Path) -> list[Fold]:
    """As `read_folds`, of whatever catalogue."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [_fold(entry, path.parent) for entry in entries]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f'{path.name} is no list of folds; write [{{"model": …, "groups": ["event", …]}}, …].'
        ) from error


def _fold(entry: Any, base: Path) -> Fold:
    model = Path(entry["model"])
    groups = entry.get("groups", [])
    if isinstance(groups, str):
        raise TypeError("groups")
    return Fold(
        str(model if model.is_absolute() or not (base / model).exists() else base / model),
        tuple(str(name) for name in groups),
        int(entry.get("quiet_fold", -1)),
        int(entry.get("quiet_folds", 5)),
    )


def check_groups(wanted: Sequence[str], known: set[str]) -> None:
    """Raise `InputError` for a group that no scene belongs to."""
    for name in wanted:
        if name not in known:
            near = sorted(known, key=lambda other: (_distance(name, other), other))[:3]
            raise InputError(f"No scene belongs to the group '{name}'; near are {', '.join(near)}.")


def _distance(one: str, other: str) -> float:
    return 1 - difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()
