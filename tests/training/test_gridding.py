"""Published displacement fields: reduced to points and gridded again."""

import pytest

torch = pytest.importorskip("torch")

from quakefringe.training.simulation.scene import gridding  # noqa: E402
from quakefringe.training.simulation.symmetry import inverse, symmetry, turn_points  # noqa: E402


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(11)


@pytest.fixture
def wave():
    """A plane with a different slope along rows and columns, so that all eight symmetries differ."""
    axis = torch.linspace(0, 20, 96)
    return 2 * axis[:, None] + axis[None, :]


@pytest.mark.parametrize("turn", range(8))
def test_a_point_turns_with_its_tile(turn):
    tile = torch.zeros(5, 5)
    tile[1, 4] = 1.0
    turned = symmetry(turn)(tile)
    ((column, row),) = turn_points(torch.tensor([[1.0, 1 / 4]]), turn).tolist()
    assert turned[round(row * 4), round(column * 4)] == 1
    assert torch.equal(symmetry(inverse(turn))(turned), tile)


def test_a_plane_stays_a_plane_when_it_is_thinned_and_gridded(generator, wave, monkeypatch):
    monkeypatch.setattr(gridding, "POINT_ERROR_RAD", (1e-6, 2e-6))
    many = wave.expand(24, -1, -1)
    gridded = gridding.triangulated(generator, many, torch.zeros_like(many))
    assert torch.isfinite(gridded).all()
    # a cell of up to 32 pixels puts its mean up to half of that away from its point
    assert float((gridded - many).abs().mean()) < 1.0
    assert float((gridded - many).abs().max()) < 10.0


def test_a_gridded_field_keeps_most_detail_where_the_ground_moves(generator):
    rows, columns = torch.meshgrid(torch.arange(96.0), torch.arange(96.0), indexing="ij")
    detail = (torch.sin(rows) + torch.sin(columns)).expand(32, -1, -1)
    signal = torch.zeros(32, 96, 96)
    signal[:, 48, 48] = 1.0
    lost = (gridding.triangulated(generator, detail, signal) - detail).square().mean(dim=0)
    near = (rows - 48).hypot(columns - 48) < 12
    assert float(lost[near].mean()) < 0.8 * float(lost[~near].mean())


def test_triangles_leave_straight_lines_between_their_corners(generator):
    field = torch.randn(8, 96, 96, generator=generator)
    gridded = gridding.triangulated(generator, field, torch.zeros_like(field))
    second = gridded.diff(n=2, dim=-1).abs()
    # most triples of neighbours lie in one triangle, where a plane has no second difference
    assert float((second < 1e-4).float().mean()) > 0.3


def test_the_points_error_does_not_hide_a_weak_signal(generator):
    bump = torch.exp(-(torch.linspace(-3, 3, 96) ** 2))
    strong, weak, none = (factor * bump[:, None] * bump for factor in (100.0, 1.0, 0.0))
    spread = {}
    for name, signal in (("strong", strong), ("weak", weak), ("none", none)):
        many = torch.zeros(64, 96, 96)
        noise = gridding.triangulated(generator, many, signal.expand(64, -1, -1)).std(dim=(-2, -1))
        spread[name] = float(noise.max())
    # interpolated, some of the points' own error is averaged away
    assert spread["weak"] < gridding.MAX_ERROR_TO_SIGNAL
    assert spread["strong"] > 3 * spread["weak"]
    assert spread["none"] > 3 * spread["weak"]
