"""Okada's closed form: published values, an independent implementation, symmetries, precision, limits."""

import math

import numpy as np
import pytest

from quakefringe.engine.deformation import okada as okada_module
from quakefringe.engine.deformation.sources import bury, okada, okada_grid, okada_patches, top_depth
from quakefringe.engine.errors import InputError

# Okada (1985), table 2: L = 3, W = 2, unit slip, the origin at the lower left corner, d its depth.
TABLE_2 = [
    ((2, 3, 4, 70), "strike_slip", (-8.6891650043e-3, -4.2975821897e-3, -2.7474058276e-3)),
    ((2, 3, 4, 70), "dip_slip", (-4.6823487628e-3, -3.5267267969e-2, -3.5638557673e-2)),
    ((2, 3, 4, 70), "opening", (-2.6599600964e-4, 1.0564074877e-2, 3.2141931142e-3)),
    ((0, 0, 4, 90), "strike_slip", (0, 5.253e-3, 0)),
    ((0, 0, 4, 90), "dip_slip", (0, 0, 0)),
    ((0, 0, 4, 90), "opening", (1.223e-2, 0, -1.606e-2)),
    ((0, 0, 4, -90), "strike_slip", (0, -1.303e-3, 0)),
    ((0, 0, 4, -90), "dip_slip", (0, 0, 0)),
    ((0, 0, 4, -90), "opening", (3.507e-3, 0, -7.740e-3)),
]


@pytest.mark.parametrize(("case", "mode", "expected"), TABLE_2)
def test_the_published_check_values_are_reproduced(case, mode, expected):
    x, y, depth, dip = case
    angle = math.radians(dip)
    # Strike 90: Okada's x is east and his y is north.
    answer = okada(
        np.array([x - 1.5]),
        np.array([y - math.cos(angle)]),
        depth=depth - math.sin(angle),
        strike=90.0,
        dip=dip,
        length=3.0,
        width=2.0,
        **{mode: 1.0},
    )
    tolerance = 1e-11 if dip == 70 else 6e-6
    np.testing.assert_allclose([float(value[0]) for value in answer], expected, atol=tolerance)


def random_fault(rng, dip=None):
    length = 10 ** rng.uniform(0.3, 2.0)
    width = min(length, 10 ** rng.uniform(0.3, 1.5))
    dip = rng.uniform(1, 88) if dip is None else dip
    return {
        "depth": rng.uniform(0.1, 15) + width / 2 * math.sin(math.radians(dip)),
        "strike": rng.uniform(0, 360),
        "dip": dip,
        "length": length,
        "width": width,
        "strike_slip": rng.uniform(-2, 2),
        "dip_slip": rng.uniform(-2, 2),
        "opening": rng.uniform(-2, 2),
    }


def pixels(rng, fault, count=300):
    return rng.uniform(-1.5, 1.5, (2, count)) * max(fault["length"], 20)


def test_random_faults_agree_with_pyrocko():
    extension = pytest.importorskip("pyrocko.modelling.okada_ext", reason="pyrocko is not installed")
    rng = np.random.default_rng(7)
    for _ in range(40):
        fault = random_fault(rng)
        x, y = pixels(rng, fault)
        half_l, half_w = fault["length"] * 500, fault["width"] * 500
        place = [
            [0, 0, fault["depth"] * 1e3, fault["strike"], fault["dip"], -half_l, half_l, -half_w, half_w]
        ]
        slip = [[fault["strike_slip"], fault["dip_slip"], fault["opening"]]]
        points = np.stack([y * 1e3, x * 1e3, np.zeros_like(x)], axis=1)
        other = extension.okada(np.array(place), np.array(slip), points, 30e9, 30e9, 1)
        mine = okada(x, y, **fault)
        for ours, theirs in zip(mine, (other[:, 1], other[:, 0], -other[:, 2])):
            np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("dip", [89.0, 89.9, 89.999])
def test_the_vertical_limit_is_approached_smoothly(dip):
    fault = {**random_fault(np.random.default_rng(3), dip), "opening": 0.4}
    x, y = pixels(np.random.default_rng(4), fault)
    steep = okada(x, y, **fault)
    upright = okada(x, y, **{**fault, "dip": 90.0})
    for one, other in zip(steep, upright):
        assert np.abs(one - other).max() < 0.2 * (90 - dip)


def test_strike_rotates_the_displacement_field():
    rng = np.random.default_rng(5)
    fault = random_fault(rng)
    x, y = pixels(rng, fault)
    turned = {**fault, "strike": fault["strike"] + 90}
    east, north, up = okada(x, y, **fault)
    east_t, north_t, up_t = okada(y, -x, **turned)
    np.testing.assert_allclose(east_t, north, atol=1e-12)
    np.testing.assert_allclose(north_t, -east, atol=1e-12)
    np.testing.assert_allclose(up_t, up, atol=1e-12)


def test_left_lateral_slip_moves_the_far_side_to_the_left():
    # with strike north and seen from the west, the east side moves left, to the north
    fault = {"depth": 5.0, "strike": 0.0, "dip": 90.0, "length": 30.0, "width": 9.0, "strike_slip": 1.0}
    _, north, _ = okada(np.array([-3.0, 3.0]), np.zeros(2), **fault)
    assert north[1] > 0.1
    assert north[0] < -0.1


def test_thrust_lifts_the_hanging_wall_to_the_right_of_the_strike():
    fault = {"depth": 6.0, "strike": 0.0, "dip": 30.0, "length": 20.0, "width": 10.0, "dip_slip": 1.0}
    _, _, up = okada(np.array([0.0]), np.zeros(1), **fault)
    assert up[0] > 0.2
    _, _, buried = okada(np.array([-9.0, 15.0]), np.zeros(2), **fault)
    assert (buried < 0.05).all()


def test_a_negative_dip_is_the_same_plane_from_its_other_side():
    rng = np.random.default_rng(8)
    fault = random_fault(rng, 40.0)
    x, y = pixels(rng, fault)
    other = {**fault, "dip": -40.0, "strike": fault["strike"] + 180}
    other.update(strike_slip=-fault["strike_slip"], dip_slip=-fault["dip_slip"])
    for one, two in zip(okada(x, y, **fault), okada(x, y, **other)):
        np.testing.assert_allclose(one, two, atol=1e-12)


def test_singular_points_give_finite_values():
    fault = {"depth": 2.0, "strike": 90.0, "dip": 90.0, "length": 10.0, "width": 4.0}
    x = np.array([-5.0, 5.0, 0.0, -8.0, 8.0, 5.0, -5.0, 0.0])
    y = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 3.0, -3.0, 1.0])
    for dtype in (np.float64, np.float32):
        for dip, depth in ((90.0, 2.0), (30.0, 1.0), (0.0, 3.0)):
            answer = okada(
                x.astype(dtype), y.astype(dtype),
                **{**fault, "dip": dip, "depth": depth}, strike_slip=1.0, dip_slip=1.0, opening=1.0,
            )  # fmt: skip
            assert all(np.isfinite(value).all() and np.abs(value).max() < 3 for value in answer)


def test_a_fault_above_the_surface_is_refused_and_can_be_buried():
    fault = {"strike": 0.0, "dip": 90.0, "length": 5.0, "width": 4.0, "strike_slip": 1.0}
    with pytest.raises(InputError, match="above the surface"):
        okada(np.zeros(1), np.zeros(1), depth=1.5, **fault)
    depth = bury(np.array([1.5, 9.0]), np.array([90.0, 90.0]), np.array([4.0, 4.0]), 0.5)
    np.testing.assert_allclose(depth, [2.5, 9.0])
    assert float(top_depth(np.array(2.5), 90.0, 4.0)) == pytest.approx(0.5)


def test_a_batch_equals_its_members_for_any_chunk_size(monkeypatch):
    rng = np.random.default_rng(9)
    faults = [random_fault(rng, dip) for dip in (10.0, 45.0, 89.99, 70.0, 90.0)]
    batch = {key: np.array([fault[key] for fault in faults]) for key in faults[0]}
    x, y = rng.uniform(-40, 40, (2, 5, 130))
    whole = okada(x, y, **batch)
    for i, fault in enumerate(faults):
        for value, one in zip(whole, okada(x[i], y[i], **fault)):
            np.testing.assert_allclose(value[i], one, atol=1e-14)
    monkeypatch.setattr(okada_module, "CPU_CHUNK", 100)
    for value, chunked in zip(whole, okada(x, y, **batch)):
        np.testing.assert_allclose(chunked, value, atol=1e-14)


def test_a_shared_grid_of_pixels_broadcasts_over_the_sources():
    fault = {"depth": np.array([5.0, 8.0]), "strike": 20.0, "dip": 50.0, "length": 6.0, "width": 4.0}
    column, row = np.linspace(-9, 9, 7), np.linspace(-5, 5, 4)
    _, _, up = okada(column[None, None, :], row[None, :, None], **fault, dip_slip=1.0)
    assert up.shape == (2, 4, 7)
    _, _, flat = okada(np.tile(column, 4), np.repeat(row, 7), **fault, dip_slip=1.0)
    np.testing.assert_allclose(up.reshape(2, -1), flat, atol=1e-14)
    scalar = okada(column[None, :], row[:, None], **{**fault, "depth": 5.0}, dip_slip=1.0)[2]
    np.testing.assert_allclose(scalar, up[0], atol=1e-14)


@pytest.mark.parametrize("dip", [0.0, 10.0, 45.0, 89.5, 90.0])
def test_torch_and_numpy_agree_in_both_precisions(dip):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    rng = np.random.default_rng(10)
    fault = random_fault(rng, dip)
    x, y = pixels(rng, fault)
    exact = okada(x, y, **fault)
    double = okada(torch.from_numpy(x), torch.from_numpy(y), **fault)
    single = okada(torch.from_numpy(x).float(), torch.from_numpy(y).float(), **fault)
    graph = okada(torch.from_numpy(x).requires_grad_(), torch.from_numpy(y), **fault)
    for reference, a, b, c in zip(exact, double, single, graph):
        np.testing.assert_allclose(a.numpy(), reference, atol=1e-12)
        np.testing.assert_allclose(b.numpy(), reference, atol=5e-5)
        np.testing.assert_allclose(c.detach().numpy(), reference, atol=1e-12)
        assert b.dtype == torch.float32
        assert c.requires_grad


def split(fault, down, along):
    """The fault cut into equal patches: east, north, depth of their centroids, (down, along)."""
    along_km = ((np.arange(along) + 0.5) / along - 0.5) * fault["length"]
    down_km = (((np.arange(down) + 0.5) / down - 0.5) * fault["width"])[:, None]
    strike, dip = math.radians(fault["strike"]), math.radians(fault["dip"])
    east = along_km * math.sin(strike) + down_km * math.cos(dip) * math.cos(strike)
    north = along_km * math.cos(strike) - down_km * math.cos(dip) * math.sin(strike)
    return east, north, fault["depth"] + down_km * math.sin(dip) + 0 * along_km


def test_patches_of_uniform_slip_sum_to_the_whole_fault():
    rng = np.random.default_rng(11)
    fault = random_fault(rng, 35.0)
    x, y = pixels(rng, fault)
    east, north, depth = split(fault, 3, 4)
    parts = {**fault, "length": fault["length"] / 4, "width": fault["width"] / 3, "depth": depth.ravel()}
    summed = okada_patches(x, y, east=east.ravel(), north=north.ravel(), **parts)
    for value, whole in zip(summed, okada(x, y, **fault)):
        assert value.shape == x.shape
        np.testing.assert_allclose(value, whole, atol=1e-12)


@pytest.mark.parametrize("dip", [20.0, 90.0])
def test_a_slip_grid_equals_its_patches(dip, monkeypatch):
    rng = np.random.default_rng(12)
    faults = [random_fault(rng, dip) for _ in range(3)]
    slips = rng.uniform(0, 2, (2, 3, 4, 5))
    x, y = rng.uniform(-60, 60, (2, 3, 210))
    names = ("depth", "strike", "dip", "length", "width")
    planes = {name: np.array([fault[name] for fault in faults]) for name in names}
    grid = okada_grid(x, y, **planes, strike_slip=slips[0], dip_slip=slips[1])
    places = [split(fault, 4, 5) for fault in faults]
    east, north, depth = (np.stack([place[i].ravel() for place in places]) for i in range(3))
    wide = {name: np.repeat(planes[name][:, None], 20, axis=1) for name in ("strike", "dip")}
    size = {
        "length": planes["length"][:, None] / 5 + 0 * east,
        "width": planes["width"][:, None] / 4 + 0 * east,
    }
    monkeypatch.setattr(okada_module, "CPU_CHUNK", 1000)
    patched = okada_patches(
        x, y, east=east, north=north, depth=depth, **wide, **size,
        strike_slip=slips[0].reshape(3, -1), dip_slip=slips[1].reshape(3, -1),
    )  # fmt: skip
    for one, other in zip(grid, patched):
        np.testing.assert_allclose(one, other, atol=1e-7)
