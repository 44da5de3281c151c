"""Make pictures small enough for the documentation: `screenshot_shrink.py FOLDER PICTURE …`.

Each picture is scaled to a width of 1000 pixels, reduced to 256 colours, and written to FOLDER under its own
name.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

WIDTH_PIXELS = 1000
COLOURS = 256


def main(folder: str, *pictures: str) -> None:
    """Write a small copy of each picture to the folder."""
    for path in pictures:
        picture = Image.open(path).convert("RGB")
        if picture.width > WIDTH_PIXELS:
            height = round(picture.height * WIDTH_PIXELS / picture.width)
            picture = picture.resize((WIDTH_PIXELS, height), Image.Resampling.LANCZOS)
        small = picture.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE)
        small.save(Path(folder) / Path(path).name, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
