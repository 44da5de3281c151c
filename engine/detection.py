"""`detect`: from a path to a verdict, a heatmap, boxes and the files that hold them."""

from __future__ import annotations

import dataclasses
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Callable, Optional, Union

import numpy as np
from osgeo import gdal

from .errors import Cancelled, InputError
from .inference import calibration
from .inference.pipeline import Pipeline
from .inference.scene_evidence import SceneEvidence
from .interferogram import Interferogram, open_interferogram
from .network import Network, load_model
from .network.threads import one_blas_thread
from .output.transaction import Transaction
from .output_files import OutputFiles
from .raster.grid import Grid
from .results import Result
from .settings import DEFAULTS, Settings
from .tiling.windows import WindowStream

__all__ = ["Settings", "detect"]

Progress = Callable[[float, str], None]
CACHE_BYTES = 128 * 2**20
"""GDAL's block cache while we stream: each block is used once, more would only cost memory."""
THRESHOLDS = {"present": 0.7, "absent": 0.3, "box": 0.5, "mask": 0.5}
"""For models that bring none."""


def detect(
    path: Union[str, Sequence[str]],
    settings: Settings = DEFAULTS,
    *,
    heatmap: Optional[str] = None,
    boxes: Optional[str] = None,
    report: Optional[str] = None,
    result: Optional[str] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
    network: Optional[Network] = None,
) -> Result:
    """Find earthquakes in one interferogram.

    Parameters
    ----------
    path : str or sequence of str
        The interferogram; several frames of one track and pass are joined.
    settings : Settings
    heatmap, boxes, report, result : str, optional
        Files to write: GeoTIFF, GeoPackage, HTML, JSON. All of them appear, or none.
    progress : callable, optional
        Called with per cent (0 to 100) and a short text, in the caller's thread; the text is empty
        while the same part goes on.
    cancelled : callable, optional
        Asked several times a second whether to stop.
    network : Network, optional
        A loaded model, for many scenes in a row; otherwise as `settings` say.

    Returns
    -------
    Result

    Raises
    ------
    InputError, ModelError, OutputError
        With one sentence that says what to do.
    Cancelled
        When `cancelled` says so; nothing is left behind.
    """
    settings.check()
    clock = _Clock(progress, cancelled)
    targets = OutputFiles(path, settings.dem, heatmap, boxes, report, result)
    with Transaction() as files, _small_cache():
        clock.tell(0, "Loading the model")
        if network is None:
            network = load_model(settings.model, settings.backend)
        clock.lap("model")
        clock.tell(1, "Opening the interferogram")
        interferogram = open_with(path, settings)
        clock.lap("opening")
        with one_blas_thread():  # the network fills the cores with tiles; BLAS' idle threads would spin
            found = _look(interferogram, settings, network, clock)
        clock.tell(95, "Writing")
        targets.write(files, found, interferogram, clock.tick)
        clock.tick()
        files.commit()
        clock.tell(100, found.label)
    return found


def open_with(path: Union[str, Sequence[str]], settings: Settings) -> Interferogram:
    """Open an interferogram as `detect` does; raises `InputError`."""
    return open_interferogram(
        path,
        band=settings.band,
        quantity=settings.quantity,
        wavelength=settings.wavelength,
        layer=settings.layer,
        unit=settings.unit,
        positive=settings.positive,
        coherence_threshold=settings.coherence_threshold,
        date=settings.date,
        corrections=settings.corrections,
        dem=settings.dem,
    )


def _look(interferogram: Interferogram, settings: Settings, network: Network, clock: _Clock) -> Result:
    """Everything between opening and writing."""
    card = network.card
    thresholds = {**THRESHOLDS, **{key: float(value) for key, value in card.thresholds.items()}}
    if settings.threshold is not None:
        thresholds["present"] = settings.threshold
        thresholds["absent"] = min(thresholds["absent"], settings.threshold)
    stream = WindowStream(
        interferogram,
        extent=settings.extent,
        dem=settings.dem,
        most_scales=settings.scales,
        tick=clock.tick,
    )
    findings = SceneEvidence(stream, card.calibration, thresholds)
    scales = "one scale" if len(stream.scales) == 1 else f"{len(stream.scales)} scales"
    clock.tell(2, f"Looking at up to {stream.total} windows on {scales}")
    known = interferogram.positive != "unknown" and interferogram.grid.has_crs
    pipeline = Pipeline(
        network,
        not stream.wrapped,
        settings.batch,
        clock.tick,
        known=known,
        wavelength=interferogram.wavelength,
    )
    for seen in pipeline.run(stream.windows(findings.heatmap.ground)):
        findings.add(seen)
        clock.tell(2 + 88 * stream.visited / stream.total)
    _check_content(interferogram, stream, findings)
    clock.lap("windows")
    clock.timings["network"] = pipeline.network_seconds
    probability, level = findings.scene(calibration.EARTHQUAKE)
    other, other_level = findings.scene(calibration.OTHER)
    verdict = calibration.verdict(probability, thresholds["present"], thresholds["absent"])
    clock.tell(90, "Drawing boxes")
    boxes = findings.boxes(interferogram.wavelength, verdict == "present", clock.tick)
    clock.lap("boxes")
    heat, grid = _north_up(findings.heatmap.values(), findings.heatmap.grid())
    clock.lap("heatmap")
    return Result(
        run_id=uuid.uuid4().hex[:12],
        label=calibration.label(verdict, probability, other, max(0.5, thresholds["present"])),
        verdict=verdict,
        probability=probability,
        other_probability=other,
        evidence=level,
        other_evidence=other_level,
        boxes=boxes,
        heat=heat,
        grid=grid,
        input=interferogram.describe(),
        settings=dataclasses.asdict(settings),
        model={
            "version": card.version,
            "name": os.path.basename(str(network.path)),
            "hash": network.hash,
            "recipe": card.recipe,
        },
        thresholds=thresholds,
        backend=network.backend,
        windows=findings.scores(),
        timings=clock.timings,
        started=clock.started,
        plugin_version=_version(),
        warnings=[*interferogram.warnings, *stream.warnings, *_fallback(network)],
        notes=[*interferogram.notes, *_notes(stream)],
    )


def _check_content(interferogram: Interferogram, stream: WindowStream, findings: SceneEvidence) -> None:
    """Refuse scenes that hold nothing; the reader's own check sees samples, this one all of it."""
    if not findings.count or stream.high < stream.low:
        raise InputError(
            f"“{interferogram.name}” holds hardly any valid phase in the part looked at; choose another "
            "layer or extent, or lower the coherence threshold."
        )
    if stream.high - stream.low < 1e-6:
        raise InputError(
            f"“{interferogram.name}” has the same value everywhere, so there is no interferogram in it; "
            "choose another band or file."
        )


def _notes(stream: WindowStream) -> list[str]:
    if stream.elevation is None:
        return ["No elevation model was used."]
    return [f"Elevation from “{stream.elevation.name}”."]


def _fallback(network: Network) -> list[str]:
    """Why the slower backend ran although the faster one is installed."""
    reason = getattr(network, "fallback", "")
    return [f"onnxruntime is installed but did not work ({reason}); numpy ran instead."] if reason else []


def _north_up(values: np.ndarray, grid: Grid) -> tuple[np.ndarray, Grid]:
    """A raster whose rows run from south to north, turned."""
    t = grid.transform
    if t[5] < 0:
        return values, grid
    turned = (t[0], t[1], 0.0, t[3] + t[5] * grid.height, 0.0, -t[5])
    return np.ascontiguousarray(values[::-1]), Grid(grid.width, grid.height, turned, grid.crs_wkt)


def _version() -> str:
    from ..version import __version__

    return __version__


@contextmanager
def _small_cache() -> Iterator[None]:
    """Hold GDAL's block cache down while streaming, and give it back as it was."""
    before = gdal.GetCacheMax()
    gdal.SetCacheMax(min(before, CACHE_BYTES))
    try:
        yield
    finally:
        gdal.SetCacheMax(before)


class _Clock:
    """Progress, cancel, and seconds by part."""

    def __init__(self, progress: Optional[Progress], cancelled: Optional[Callable[[], bool]]) -> None:
        self._progress, self._cancelled = progress, cancelled
        self.timings: dict[str, float] = {}
        self.started = datetime.now(timezone.utc).isoformat(timespec="seconds")
        self._last = time.perf_counter()

    def tick(self) -> None:
        """Stop here if the user wants to."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled("The run was cancelled; nothing was written.")

    def tell(self, percent: float, text: str = "") -> None:
        """Say how far it is, with a text where a new part begins."""
        self.tick()
        if self._progress is not None:
            self._progress(min(100.0, percent), text)

    def lap(self, name: str) -> None:
        """Note the seconds since the last lap."""
        now = time.perf_counter()
        self.timings[name] = now - self._last
        self._last = now
