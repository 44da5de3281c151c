"""The catalogue of real interferograms: label, group and settings of each file, and held-out folds."""

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
from ..config.source_kinds import OTHER_DEFORMATION, catalogue_labels
from .crop_names import crop_volcano, volcano_fold

CATALOGUE = "catalogue.csv"
REQUIRED_COLUMNS = ("file", "event", "label", "quantity", "unit", "positive", "wavelength_m", "box")
EARTHQUAKE, POSTSEISMIC, QUIET = "earthquake", "postseismic", "quiet"
MOVING = "other"
"""Label of slow or mixed motion that no source kind simulates, such as fault creep; it is scored as "other
deformation", and never trained on."""
OTHER = (*catalogue_labels(OTHER_DEFORMATION), MOVING)
LABELS = (EARTHQUAKE, POSTSEISMIC, QUIET, *OTHER)
JOINED_GROUPS = ("Herat", "Permian", "Mexico City")
"""Rows whose event begins with one of these are one group: their scenes share ground or dates."""
QUANTITIES = {"wrapped phase": "wrapped", "unwrapped phase": "unwrapped", "LOS displacement": "displacement"}
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RealScene:
    """One file of the catalogue.

    Attributes
    ----------
    file : str
        Relative to the folder that was read.
    path : Path
    event, group : str
        A group is never split between training and scoring (see `group_of`).
    label : str
        One of `LABELS`.
    crop : bool
        Whether it is a small picture that fills a single window.
    volcano : str
        Volcano of a crop, which determines its fold.
    settings : Settings
        Settings with which the engine reads the file.
    box : tuple of float, optional
        Deformed area (xmin, ymin, xmax, ymax) in the file's coordinates.
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
        """Whether the file is a positive."""
        return self.label == EARTHQUAKE

    @property
    def counts(self) -> bool:
        """Whether the file counts in precision and recall; postseismic motion does not."""
        return self.label != POSTSEISMIC

    def fold(self, folds: int) -> int:
        """The volcano fold of a crop; -1 for a scene."""
        return volcano_fold(self.volcano, folds) if self.crop else -1


def group_of(event: str) -> str:
    """Group of a row: the event or volcano; `JOINED_GROUPS` lists those that are joined."""
    for name in JOINED_GROUPS:
        if event.startswith(name):
            return name
    return event


def read_catalogue(folder: Union[str, Path]) -> list[RealScene]:
    """Read the catalogue of a folder of real interferograms, and those of the folders in it.

    Raises
    ------
    InputError
        The folder, its catalogue or a column is missing, or a row is invalid.
    """
    root = Path(folder)
    if not (root / CATALOGUE).is_file():
        raise InputError(f"There is no {CATALOGUE} in '{root.name}'; give the folder of real interferograms.")
    paths = [root / CATALOGUE, *sorted(root.glob(f"*/{CATALOGUE}"))]
    return [scene for path in paths for scene in _read(root, path)]


def _read(root: Path, path: Path) -> list[RealScene]:
    """The scenes of one catalogue; its files are named relative to its own folder."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{CATALOGUE} cannot be read ({error}); copy it again.") from error
    missing = [name for name in REQUIRED_COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise InputError(f"{CATALOGUE} has no rows with the column '{missing[0]}'; copy it again.")
    return [_scene(root, path.parent, row, number) for number, row in enumerate(rows, start=2)]


def _scene(root: Path, folder: Path, cells: dict[str, Optional[str]], number: int) -> RealScene:
    row = {name: cell or "" for name, cell in cells.items()}
    label, quantity = row["label"].strip(), row["quantity"].strip()
    if label not in LABELS or quantity not in QUANTITIES:
        word = label if label not in LABELS else quantity
        raise InputError(f"{CATALOGUE}, line {number}: '{word}' is unknown; correct the row.")
    crop = row["unit"].startswith("8-bit")
    unit = row["unit"] if row["unit"] in ("rad", "m", "cm", "mm") else None
    try:
        box = _box(row["box"]) if row["box"].strip() else None
        length = float(row["wavelength_m"]) if row["wavelength_m"].strip() else None
    except ValueError as error:
        raise InputError(
            f"{CATALOGUE}, line {number}: a number or the box is invalid; correct the row."
        ) from error
    return RealScene(
        file=(folder / row["file"]).relative_to(root).as_posix(),
        path=folder / row["file"],
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
        box=box,
        magnitude=_magnitude(row.get("mw") or ""),
        quality=row.get("quality") or "",
    )


def _box(text: str) -> Box:
    """The box "xmin,ymin,xmax,ymax"; raises `ValueError` if it is not one."""
    xmin, ymin, xmax, ymax = (float(part) for part in text.split(","))
    if not (xmin < xmax and ymin < ymax):
        raise ValueError("box")
    return xmin, ymin, xmax, ymax


def _magnitude(text: str) -> Optional[float]:
    """The largest magnitude of a text such as "6.3" or "6.4+7.1"; None if there is none."""
    values = [float(part) for part in text.split("+") if part.replace(".", "", 1).strip().isdigit()]
    return max(values) if values else None


@dataclass(frozen=True)
class Fold:
    """A model, and the groups held out of its training.

    Attributes
    ----------
    model : str
        Model file, run folder or checkpoint.
    groups : tuple of str
    quiet_fold, quiet_folds : int
        Volcano fold whose crops are held out as well (-1: none), and number of folds.
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
        The file is not such a list, names an unknown group, or holds a scene out twice.
    """
    path = Path(path)
    folds = list_folds(path)
    known = {scene.group for scene in scenes}
    for fold in folds:
        check_groups(fold.groups, known)
    for scene in scenes:
        if sum(fold.holds_out(scene) for fold in folds) > 1:
            raise InputError(f"{path.name} holds '{scene.group}' out of two models; keep it in one of them.")
    return folds


def list_folds(path: Path) -> list[Fold]:
    """As `read_folds`, without a check against a catalogue."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [_fold(entry, path.parent) for entry in entries]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(
            f'{path.name} is not a list of folds; write [{{"model": …, "groups": ["event", …]}}, …].'
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
    """Raise `InputError` for a group without a scene."""
    for name in wanted:
        if name not in known:
            near = sorted(known, key=lambda other: (_distance(name, other), other))[:3]
            raise InputError(f"No scene belongs to the group '{name}'; similar names are {', '.join(near)}.")


def _distance(one: str, other: str) -> float:
    return 1 - difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()
