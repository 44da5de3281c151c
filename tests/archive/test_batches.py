"""Several scenes in one task: every scene is examined once, and little is lost with a worker."""

import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed")
import distributed

from quakefringe.archive import batch, worker
from quakefringe.archive.batch import MAX_SCENES, batch_size, examine_batch
from quakefringe.archive.hand_out import HandOut
from quakefringe.archive.options import ExamineOptions
from quakefringe.archive.record import Examined
from quakefringe.archive.scene import Scene, scene_at
from quakefringe.archive.worker import examine
from quakefringe.engine.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))
from scenes import write_scene

SCENES = [Scene(f"/data/{number}.tif") for number in range(40)]


def instant(scene, options):
    """Stands for `examine`."""
    return Examined({"key": scene.key, "path": scene.path, "status": "done", "seconds": 0.0})


def paths(results):
    return [examined.record["path"] for examined in results]


def test_a_batch_is_examined_in_order():
    assert paths(examine_batch(instant, SCENES[:5], ExamineOptions())) == [one.path for one in SCENES[:5]]


def test_a_batch_ends_when_its_time_is_over_but_not_before_one_scene(monkeypatch):
    monkeypatch.setattr(batch, "MAX_SECONDS", 0.05)

    def slow(scene, options):
        time.sleep(0.03)
        return instant(scene, options)

    assert len(examine_batch(slow, SCENES, ExamineOptions())) == 2
    monkeypatch.setattr(batch, "MAX_SECONDS", 0.0)
    assert len(examine_batch(slow, SCENES, ExamineOptions())) == 1


def test_a_batch_ends_with_the_scene_that_hangs():
    def hanging(scene, options):
        stuck = "tcp://worker" if scene == SCENES[2] else None
        return Examined(instant(scene, options).record, stuck_worker=stuck)

    assert paths(examine_batch(hanging, SCENES, ExamineOptions())) == [one.path for one in SCENES[:3]]


@pytest.mark.parametrize(
    ("waiting", "places", "size"), [(1000, 8, MAX_SCENES), (40, 8, 5), (20, 8, 2), (15, 8, 1), (0, 8, 1)]
)
def test_batches_become_smaller_towards_the_end(waiting, places, size):
    assert batch_size(waiting, places) == size


def test_scenes_that_a_batch_left_are_handed_out_again(monkeypatch):
    monkeypatch.setattr(batch, "MAX_SECONDS", 0.0)
    with distributed.Client(
        processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None
    ) as client:
        results = list(HandOut(client, instant, ExamineOptions()).results(SCENES))
    assert sorted(paths(results)) == sorted(one.path for one in SCENES)


def test_a_worker_reads_the_catalogue_once(tmp_path, monkeypatch):
    catalogue = tmp_path / "events.csv"
    catalogue.write_text("time,latitude,longitude,depth,mag,magType\n2020-01-05T00:00:00Z,40,10,10,6,mww\n")
    options = ExamineOptions(Settings(catalogue=str(catalogue), scales=1), thumbnails="none")
    opened = []
    monkeypatch.setattr(
        worker, "Surroundings", lambda settings: opened.append(1) or original(settings), raising=True
    )
    records = [examine(scene_at(write_scene(tmp_path / f"{n}.tif", n)), options).record for n in range(2)]
    assert [record["status"] for record in records] == ["done", "done"]
    assert all(record["result"]["catalogue"] for record in records)
    assert len(opened) == 1


original = worker.Surroundings
