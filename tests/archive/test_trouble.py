"""What goes wrong outside a scene: reads that hang, schedulers that go away, disks that are full."""

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed")
pytest.importorskip("pyarrow")
import quakefringe
from quakefringe.archive.__main__ import main
from quakefringe.archive.cluster import ClusterOptions
from quakefringe.archive.folder import ArchiveFolder
from quakefringe.archive.options import ExamineOptions
from quakefringe.archive.record import Examined
from quakefringe.archive.run import RunOptions, run_archive
from quakefringe.archive.scene import scene_at
from quakefringe.archive.time_limit import Stuck, call_within

sys.path.insert(0, str(Path(__file__).parent))
from scenes import by_value, write_scene


@pytest.fixture
def silent_server():
    """The port of a server that takes connections and never answers, so that GDAL waits inside its C code."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


@contextlib.contextmanager
def dask(*arguments):
    """A process of the `dask` command, killed at the end."""
    package = str(Path(quakefringe.__file__).parent.parent)
    paths = os.pathsep.join([*(path for path in sys.path if path), package])
    with subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def dask_cluster(folder):
    """A scheduler and one worker as processes of their own, as on a cluster."""
    file = folder / "scheduler.json"
    common = ("--scheduler-file", str(file))
    with dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", *common) as scheduler:
        until = time.monotonic() + 30
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        address = f"tcp://127.0.0.1:{_port(file)}"
        worker = ("--nthreads", "1", "--no-dashboard", "--local-directory", str(folder))
        with dask("worker", address, *worker):
            yield address, scheduler


def _port(file):
    import json

    for _ in range(100):
        with contextlib.suppress(ValueError):
            return json.loads(file.read_text())["address"].rsplit(":", 1)[1]
        time.sleep(0.05)
    raise TimeoutError(file)


def test_a_call_that_does_not_return_is_left_behind():
    with pytest.raises(Stuck):
        call_within(lambda: time.sleep(5), 0.05)
    assert call_within(lambda: 3, 5) == 3
    with pytest.raises(KeyError):
        call_within(lambda: {}["a"], 5)


def test_a_scene_that_hangs_inside_gdal_is_recorded_and_its_worker_replaced(silent_server, tmp_path):
    hanging = scene_at(f"/vsicurl/http://127.0.0.1:{silent_server}/a.tif")
    scenes = [hanging, *(scene_at(write_scene(tmp_path / f"{n}.tif", n)) for n in range(3))]
    options = RunOptions(ExamineOptions(limit_s=3.0), ClusterOptions(workers=1))
    folder = ArchiveFolder(str(tmp_path / "out"))
    workers = []
    count = run_archive(
        scenes,
        folder,
        options,
        started=lambda _, client: workers.extend([client, *client.run(os.getpid).values()]),
        watch=lambda record: workers.append(record["status"]),
    )
    assert (count.done, count.failed) == (3, 1)
    (record,) = [one for one in folder.records() if one["status"] == "failed"]
    assert record["path"] == hanging.path
    assert "longer than 3 s" in record["error"]
    assert record["seconds"] < 10
    assert not Path(f"/proc/{workers[1]}").exists()


def test_a_cluster_of_separate_processes_examines_the_scenes(tmp_path, capsys):
    (tmp_path / "in").mkdir()
    for number in range(3):
        write_scene(tmp_path / "in" / f"{number}.tif", number)
    with dask_cluster(tmp_path) as (address, _):
        arguments = ["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--scheduler", address]
        assert main(arguments) == 0
    assert "3 scenes examined, 0 of them failed" in capsys.readouterr().out


def slow(scene, options):
    """Stands for `examine`."""
    time.sleep(0.3)
    return Examined({"key": scene.key, "path": scene.path, "status": "done", "seconds": 0.3})


def test_a_scheduler_that_dies_ends_the_run_with_one_sentence(tmp_path):
    from quakefringe.engine.errors import QuakeFringeError

    folder = ArchiveFolder(str(tmp_path / "out"))
    scenes = [scene_at(f"/data/{number}.tif") for number in range(40)]
    with dask_cluster(tmp_path) as (address, scheduler):
        options = RunOptions(cluster=ClusterOptions(scheduler=address), task=by_value(slow))
        begun = time.monotonic()
        with pytest.raises(QuakeFringeError, match="scheduler is gone"):
            run_archive(scenes, folder, options, watch=lambda record: scheduler.kill())
    assert time.monotonic() - begun < 60
    assert 0 < len(list(folder.records())) < 40


def test_a_full_disk_ends_the_run_and_the_next_one_continues(tmp_path, capsys):
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for number in range(3):
        write_scene(source / f"{number}.tif", number)
    folder, scenes = ArchiveFolder(str(out)), [scene_at(str(path)) for path in sorted(source.iterdir())]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    from quakefringe.engine.errors import OutputError

    def fill(record):
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))

    try:
        with pytest.raises(OutputError, match="make room on the disk"):
            run_archive(scenes, folder, RunOptions(cluster=ClusterOptions(workers=1)), watch=fill)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(list(out.rglob("*.json"))) == 2
    assert not list(out.rglob("*.part"))
    assert main(["run", str(source), "--out", str(out), "--workers", "1"]) == 0
    assert "2 scenes examined, 0 of them failed; 1 had a record" in capsys.readouterr().out
