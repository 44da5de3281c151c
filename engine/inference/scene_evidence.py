"""What the windows' answers add up to: heatmap, boxes, and the evidence for the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Callable, Optional

import numpy as np

from ..boxes.deformed_area import deformed_area
from ..boxes.lobes import join_lobes
from ..boxes.merge import INSIDE, Group, Piece, merge, pieces
from ..boxes.peak_displacement import line_of_sight_cm, peak_phase
from ..boxes.rectangles import coincide, longer_sides
from ..raster.resample import Read
from ..results import Box
from ..tile import CLASSES, TILE
from ..tiling.windows import WindowStream
from . import calibration
from .heatmap import Heatmap
from .pipeline import WindowPosition, WindowPrediction

MOST_BOXES = 50
MEASURED = 8
"""Boxes that are measured, by rank: unwrapping takes a while."""
FURTHER = 0.55
"""Probability from which a box is drawn beside a surer one of its class."""
RIVAL = 0.5
"""Part of the surest box's probability from which the first box of the other class is drawn."""
MINOR = 1 / 3
"""Side, over that of a large box of the same class, up to which a box beside it shows its outer fringes."""
OUTSKIRTS = 0.25
"""Part of a large box's side by which its outer fringes reach beyond it: it ends at a fifth of the peak."""
FAINT = 0.6
"""Part of the mask's maximum that draws the box of an earthquake that is present but that no mask shows."""


class SceneEvidence:
    """Collects what the network says about a scene's windows.

    Parameters
    ----------
    stream : WindowStream
    coefficients : mapping
        The model's calibration: "temperature", and "scene" and "other" with "a", "b", "c".
    thresholds : mapping
        "present", "absent", "box", "mask".
    """

    def __init__(
        self, stream: WindowStream, coefficients: Mapping[str, Any], thresholds: Mapping[str, float]
    ) -> None:
        self._stream = stream
        self._thresholds = thresholds
        self._temperature = float(coefficients.get("temperature", 1.0))
        self._coefficients = {
            calibration.EARTHQUAKE: dict(coefficients.get("scene") or {}),
            calibration.OTHER: dict(coefficients.get("other") or {}),
        }
        self._size = (stream.grid.width, stream.grid.height)
        self.heatmap = Heatmap(stream.grid, stream.scales)
        stream.ground = self.heatmap.ground
        self._places: list[WindowPosition] = []
        self._logits: list[np.ndarray] = []
        self._pieces: list[Piece] = []
        self._best: Optional[WindowPrediction] = None

    @property
    def count(self) -> int:
        """Windows so far."""
        return len(self._places)

    def add(self, seen: WindowPrediction) -> None:
        """Take in one window."""
        if self._stream.south_up:  # tiles are north up; everything here is in the raster's row order
            seen = WindowPrediction(seen.place, seen.logits, seen.attention[::-1], seen.mask[::-1])
        p = calibration.window_probabilities(seen.logits, self._temperature)
        likely = float(p[calibration.EARTHQUAKE] + p[calibration.OTHER])
        place = seen.place
        self.heatmap.add(self._stream.scales[place.scale], place.col, place.row, seen.attention, likely)
        self._places.append(place)
        self._logits.append(seen.logits)
        if likely >= self._thresholds["box"]:
            self._pieces += self._pieces_of(seen, self._thresholds["mask"])
        if self._best is None or self._odds_of(seen) > self._odds_of(self._best):
            self._best = seen

    def _odds_of(self, seen: WindowPrediction) -> float:
        return float(calibration.log_odds(seen.logits, calibration.EARTHQUAKE, self._temperature))

    def _pieces_of(self, seen: WindowPrediction, threshold: float) -> list[Piece]:
        p = calibration.window_probabilities(seen.logits, self._temperature)
        return pieces(
            seen.mask,
            self._stream.scales[seen.place.scale],
            (seen.place.col, seen.place.row),
            self._size,
            (float(p[calibration.EARTHQUAKE]), float(p[calibration.OTHER])),
            threshold,
        )

    def scene(self, index: int) -> tuple[float, float]:
        """Probability and evidence of a class anywhere in the scene."""
        return self._probability(index, np.ones(self.count, dtype=bool))

    def _probability(self, index: int, where: np.ndarray) -> tuple[float, float]:
        """Calibrated probability and evidence of a class in some of the windows."""
        odds = calibration.log_odds(np.stack(self._logits)[where], index, self._temperature)
        level = calibration.evidence(odds, calibration.agreeing(self.count))
        return calibration.combined_probability(level, self.count, self._coefficients[index]), level

    def _probability_of(self, group: Group, over: np.ndarray) -> float:
        """Calibrated probability of a box's class in some of the windows."""
        index = calibration.EARTHQUAKE if group.is_earthquake else calibration.OTHER
        return self._probability(index, over)[0]

    def _over(self, group: Group) -> np.ndarray:
        """Which windows look at the middle of a box."""
        x0, y0, x1, y1 = group.corners
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        factors = np.array([(scale.fx, scale.fy) for scale in self._stream.scales])
        at = np.array([(place.scale, place.col, place.row) for place in self._places])
        across = x / factors[at[:, 0], 0] - at[:, 1]
        down = y / factors[at[:, 0], 1] - at[:, 2]
        return np.asarray((across >= 0) & (across < TILE) & (down >= 0) & (down < TILE))

    def boxes(
        self, wavelength: Optional[float], present: bool, tick: Optional[Callable[[], None]] = None
    ) -> list[Box]:
        """Boxes by rank: sure ones first, larger ones first among equals.

        Parameters
        ----------
        wavelength : float, optional
            Metres; peaks are told in fringes only without it.
        present : bool
            Whether the verdict says that an earthquake is there, which then gets a box in any case.
        tick : callable, optional
            Called before each box is measured; may raise to stop.
        """
        rated = self._rated(self._pieces)
        if present and not any(group.is_earthquake for _, group in rated):
            rated = self._with_earthquake(rated)
        rated.sort(key=lambda pair: (-round(pair[0], 2), -pair[1].area))
        drawn = without_outskirts(sure_enough(rated))[:MOST_BOXES]
        if not self._stream.wrapped:
            drawn = redrawn(self._stream.read, self._size, drawn, tick)
        found = []
        for rank, (probability, group) in enumerate(drawn, start=1):
            if tick is not None:
                tick()
            found.append(self._box(rank, probability, group, wavelength))
        return found

    def _with_earthquake(self, rated: list[tuple[float, Group]]) -> list[tuple[float, Group]]:
        """With the best box in the surest window as the earthquake, where no window's own vote says so.

        One set of rings can be left by either; the verdict has weighed that, and a box must not deny it.
        """
        if self._best is None:
            return rated
        surest = self._places.index(self._best.place)
        for index, (_, group) in enumerate(rated):
            if self._over(group)[surest]:
                return [*rated[:index], self._as_earthquake(group), *rated[index + 1 :]]
        return rated + [self._as_earthquake(group) for group in merge(self._faint())]

    def _as_earthquake(self, group: Group) -> tuple[float, Group]:
        told = replace(group, told=True)
        return self._probability_of(told, self._over(told)) * told.lead.level, told

    def _faint(self) -> list[Piece]:
        """The best piece of the surest window, drawn where its mask is highest, if it is not empty."""
        best = self._best
        if best is None or best.mask.max() <= 0:
            return []
        found = self._pieces_of(best, FAINT * float(best.mask.max()))
        return sorted(found, key=lambda piece: -piece.quality)[:1]

    def _rated(self, found: list[Piece]) -> list[tuple[float, Group]]:
        """Groups with their probability, without those that are as unlikely as an absent earthquake."""
        rated = []
        for group in join_lobes(merge(found)):
            over = self._over(group)
            if not over.any():
                continue
            probability = self._probability_of(group, over)
            if probability > self._thresholds["absent"]:
                rated.append((probability * group.lead.level, group))
        return rated

    def _box(self, rank: int, probability: float, group: Group, wavelength: Optional[float]) -> Box:
        grid = self._stream.grid
        x0, y0, x1, y1 = group.corners
        wide, high = x1 - x0, y1 - y0
        (xa, ya), (xb, yb) = grid.xy(x0, y0), grid.xy(x1, y1)
        here = grid.subgrid(math.floor(x0), math.floor(y0), max(1, round(wide)), max(1, round(high)))
        dx, dy = here.pixel_size_m
        known = grid.is_metric
        phase = None
        if rank <= MEASURED:
            phase = peak_phase(self._stream.read, self._size, group.corners, self._stream.wrapped)
        lon, lat = _lonlat(grid, (xa + xb) / 2, (ya + yb) / 2)
        return Box(
            rank=rank,
            probability=probability,
            class_name=CLASSES[calibration.EARTHQUAKE if group.is_earthquake else calibration.OTHER],
            extent=(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)),
            width_km=wide * dx / 1000 if known else None,
            height_km=high * dy / 1000 if known else None,
            area_km2=group.area * dx * dy / 1e6 if known else None,
            lon=lon,
            lat=lat,
            peak_los_cm=None if phase is None else line_of_sight_cm(phase, wavelength),
            fringes=None if phase is None else abs(phase) / (2 * math.pi),
            scale_m=group.lead.scale.metres,
            window_probability=group.lead.probability,
        )

    def scores(self) -> list[dict[str, Any]]:
        """Per scale: its size, its windows, and their scores (see `results.SCORES`)."""
        tables: dict[int, list[list[float]]] = {scale.index: [] for scale in self._stream.scales}
        for place, logits in zip(self._places, self._logits):
            p = calibration.window_probabilities(logits, self._temperature)
            tables[place.scale].append(
                [
                    place.col,
                    place.row,
                    round(place.valid, 3),
                    round(float(p[calibration.EARTHQUAKE]), 5),
                    round(float(p[calibration.OTHER]), 5),
                    *(round(float(value), 4) for value in logits),
                ]
            )
        return [
            {
                "metres": scale.metres,
                "tile_km": scale.metres * TILE / 1000 if self._stream.grid.is_metric else None,
                "pixels": [scale.fx, scale.fy],
                "size": [scale.width, scale.height],
                "windows": scale.windows,
                "used": len(tables[scale.index]),
                "scores": tables[scale.index],
            }
            for scale in self._stream.scales
        ]


def sure_enough(rated: Sequence[tuple[float, Group]]) -> list[tuple[float, Group]]:
    """Without faint boxes beside a surer one of the same class or a far surer one of the other.

    Parameters
    ----------
    rated : sequence of (float, Group)
        Probability and box, the surest first.
    """
    first: set[bool] = set()
    kept = []
    for probability, group in rated:
        rival = group.is_earthquake not in first and probability >= RIVAL * rated[0][0]
        if probability >= FURTHER or rival:
            kept.append((probability, group))
        first.add(group.is_earthquake)
    return kept


def without_outskirts(rated: Sequence[tuple[float, Group]]) -> list[tuple[float, Group]]:
    """Without small boxes in the outskirts of a far larger sure one of the same class: its outer fringes.

    Parameters
    ----------
    rated : sequence of (float, Group)
        Probability and box.
    """
    corners = np.array([group.corners for _, group in rated]).reshape(-1, 4)
    side = longer_sides(corners)
    grown = corners + OUTSKIRTS * side[:, None] * np.array([-1, -1, 1, 1])
    sure = np.array([probability >= FURTHER for probability, _ in rated], bool)
    quake = np.array([group.is_earthquake for _, group in rated], bool)
    kept = []
    for index, one in enumerate(rated):
        x, y = (corners[index, :2] + corners[index, 2:]) / 2
        near = (grown[:, 0] <= x) & (x <= grown[:, 2]) & (grown[:, 1] <= y) & (y <= grown[:, 3])
        if not (near & sure & (quake == quake[index]) & (side[index] <= MINOR * side)).any():
            kept.append(one)
    return kept


def redrawn(
    read: Read,
    size: tuple[int, int],
    drawn: Sequence[tuple[float, Group]],
    tick: Optional[Callable[[], None]] = None,
) -> list[tuple[float, Group]]:
    """The first boxes drawn round the ground that continuous phase shows to have moved, each ground once.

    Parameters
    ----------
    read : callable
        The scene's continuous phase.
    size : tuple of int
        Its width and height.
    drawn : sequence of (float, Group)
        Probability and box, the surest first.
    tick : callable, optional
        Called before each box is measured; may raise to stop.
    """
    found: list[tuple[float, Group]] = []
    for probability, group in drawn[:MEASURED]:
        if tick is not None:
            tick()
        exact = deformed_area(read, size, group.corners)
        new = group if exact is None else replace(group, corners=exact.corners, measured=exact.area)
        surer = [one.corners for _, one in found if one.is_earthquake == new.is_earthquake]
        box, boxes = np.array(new.corners), np.array(surer).reshape(-1, 4)
        if not coincide(box, boxes, INSIDE).any():
            found.append((probability, new))
    return found + list(drawn[MEASURED:])


def _lonlat(grid: Any, x: float, y: float) -> tuple[Optional[float], Optional[float]]:
    if not grid.has_crs:
        return None, None
    try:
        return grid.lonlat(x, y)
    except ValueError:
        return None, None
