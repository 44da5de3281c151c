"""Suspicious windows are seen in further looks, and what is said of them lies as the window does."""

from types import SimpleNamespace

import numpy as np
import pytest

from quakefringe.engine.inference.augmented_passes import (
    CLOSER,
    CLOSER_SHARE,
    SMOOTHING,
    VIEWS,
    WAVELENGTH_FACTORS,
    closer,
    run_passes,
)
from quakefringe.engine.inference.encoding import encode, rescaled_wavelength, smoothed, unwrapped_phase
from quakefringe.engine.inference.pipeline import Pipeline
from quakefringe.engine.network import Output
from quakefringe.engine.tile import CHANNELS
from quakefringe.engine.tiling.windows import Window


class Follower:
    """Sees the unwrapped phase itself: its mask is the size of the phase in patches, wherever that lies."""

    def __init__(self):
        self.calls = []

    def run(self, tiles):
        self.calls.append(np.array(tiles))
        count = len(tiles)
        patches = np.abs(tiles[:, 2]).reshape(count, 14, 16, 14, 16).mean(axis=(2, 4))
        label = (np.abs(tiles[:, 2]).max(axis=(1, 2)) > 0.01).astype(int)
        logits = np.eye(3, dtype=np.float32)[label] * 6
        return Output(logits, patches[:, None] / 100, patches)


def _tiles(*heights):
    phase = np.zeros((len(heights), 224, 224), np.float32)
    for index, height in enumerate(heights):
        phase[index, 16:48, 160:200] = height
    return encode(phase, True)


def _ramp():
    return np.broadcast_to(np.linspace(0, 40, 224, dtype=np.float32), (224, 224))


@pytest.mark.parametrize("known", [True, False])
def test_a_quiet_window_is_looked_at_once_and_a_moving_one_six_times(known):
    network = Follower()
    run_passes(network, _tiles(0.0, 20.0, 0.0), known)
    assert [len(call) for call in network.calls] == [3, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("known", [True, False])
def test_what_is_seen_in_the_second_view_is_turned_back(known):
    tiles = _tiles(0.0, 20.0)
    before = tiles.copy()
    once, twice = Follower().run(tiles), run_passes(Follower(), tiles, known)
    for name in ("logits", "attention", "mask"):
        assert np.allclose(getattr(once, name), getattr(twice, name), atol=1e-5), name
    assert np.array_equal(tiles, before)


@pytest.mark.parametrize("known", [True, False])
def test_the_second_view_differs_and_exchanges_the_sign_of_the_phase_only(known):
    network = Follower()
    tiles = _tiles(20.0)
    run_passes(network, tiles, known)
    first, second = (call[0] for call in network.calls[:2])
    assert not np.array_equal(first, second)
    cosine, sine, phase, elevation, valid = (CHANNELS.index(name) for name in CHANNELS)
    turn, exchanged = VIEWS[known]
    sign = -1 if exchanged else 1
    for channel in (cosine, elevation, valid):
        assert np.array_equal(turn(second[channel]), tiles[0, channel])
    for channel in (sine, phase):
        assert np.allclose(turn(second[channel]), sign * tiles[0, channel])


def test_a_scene_that_is_known_to_be_north_up_keeps_east_and_west_and_its_sign():
    network = Follower()
    tiles = _tiles(20.0)
    run_passes(network, tiles, known=True)
    seen = network.calls[1][0, CHANNELS.index("unwrapped")]
    expected = tiles[0, CHANNELS.index("unwrapped")]
    assert np.array_equal(np.abs(seen).sum(axis=0), np.abs(expected).sum(axis=0))
    assert np.array_equal(seen.max(), expected.max())


def test_the_mean_of_views_and_smoothed_and_level_looks_is_given_and_the_closer_look_has_its_share():
    class Doubtful(Follower):
        def run(self, tiles):
            said = super().run(tiles)
            shift = float(len(self.calls))  # another answer in each look
            return Output(said.logits + shift, said.attention + shift, said.mask)

    first = Doubtful().run(_tiles(20.0))
    said = run_passes(Doubtful(), _tiles(20.0))
    five = first.logits + 2.0
    closest = first.logits + 5.0
    assert np.allclose(said.logits, five + CLOSER_SHARE * (closest - five))
    assert np.allclose(said.attention, first.attention + 0.5)


def test_two_looks_see_the_phase_without_its_ramp():
    phase = np.zeros((1, 224, 224), np.float32)
    phase[0, 16:48, 160:200] = 20.0
    network = Follower()
    run_passes(network, encode(phase + _ramp(), True))
    unwrapped = CHANNELS.index("unwrapped")
    first, level, smooth = (unwrapped_phase(network.calls[index][0, unwrapped]) for index in (0, 3, 4))
    assert np.ptp(first[100]) == pytest.approx(40, rel=0.01)
    assert np.abs(level[100]).max() < 0.05
    assert level[30, 180] == pytest.approx(20, rel=0.01)
    assert np.abs(smooth[100]).max() < 0.05
    assert np.abs(np.diff(smooth[30])).max() < 5  # the edge of what moves is smooth


def test_continuous_phase_of_a_long_wavelength_is_looked_at_as_shorter_ones_would_show_it():
    network = Follower()
    tiles = _tiles(0.0, 2.0)
    said = run_passes(network, tiles, long=True)
    assert [len(call) for call in network.calls] == [2, 1, 1, 1, 1, 1, 1, 1]
    for call, factor in zip(network.calls[5:7], WAVELENGTH_FACTORS):
        assert np.allclose(call, _tiles(2.0 * factor), atol=1e-5)
    assert np.allclose(said.logits, run_passes(Follower(), tiles).logits)  # all looks say the same


def test_stronger_looks_have_equal_parts_in_the_logits():
    class Strict(Follower):
        def run(self, tiles):
            said = super().run(tiles)
            strong = unwrapped_phase(tiles[:, 2]).max(axis=(1, 2)) > 21
            return Output(said.logits + 3.0 * strong[:, None], said.attention, said.mask)

    tiles = _tiles(20.0)
    plain, said = Strict().run(tiles).logits, run_passes(Strict(), tiles, long=True).logits
    both = plain + 3.0 * len(WAVELENGTH_FACTORS) / (1 + len(WAVELENGTH_FACTORS))
    assert np.allclose(said, both + CLOSER_SHARE * (plain - both), atol=1e-5)


@pytest.mark.parametrize(
    ("unwrapped", "wavelength", "expected"),
    [(True, 0.236, 8), (True, 0.056, 6), (True, None, 6), (False, 0.236, 6)],
)
def test_only_continuous_phase_of_long_wavelengths_has_stronger_looks(unwrapped, wavelength, expected):
    class Moving(Follower):
        def run(self, tiles):
            said = super().run(tiles)
            return Output(np.full_like(said.logits, 0.0), said.attention, said.mask)

    network = Moving()
    window = Window(SimpleNamespace(index=0), 0, 0, 1.0, np.zeros((224, 224), np.float32), None)
    list(Pipeline(network, unwrapped, 4, wavelength=wavelength).run([window]))
    assert len(network.calls) == expected


@pytest.mark.parametrize("unwrapped", [True, False])
def test_smoothed_tiles_are_what_encoding_smoothed_phase_gives(unwrapped):
    from scipy.ndimage import gaussian_filter

    axis = np.linspace(-1, 1, 224, dtype=np.float32)
    phase = 6 * np.exp(-4 * (axis[:, None] ** 2 + (axis - 0.3) ** 2)) + 2 * axis + 90.4
    rough = (phase + 0.5 * np.random.default_rng(2).normal(size=phase.shape)).astype(np.float32)
    if not unwrapped:
        rough = np.angle(np.exp(1j * rough)).astype(np.float32)
    rough[:, 200:] = np.nan
    heights = np.broadcast_to(100 * axis, phase.shape).astype(np.float32)
    tiles = np.stack([encode(one, unwrapped, heights) for one in (rough, np.full_like(rough, np.nan))])
    before = tiles.copy()
    found = smoothed(tiles, 2.0)
    assert np.array_equal(tiles, before)
    valid = np.isfinite(rough)
    if unwrapped:
        mean = gaussian_filter(np.where(valid, rough, 0), 2, mode="constant", truncate=6)
        mean /= np.maximum(gaussian_filter(valid.astype(np.float32), 2, mode="constant", truncate=6), 1e-9)
    else:
        phasor = np.where(valid, np.exp(1j * np.nan_to_num(rough)), 0)
        mean = np.angle(gaussian_filter(phasor, 2, mode="constant", truncate=6)).astype(np.float32)
    expected = encode(np.where(valid, mean, np.nan).astype(np.float32), unwrapped, heights)
    assert np.allclose(found[0], expected, atol=2e-3)
    assert np.array_equal(found[1], before[1])  # nothing is known there
    assert np.abs(np.diff(found[0, 1, :, :190])).mean() < 0.4 * np.abs(np.diff(before[0, 1, :, :190])).mean()


def test_wrapped_and_continuous_tiles_are_smoothed_together_as_each_by_itself():
    both = np.stack([_tiles(20.0)[0], encode(np.angle(np.exp(1j * _ramp())).astype(np.float32), False)])
    assert np.allclose(
        smoothed(both, SMOOTHING), np.concatenate([smoothed(one[None], SMOOTHING) for one in both])
    )


def test_strengthened_tiles_keep_what_is_no_phase():
    phase = np.linspace(-3, 9, 224 * 224, dtype=np.float32).reshape(1, 224, 224)
    height = np.ones((1, 224, 224), np.float32)
    phase[0, :30] = np.nan
    height[0, 100:] = 900.0
    tiles = encode(phase, True, height)
    strong = rescaled_wavelength(tiles, 4.0)
    for name in ("elevation", "valid"):
        assert np.array_equal(strong[:, CHANNELS.index(name)], tiles[:, CHANNELS.index(name)])
    expected = encode(4.0 * phase, True)
    index = CHANNELS.index("unwrapped")
    assert np.allclose(strong[:, index], expected[:, index], atol=1e-5)
    assert (strong[0, :, :30] == 0).all()


def _with_elevation():
    rng = np.random.default_rng(3)
    smooth = np.add.outer(np.linspace(0, 30, 224), np.linspace(0, 12, 224)).astype(np.float32)
    phase = np.stack([smooth, smooth + rng.normal(size=(224, 224)).astype(np.float32)])
    phase[1, :20] = np.nan
    relief = np.stack([300 * smooth, 100 - smooth])
    return phase, relief


def _mask(row, column, count=2):
    mask = np.zeros((count, 14, 14), np.float32)
    mask[:, row : row + 2, column : column + 2] = 0.9
    return mask


@pytest.mark.parametrize("unwrapped", [True, False])
def test_the_closer_look_is_what_encoding_the_magnified_ground_gives(unwrapped):
    phase, relief = _with_elevation()
    near = closer(encode(phase, unwrapped, relief), _mask(4, 8))
    # the middle of the mask lies at row 80 and column 144
    pixels = [(middle - 112 / CLOSER + (np.arange(224) + 0.5) / CLOSER).astype(int) for middle in (80, 144)]
    cut = np.ix_([0, 1], *pixels)
    assert np.allclose(near, encode(phase[cut], unwrapped, relief[cut]), atol=2e-5)


def test_the_closer_look_stays_inside_the_tile_and_takes_its_middle_where_nothing_moves():
    phase, _ = _with_elevation()
    tiles = encode(phase[:1], False)
    corner = closer(tiles, _mask(0, 0, 1))[0]
    wide = int(np.ceil(224 / CLOSER))
    assert np.array_equal(np.unique(corner[0]), np.unique(tiles[0, 0, :wide, :wide]))
    assert np.array_equal(closer(tiles, _mask(6, 6, 1)), closer(tiles, np.zeros((1, 14, 14), np.float32)))
