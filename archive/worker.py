"""What a worker does: examine one scene with a model, a catalogue and faults that it reads once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Optional

from distributed import get_worker

from ..engine.context.surroundings import Surroundings
from ..engine.detection import detect
from ..engine.errors import Cancelled, ModelError, QuakeFringeError
from ..engine.network import Network, load_model
from ..engine.numerics.threads import limit_threads
from ..engine.results import Result
from ..engine.settings import Settings
from .options import ExamineOptions
from .pictures import heatmap_cog, thumbnail
from .record import HEATMAP, THUMBNAIL, Examined, done, failed
from .scene import Scene
from .time_limit import Stuck, call_within, grace_s

logger = logging.getLogger(__name__)
_one_scene = threading.Lock()
TOO_LARGE = (
    "The scene needs more memory than a worker has; raise --memory, use fewer --workers, or lower --batch, "
    "then run again with --retry-failed."
)


@lru_cache(maxsize=1)
def _network(model: Optional[str], backend: str, threads: int) -> Network:
    limit_threads(threads)
    return load_model(model, backend)


@lru_cache(maxsize=1)
def _surroundings(settings: Settings) -> Surroundings:
    return Surroundings(settings)


def examine(scene: Scene, options: ExamineOptions) -> Examined:
    """Examine a scene; a scene that cannot be examined gives a record that says why.

    Raises
    ------
    ModelError
        When the model cannot be used: no scene would succeed.
    """
    limit_s = options.limit_s
    with _one_scene:
        network = _network(options.settings.model, options.settings.backend, options.threads)
        started = time.monotonic()

        def too_late() -> bool:
            return limit_s is not None and time.monotonic() - started > limit_s

        def attempt() -> Examined:
            return _attempt(scene, options, network, started, too_late)

        if limit_s is None:
            return attempt()
        try:
            return call_within(attempt, limit_s + grace_s(limit_s))
        except Stuck:
            logger.warning("%s hangs; the worker will be restarted", scene.path)
            record = failed(scene, _late(limit_s), time.monotonic() - started)
            return Examined(record, stuck_worker=_address())


def _attempt(
    scene: Scene,
    options: ExamineOptions,
    network: Network,
    started: float,
    too_late: Callable[[], bool],
) -> Examined:
    """Examine a scene; every error but that of the model becomes a record."""
    try:
        settings = options.settings
        around = _surroundings(settings)
        result = detect(scene.path, settings, network=network, surroundings=around, cancelled=too_late)
        files = _files(scene, options, result)
        return Examined(done(scene, result, time.monotonic() - started), files)
    except Cancelled:
        sentence = _late(options.limit_s or 0.0)
    except ModelError:
        raise
    except QuakeFringeError as error:
        sentence = str(error)
    except MemoryError:
        sentence = TOO_LARGE
    except Exception as error:  # one broken scene must not end the run
        logger.exception("Unexpected error in %s", scene.path)
        sentence = f"Unexpected {type(error).__name__} ({error}); please report this with the input file."
    return Examined(failed(scene, sentence, time.monotonic() - started))


def _files(scene: Scene, options: ExamineOptions, result: Result) -> dict[str, bytes]:
    """The pictures that were asked for."""
    files = {}
    if options.heatmaps:
        files[HEATMAP] = heatmap_cog(result)
    if options.thumbnails == "all" or (options.thumbnails == "notable" and _is_notable(result)):
        files[THUMBNAIL] = thumbnail(scene.path, options.settings, result)
    return files


def _is_notable(result: Result) -> bool:
    """Whether a person may want to see the scene: anything but a clear absence of deformation."""
    return bool(result.boxes) or result.verdict != "absent" or result.deformation != "absent"


def _late(limit_s: float) -> str:
    return f"The scene took longer than {limit_s:g} s; raise --time-limit and run with --retry-failed."


def _address() -> Optional[str]:
    """Address of the Dask worker that runs this code; None outside one."""
    try:
        return str(get_worker().address)
    except ValueError:
        return None
