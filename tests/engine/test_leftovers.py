"""Temporary files of killed runs, and what must survive their removal."""

import os
import time

import pytest

from quakefringe.engine.output.leftovers import ABANDONED_FOLDER_S, STALE_S
from quakefringe.engine.output.run_folder import create_run_folder
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


def test_the_folder_of_a_killed_run_is_removed_and_those_with_results_stay(tmp_path):
    killed, kept, running, other = (
        tmp_path / name for name in ("a_20260101T000000", "b_20260101T000000-2", "c_20260101T000001", "notes")
    )
    for folder in (killed, kept, running, other):
        folder.mkdir()
    aged(killed / ".heatmap.0123abcd.tif", STALE_S + 60)
    (kept / "result.json").write_text("{}")
    old = time.time() - ABANDONED_FOLDER_S - 60
    for folder in (killed, kept, other):
        os.utime(folder, (old, old))
    new = create_run_folder(str(tmp_path), "scene")
    assert not killed.exists()
    assert kept.exists() and running.exists() and other.exists()
    assert os.path.isdir(new.path)
