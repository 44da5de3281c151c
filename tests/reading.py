"""What the tests of readers share: whole scenes, refusals and files of a fixture."""

from __future__ import annotations

import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.interferogram import open_interferogram


def whole(interferogram):
    """Phase of the whole raster."""
    return interferogram.read(0, 0, interferogram.grid.width, interferogram.grid.height)


def refusal(path, **options):
    """The one sentence with which the reader refuses a file."""
    with pytest.raises(InputError) as caught:
        open_interferogram(str(path), **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def one(folder, pattern):
    """The first file below a folder whose name fits."""
    return next(iter(sorted(folder.rglob(pattern))))
