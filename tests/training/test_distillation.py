import os
import signal

import pytest
import torch
from torch import nn

from quakefringe.engine.errors import InputError
from quakefringe.engine.inference.deramp import deramped
from quakefringe.tests.training.fake_network import small_network
from quakefringe.tests.training.fake_simulator import FakeSimulator
from quakefringe.training.config.recipe import read_recipe
from quakefringe.training.config.tables import DistillationConfig, LossConfig, NetworkConfig
from quakefringe.training.fit import crossvalidate, train
from quakefringe.training.fit.distillation import ORIENTATIONS, Teacher, teacher_of
from quakefringe.training.model.checkpoint import load_network
from quakefringe.training.model.losses import mask_loss, total_loss
from quakefringe.training.simulation.symmetry import symmetry

NETWORK = NetworkConfig(depth=2, width=48, heads=3, stem_width=6)
TRAINING = [
    "optimiser.precision='32-true'",
    "optimiser.ema=0.5",
    "stage=[{size=48, samples=96, batch=16, lr=1e-3}]",
    "validation.checkpoint=48",
    "validation.set.0.count=12",
]


pytestmark = pytest.mark.usefixtures("fake_simulator", "one_thread")


def simulated(count=6, seed=3):
    simulator = FakeSimulator(None)
    simulator.seed(seed)
    return simulator.batch(count, 64)


def teacher(networks=None, **settings):
    return Teacher(networks or [small_network(NETWORK)], DistillationConfig(**settings))


class PatchMeans(nn.Module):
    """A network that treats all orientations alike: its mask is the mean phase of each patch."""

    def forward(self, tiles):
        mean = nn.functional.avg_pool2d(tiles[:, :1], 16)[:, 0]
        return {"mask": mean, "logits": torch.zeros(len(tiles), 3)}


@pytest.mark.parametrize("count", ORIENTATIONS)
def test_maps_of_all_orientations_lie_over_each_other(count):
    tiles = torch.randint(-8, 8, (3, 5, 64, 64), generator=torch.Generator().manual_seed(2)).float()
    _, once = teacher([PatchMeans()], orientations=1).answer(tiles)
    _, mean = teacher([PatchMeans()], orientations=count).answer(tiles)
    torch.testing.assert_close(mean, once, rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [2, 4, 8])
def test_the_answer_turns_with_the_tile(count):
    tiles = simulated()["input"]
    taught = teacher(orientations=count)
    probability, mask = taught.answer(tiles)
    for code in ORIENTATIONS[count]:
        turned = taught.answer(symmetry(code)(tiles))
        torch.testing.assert_close(turned[0], probability, rtol=0, atol=1e-5)
        torch.testing.assert_close(turned[1], symmetry(code)(mask), rtol=0, atol=1e-5)
    _, single = teacher(orientations=1).answer(tiles)
    assert (single - mask).abs().max() > 0.01


def test_several_teachers_and_forms_count_alike():
    tiles = simulated()["input"]
    one, other = small_network(NETWORK), small_network(NETWORK)
    with torch.no_grad():
        other.vit.head.bias.add_(torch.tensor([2.0, 0.0, -1.0]))
    without_ramp = torch.from_numpy(deramped(tiles.numpy()))
    expected = [
        teacher([network], orientations=1).answer(form)[0]
        for network in (one, other)
        for form in (tiles, without_ramp)
    ]
    probability, _ = teacher([one, other], orientations=1, deramped=True).answer(tiles)
    torch.testing.assert_close(probability, torch.stack(expected).mean(dim=0))
    torch.testing.assert_close(probability.sum(dim=1), torch.ones(len(tiles)))


def test_the_lesson_lies_between_truth_and_teacher():
    batch = simulated()
    truth = nn.functional.one_hot(batch["label"], 3).float()
    probability, mask = teacher().answer(batch["input"])
    lesson = teacher(share=0.25).teach(batch)
    torch.testing.assert_close(lesson["target"], 0.75 * truth + 0.25 * probability)
    torch.testing.assert_close(lesson["mask_target"], 0.75 * batch["mask"] + 0.25 * mask)
    assert torch.equal(lesson["label"], batch["label"]) and torch.equal(lesson["mask"], batch["mask"])


def test_a_teacher_without_a_share_changes_no_loss():
    batch, network = simulated(), small_network(NETWORK)
    config = LossConfig(label_smoothing=0.02, dice=0.5)
    out = network(batch["input"])
    plain, _ = total_loss(out, batch, config)
    taught, _ = total_loss(out, teacher(share=0.0).teach(batch), config)
    torch.testing.assert_close(taught, plain)


def test_a_student_moves_towards_its_teacher():
    batch = {**simulated(24), "weight": torch.ones(24)}
    master = teacher(share=1.0, orientations=2)
    probability, mask = master.answer(batch["input"])
    torch.manual_seed(0)
    student = train.QuakeViT(NETWORK)
    optimiser = torch.optim.AdamW(student.parameters(), lr=2e-3)

    def distance():
        with torch.no_grad():
            out = student.eval()(batch["input"])
            apart = nn.functional.kl_div(out["logits"].log_softmax(1), probability, reduction="batchmean")
            return float(apart), float(mask_loss(out["mask"], mask, torch.ones(24)))

    before = distance()
    for _ in range(20):
        optimiser.zero_grad()
        student.train()
        total, _ = total_loss(student(batch["input"]), master.teach(batch), LossConfig(attention=0.0))
        total.backward()
        optimiser.step()
    after = distance()
    assert after[0] < 0.5 * before[0]
    assert after[1] < before[1]


def train_with(folder, teachers, *changes):
    names = ", ".join(f"'{name}'" for name in teachers)
    recipe = read_recipe("smoke", [*TRAINING, f"distillation.teachers=[{names}]", *changes])
    return train.run(recipe, str(folder), device="cpu")


@pytest.fixture
def master(tmp_path):
    return train_with(tmp_path / "master", [])


def weights(folder):
    return load_network(folder)[0].state_dict()


def interrupted(folder, teachers, monkeypatch):
    """A distillation that SIGTERM stops in its fourth step."""
    real = train.Trainer._update

    def update(self, tiles):
        if self.steps == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(self, tiles)

    with monkeypatch.context() as patch:
        patch.setattr(train.Trainer, "_update", update)
        return train_with(folder, teachers)


def test_a_stopped_distillation_resumes_to_the_same_weights(tmp_path, master, monkeypatch):
    whole = weights(train_with(tmp_path / "whole", [master]))
    folder = interrupted(tmp_path / "part", [master], monkeypatch)
    assert load_network(folder)[2]["steps"] == 4
    train.run(None, str(folder), resume=True, device="cpu")
    resumed = weights(folder)
    assert all(torch.equal(resumed[name], value) for name, value in whole.items())
    plain = weights(train_with(tmp_path / "plain", []))
    assert any(not torch.equal(plain[name], value) for name, value in whole.items())


def test_a_distillation_does_not_resume_with_another_teacher(tmp_path, master, monkeypatch):
    folder = interrupted(tmp_path / "part", [master], monkeypatch)
    other = train_with(tmp_path / "other", [], "seed=7")
    (tmp_path / "master").rename(tmp_path / "former")
    other.rename(tmp_path / "master")
    with pytest.raises(InputError, match="teachers have changed since this run began"):
        train.run(None, str(folder), resume=True, device="cpu")


def test_a_teacher_that_cannot_be_read_is_named(tmp_path):
    recipe = read_recipe("smoke", [f"distillation.teachers=['{tmp_path / 'nobody'}']"])
    with pytest.raises(
        InputError, match=r"The teacher '.*nobody' of \[distillation\] cannot be used: There is"
    ):
        teacher_of(recipe, "cpu")


def test_no_teacher_is_no_distillation():
    assert teacher_of(read_recipe("smoke"), "cpu") is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("distillation.orientations=3", "distillation.orientations = 3 is unknown; give 1, 2, 4 or 8"),
        ("distillation.share=1.5", "distillation.share = 1.5 is out of range; give 0 to 1"),
        ("distillation.teachers='runs/a'", "distillation.teachers must be a list of texts in quotes"),
        ("distillation.teachers=[3]", r"distillation\.teachers\.0 = 3 must be a text"),
        ("distillation.teacher=['runs/a']", "did you mean teachers"),
    ],
)
def test_impossible_settings_are_refused_with_one_sentence(change, words):
    with pytest.raises(InputError, match=words):
        read_recipe("smoke", [change])


def test_crossvalidate_refuses_a_teacher(tmp_path, master, monkeypatch):
    monkeypatch.setattr(crossvalidate, "labelled_groups", lambda _: [])
    monkeypatch.setattr(crossvalidate, "fold_groups", lambda *_: {})
    monkeypatch.setattr(crossvalidate, "prepare", lambda recipe, *_: recipe)
    with pytest.raises(InputError, match="remove \\[distillation\\]"):
        crossvalidate.run(
            init=str(master),
            data="REAL",
            folder=str(tmp_path / "cv"),
            changes=[f"distillation.teachers=['{master}']"],
        )
