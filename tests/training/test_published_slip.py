"""Published slip models as sources: rotated and scaled, they agree with Okada's solution."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quakefringe.engine.deformation.okada import okada  # noqa: E402
from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.training.config.simulation import SimulationConfig  # noqa: E402
from quakefringe.training.simulation.fields import log_uniform, uniform  # noqa: E402
from quakefringe.training.simulation.scenes import Simulator  # noqa: E402
from quakefringe.training.simulation.sources import published  # noqa: E402
from quakefringe.training.simulation.sources.placement import SourceTiles, coordinates  # noqa: E402
from quakefringe.training.simulation.sources.published import PublishedSlip  # noqa: E402

STRIKE, DIP, TOP, WIDTH, LENGTH = 30.0, 50.0, 6.0, 12.0, 20.0


@pytest.fixture
def folder(tmp_path):
    """One rectangle of 1.2 m left-lateral slip and 0.7 m of thrust; an afterslip model; a note."""
    head = "# Number of faults: 1\n# x(km) y(km) strike dip depth width length strike_slip dip_slip opening\n"
    patch = f"0 0 {STRIKE} {DIP} {TOP} {WIDTH} {LENGTH} 1.2 0.7 0\n"
    (tmp_path / "valley2001.simp").write_text(head + patch)
    (tmp_path / "valley2001_afterslip.simp").write_text(head + patch.replace("1.2", "0.1"))
    (tmp_path / "README.md").write_text("about the models")
    return tmp_path


def test_a_rotated_and_scaled_model_moves_the_ground_like_the_rotated_and_scaled_fault(folder):
    pool = PublishedSlip(str(folder))
    assert pool.names == ["valley2001.simp"]
    count, size = 3, 96
    width = torch.tensor([60.0, 120.0, 25.0])
    place = torch.tensor([[0.5, 0.4, 0.55], [0.5, 0.6, 0.5]])
    look = torch.tensor([[0.6, 0.0, 0.0], [-0.1, 1.0, 0.0], [0.79, 0.0, 1.0]])
    tiles = SourceTiles(
        torch.Generator().manual_seed(3),
        width,
        place,
        torch.zeros(count, size, size),
        look,
        SimulationConfig(),
    )
    motion, truth = pool.draw(tiles)
    again = torch.Generator().manual_seed(3)
    torch.randint(1, (count,), generator=again)
    target = log_uniform(again, (count,), 0.08, 1.3) * width
    angle = uniform(again, (count,), 0.0, 2 * math.pi)
    scale = (target / pool.length[0]).clamp(*published.SCALE)
    x, y = coordinates(width, place, size)
    lower = math.sin(math.radians(DIP)) * WIDTH / 2
    parts = okada(
        x.double(),
        y.double(),
        depth=(TOP + lower) * scale.double(),
        strike=STRIKE - torch.rad2deg(angle).double(),  # an angle from east to north turns strike back
        dip=torch.full((count,), DIP).double(),
        length=LENGTH * scale.double(),
        width=WIDTH * scale.double(),
        strike_slip=1.2 * scale.double(),
        dip_slip=0.7 * scale.double(),
    )
    expected = sum(look[axis][:, None] * part for axis, part in enumerate(parts)).reshape(count, size, size)
    for index in range(count):
        peak = float(expected[index].abs().max())
        assert float((motion[index] - expected[index]).abs().max()) < 0.06 * peak
        assert float((motion[index] - expected[index]).square().mean().sqrt()) < 0.01 * peak
    moment = 30e9 * LENGTH * WIDTH * 1e6 * math.hypot(1.2, 0.7)
    own = (np.log10(moment) - 9.1) / 1.5
    assert torch.allclose(truth["mw"], own + 2 * torch.log10(scale), atol=0.05)
    assert torch.allclose(truth["depth"], (TOP + lower) * scale, rtol=1e-4)


def test_held_out_events_are_not_drawn_and_an_empty_folder_is_refused(folder, tmp_path):
    with pytest.raises(InputError, match="no slip models"):
        PublishedSlip(str(folder), ["VALLEY"])
    with pytest.raises(InputError, match="no slip models"):
        PublishedSlip(str(tmp_path / "nowhere"))


def test_the_motion_is_cached_between_runs(folder, tmp_path, monkeypatch):
    cache = str(tmp_path / "cache")
    first = PublishedSlip(str(folder), cache=cache)
    monkeypatch.setattr(published, "_motion", lambda model: pytest.fail("computed again"))
    assert torch.equal(PublishedSlip(str(folder), cache=cache).motion, first.motion)


def test_the_simulator_draws_published_models_and_keeps_their_truth(folder):
    config = SimulationConfig(slip_models=str(folder), slip_share=0.5, shares={"earthquake": 1.0})
    batch = Simulator(config, seed=1).batch(24, 64)
    meta = batch["meta"]
    known = torch.isnan(meta["strike"])
    assert 4 <= int(known.sum()) <= 20
    assert torch.isfinite(meta["mw"]).all()
    assert (batch["line_of_sight"].abs().amax(dim=(1, 2)) > 0).all()
