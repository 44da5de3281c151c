"""What a worker does: examine one scene with a model that it loads once."""

from __future__ import annotations

import logging
import threading
import time
from functools import lru_cache
from typing import Any, Optional

from ..engine.detection import detect
from ..engine.errors import Cancelled, ModelError, QuakeFringeError
from ..engine.network import Network, load_model
from ..engine.network.threads import limit_threads
from ..engine.settings import Settings
from .record import done, failed
from .scene import Scene

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


def examine(scene: Scene, settings: Settings, threads: int, limit_s: Optional[float]) -> dict[str, Any]:
    """Examine a scene; a scene that cannot be examined gives a record that says why.

    Parameters
    ----------
    scene : Scene
    settings : Settings
    threads : int
        Threads of the network in this process.
    limit_s : float, optional
        Seconds after which the scene is given up; None: never.

    Returns
    -------
    dict
        The record.

    Raises
    ------
    ModelError
        When the model cannot be used: no scene would succeed.
    """
    with _one_scene:
        network = _network(settings.model, settings.backend, threads)
        started = time.monotonic()

        def too_late() -> bool:
            return limit_s is not None and time.monotonic() - started > limit_s

        try:
            result = detect(scene.path, settings, network=network, cancelled=too_late)
            return done(scene, result, time.monotonic() - started)
        except Cancelled:
            sentence = (
                f"The scene took longer than {limit_s:g} s; raise --time-limit and run with --retry-failed."
            )
        except ModelError:
            raise
        except QuakeFringeError as error:
            sentence = str(error)
        except MemoryError:
            sentence = TOO_LARGE
        except Exception as error:  # one broken scene must not end the run
            logger.exception("Unexpected error in %s", scene.path)
            sentence = f"Unexpected {type(error).__name__} ({error}); please report this with the input file."
        return failed(scene, sentence, time.monotonic() - started)
