import json

import numpy as np
import pytest

from quakefringe.engine.errors import InputError
from quakefringe.engine.network import ModelCard, Output
from quakefringe.tests.training.fake_scores import fake_folder, fake_row
from quakefringe.training.data.packing import save
from quakefringe.training.scoring import compare
from quakefringe.training.scoring.models import InPasses, ScoredModel, with_passes
from quakefringe.training.scoring.score_folder import SIMULATED, simulated_sets


def rows(found, events=8, files=3):
    """Earthquakes of which those in `found` are called, and as many quiet files."""
    out = []
    for event in range(events):
        called = event in found
        for number in range(files):
            name = f"s/{event}_{number}.tif"
            probability = 0.9 if called else 0.2
            moves = {"deformation": "present" if called else "absent", "deformation_probability": probability}
            out.append(fake_row(name, f"E{event}", "earthquake", probability, **moves))
            still = {"deformation": "absent", "deformation_probability": 0.1}
            out.append(fake_row(f"q/{event}_{number}.tif", f"Q{event}", "quiet", 0.1, **still))
    return out


def test_a_difference_has_the_interval_of_whole_events():
    got = compare.real_differences((rows(set(range(4))), rows(set(range(8)))))
    recall = got["F1 of deformation"]
    assert recall["values"] == pytest.approx([2 * 12 / (12 + 24), 1.0])
    assert recall["change"]["rate"] == pytest.approx(1 / 3)
    assert 0 < recall["change"]["low"] < 1 / 3 < recall["change"]["high"]
    area = got["area: deformation against quiet"]
    assert area["change"]["rate"] == pytest.approx(0.0)  # both rank every earthquake above every quiet file


def test_equal_scores_differ_by_nothing():
    answers = rows({1, 2, 3})
    for one in compare.real_differences((answers, answers)).values():
        if one["change"] is not None:
            assert (one["change"]["rate"], one["change"]["low"], one["change"]["high"]) == (0, 0, 0)


def test_two_folders_are_compared_on_what_they_share(tmp_path):
    one, two = fake_folder(tmp_path / "one"), fake_folder(tmp_path / "two", skill=2.0)
    text = compare.run([str(one), str(two)], names=("first", "second"))
    assert "## Real files, drawn by event" in text
    assert "| accuracy, three classes | " in text
    stored = json.loads((two / "comparison.json").read_text())
    assert stored["simulated tiles"]["accuracy, three classes"]["change"]["rate"] == 0
    assert stored["names"] == ["first", "second"]


def test_other_simulated_tiles_are_refused(tmp_path):
    one, two = (fake_folder(tmp_path / name, real=False) for name in ("one", "two"))
    arrays = simulated_sets(two)["mixed"]
    save(two / SIMULATED / "mixed.npz", {**arrays, "label": 2 - arrays["label"]})
    with pytest.raises(InputError, match="scored other simulated tiles"):
        compare.run([str(one), str(two)])
    three = fake_folder(tmp_path / "three", simulated=False)
    with pytest.raises(InputError, match="neither real files nor simulated tiles"):
        compare.run([str(one), str(three)])


class _Network:
    """Says "earthquake" about the tile as it is, and "other" about its mirror image."""

    hash, backend = "0", "numpy"

    def __init__(self):
        self.card = ModelCard("1", passes=("mirrored",))
        self.calls = 0

    def run(self, tiles):
        self.calls += len(tiles)
        upright = tiles[:, 0, 0, 0] > 0
        logits = np.where(upright[:, None], [-9.0, 4.0, 0.0], [-9.0, 0.0, 2.0]).astype(np.float32)
        maps = np.zeros((len(tiles), 14, 14), np.float32)
        return Output(logits, maps[:, None], maps)


def test_passes_can_be_switched_off_and_on():
    tiles = np.zeros((2, 5, 224, 224), np.float32)
    tiles[:, 0, :112] = 1
    model = ScoredModel(_Network(), "m", None)
    twice = InPasses(with_passes(model, ("mirrored",)).network).run(tiles)
    assert model.network.calls == 4
    assert twice.logits[0].tolist() == [-9.0, 2.0, 1.0]
    once = InPasses(with_passes(model, ()).network).run(tiles)
    assert model.network.calls == 6
    assert once.logits[0].tolist() == [-9.0, 4.0, 0.0]
    assert model.described["passes"] == []
    with pytest.raises(InputError, match="'sideways' is unknown; choose of mirrored"):
        with_passes(model, ("sideways",))
