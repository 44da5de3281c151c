"""Several frames of one track as one interferogram."""

from __future__ import annotations

from dataclasses import replace

from ..errors import InputError
from ..products.join import join
from ..products.joinable import Scene
from .scene import Interferogram


def join_frames(frames: list[Interferogram]) -> Interferogram:
    """Several frames as one interferogram; a single one is returned as it is.

    Raises
    ------
    InputError
        When they do not belong together; the message gives the reason.
    """
    if len(frames) == 1:
        return frames[0]
    source, look = join([_scene(frame) for frame in frames])
    first = frames[0]
    names = ", ".join(one.name for one in frames)
    return replace(
        first,
        path="; ".join(one.path for one in frames),
        name=f"{first.name} and {len(frames) - 1} more",
        grid=source.grid,
        coherence=source.masks_in_words,
        frame=" ".join(filter(None, (one.frame for one in frames))),
        notes=[f"{len(frames)} frames are joined: {names}.", *_unique(frames, "notes"), *source.notes],
        warnings=_unique(frames, "warnings"),
        source=source,
        look=look,
    )


def _scene(frame: Interferogram) -> Scene:
    if frame.source is None:
        raise InputError(f"“{frame.name}” was not opened from a file and cannot be read.")
    return Scene(
        frame.name,
        frame.product,
        frame.quantity,
        frame.wavelength,
        frame.grid,
        frame.dates,
        frame.orbit_direction,
        frame.track,
        frame.source,
        frame.look,
        frame.pass_time,
    )


def _unique(frames: list[Interferogram], what: str) -> list[str]:
    """Notes or warnings of several frames, each once."""
    return list(dict.fromkeys(text for frame in frames for text in getattr(frame, what)))
