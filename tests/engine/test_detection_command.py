"""The command line of the engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from quakefringe.engine import __main__ as command
from quakefringe.engine import detection
from quakefringe.tests.engine.made import FringeNetwork, bowls, wrap, write


@pytest.fixture
def scene(tmp_path, monkeypatch):
    """A scene with one bowl; the fringe network replaces the model."""
    monkeypatch.setattr(detection, "load_model", lambda path, backend: FringeNetwork())
    values = wrap(bowls((400, 400), [(200, 200)], (30, 30), 40)).astype(np.float32)
    return write(tmp_path / "a.tif", values, (3e5, 80.0, 0.0, 3.2e6, 0.0, -80.0), 32645)


def test_it_prints_the_verdict_and_writes_the_requested_files(scene, tmp_path, capsys):
    path = tmp_path / "result.json"
    assert command.main([scene, "--quantity", "wrapped", "--json", str(path), "--scales", "1"]) == 0
    assert "Earthquake present" in capsys.readouterr().out
    data = json.loads(path.read_text(encoding="utf-8"))
    assert len(data["windows"]) == 1


def test_an_error_gives_one_line_and_exit_status_1(tmp_path, capsys):
    assert command.main([str(tmp_path / "missing.tif")]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_reader_that_leaves_ends_a_command_without_a_traceback():
    reader, writer = os.pipe()
    os.close(reader)
    parent = next(folder for folder in sys.path if os.path.exists(os.path.join(folder, "quakefringe")))
    work = (
        f"import sys; sys.path.insert(0, {parent!r}); from quakefringe.engine.commands import exit_status; "
        "sys.exit(exit_status(lambda: print('many lines')))"
    )
    ended = subprocess.run([sys.executable, "-c", work], stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_a_quiet_run_on_an_extent_prints_the_verdict_only(scene, capsys):
    extent = ["300000", "3184000", "316000", "3200000"]
    assert command.main([scene, "--quantity", "wrapped", "--quiet", "--extent", *extent]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_help_explains_every_option():
    undocumented = [action.dest for action in command.parser()._actions if not action.help]
    assert undocumented == []
    text = command.parser().format_help()
    assert "(default: 8)" in text
    assert "metres" in text
