"""Temporary files of killed runs, and what must survive their removal."""

import os
import time

import pytest

from quakefringe.engine.output.leftovers import STALE_S
from quakefringe.engine.output.transaction import Transaction


def aged(path, seconds):
    path.write_text("x")
    os.utime(path, (time.time() - seconds,) * 2)
    return path


@pytest.mark.parametrize(
    "name", [".heat.0123abcd.tif", ".boxes.0123abcd.gpkg-journal", ".a.json.0123abcd.part"]
)
def test_the_next_run_removes_what_a_killed_one_left(tmp_path, name):
    left = aged(tmp_path / name, STALE_S + 60)
    with Transaction() as files:
        files.stage(str(tmp_path / "heat.tif"))
    assert not left.exists()


@pytest.mark.parametrize(
    ("name", "age"),
    [
        (".heat.0123abcd.tif", 5.0),  # another run is writing it
        (".heat.0123abcd.tif.old", STALE_S + 60),  # perhaps the only copy
        ("heat.0123abcd.tif", STALE_S + 60),
        (".hidden.tif", STALE_S + 60),
    ],
)
def test_other_files_stay(tmp_path, name, age):
    other = aged(tmp_path / name, age)
    with Transaction() as files:
        files.stage(str(tmp_path / "heat.tif"))
    assert other.exists()
