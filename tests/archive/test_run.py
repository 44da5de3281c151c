"""A run on a real cluster of two processes: nothing is lost and nothing is done twice."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
import quakefringe
from quakefringe.archive import cluster
from quakefringe.archive.__main__ import main
from quakefringe.archive.cluster import ClusterOptions
from quakefringe.archive.folder import ArchiveFolder
from quakefringe.archive.options import ExamineOptions
from quakefringe.archive.record import Examined
from quakefringe.archive.run import RunOptions, run_archive
from quakefringe.archive.scene import scene_at
from quakefringe.archive.worker import examine
from quakefringe.engine.errors import InputError, OutputError
from quakefringe.engine.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from scenes import by_value, write_scene

SCENES = 8
TWO = RunOptions(cluster=ClusterOptions(workers=2))


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Small scenes and a broken one, with a space and a letter beyond ASCII in the path."""
    folder = tmp_path_factory.mktemp("archivé of scenes")
    for number in range(SCENES):
        write_scene(folder / f"scene {number:02d}.tif", number)
    (folder / "broken.tif").write_text("no raster")
    return folder


@pytest.fixture(scope="module")
def survived(sources, tmp_path_factory):
    """An archive whose client was killed, and then, in the second run, a worker."""
    out = tmp_path_factory.mktemp("out")
    _run_and_kill_client(sources, out)
    before = {path: path.stat().st_mtime_ns for path in out.glob("records/*/*.json")}
    from quakefringe.archive.sources import find_scenes

    scenes = find_scenes(str(sources))
    workers, events = [], []

    def started(number, client):
        workers.extend(client.run(os.getpid).values())
        events.append(number)

    def watch(record):
        if len(events) == 1:
            os.kill(workers[0], signal.SIGKILL)
        events.append(record["key"])

    folder = ArchiveFolder(str(out))
    with folder.locked():
        count = run_archive(scenes, folder, TWO, started=started, watch=watch)
    return scenes, folder, before, count


def _run_and_kill_client(sources, out):
    package = str(Path(quakefringe.__file__).parent.parent)
    paths = os.pathsep.join([*(path for path in sys.path if path), package])
    command = [sys.executable, "-m", "quakefringe.archive", "run", str(sources), "--out", str(out)]
    with subprocess.Popen([*command, "--workers", "1"], env={**os.environ, "PYTHONPATH": paths}) as client:
        until = time.monotonic() + 60
        while time.monotonic() < until and client.poll() is None:
            if len(list(out.glob("records/*/*.json"))) >= 2:
                break
            time.sleep(0.005)
        client.kill()


def test_every_scene_has_one_record_after_client_and_worker_were_killed(survived):
    scenes, folder, before, count = survived
    records = list(folder.records())
    assert 0 < len(before) < len(scenes) == SCENES + 1
    assert sorted(record["key"] for record in records) == sorted(scene.key for scene in scenes)
    assert count.known == len(before)
    assert count.done + count.failed == len(scenes) - len(before)
    assert [record["status"] for record in records].count("done") == SCENES


def test_records_of_the_killed_run_are_not_written_again(survived):
    _, _, before, _ = survived
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_broken_scene_is_recorded_with_its_sentence(survived):
    _, folder, _, _ = survived
    (record,) = [one for one in folder.records() if one["status"] == "failed"]
    assert record["path"].endswith("broken.tif")
    assert "broken.tif" in record["error"]


def test_a_third_run_does_nothing_and_writes_the_results(survived, sources, capsys):
    scenes, folder, _, _ = survived
    assert main(["run", str(sources), "--out", str(folder.path)]) == 0
    assert f"0 scenes examined, 0 of them failed; {len(scenes)} had a record" in capsys.readouterr().out
    assert (folder.path / "archive.gpkg").stat().st_size > 0


def test_other_options_in_the_same_folder_are_refused(survived, sources, capsys):
    _, folder, _, _ = survived
    assert main(["run", str(sources), "--out", str(folder.path), "--threshold", "0.9"]) == 2
    assert "other options (threshold)" in capsys.readouterr().err


def test_results_of_another_version_are_refused(tmp_path):
    folder = ArchiveFolder(str(tmp_path))
    (tmp_path / "archive.json").write_text(json.dumps({"schema": 99, "settings": {}}))
    with pytest.raises(InputError, match="another version"):
        folder.prepare(Settings())


def test_a_second_client_is_refused(tmp_path):
    first, second = ArchiveFolder(str(tmp_path)), ArchiveFolder(str(tmp_path))
    with first.locked(), pytest.raises(InputError, match="Another run"), second.locked():
        pytest.fail("both clients hold the lock")
    with second.locked():
        assert first.path == second.path


def test_failed_scenes_are_tried_again_only_when_asked(tmp_path):
    folder, scene = ArchiveFolder(str(tmp_path)), scene_at("/data/a.tif")
    folder.commit({"key": scene.key, "status": "failed"})
    assert folder.missing([scene], retry_failed=False) == []
    assert folder.missing([scene], retry_failed=True) == [scene]


def test_a_record_that_cannot_be_written_ends_the_run_with_advice(tmp_path):
    folder = ArchiveFolder(str(tmp_path))
    (tmp_path / "records" / "ab").write_text("in the way")
    with pytest.raises(OutputError, match="run the same command again"):
        folder.commit({"key": "ab12", "status": "done"})


def test_a_scene_that_takes_too_long_is_recorded(tmp_path):
    scene = scene_at(write_scene(tmp_path / "slow.tif"))
    record = examine(scene, ExamineOptions(limit_s=0.0)).record
    assert record["status"] == "failed"
    assert "--time-limit" in record["error"]


def test_a_scheduler_that_does_not_answer_gives_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 0.5)
    source = write_scene(tmp_path / "a.tif")
    arguments = ["run", source, "--out", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]
    assert main(arguments) == 2
    assert "does not answer" in capsys.readouterr().err


def deadly(scene, options):
    """Stands for `examine`: one scene kills its worker."""
    if scene.path.endswith("huge.tif"):
        os.kill(os.getpid(), signal.SIGKILL)
    return Examined({"key": scene.key, "path": scene.path, "status": "done", "seconds": 0.0})


def test_a_scene_that_ends_every_worker_is_recorded_as_too_large(tmp_path):
    folder = ArchiveFolder(str(tmp_path))
    scenes = [scene_at(f"/data/{name}.tif") for name in ("huge", "b", "c")]
    recorded = []
    options = dataclasses.replace(TWO, task=by_value(deadly))
    run_archive(scenes, folder, options, watch=lambda record: recorded.append(record["key"]))
    assert sorted(recorded) == sorted(scene.key for scene in scenes)
    records = {Path(record["path"]).stem: record for record in folder.records()}
    assert [name for name, record in records.items() if record["status"] == "failed"] == ["huge"]
    assert "too large for a worker's memory" in records["huge"]["error"]
