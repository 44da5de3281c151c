"""The evidence of all windows of a scene: its heatmap, its boxes and the probabilities for its verdict."""

from __future__ import annotations

from typing import Any, Callable, Optional

import numpy as np

from ..boxes.describe import describe_box
from ..boxes.selection import RatedBox, redraw, select
from ..boxes.signals import Signal, faint_signal, find_signals
from ..results import Box
from ..tile import TILE
from ..tiling.windows import WindowStream
from . import calibration, verdict
from .head_maps import HeadMaps
from .heatmap import Heatmap
from .mask_map import MaskMap
from .model_use import ModelUse
from .pipeline import WindowPosition, WindowPrediction
from .verdict import Verdict


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
    heads : HeadMaps
        Empty unless the attention of each head was asked for.
    """

    def __init__(self, stream: WindowStream, use: ModelUse) -> None:
        self._stream = stream
        self._use = use
        self.heatmap = Heatmap(stream.grid, stream.scales)
        self.heads = HeadMaps(stream.grid, stream.scales)
        self._masks = MaskMap(stream.grid, stream.scales)
        self._positions: list[WindowPosition] = []
        self._logits: list[np.ndarray] = []

    @property
    def count(self) -> int:
        """Number of windows added so far."""
        return len(self._positions)

    def add(self, prediction: WindowPrediction) -> None:
        """Add the prediction for one window."""
        _, earthquake, other = self._use.window_probabilities(prediction.logits)
        place = prediction.place
        scale = self._stream.scales[place.scale]
        self.heatmap.add(scale, place.col, place.row, prediction.attention, earthquake + other)
        if prediction.heads is not None:
            self.heads.add(scale, place.col, place.row, prediction.heads, earthquake + other)
        self._masks.add(scale, place.col, place.row, prediction.mask, earthquake, other)
        self._positions.append(place)
        self._logits.append(prediction.logits)

    def mask(self, heat: np.ndarray) -> np.ndarray:
        """The network's mask of deformed ground, shape of the heatmap `heat`, float32, NaN where that is."""
        mask = self._masks.evidence().mask.astype(np.float32)
        mask[np.isnan(heat)] = np.nan
        return mask

    def verdict(self) -> Verdict:
        """The answers to both questions for the scene."""
        return self._use.verdict(np.stack(self._logits), self.count)

    def strength(self, answer: str) -> float:
        """The evidence of an answer in the scene, see `calibration.scene_evidence`."""
        return self._use.evidence(np.stack(self._logits), answer, self.count)

    def boxes(
        self, wavelength: Optional[float], scene: Verdict, tick: Optional[Callable[[], None]] = None
    ) -> list[Box]:
        """Boxes by rank: the most probable first, the larger of two equal ones first.

        Parameters
        ----------
        wavelength : float, optional
            Metres; without it peaks are given in fringes only.
        scene : Verdict
            The verdict on the scene, which no box may contradict.
        tick : callable, optional
            Called before each box is measured; may raise to stop.
        """
        if scene.deformation == verdict.ABSENT:
            return []
        stream = self._stream
        drawn = select(self._rated_boxes(scene.kind))
        if not stream.wrapped:
            drawn = redraw(stream.read, (stream.grid.width, stream.grid.height), drawn, tick)
        reported = []
        for rank, box in enumerate(drawn, start=1):
            if tick is not None:
                tick()
            reported.append(describe_box(rank, box, stream.grid, stream.read, stream.wrapped, wavelength))
        return reported

    def _rated_boxes(self, kind: str) -> list[RatedBox]:
        """Boxes of all signals that their windows confirm.

        Earthquakes and other sources can leave the same fringes; the verdict has weighed all windows. If it
        says "earthquake", the signal with the most evidence of one is its box, however faint; if it says
        "other", so do all boxes.
        """
        evidence = self._masks.evidence()
        signals = find_signals(evidence, self._use.thresholds["mask"])
        rated = [(signal, self._rate(signal, kind == verdict.OTHER)) for signal in signals]
        boxes = [(signal, box) for signal, box in rated if box is not None]
        if kind == verdict.EARTHQUAKE and not any(box.is_earthquake for _, box in boxes):
            chosen = max(
                (signal for signal, _ in boxes), key=lambda one: one.earthquake_share * one.area, default=None
            )
            faint = [chosen] if chosen is not None else faint_signal(evidence)
            boxes = [(signal, box) for signal, box in boxes if signal is not chosen]
            boxes += [(signal, self._box(signal, True, self._windows_over(signal))) for signal in faint]
        return [box for _, box in boxes]

    def _rate(self, signal: Signal, is_other: bool) -> Optional[RatedBox]:
        """The box of a signal; None where the windows round it do not confirm it."""
        windows = self._windows_over(signal)
        if not windows.any():
            return None
        share = self._use.kind_probability(signal.earthquake_share, self.count)
        box = self._box(signal, not is_other and share >= 0.5, windows)
        low = self._use.thresholds["deformation_absent" if self._use.two_questions else "absent"]
        confirmed = box.window_probability >= self._use.thresholds["box"] and box.probability > low
        return box if confirmed else None

    def _box(self, signal: Signal, is_earthquake: bool, windows: np.ndarray) -> RatedBox:
        """A signal as a box of a class; its probability is that of the class in the windows round it."""
        logits = np.stack(self._logits)[windows]
        local = self._use.verdict(logits, self.count)
        probability = local.probability if is_earthquake else local.other_probability
        return RatedBox(
            probability * signal.mean_mask,
            is_earthquake,
            signal.corners,
            signal.area,
            self._stream.scales[signal.scale].metres,
            float((1 - self._use.window_probabilities(logits)[:, calibration.NONE]).max()),
        )

    def _windows_over(self, signal: Signal) -> np.ndarray:
        """Which windows contain the centre of a signal, bool, shape (N,)."""
        x0, y0, x1, y1 = signal.corners
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        factors = np.array([(scale.fx, scale.fy) for scale in self._stream.scales])
        cells = np.array([(place.scale, place.col, place.row) for place in self._positions])
        across = x / factors[cells[:, 0], 0] - cells[:, 1]
        down = y / factors[cells[:, 0], 1] - cells[:, 2]
        return np.asarray((across >= 0) & (across < TILE) & (down >= 0) & (down < TILE))

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
