"""Real interferograms in one file, for machines without GDAL: measured fields, quiet crops and labels.

The file is a compressed numpy archive. Motion is kept in steps of half a millimetre and wrapped phase in
steps of 1/254 or, in crops, 1/63 of a cycle: finer than its noise, and a third of the size.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

import numpy as np

from ...engine.errors import InputError
from ...engine.output.atomic import replacing
from .catalogue import QUIET, RealScene, read_catalogue

SUFFIX = ".npz"
FORMAT = 1
MOTION_STEP_M = 0.0005
MOTION_MISSING = -32768
PHASE_STEPS = 254
CROP_STEPS = 63
"""Steps of a cycle; 0 marks pixels without phase."""
CROPS = Path("crops") / "quiet"


@dataclass(frozen=True)
class LabelledGroup:
    """Group and label of one scene; what a cross-validation needs to know about it."""

    group: str
    label: str


LabelledScene = Union[RealScene, LabelledGroup]


def is_packed(source: Union[str, Path]) -> bool:
    """Whether a path names packed data rather than a folder."""
    return Path(source).suffix == SUFFIX


def labelled_groups(source: Union[str, Path]) -> Sequence[LabelledScene]:
    """Group and label of every scene of a folder or a packed file.

    Raises
    ------
    InputError
        The catalogue or the file cannot be read.
    """
    if not is_packed(source):
        return read_catalogue(source)
    return [LabelledGroup(*pair) for pair in _describe(Path(source))["scenes"]]


def quiet_crops(source: Union[str, Path]) -> str:
    """Where the quiet crops of a folder or packed file are; empty if there are none."""
    if is_packed(source):
        return str(source)
    return str(Path(source) / CROPS) if (Path(source) / CROPS).is_dir() else ""


def write_packed(
    path: Path,
    scenes: Sequence[LabelledGroup],
    fields: Sequence[dict[str, Any]],
    crops: Union[tuple[Sequence[str], np.ndarray, np.ndarray], None],
) -> None:
    """Write a packed file.

    Parameters
    ----------
    path : Path
    scenes : sequence of LabelledGroup
    fields : sequence of dict
        "values": line-of-sight motion in metres or wrapped phase in radians, NaN where missing, (H, W);
        "wrapped": which of them; and plain facts that are returned as they are.
    crops : tuple, optional
        File names, wrapped phase and unwrapped phase in radians (N, H, W), NaN where missing.
    """
    arrays: dict[str, np.ndarray] = {}
    facts = []
    for number, field in enumerate(fields):
        values = field["values"]
        arrays[f"field-{number}"] = _steps(values, PHASE_STEPS) if field["wrapped"] else _millimetres(values)
        facts.append({key: value for key, value in field.items() if key != "values"})
    description: dict[str, Any] = {
        "format": FORMAT,
        "scenes": [[scene.group, scene.label] for scene in scenes],
        "fields": facts,
        "crops": [],
    }
    if crops is not None:
        names, wrapped, unwrapped = crops
        description["crops"] = list(names)
        arrays["crops"] = _steps(wrapped, CROP_STEPS)
        cycles = np.rint((unwrapped - wrapped) / (2 * math.pi))
        arrays["cycles"] = np.nan_to_num(cycles).clip(-127, 127).astype(np.int8)
    arrays["description"] = np.frombuffer(json.dumps(description).encode(), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, **arrays)


def read_fields(source: Union[str, Path]) -> list[dict[str, Any]]:
    """The measured fields of a packed file, as `write_packed` took them; raises `InputError`."""
    with _opened(Path(source)) as archive:
        facts = json.loads(archive["description"].tobytes())["fields"]
        return [
            {**fact, "values": _values(archive[f"field-{number}"], fact["wrapped"])}
            for number, fact in enumerate(facts)
        ]


def read_crops(source: Union[str, Path]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """File names, wrapped and unwrapped phase (N, H, W) of a packed file's quiet crops, float16 radians.

    Raises
    ------
    InputError
        The file cannot be read, or holds no crops.
    """
    with _opened(Path(source)) as archive:
        names = json.loads(archive["description"].tobytes())["crops"]
        if not names:
            raise InputError(f"'{Path(source).name}' holds no quiet crops; pack a folder that has them.")
        wrapped = _phase(archive["crops"], CROP_STEPS)
        unwrapped = wrapped + 2 * math.pi * archive["cycles"].astype(np.float32)
    return names, wrapped.astype(np.float16), unwrapped.astype(np.float16)


def quiet_scene(label: str, crop: bool) -> bool:
    """Whether a scene is a quiet crop, which serves as a background and not as a field."""
    return crop and label == QUIET


def _millimetres(metres: np.ndarray) -> np.ndarray:
    steps = np.rint(metres / MOTION_STEP_M).clip(-32767, 32767)
    return np.where(np.isfinite(metres), steps, MOTION_MISSING).astype(np.int16)


def _steps(phase: np.ndarray, steps: int) -> np.ndarray:
    """Wrapped phase as whole steps from 1; 0 where it is missing."""
    cycle = np.nan_to_num(phase) / (2 * math.pi) + 0.5
    return np.where(np.isfinite(phase), np.floor(cycle * steps).clip(0, steps - 1) + 1, 0).astype(np.uint8)


def _phase(steps: np.ndarray, count: int) -> np.ndarray:
    cycle = (steps.astype(np.float32) - 0.5) / count - 0.5
    return np.where(steps > 0, cycle * np.float32(2 * math.pi), np.float32(np.nan))


def _values(stored: np.ndarray, wrapped: bool) -> np.ndarray:
    if wrapped:
        return _phase(stored, PHASE_STEPS)
    metres = stored.astype(np.float32) * np.float32(MOTION_STEP_M)
    return np.where(stored == MOTION_MISSING, np.float32(np.nan), metres)


def _describe(path: Path) -> dict[str, Any]:
    with _opened(path) as archive:
        description: dict[str, Any] = json.loads(archive["description"].tobytes())
        return description


def _opened(path: Path) -> Any:
    try:
        archive = np.load(path)
        if json.loads(archive["description"].tobytes())["format"] == FORMAT:
            return archive
    except (OSError, ValueError, KeyError) as error:
        raise InputError(f"'{path.name}' is no packed real data; write it with pack-real.") from error
    raise InputError(f"'{path.name}' was packed by another version; write it again with pack-real.")
