"""Several frames of one track, joined into one scene.

Frames are unwrapped one by one, so their phase may differ by a constant: each is shifted by the median
difference where it overlaps those before it. Wrapped phase needs no shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional, Union

import numpy as np

from ..errors import InputError
from ..raster.grid import Grid
from .joinable import Scene, Source, Vectors, check_same_pass
from .los.regrid import same_crs
from .model import Quantity

MAX_PIXELS = 2**31
_ALIGNED_PIXELS = 0.02
"""Largest shift between the pixels of two frames that still counts as one grid."""
_SAMPLE_PIXELS, _SAMPLES_ACROSS = 64, 8
MAX_GAP_SHARE = 0.25
"""Largest gap between a frame and the others, as a share of its shorter side."""
MAX_DISAGREEMENT_RAD = 3.0
"""Largest distance between the quartiles of the difference where unwrapped frames overlap. The same pair in
two frames differs by noise and by whole cycles in some areas; other pairs by their atmosphere and motion."""
MIN_WRAPPED_AGREEMENT = 0.4
"""Least mean resultant length (0 to 1) of the difference where wrapped frames overlap."""
_MIN_COMMON_PIXELS = 50
"""Valid pixels in common from which the constant between two frames is determined."""


@dataclass
class _Part:
    source: Source
    look: Optional[Vectors]
    grid: Grid
    col: int
    row: int
    shift: float = 0.0


@dataclass
class JoinedSource:
    """Windows of phase from several frames; the first frame that knows a pixel gives its value."""

    parts: list[_Part]
    grid: Grid
    notes: list[str] = field(default_factory=list)

    @property
    def masks_in_words(self) -> str:
        """What the masks take out, for the report."""
        return "; ".join(dict.fromkeys(filter(None, (part.source.masks_in_words for part in self.parts))))

    def read(self, col: int, row: int, width: int, height: int) -> np.ndarray:
        """Phase of a window, float32 (height, width); NaN where no frame has data."""
        out = np.full((max(height, 0), max(width, 0)), np.nan, dtype=np.float32)
        for part in self.parts:
            if np.isnan(out).any() and _touches(part, col, row, width, height):
                values = part.source.read(col - part.col, row - part.row, width, height)
                out = np.where(np.isnan(out), values - np.float32(part.shift), out)
        return out.astype(np.float32, copy=False)


class JoinedLos:
    """Line-of-sight vectors from several frames, as `LosReader`."""

    def __init__(self, parts: list[_Part]) -> None:
        self.parts = parts

    @property
    def words(self) -> str:
        """Where the vectors come from, for the report."""
        words = dict.fromkeys(part.look.words for part in self.parts if part.look is not None)
        return "; ".join(words)

    def read(
        self, col: int, row: int, width: int, height: int, elevation: Union[float, np.ndarray] = 0.0
    ) -> np.ndarray:
        """Vectors of a window, float32 (3, height, width); see `Interferogram.look_vectors`."""
        out = np.full((3, max(height, 0), max(width, 0)), np.nan, dtype=np.float32)
        for part in self.parts:
            if part.look is not None and _touches(part, col, row, width, height):
                values = part.look.read(col - part.col, row - part.row, width, height, elevation)
                out = np.where(np.isnan(out), values, out)
        return out


def join(scenes: Sequence[Scene]) -> tuple[JoinedSource, Optional[JoinedLos]]:
    """One scene from several frames.

    Raises
    ------
    InputError
        When they do not belong together; the message gives the reason.
    """
    first = scenes[0]
    for other in scenes[1:]:
        check_same_pass(first, other)
    grid, corners = _common_grid(scenes)
    parts = [_Part(one.source, one.look, one.grid, col, row) for one, (col, row) in zip(scenes, corners)]
    joined = JoinedSource([parts[0]], grid)
    waiting = parts[1:]
    while waiting:
        part = next((one for one in waiting if _overlaps(joined, one)), None)
        part = part or min(waiting, key=lambda one: _gap(joined, one))
        waiting.remove(part)
        _check_near(joined, part, scenes[parts.index(part)].name)
        _shift(joined, part, wrapped=first.quantity is Quantity.WRAPPED)
        joined.parts.append(part)
    with_vectors = any(part.look is not None for part in parts)
    return joined, JoinedLos(parts) if with_vectors else None


def _common_grid(scenes: Sequence[Scene]) -> tuple[Grid, list[tuple[int, int]]]:
    """The grid that holds all frames, and each frame's first column and row in it."""
    first = scenes[0].grid
    for scene in scenes[1:]:
        a, b = first.transform, scene.grid.transform
        reason = ""
        if not (first.has_crs and scene.grid.has_crs and same_crs(first, scene.grid)):
            reason = "they are in different coordinate systems"
        elif not np.allclose((a[1], a[5]), (b[1], b[5]), rtol=1e-6):
            reason = "their pixels differ in size"
        else:
            shifts = np.array([(b[0] - a[0]) / a[1], (b[3] - a[3]) / a[5]])
            if np.abs(shifts - np.round(shifts)).max() > _ALIGNED_PIXELS:
                reason = "their pixels are shifted against each other"
        if reason:
            raise InputError(
                f"“{scenes[0].name}” and “{scene.name}” cannot be joined: {reason}; "
                "warp them to one grid with gdalwarp, or open them one by one."
            )
    t = first.transform
    corners = [
        (round((one.grid.transform[0] - t[0]) / t[1]), round((one.grid.transform[3] - t[3]) / t[5]))
        for one in scenes
    ]
    left, top = min(col for col, _ in corners), min(row for _, row in corners)
    right = max(col + one.grid.width for one, (col, _) in zip(scenes, corners))
    bottom = max(row + one.grid.height for one, (_, row) in zip(scenes, corners))
    if (right - left) * (bottom - top) > MAX_PIXELS:
        raise InputError("The frames lie too far apart to be joined; open them one by one.")
    return first.subgrid(left, top, right - left, bottom - top), [(c - left, r - top) for c, r in corners]


def _touches(part: _Part, col: int, row: int, width: int, height: int) -> bool:
    right, bottom = part.col + part.grid.width, part.row + part.grid.height
    return col < right and col + width > part.col and row < bottom and row + height > part.row


def _overlaps(joined: JoinedSource, part: _Part) -> bool:
    grid = part.grid
    return any(_touches(one, part.col, part.row, grid.width, grid.height) for one in joined.parts)


def _gap(joined: JoinedSource, part: _Part) -> int:
    """Pixels between a frame and the nearest of those before it; 0 where they touch or overlap."""

    def gap(one: _Part) -> int:
        across = max(part.col - one.col - one.grid.width, one.col - part.col - part.grid.width, 0)
        along = max(part.row - one.row - one.grid.height, one.row - part.row - part.grid.height, 0)
        return max(across, along)

    return min(gap(one) for one in joined.parts)


def _check_near(joined: JoinedSource, part: _Part, name: str) -> None:
    """Refuse a frame that is far from all before it: frames of one track touch or overlap."""
    pixels = _gap(joined, part)
    if pixels <= MAX_GAP_SHARE * min(part.grid.width, part.grid.height):
        return
    size = max(joined.grid.pixel_size_m)
    far = f"{pixels * size / 1000:.0f} km" if joined.grid.is_metric else f"{pixels} pixels"
    raise InputError(
        f"“{name}” lies {far} from the other frames, but frames of one track touch or overlap; "
        "open it by itself."
    )


def _check_same_pair(differences: np.ndarray, *, wrapped: bool) -> None:
    """Refuse frames whose phase disagrees where they overlap: they show other dates or another track."""
    if wrapped:
        agree = np.abs(np.mean(np.exp(1j * differences))) >= MIN_WRAPPED_AGREEMENT
    else:
        low, high = np.percentile(differences, (25, 75))
        agree = high - low <= MAX_DISAGREEMENT_RAD
    if not agree:
        raise InputError(
            "The frames cannot be joined: where they overlap, their phase differs by more than a constant, "
            "so they are of other dates or another track; open them one by one."
        )


def _shift(joined: JoinedSource, part: _Part, *, wrapped: bool) -> None:
    """Set the constant that brings an unwrapped frame to the level of those before it."""
    differences = []
    for one in joined.parts:
        left, top = max(one.col, part.col), max(one.row, part.row)
        right = min(one.col + one.grid.width, part.col + part.grid.width)
        bottom = min(one.row + one.grid.height, part.row + part.grid.height)
        for col, row in _sample_corners(left, top, right, bottom):
            w, h = min(_SAMPLE_PIXELS, right - col), min(_SAMPLE_PIXELS, bottom - row)
            known = joined.read(col, row, w, h)
            values = part.source.read(col - part.col, row - part.row, w, h)
            both = np.isfinite(known) & np.isfinite(values)
            differences.append((values - known)[both])
    common = np.concatenate(differences) if differences else np.zeros(0)
    if common.size < _MIN_COMMON_PIXELS:
        if not wrapped:
            joined.notes.append("Frames without common pixels: their phase may differ by a constant.")
        return
    _check_same_pair(common, wrapped=wrapped)
    if wrapped:
        return
    part.shift = float(np.median(common))
    joined.notes.append(f"A frame was shifted by {-part.shift:+.2f} rad to fit those that it overlaps.")


def _sample_corners(left: int, top: int, right: int, bottom: int) -> list[tuple[int, int]]:
    if right <= left or bottom <= top:
        return []
    cols = np.unique(np.linspace(left, max(right - _SAMPLE_PIXELS, left), _SAMPLES_ACROSS).astype(int))
    rows = np.unique(np.linspace(top, max(bottom - _SAMPLE_PIXELS, top), _SAMPLES_ACROSS).astype(int))
    return [(int(col), int(row)) for row in rows for col in cols]
