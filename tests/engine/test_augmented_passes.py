"""Suspicious windows go through further passes, and their results lie as the window does."""

from types import SimpleNamespace

import numpy as np
import pytest

from quakefringe.engine.inference.augmented_passes import (
    MAGNIFICATION,
    MAGNIFIED_WEIGHT,
    MIRRORS,
    SMOOTHING_SIGMA_PIXELS,
    WAVELENGTH_FACTORS,
    magnified,
    run_passes,
)
from quakefringe.engine.inference.encoding import encode, rescaled_wavelength, smoothed, unwrapped_phase
from quakefringe.engine.inference.model_use import ModelUse
from quakefringe.engine.inference.pipeline import Pipeline
from quakefringe.engine.network import ModelCard, Output
from quakefringe.engine.network.card import PASSES
from quakefringe.engine.tile import CHANNELS
from quakefringe.engine.tiling.windows import Window


class Follower:
    """A network whose mask is the mean size of the unwrapped phase in each patch."""

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


@pytest.mark.parametrize("oriented", [True, False])
def test_a_quiet_window_has_one_pass_and_a_deformed_one_six(oriented):
    network = Follower()
    run_passes(network, _tiles(0.0, 20.0, 0.0), oriented=oriented)
    assert [len(call) for call in network.calls] == [3, 1, 1, 1, 1, 1]


@pytest.mark.parametrize("oriented", [True, False])
def test_the_output_of_the_mirrored_pass_is_mirrored_back(oriented):
    tiles = _tiles(0.0, 20.0)
    before = tiles.copy()
    once, twice = Follower().run(tiles), run_passes(Follower(), tiles, oriented=oriented)
    for name in ("logits", "attention", "mask"):
        assert np.allclose(getattr(once, name), getattr(twice, name), atol=1e-5), name
    assert np.array_equal(tiles, before)


@pytest.mark.parametrize("oriented", [True, False])
def test_the_mirrored_pass_differs_and_changes_only_the_sign_of_the_phase(oriented):
    network = Follower()
    tiles = _tiles(20.0)
    run_passes(network, tiles, oriented=oriented)
    first, second = (call[0] for call in network.calls[:2])
    assert not np.array_equal(first, second)
    cosine, sine, phase, elevation, valid = (CHANNELS.index(name) for name in CHANNELS)
    mirror, exchanged = MIRRORS[oriented]
    sign = -1 if exchanged else 1
    for channel in (cosine, elevation, valid):
        assert np.array_equal(mirror(second[channel]), tiles[0, channel])
    for channel in (sine, phase):
        assert np.allclose(mirror(second[channel]), sign * tiles[0, channel])


def test_an_oriented_scene_keeps_east_and_west_and_its_sign():
    network = Follower()
    tiles = _tiles(20.0)
    run_passes(network, tiles, oriented=True)
    mirrored = network.calls[1][0, CHANNELS.index("unwrapped")]
    expected = tiles[0, CHANNELS.index("unwrapped")]
    assert np.array_equal(np.abs(mirrored).sum(axis=0), np.abs(expected).sum(axis=0))
    assert np.array_equal(mirrored.max(), expected.max())


def test_the_logits_are_the_mean_of_the_passes_and_the_magnified_pass_has_its_weight():
    class Doubtful(Follower):
        def run(self, tiles):
            output = super().run(tiles)
            shift = float(len(self.calls))  # another output in each pass
            return Output(output.logits + shift, output.attention + shift, output.mask)

    first = Doubtful().run(_tiles(20.0))
    output = run_passes(Doubtful(), _tiles(20.0))
    mean = first.logits + 2.0
    near = first.logits + 5.0
    assert np.allclose(output.logits, mean + MAGNIFIED_WEIGHT * (near - mean))
    assert np.allclose(output.attention, first.attention + 0.5)


def test_two_passes_have_the_phase_without_its_ramp():
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
    assert np.abs(np.diff(smooth[30])).max() < 5  # the edge of the deformation is smooth


def test_unwrapped_phase_of_a_long_wavelength_has_passes_at_shorter_wavelengths():
    network = Follower()
    tiles = _tiles(0.0, 2.0)
    output = run_passes(network, tiles, long_wavelength=True)
    assert [len(call) for call in network.calls] == [2, 1, 1, 1, 1, 1, 1, 1]
    for call, factor in zip(network.calls[5:7], WAVELENGTH_FACTORS):
        assert np.allclose(call, _tiles(2.0 * factor), atol=1e-5)
    assert np.allclose(output.logits, run_passes(Follower(), tiles).logits)  # all passes agree


def test_rescaled_passes_have_equal_weights_in_the_logits():
    class Strict(Follower):
        def run(self, tiles):
            output = super().run(tiles)
            strong = unwrapped_phase(tiles[:, 2]).max(axis=(1, 2)) > 21
            return Output(output.logits + 3.0 * strong[:, None], output.attention, output.mask)

    tiles = _tiles(20.0)
    plain = Strict().run(tiles).logits
    logits = run_passes(Strict(), tiles, long_wavelength=True).logits
    both = plain + 3.0 * len(WAVELENGTH_FACTORS) / (1 + len(WAVELENGTH_FACTORS))
    assert np.allclose(logits, both + MAGNIFIED_WEIGHT * (plain - both), atol=1e-5)


@pytest.mark.parametrize(
    ("unwrapped", "wavelength", "expected"),
    [(True, 0.236, 8), (True, 0.056, 6), (True, None, 6), (False, 0.236, 6)],
)
def test_only_unwrapped_phase_of_long_wavelengths_has_rescaled_passes(unwrapped, wavelength, expected):
    class Moving(Follower):
        def run(self, tiles):
            output = super().run(tiles)
            return Output(np.full_like(output.logits, 0.0), output.attention, output.mask)

    network = Moving()
    window = Window(SimpleNamespace(index=0), 0, 0, 1.0, np.zeros((224, 224), np.float32), None)
    use = ModelUse.from_card(ModelCard("0"))
    list(Pipeline(network, use, 4, unwrapped=unwrapped, wavelength=wavelength).run([window]))
    assert len(network.calls) == expected


@pytest.mark.parametrize(
    ("passes", "calls"),
    [
        ((), 1),
        (("mirrored",), 2),
        (("smoothed",), 2),
        (("deramped_smoothed", "magnified"), 3),
        (("rescaled_wavelength",), 3),
        (PASSES, 8),
    ],
)
def test_only_the_passes_of_the_card_are_run(passes, calls):
    network = Follower()
    output = ModelUse.from_card(ModelCard("0", passes=passes)).run(
        network, _tiles(0.0, 20.0), long_wavelength=True
    )
    assert [len(call) for call in network.calls] == [2, *[1] * (calls - 1)]
    assert np.allclose(output.logits, Follower().run(_tiles(0.0, 20.0)).logits)  # all passes agree


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
    assert np.array_equal(found[1], before[1])  # no pixel is valid
    assert np.abs(np.diff(found[0, 1, :, :190])).mean() < 0.4 * np.abs(np.diff(before[0, 1, :, :190])).mean()


def test_wrapped_and_unwrapped_tiles_are_smoothed_together_as_each_alone():
    both = np.stack([_tiles(20.0)[0], encode(np.angle(np.exp(1j * _ramp())).astype(np.float32), False)])
    assert np.allclose(
        smoothed(both, SMOOTHING_SIGMA_PIXELS),
        np.concatenate([smoothed(one[None], SMOOTHING_SIGMA_PIXELS) for one in both]),
    )


def test_a_rescaled_wavelength_changes_the_phase_only():
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
def test_magnified_tiles_are_what_encoding_the_magnified_ground_gives(unwrapped):
    phase, relief = _with_elevation()
    near = magnified(encode(phase, unwrapped, relief), _mask(4, 8))
    # the centre of the mask lies at row 80 and column 144
    pixels = [
        (middle - 112 / MAGNIFICATION + (np.arange(224) + 0.5) / MAGNIFICATION).astype(int)
        for middle in (80, 144)
    ]
    cut = np.ix_([0, 1], *pixels)
    assert np.allclose(near, encode(phase[cut], unwrapped, relief[cut]), atol=2e-5)


def test_magnified_parts_lie_inside_the_tile_and_at_its_centre_without_deformation():
    phase, _ = _with_elevation()
    tiles = encode(phase[:1], False)
    corner = magnified(tiles, _mask(0, 0, 1))[0]
    wide = int(np.ceil(224 / MAGNIFICATION))
    assert np.array_equal(np.unique(corner[0]), np.unique(tiles[0, 0, :wide, :wide]))
    assert np.array_equal(
        magnified(tiles, _mask(6, 6, 1)), magnified(tiles, np.zeros((1, 14, 14), np.float32))
    )
