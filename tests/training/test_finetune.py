"""Fine-tuning on a small synthetic catalogue: real fields as sources, and held-out groups."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("osgeo.gdal")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.tests.training.real_catalogue import TINY, write_catalogue  # noqa: E402
from quakefringe.training.config.recipe import read_recipe  # noqa: E402
from quakefringe.training.config.simulation import SimulationConfig  # noqa: E402
from quakefringe.training.fit.finetune import prepare, run  # noqa: E402
from quakefringe.training.fit.train import run as train  # noqa: E402
from quakefringe.training.simulation.scenes import Simulator  # noqa: E402
from quakefringe.training.simulation.sources.real_sources import MAX_SCALE, RealSources  # noqa: E402


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return write_catalogue(tmp_path_factory.mktemp("real"))


def test_real_fields_are_read_in_metres_towards_the_satellite(catalogue):
    pool = RealSources(str(catalogue))
    first, second = (pool.tree[1][name][0] for name in ("First 2001", "Second 2002"))
    for field in (first, second):
        assert float(field.layers[0].max()) == pytest.approx(0.4, abs=0.02)
        assert field.box == pytest.approx((40, 40, 80, 80))
        assert field.step_km == pytest.approx((0.2, 0.2), rel=0.01)
    assert pool.tree[2]["hill"][0].wrapped


def test_the_amplitude_of_a_real_earthquake_is_drawn_anew(catalogue):
    weak, strong = (RealSources(str(catalogue)) for _ in range(2))
    for fields in strong.tree[1].values():
        fields[0].layers[0] *= 2
        fields[0].peak_m *= 2
    index = torch.arange(80)
    first, second = (pool.draw(torch.Generator().manual_seed(3), index, 64) for pool in (weak, strong))
    assert torch.allclose(first.value, second.value, atol=1e-5)
    peaks = first.value.abs().amax(dim=(1, 2))
    quakes = peaks[first.kind == 1]
    assert quakes.min() < 0.1
    assert quakes.max() > 0.6
    assert quakes.max() < 1.2 * 1.3  # the peak is a percentile
    quiet = peaks[first.kind == 0]
    assert quiet.max() < 0.03  # the noise is not amplified


def test_a_weak_field_is_not_amplified_until_its_noise_is_visible(catalogue):
    pool = RealSources(str(catalogue))
    for name in ("First 2001", "Second 2002"):
        field = pool.tree[1][name][0]
        field.layers[0] *= 0.01
        field.peak_m *= 0.01
    drawn = pool.draw(torch.Generator().manual_seed(3), torch.arange(40), 64)
    assert drawn.value[drawn.kind == 1].abs().max() < 0.01 * 0.45 * MAX_SCALE


def test_earthquakes_have_either_sign_and_subsidence_stays_subsidence(catalogue):
    pool = RealSources(str(catalogue))
    drawn = pool.draw(torch.Generator().manual_seed(3), torch.arange(60), 64)
    quakes = drawn.value[drawn.kind == 1].flatten(1)
    signs = torch.sign(quakes.gather(1, quakes.abs().argmax(dim=1, keepdim=True)))
    assert (signs > 0).any()
    assert (signs < 0).any()
    for fields in pool.tree.pop(1).values():
        fields[0].kind = 3
        fields[0].layers[0] *= -1
        pool.tree.setdefault(3, {})[fields[0].group] = fields
    drawn = pool.draw(torch.Generator().manual_seed(3), torch.arange(60), 64)
    sunk = drawn.value[drawn.kind == 3].flatten(1)
    assert len(sunk) > 10
    assert (sunk.amin(dim=1) < -3 * sunk.amax(dim=1)).all()


def test_north_up_fields_stay_nearly_north_up_and_wrapped_crops_have_any_orientation(catalogue):
    pool = RealSources(str(catalogue))
    east = torch.linspace(-1, 1, 120).expand(120, 120)
    for groups in pool.tree.values():
        for fields in groups.values():
            one = fields[0]
            rising = torch.stack([torch.cos(east), torch.sin(east)] if one.wrapped else [east])
            one.layers = torch.cat([rising, torch.ones(1, 120, 120)])
    drawn = pool.draw(torch.Generator().manual_seed(3), torch.arange(200), 32)
    slopes = torch.gradient(drawn.value, dim=(2, 1))
    rise = torch.stack([part[:, 12:20, 12:20].mean(dim=(1, 2)) for part in slopes])
    angle = torch.atan2(rise[1].abs(), rise[0].abs())  # of the rise against east and west
    middle = drawn.valid[:, 12:20, 12:20].all(dim=1).all(dim=1)
    assert float(angle[middle & ~drawn.wrapped].median()) < 0.6
    assert 0.5 < float(angle[middle & drawn.wrapped].median()) < 1.1


def test_held_out_groups_are_not_drawn(catalogue):
    pool = RealSources(str(catalogue), ["First 2001"])
    assert list(pool.tree[1]) == ["Second 2002"]
    with pytest.raises(InputError, match="Third"):
        RealSources(str(catalogue), ["Third 2003"])


def test_tiles_with_real_fields_are_labelled_by_the_catalogue(catalogue):
    config = SimulationConfig(real=str(catalogue), real_share=1.0, elevation=0.0)
    batch = Simulator(config, seed=2).batch(60, 64)
    kind, visible = batch["meta"]["kind"], batch["meta"]["visible"] > 0
    assert set(kind.unique().tolist()) == {0.0, 1.0, 2.0}
    assert visible[kind == 1].float().mean() > 0.3
    assert (batch["label"][visible & (kind == 1)] == 1).all()
    assert (batch["label"][kind == 2] == 2).all()
    assert (batch["label"][kind == 0] == 0).all()
    # the catalogue has no box for the volcano, so its mask has no weight
    assert (batch["mask_weight"][kind == 2] == 0).all()
    # wrapped crops also occur unwrapped; otherwise the kind of phase would reveal the class
    assert 0.2 < float(batch["meta"]["unwrapped"][kind == 2].mean()) < 0.8
    assert torch.isfinite(batch["input"]).all()


def test_the_trained_networks_architecture_is_kept_and_the_held_out_set_is_the_complement(catalogue):
    trained = read_recipe("smoke", ["network.depth=2"])
    recipe = prepare(read_recipe("finetune"), trained, str(catalogue), ["Second 2002"])
    assert recipe.network == trained.network
    assert recipe.simulation["real_without"] == "Second 2002"
    held_out = recipe.validation.set[-1]
    assert "Second 2002" not in held_out.simulation["real_without"]
    assert "First 2001" in held_out.simulation["real_without"]
    with pytest.raises(InputError, match="Third"):
        prepare(read_recipe("finetune"), trained, str(catalogue), ["Third 2003"])


def test_fine_tuning_continues_from_a_trained_network(catalogue, tmp_path):
    short = [
        "stage=[{size=48, samples=32, batch=16, lr=1e-3}]",
        "validation.every=32",
        "validation.checkpoint=32",
    ]
    small = ["validation.set=[{name='mixed', count=24}]"]
    train(read_recipe("smoke", [*TINY, *short, *small]), str(tmp_path / "base"), device="cpu")
    sets = ["validation.set=[{name='simulated', count=24, simulation={real_share=0.0}}]"]
    folder = run(
        init=str(tmp_path / "base"),
        data=str(catalogue),
        folder=str(tmp_path / "tuned"),
        changes=[*short, *sets, "data.workers=0"],
        without=["Second 2002"],
        device="cpu",
    )
    scores = (folder / "scores.json").read_text()
    assert "simulated" in scores
    assert "held out" in scores
    assert (folder / "checkpoints" / "weights.safetensors").is_file()
