"""Make one animated picture of the frames of a run: `screenshot_film.py FOLDER OUT.gif`.

The frames are `film-NN-MS.png`: their order, and how long each is shown, in milliseconds. All frames share
one palette, so that nothing flickers and unchanged parts cost nothing. The result is smaller than MAX_BYTES,
or the script fails.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

WIDTH_PIXELS = 900
MAX_BYTES = 2_000_000
COLOURS = (160, 128, 96, 64, 48)
"""Sizes of the palette; the largest that fits is taken."""


def load(folder: Path) -> tuple[list[Image.Image], list[int]]:
    """The frames, scaled, and their durations."""
    paths = sorted(folder.glob("film-*-*.png"))
    if not paths:
        raise SystemExit(f"{folder} holds no frames.")
    frames = []
    for path in paths:
        frame = Image.open(path).convert("RGB")
        height = round(frame.height * WIDTH_PIXELS / frame.width)
        frames.append(frame.resize((WIDTH_PIXELS, height), Image.Resampling.LANCZOS))
    return frames, [int(path.stem.rsplit("-", 1)[1]) for path in paths]


def write(frames: list[Image.Image], durations: list[int], colours: int, out: Path) -> int:
    """Write the animation; returns its size in bytes."""
    strip = Image.new("RGB", (frames[0].width, sum(frame.height for frame in frames)))
    for number, frame in enumerate(frames):
        strip.paste(frame, (0, number * frames[0].height))
    palette = strip.quantize(colours, dither=Image.Dither.NONE)
    small = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    small[0].save(
        out, save_all=True, append_images=small[1:], duration=durations, loop=0, optimize=True, disposal=1
    )
    return out.stat().st_size


def main(folder: str, out: str) -> None:
    """Write the animation with as many colours as fit."""
    frames, durations = load(Path(folder))
    for colours in COLOURS:
        if write(frames, durations, colours, Path(out)) < MAX_BYTES:
            print(f"{out}: {len(frames)} frames, {colours} colours")
            return
    raise SystemExit(f"{out} stays above {MAX_BYTES} bytes; take fewer frames.")


if __name__ == "__main__":
    main(*sys.argv[1:])
