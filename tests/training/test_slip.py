"""Random slip on faults."""

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")

from quakefringe.engine.deformation.okada import okada_grid, okada_patches  # noqa: E402
from quakefringe.training.simulation.sources.scaling import moment_magnitude, rupture_size  # noqa: E402
from quakefringe.training.simulation.sources.slip import patches, slip_field, von_karman  # noqa: E402


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def faults(count=4):
    mw = torch.linspace(6.0, 7.5, count)
    size = rupture_size(mw, "reverse")
    dip = torch.full((count,), 35.0)
    depth = size.width / 2 * torch.sin(torch.deg2rad(dip)) + torch.linspace(0.5, 9.0, count)
    angles = {"strike": torch.linspace(0, 270, count), "dip": dip, "rake": torch.linspace(60, 120, count)}
    return {"mw": mw, "depth": depth, "length": size.length, "width": size.width, "slip": size.slip, **angles}


def test_slip_is_never_negative_has_mean_one_and_fades_at_the_edges():
    slip = slip_field(torch.tensor([40.0, 90.0]), torch.tensor([18.0, 25.0]), 20, 10, generator=seeded())
    assert slip.shape == (2, 10, 20)
    assert (slip >= 0).all()
    torch.testing.assert_close(slip.mean((1, 2)), torch.ones(2))
    inner = slip[:, 3:-3, 5:-5].mean()
    for edge in (slip[:, 0], slip[:, -1], slip[:, :, 0], slip[:, :, -1]):
        assert edge.mean() < 0.4 * inner


def test_slip_reaches_the_top_of_faults_that_break_the_surface():
    size = torch.full((200,), 40.0), torch.full((200,), 18.0)
    broken = torch.arange(200) < 100
    slip = slip_field(*size, 16, 8, breaks_surface=broken, generator=seeded())
    assert slip[:100, 0].mean() > 5 * slip[100:, 0].mean()


def test_slip_is_smoother_along_the_longer_correlation_length():
    slip = slip_field(
        torch.full((300,), 60.0), torch.full((300,), 60.0), 16, 16, taper=0.0, generator=seeded()
    )
    near = (slip[:, :, 1:] - slip[:, :, :-1]).square().mean()
    far = (slip[:, :, 8:] - slip[:, :, :-8]).square().mean()
    assert near < 0.4 * far


def test_the_same_seed_draws_the_same_slip_and_another_does_not():
    one, two, other = (von_karman(seeded(seed), faults(), 8, 4)["dip_slip"] for seed in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)


def test_the_moment_is_kept():
    fault = faults()
    grid = von_karman(seeded(), fault, 10, 5)
    slip = torch.hypot(grid["strike_slip"], grid["dip_slip"]).double().mean((1, 2))
    moment = 30e9 * 1e6 * (fault["length"] * fault["width"]).double() * slip
    torch.testing.assert_close(moment_magnitude(moment), fault["mw"].double(), atol=1e-4, rtol=0)


def test_the_list_of_patches_moves_the_ground_as_the_grid_does():
    grid = von_karman(seeded(), faults(), 6, 4)
    axis = torch.linspace(-60, 60, 12)
    x, y = (value.reshape(1, -1).expand(4, -1) for value in torch.meshgrid(axis, axis, indexing="xy"))
    for ours, theirs in zip(okada_grid(x, y, **grid), okada_patches(x, y, **patches(grid))):
        torch.testing.assert_close(ours, theirs, atol=5e-5, rtol=1e-3)
