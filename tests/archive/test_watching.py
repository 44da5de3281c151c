"""Watching a source: what is new is examined, and the process stops when it is asked to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
import quakefringe
from quakefringe.archive import watching
from quakefringe.archive.__main__ import main
from quakefringe.archive.scene import scene_at
from quakefringe.engine.errors import InputError


def test_each_look_examines_what_the_source_holds_then(monkeypatch):
    first, second = scene_at("/data/a.tif"), scene_at("/data/b.tif")
    looks = iter([[first], InputError("rewritten"), [first, second]])
    pauses, examined = [], []

    def find():
        look = next(looks)
        if isinstance(look, InputError):
            raise look
        return look

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(watching.time, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        watching.watch_source(find, examined.append, 5, 60)
    assert examined == [[first], [first, second]]
    assert pauses == [5, 5, 5]


def test_a_file_that_may_still_be_copied_waits(tmp_path):
    path = tmp_path / "new.tif"
    path.touch()
    scenes = [scene_at(str(path)), scene_at("/vsis3/bucket/a.tif")]
    written = path.stat().st_mtime
    assert watching.settled(scenes, 60, now=written + 59) == scenes[1:]
    assert watching.settled(scenes, 60, now=written + 61) == scenes


def test_a_missing_source_is_refused(tmp_path, capsys):
    assert main(["watch", str(tmp_path / "missing"), "--out", str(tmp_path / "out")]) == 2
    assert "does not exist" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without SIGTERM")
def test_sigterm_ends_the_watch_cleanly(tmp_path):
    (tmp_path / "in").mkdir()
    paths = [*(path for path in sys.path if path), str(Path(quakefringe.__file__).parent.parent)]
    command = [sys.executable, "-m", "quakefringe.archive", "watch", str(tmp_path / "in")]
    with subprocess.Popen(
        [*command, "--out", str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline().startswith("Watching")
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=15)[0] == "Stopped.\n"
    assert process.returncode == 0
