"""The evidence of all windows of a scene: its heatmap, its boxes and the probabilities for its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Optional

import numpy as np

from ..boxes.describe import describe_box
from ..boxes.lobes import join_lobes
from ..boxes.merge import Group, merge
from ..boxes.pieces import Piece, pieces
from ..boxes.selection import RatedBox, redraw, select
from ..results import Box
from ..tile import TILE
from ..tiling.windows import WindowStream
from . import calibration
from .heatmap import Heatmap
from .model_use import ModelUse
from .pipeline import WindowPosition, WindowPrediction
from .verdict import Verdict

FAINT_MASK_THRESHOLD_RATIO = 0.6
"""Fraction of the mask's maximum at which an earthquake that is present, but below the threshold of the mask,
is outlined."""


class SceneEvidence:
    """Collects the network's predictions for the windows of one scene.

    Parameters
    ----------
    stream : WindowStream
        Only read: for its grid, its scales and the phase of the boxes.
    use : ModelUse
        The model's calibration and thresholds.

    Attributes
    ----------
    heatmap : Heatmap
    """

    def __init__(self, stream: WindowStream, use: ModelUse) -> None:
        self._stream = stream
        self._use = use
        self._size = (stream.grid.width, stream.grid.height)
        self.heatmap = Heatmap(stream.grid, stream.scales)
        self._positions: list[WindowPosition] = []
        self._logits: list[np.ndarray] = []
        self._pieces: list[Piece] = []
        self._strongest: Optional[WindowPrediction] = None

    @property
    def count(self) -> int:
        """Number of windows added so far."""
        return len(self._positions)

    def add(self, prediction: WindowPrediction) -> None:
        """Add the prediction for one window."""
        deformed = float(1 - self._use.window_probabilities(prediction.logits)[calibration.NONE])
        place = prediction.place
        scale = self._stream.scales[place.scale]
        self.heatmap.add(scale, place.col, place.row, prediction.attention, deformed)
        self._positions.append(place)
        self._logits.append(prediction.logits)
        if deformed >= self._use.thresholds["box"]:
            self._pieces += self._pieces_of(prediction, self._use.thresholds["mask"])
        if self._strongest is None or self._odds_of(prediction) > self._odds_of(self._strongest):
            self._strongest = prediction

    def _odds_of(self, prediction: WindowPrediction) -> float:
        """Log-odds of an earthquake in one window."""
        return self._use.evidence(prediction.logits[None], "scene", 1)

    def _pieces_of(self, prediction: WindowPrediction, threshold: float) -> list[Piece]:
        p = self._use.window_probabilities(prediction.logits)
        return pieces(
            prediction.mask,
            self._stream.scales[prediction.place.scale],
            (prediction.place.col, prediction.place.row),
            self._size,
            (float(p[calibration.EARTHQUAKE]), float(p[calibration.OTHER])),
            threshold,
        )

    def verdict(self) -> Verdict:
        """The answers to both questions for the scene."""
        return self._verdict(np.ones(self.count, dtype=bool))

    def strength(self, answer: str) -> float:
        """The evidence of an answer in the scene, see `calibration.scene_evidence`."""
        return self._use.evidence(np.stack(self._logits), answer, self.count)

    def _verdict(self, where: np.ndarray) -> Verdict:
        """The answers to both questions for some of the windows."""
        return self._use.verdict(np.stack(self._logits)[where], self.count)

    def _probability(self, earthquake: bool, where: np.ndarray) -> float:
        """Calibrated probability of an earthquake, or of other deformation, in some of the windows."""
        verdict = self._verdict(where)
        return verdict.probability if earthquake else verdict.other_probability

    def _windows_over(self, group: Group) -> np.ndarray:
        """Which windows contain the centre of a box, bool, shape (N,)."""
        x0, y0, x1, y1 = group.corners
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        factors = np.array([(scale.fx, scale.fy) for scale in self._stream.scales])
        cells = np.array([(place.scale, place.col, place.row) for place in self._positions])
        across = x / factors[cells[:, 0], 0] - cells[:, 1]
        down = y / factors[cells[:, 0], 1] - cells[:, 2]
        return np.asarray((across >= 0) & (across < TILE) & (down >= 0) & (down < TILE))

    def boxes(
        self, wavelength: Optional[float], present: bool, tick: Optional[Callable[[], None]] = None
    ) -> list[Box]:
        """Boxes by rank: the most probable first, the larger of two equal ones first.

        Parameters
        ----------
        wavelength : float, optional
            Metres; without it peaks are given in fringes only.
        present : bool
            Whether the verdict is "present"; the scene then gets at least one box of an earthquake.
        tick : callable, optional
            Called before each box is measured; may raise to stop.
        """
        rated = self._rated_boxes()
        if present and not any(box.is_earthquake for box in rated):
            rated = self._with_earthquake(rated)
        drawn = select(rated)
        stream = self._stream
        if not stream.wrapped:
            drawn = redraw(stream.read, self._size, drawn, tick)
        reported = []
        for rank, box in enumerate(drawn, start=1):
            if tick is not None:
                tick()
            reported.append(describe_box(rank, box, stream.grid, stream.read, stream.wrapped, wavelength))
        return reported

    def _rated_boxes(self) -> list[RatedBox]:
        """Boxes with their probability, without those as improbable as an absent earthquake."""
        rated = []
        for group in join_lobes(merge(self._pieces)):
            windows = self._windows_over(group)
            if not windows.any():
                continue
            probability = self._probability(group.is_earthquake, windows)
            if probability > self._use.thresholds["absent"]:
                rated.append(RatedBox(probability * group.lead.mean_mask, group))
        return rated

    def _with_earthquake(self, rated: list[RatedBox]) -> list[RatedBox]:
        """Make the first box in the window with the strongest evidence an earthquake; draw one if needed.

        Earthquakes and other sources can leave the same fringes. The verdict has weighed all windows, and no
        box may contradict it.
        """
        if self._strongest is None:
            return rated
        strongest = self._positions.index(self._strongest.place)
        for index, box in enumerate(rated):
            if self._windows_over(box.group)[strongest]:
                return [*rated[:index], self._as_earthquake(box.group), *rated[index + 1 :]]
        return rated + [self._as_earthquake(group) for group in merge(self._faint_pieces())]

    def _as_earthquake(self, group: Group) -> RatedBox:
        group = replace(group, earthquake_by_verdict=True)
        probability = self._probability(True, self._windows_over(group))
        return RatedBox(probability * group.lead.mean_mask, group)

    def _faint_pieces(self) -> list[Piece]:
        """The best piece of the window with the strongest evidence, outlined where its mask is highest."""
        strongest = self._strongest
        if strongest is None or strongest.mask.max() <= 0:
            return []
        found = self._pieces_of(strongest, FAINT_MASK_THRESHOLD_RATIO * float(strongest.mask.max()))
        return sorted(found, key=lambda piece: -piece.quality)[:1]

    def scores(self) -> list[dict[str, Any]]:
        """For each scale its size, its windows and their scores (columns: `results.SCORES`)."""
        tables: dict[int, list[list[float]]] = {scale.index: [] for scale in self._stream.scales}
        for place, logits in zip(self._positions, self._logits):
            p = self._use.window_probabilities(logits)
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
