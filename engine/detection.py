"""`detect`: from the path of an interferogram to a verdict, a heatmap, boxes and the files that hold them."""

from __future__ import annotations

import dataclasses
import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Callable, Optional, Union

from osgeo import gdal

from ..version import __version__
from .context.surroundings import Surroundings
from .errors import InputError
from .inference.model_notes import (
    describe_model,
    fallback_warning,
    gives_heads,
    heads_warning,
    old_model_note,
)
from .inference.model_use import ModelUse
from .inference.pipeline import Pipeline
from .inference.scene_evidence import SceneEvidence
from .interferogram import Interferogram, open_interferogram
from .network import Network, load_model
from .numerics.threads import one_blas_thread
from .output.transaction import Transaction
from .output_files import OutputFiles
from .progress import Progress, RunProgress
from .results import Result
from .settings import DEFAULTS, Settings
from .source_network.boxes import guess_boxes
from .tiling.windows import WindowStream

__all__ = ["Settings", "detect"]

GDAL_CACHE_BYTES = 128 * 2**20
"""Size of GDAL's block cache during a run; each block is read once, so a larger cache only costs memory."""
MIN_PHASE_RANGE_RAD = 1e-6
"""Range of the phase below which a scene counts as constant."""

logger = logging.getLogger(__name__)


def detect(
    path: Union[str, Sequence[str]],
    settings: Settings = DEFAULTS,
    *,
    heatmap: Optional[str] = None,
    boxes: Optional[str] = None,
    report: Optional[str] = None,
    result: Optional[str] = None,
    heads: Optional[str] = None,
    progress: Optional[Progress] = None,
    cancelled: Optional[Callable[[], bool]] = None,
    network: Optional[Network] = None,
    surroundings: Optional[Surroundings] = None,
) -> Result:
    """Find earthquakes in one interferogram.

    Parameters
    ----------
    path : str or sequence of str
        The interferogram; several frames of one track and pass are joined.
    settings : Settings
    heatmap, boxes, report, result, heads : str, optional
        Files to write: GeoTIFF, GeoPackage, HTML, JSON, and a GeoTIFF with the attention of each head of the
        network. Either all of them are written or none.
    progress : callable, optional
        Called in the caller's thread with per cent (0 to 100) and a short text, which is empty while the same
        step continues.
    cancelled : callable, optional
        Called several times a second; returns whether to stop.
    network : Network, optional
        A loaded model, to run many scenes in a row; otherwise the one that `settings` name.
    surroundings : Surroundings, optional
        The catalogue and the faults of `settings`, opened before, to run many scenes in a row.

    Returns
    -------
    Result

    Raises
    ------
    InputError, ModelError, OutputError
        With one sentence that says what is wrong and what to do.
    Cancelled
        If `cancelled` returns True; nothing is written.
    """
    settings.check()
    surroundings = surroundings or Surroundings(settings)
    run = RunProgress(progress, cancelled)
    inputs = [*([path] if isinstance(path, str) else path), *surroundings.paths]
    outputs = OutputFiles(inputs, settings.dem, heatmap, boxes, report, result, heads)
    settings = dataclasses.replace(settings, heads=settings.heads or bool(heads))
    with Transaction() as files, _small_gdal_cache():
        run.report(0, "Loading the model")
        if network is None:
            network = load_model(settings.model, settings.backend)
        run.finish_step("model")
        run.report(1, "Opening the interferogram")
        interferogram = open_with(path, settings)
        run.finish_step("opening")
        # The network fills the cores with tiles; further BLAS threads would only spin.
        with one_blas_thread():
            detected = _analyse(interferogram, settings, network, run, surroundings)
        run.report(95, "Writing")
        outputs.write(files, detected, interferogram, run.tick)
        run.tick()
        files.commit()
        run.report(100, detected.label)
    logger.info("%s: %s", interferogram.name, detected.label)
    return detected


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
        dem_crs=settings.dem_crs,
        crs=settings.crs,
        nodata=settings.nodata,
        cell=settings.cell,
        product=settings.product,
        pixel_m=settings.pixel_m,
        acquired=settings.acquired,
    )


def _analyse(
    interferogram: Interferogram,
    settings: Settings,
    network: Network,
    run: RunProgress,
    surroundings: Surroundings,
) -> Result:
    """All steps between opening and writing."""
    stream = WindowStream(
        interferogram,
        extent=settings.extent,
        dem=settings.dem,
        dem_crs=settings.dem_crs,
        most_scales=settings.scales,
        tick=run.tick,
    )
    use = ModelUse.from_card(network.card, settings.threshold, unwrapped=not stream.wrapped)
    evidence = _collect_evidence(interferogram, stream, network, use, settings, run)
    verdict = evidence.verdict()
    run.report(90, "Drawing boxes")
    boxes = evidence.boxes(interferogram.wavelength, verdict, run.tick)
    run.finish_step("boxes")
    boxes = guess_boxes(boxes, interferogram, network.backend, run.tick)
    run.finish_step("first guess")
    heat = evidence.heatmap.values()
    run.finish_step("heatmap")
    grid = evidence.heatmap.grid()
    around = surroundings.of(interferogram, boxes, heat, grid, verdict.probability)
    run.finish_step("surroundings")
    return Result(
        run_id=uuid.uuid4().hex[:12],
        label=around.with_volcano(verdict.label, verdict.kind),
        verdict=verdict.earthquake,
        probability=verdict.probability,
        other_probability=verdict.other_probability,
        evidence=evidence.strength("scene"),
        other_evidence=evidence.strength("other"),
        deformation=verdict.deformation,
        deformation_probability=verdict.deformation_probability,
        deformation_evidence=evidence.strength("deformation"),
        kind=verdict.kind,
        two_questions=use.two_questions,
        heads=evidence.heads.values(heat),
        mask=evidence.mask(heat) if settings.heads else None,
        boxes=boxes,
        heat=heat,
        grid=grid,
        catalogue=around.catalogue,
        context=around.context,
        input=interferogram.describe(),
        settings=dataclasses.asdict(settings),
        model=describe_model(network),
        thresholds=dict(use.thresholds),
        backend=network.backend,
        windows=evidence.scores(),
        timings=run.timings,
        started=run.started,
        plugin_version=__version__,
        warnings=[
            *interferogram.warnings,
            *stream.warnings,
            *fallback_warning(network),
            *heads_warning(network, settings.heads),
            *around.warnings,
        ],
        notes=[*interferogram.notes, _elevation_note(stream), *old_model_note(network.card), *around.notes],
    )


def _collect_evidence(
    interferogram: Interferogram,
    stream: WindowStream,
    network: Network,
    use: ModelUse,
    settings: Settings,
    run: RunProgress,
) -> SceneEvidence:
    """Run all windows of the scene through the network."""
    scales = "one scale" if len(stream.scales) == 1 else f"{len(stream.scales)} scales"
    run.report(2, f"Analysing up to {stream.total} windows on {scales}")
    evidence = SceneEvidence(stream, use)
    pipeline = Pipeline(
        network,
        use,
        settings.batch,
        run.tick,
        unwrapped=not stream.wrapped,
        oriented=interferogram.positive != "unknown" and interferogram.grid.has_crs,
        heads=settings.heads and gives_heads(network),
    )
    for prediction in pipeline.run(stream.windows(evidence.heatmap.ground)):
        evidence.add(prediction)
        run.report(2 + 88 * stream.visited / stream.total)
    _check_content(interferogram, stream, evidence)
    run.finish_step("windows")
    run.timings["network"] = pipeline.network_seconds
    logger.info(
        "Analysed %d windows on %s in %.1f s (network %.1f s)",
        *(evidence.count, scales, run.timings["windows"], pipeline.network_seconds),
    )
    return evidence


def _check_content(interferogram: Interferogram, stream: WindowStream, evidence: SceneEvidence) -> None:
    """Refuse empty and constant scenes; the reader checks samples only, this check sees every pixel."""
    if not evidence.count or stream.high < stream.low:
        raise InputError(
            f"“{interferogram.name}” holds hardly any valid phase in the chosen extent; choose another layer "
            "or extent, or lower the coherence threshold."
        )
    if stream.high - stream.low < MIN_PHASE_RANGE_RAD:
        raise InputError(
            f"“{interferogram.name}” has the same value everywhere, so it is no interferogram; choose "
            "another band or file."
        )


def _elevation_note(stream: WindowStream) -> str:
    if stream.elevation is None:
        return "No elevation model was used."
    given = ", in the coordinate system that was given for it" if stream.elevation.crs else ""
    return f"Elevation from “{stream.elevation.name}”{given}."


@contextmanager
def _small_gdal_cache() -> Iterator[None]:
    """Limit GDAL's block cache, and restore its size afterwards."""
    before = gdal.GetCacheMax()
    gdal.SetCacheMax(min(before, GDAL_CACHE_BYTES))
    try:
        yield
    finally:
        gdal.SetCacheMax(before)
