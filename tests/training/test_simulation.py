"""Simulated batches: their content, and that their truth is correct."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.engine.inference.encoding import encode  # noqa: E402
from quakefringe.engine.tile import CHANNELS  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.config.simulation import (  # noqa: E402
    MAX_SCALE_TO_VISIBLE,
    MAX_WAVELENGTH_RATIO,
    SimulationConfig,
)
from quakefringe.training.config.source_kinds import (  # noqa: E402
    OTHER_DEFORMATION,
    SourceKind,
    catalogue_labels,
    register,
    registered,
    source_kinds,
)
from quakefringe.training.simulation import scenes  # noqa: E402
from quakefringe.training.simulation.scenes import Simulator  # noqa: E402

ONLY_EARTHQUAKES = {"shares": {"earthquake": 1.0}}
ONLY_QUIET = {"shares": {"none": 1.0}}


@pytest.fixture(scope="module")
def batch():
    return Simulator(SimulationConfig(), seed=4).batch(160, 64)


def test_a_batch_holds_every_channel_and_no_bad_number(batch):
    assert batch["input"].shape == (160, len(CHANNELS), 64, 64)
    assert batch["input"].dtype == torch.float32
    assert torch.isfinite(batch["input"]).all()
    valid = batch["input"][:, 4]
    assert set(valid.unique().tolist()) <= {0.0, 1.0}
    length = torch.hypot(batch["input"][:, 0], batch["input"][:, 1])
    assert torch.allclose(length, valid, atol=1e-5)


def test_the_same_seed_gives_the_same_tiles():
    first, second, other = (Simulator(SimulationConfig(), seed=seed).batch(6, 48) for seed in (9, 9, 10))
    assert torch.equal(first["input"], second["input"])
    assert torch.equal(first["label"], second["label"])
    assert not torch.equal(first["input"], other["input"])


def test_simulation_and_training_need_no_gdal():
    code = (
        "import sys; sys.modules['osgeo'] = None; "
        "import quakefringe.training.fit.train; "
        "from quakefringe.training.config.simulation import SimulationConfig; "
        "from quakefringe.training.simulation.scenes import Simulator; "
        "print(len(Simulator(SimulationConfig(), seed=1).batch(2, 32)['input']))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "2"


def test_a_large_batch_is_simulated_in_groups_and_joined(monkeypatch):
    monkeypatch.setattr(scenes, "GROUP_PIXELS", 4 * 48**2)
    whole = Simulator(SimulationConfig(), seed=9).batch(10, 48)
    first = Simulator(SimulationConfig(), seed=9).batch(4, 48)
    assert all(len(value) == 10 for value in (*whole["meta"].values(), whole["input"], whole["box"]))
    assert torch.equal(whole["input"][:4], first["input"])
    assert not torch.equal(whole["input"][4:8], first["input"])


def test_labels_follow_visibility(batch):
    kind, visible = batch["meta"]["kind"], batch["meta"]["visible"] > 0
    labels = torch.tensor([one.label for one in source_kinds()])
    expected = torch.where(visible, labels[kind.long()], 0)
    assert torch.equal(batch["label"], expected)
    hidden = (kind > 0) & ~visible
    assert hidden.any()
    assert visible.any()
    assert torch.equal(batch["weight"] == 0, hidden)
    assert (batch["meta"]["peak_fringes"][visible] >= SimulationConfig().visible_fringes).all()


def test_tiles_without_a_source_do_not_move(batch):
    nothing = batch["meta"]["kind"] == 0
    assert (batch["line_of_sight"][nothing] == 0).all()
    assert (batch["mask"][nothing] == 0).all()
    assert torch.isnan(batch["box"][nothing]).all()
    assert (batch["line_of_sight"][~nothing].abs().amax(dim=(-2, -1)) > 0).all()


def test_boxes_hold_exactly_the_deformed_pixels(batch):
    for box, deformed in zip(batch["box"], batch["deformed"]):
        if not deformed.any():
            continue
        rows, columns = torch.nonzero(deformed, as_tuple=True)
        expected = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert (box * 64).round().int().tolist() == [int(v) for v in expected]


def test_magnitudes_and_depths_are_kept_for_earthquakes_only(batch):
    earthquake = batch["meta"]["kind"] == 1
    low, high = SimulationConfig().magnitude
    assert batch["meta"]["mw"][earthquake].min() >= low
    assert batch["meta"]["mw"][earthquake].max() <= high
    assert torch.isnan(batch["meta"]["mw"][~earthquake]).all()


def test_backgrounds_do_not_depend_on_the_class():
    """Settings that determine the class do not change the background's random draws."""
    quiet, quakes = (
        Simulator(SimulationConfig(elevation=0.0, **shares), seed=3)
        for shares in (ONLY_QUIET, ONLY_EARTHQUAKES)
    )
    first, second = quiet.batch(24, 48), quakes.batch(24, 48)
    for name in ("wavelength", "pixel_m", "looks", "incidence", "valid_share"):
        assert torch.equal(first["meta"][name], second["meta"][name]), name
    assert torch.equal(first["input"][:, 4], second["input"][:, 4])


def test_wrapped_tiles_leave_the_unwrapped_channel_empty(batch):
    unwrapped = batch["meta"]["unwrapped"] > 0
    assert (batch["input"][~unwrapped, 2] == 0).all()
    assert (batch["input"][unwrapped, 2].abs().amax(dim=(-2, -1)) > 0).all()


def test_some_unwrapped_tiles_are_scaled_to_a_shorter_wavelength():
    config = SimulationConfig(**ONLY_QUIET, elevation=0.0)
    plain = Simulator(config, seed=6).batch(24, 64)
    some = Simulator(dataclasses.replace(config, rescaled_wavelength=0.5), seed=6).batch(24, 64)
    unwrapped = plain["meta"]["unwrapped"] > 0
    assert torch.equal(some["input"][~unwrapped], plain["input"][~unwrapped])
    # the third channel is asinh(phase / pi) / 4 about the tile's median
    before, after = (math.pi * torch.sinh(4 * batch["input"][unwrapped, 2]) for batch in (plain, some))
    factor = torch.stack([(b * a).sum() / (b * b).sum() for b, a in zip(before, after)])
    assert torch.allclose(after, before * factor[:, None, None], rtol=1e-2, atol=1e-2)
    assert factor.min() > 1 - 1e-4
    assert factor.max() < MAX_WAVELENGTH_RATIO * 1.01
    changed = factor > 1.01
    assert changed.any()
    assert not changed.all()


def test_hidden_signals_are_scaled_until_they_are_visible():
    config = SimulationConfig(shares=dict.fromkeys(("earthquake", "volcano", "subsidence"), 1.0))
    plain = Simulator(config, seed=9).batch(64, 112)
    some = Simulator(dataclasses.replace(config, scaled_to_visible=0.8), seed=9).batch(64, 112)
    was, now = (batch["meta"]["visible"] > 0 for batch in (plain, some))
    assert (some["meta"]["kind"] == plain["meta"]["kind"]).all()
    before, after = (batch["line_of_sight"] for batch in (plain, some))
    moved = before.abs().amax(dim=(-2, -1)) > 0
    factor = (after * before).sum(dim=(-2, -1))[moved] / before.square().sum(dim=(-2, -1))[moved]
    torch.testing.assert_close(after[moved], before[moved] * factor[:, None, None])
    scaled = factor > 1.001
    assert torch.equal(after[moved][~scaled], before[moved][~scaled])
    assert factor.max() <= MAX_SCALE_TO_VISIBLE * 1.001
    assert now[moved][scaled].float().mean() > 0.5
    assert not was[moved][scaled].any()
    assert (now[moved][~scaled] <= was[moved][~scaled]).all()
    quake = (plain["label"] == 1)[moved] | (some["label"] == 1)[moved]
    rise = (some["meta"]["mw"] - plain["meta"]["mw"])[moved]
    assert (quake & scaled).any()
    torch.testing.assert_close(rise[quake & scaled], torch.log10(factor[quake & scaled]) / 1.5)


def test_elevation_is_shown_only_in_tiles_that_are_recorded_so(batch):
    shown = batch["meta"]["has_elevation"] > 0
    assert (batch["input"][~shown, 3] == 0).all()
    assert (batch["input"][shown, 3].abs().amax(dim=(-2, -1)) > 0).float().mean() > 0.9


def test_encoding_is_the_same_in_numpy_and_in_torch():
    random = np.random.default_rng(0)
    phase = random.normal(0, 4, (3, 224, 224)).astype(np.float32)
    phase[0, :30] = np.nan
    phase[2] = np.nan
    elevation = random.uniform(0, 2000, phase.shape).astype(np.float32)
    unwrapped = np.array([True, False, True])
    ours = encode(phase, unwrapped, elevation)
    theirs = encode(torch.from_numpy(phase), torch.from_numpy(unwrapped), torch.from_numpy(elevation))
    assert np.allclose(ours, theirs.numpy(), atol=1e-6)
    assert np.allclose(ours[0], encode(phase[0], True, elevation[0]), atol=1e-6)


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ({"shares": 1}, "shares"),
        ({"tile_km": [10]}, "tile_km"),
        ({"tile_km": [50, 10]}, "tile_km"),
        ({"magnitude": [5.0, 12.0]}, "magnitude"),
        ({"unwrapped": 1.5}, "unwrapped"),
        ({"unwrapped": "much"}, "unwrapped"),
        ({"ramp_cm": math.nan}, "ramp_cm"),
        ({"quiet_fold": 0.5}, "quiet_fold"),
        ({"shares": {"none": 0.0}}, "shares"),
        ({"shares": {"none": "much"}}, "shares.none"),
    ],
)
def test_impossible_settings_are_refused_by_name(table, word):
    with pytest.raises(InputError, match=word):
        SimulationConfig.from_dict(table)


def test_settings_survive_being_written_to_a_recipe():
    config = SimulationConfig(tile_km=(20.0, 90.0), unwrapped=0.2, quiet_fold=3)
    assert SimulationConfig.from_dict(config.to_dict()) == config


def uplift(tiles):
    """A toy source: the whole tile moves one metre towards the satellite."""
    return torch.ones_like(tiles.elevation), {"depth": torch.full_like(tiles.width_km, 7.0)}


def test_a_new_source_kind_is_registered_in_one_place_and_then_simulated():
    toy = SourceKind("toy", OTHER_DEFORMATION, share=0.5, maker=uplift, catalogue_label="toy motion")
    with registered(toy):
        config = read_recipe("smoke", ["simulation.shares={toy=1.0}"]).simulation_config()
        meta = Simulator(config, seed=1).batch(4, 48)
        defaults = SimulationConfig().shares
        assert "toy motion" in catalogue_labels(OTHER_DEFORMATION)
        with pytest.raises(ValueError, match="choose another name"):
            register(toy)
    assert (meta["line_of_sight"] == 1).all()
    assert (meta["meta"]["depth"] == 7).all()
    assert set(meta["label"].tolist()) <= {0, OTHER_DEFORMATION}
    assert defaults["toy"] == 0.5
    assert "toy" not in SimulationConfig().shares


def test_every_registered_source_kind_moves_the_ground():
    for kind in source_kinds():
        config = SimulationConfig(shares={kind.name: 1.0})
        moved = Simulator(config, seed=2).batch(2, 48)["line_of_sight"].abs().amax(dim=(-2, -1)) > 0
        assert moved.all() if kind.maker else not moved.any(), kind.name
