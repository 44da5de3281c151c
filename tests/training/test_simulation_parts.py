"""The parts of the simulation, compared with the laws that they follow."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from quakefringe.engine.deformation.sources import okada  # noqa: E402
from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.training.config.simulation import MAX_CROP_STRETCH, SimulationConfig  # noqa: E402
from quakefringe.training.simulation import fields  # noqa: E402
from quakefringe.training.simulation.acquisition import draw_acquisition  # noqa: E402
from quakefringe.training.simulation.scene import atmosphere, noise  # noqa: E402
from quakefringe.training.simulation.scene.quiet import (  # noqa: E402
    WAVELENGTH,
    QuietCrops,
    crop_volcano,
    decode_crop,
    turned,
    volcano_fold,
)
from quakefringe.training.simulation.scene.relief import Relief  # noqa: E402
from quakefringe.training.simulation.scenes import Simulator  # noqa: E402
from quakefringe.training.simulation.sources import glaciers, subsidence, volcanoes  # noqa: E402
from quakefringe.training.simulation.sources.earthquakes import draw_faults  # noqa: E402
from quakefringe.training.simulation.sources.placement import (  # noqa: E402
    SourceTiles,
    buried,
    coordinates,
    places,
    towards,
)
from quakefringe.training.simulation.visibility import detrend, judge, required_gain  # noqa: E402


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(11)


def tiles_at(generator, width_km, place, elevation, look):
    return SourceTiles(generator, width_km, place, elevation, look, SimulationConfig())


def _radial_slope(field, pixel_km, low, high):
    """Slope of the radially averaged power spectrum between two frequencies, cycles per km."""
    size = field.shape[-1]
    window = np.outer(np.hanning(size), np.hanning(size))
    power = (np.abs(np.fft.fft2(field.numpy() * window)) ** 2).mean(axis=0)
    axis = np.fft.fftfreq(size, pixel_km)
    radius = np.hypot(axis[:, None], axis[None, :]).ravel()
    chosen = (radius > low) & (radius < high)
    return np.polyfit(np.log(radius[chosen]), np.log(power.ravel()[chosen]), 1)[0]


def test_turbulence_has_the_published_slopes(generator):
    for pixel, low, high, slope in ((0.1, 1.0, 3.5, -11 / 3), (1.0, 0.05, 0.3, -8 / 3)):
        field = fields.power_law(generator, torch.full((48,), pixel), 128, (-11 / 3, -8 / 3), 2.0, 150.0)
        assert _radial_slope(field, pixel, low, high) == pytest.approx(slope, abs=0.25)


def test_turbulence_over_fifty_kilometres_has_the_requested_variance(generator):
    field = fields.power_law(generator, torch.full((300,), 0.5), 96, (-11 / 3, -8 / 3), 2.0, 150.0)
    assert float(field.var(dim=(-2, -1)).mean()) == pytest.approx(1.0, rel=0.35)


def test_bursts_add_a_sawtooth_along_the_track_with_gaps_at_its_jumps(generator):
    pixel_km = torch.full((300,), 0.3)
    pixel_km[::3] = 2.0  # wider than tiles with seams can be
    phase, whole = atmosphere.bursts(generator, pixel_km, 96, 0.5)
    torn = phase.flatten(1).any(dim=1)
    assert not torn[::3].any()
    assert whole[~torn].all()
    assert 0.4 < float(torn.float().mean()) / (2 / 3) < 0.6
    gaps = 0
    for one, covered in zip(phase[torn], whole[torn]):
        column = one[:, 48]
        step = column.diff()
        slope = step.median()
        jumps = (step - slope).abs() > 0.5 * column.abs().max()
        # 28.8 km of ground contain one or two seams, one burst apart
        assert 1 <= int(jumps.sum()) <= 2
        torch.testing.assert_close(step[~jumps], slope.expand(int((~jumps).sum())), rtol=1e-2, atol=1e-4)
        strength = float(slope.abs()) * atmosphere.BURST_KM / 0.3
        low, high = atmosphere.BURST_RAD
        assert 0.9 * low < strength < 1.01 * high
        missing = float((~covered[:, 48]).float().sum()) * 0.3
        assert missing <= 2 * (atmosphere.BURST_GAP * atmosphere.BURST_KM + 0.6)
        gaps += missing > 0
    assert 0.3 < gaps / int(torn.sum()) < 0.6
    assert not atmosphere.bursts(generator, pixel_km, 48, 0.0)[0].any()


def test_stratified_delay_follows_the_relief_and_can_be_absent(generator):
    elevation = Relief("").draw(generator, torch.full((12,), 0.2), 64) + 100
    incidence = torch.full((12,), 0.6)
    blank = torch.arange(12) % 2 == 0
    delay = atmosphere.stratified(generator, elevation, incidence, 2.0, blank)
    assert (delay[blank] == 0).all()
    for one, height in zip(delay[~blank], elevation[~blank]):
        assert abs(np.corrcoef(one.flatten().numpy(), height.clamp_min(0).flatten().numpy())[0, 1]) > 0.7


def test_some_tiles_keep_phase_in_proportion_to_their_relief(generator):
    elevation = Relief("").draw(generator, torch.full((400,), 0.2), 48)
    left = atmosphere.residual_topography(generator, elevation, 0.25)
    present = left.flatten(1).any(dim=1)
    assert 0.15 < float(present.float().mean()) < 0.35
    for one, height in zip(left[present], elevation[present]):
        slope, level = np.polyfit(height.flatten().numpy(), one.flatten().numpy(), 1)
        low, high = atmosphere.RELIEF_ERROR
        assert 0.99 * low < abs(slope) < 1.01 * high
        torch.testing.assert_close(one, height * slope + level, rtol=0, atol=1e-4 * float(one.abs().max()))
        assert abs(float(one.mean())) < 1e-3 * float(one.abs().max())
    assert not atmosphere.residual_topography(generator, elevation, 0.0).any()


def test_ionosphere_matters_at_l_band_and_not_at_x_band(generator):
    config = SimulationConfig(ramp_cm=0.0)
    long, short = (
        atmosphere.ramps(generator, torch.ones(40), 48, torch.full((40,), wavelength), config).std()
        for wavelength in (0.24, 0.031)
    )
    assert long > 30 * short


def test_a_small_tile_contains_a_small_part_of_the_ionosphere(generator):
    config, wavelength = SimulationConfig(ramp_cm=0.0), torch.full((60,), 0.24)
    frame, part = (
        atmosphere.ramps(generator.manual_seed(3), torch.full((60,), pixel), 48, wavelength, config)
        for pixel in (2.0, 0.25)  # 96 km and 12 km
    )
    assert float(frame.std() / part.std()) == pytest.approx(8 ** (5 / 6), rel=1e-4)


@pytest.mark.parametrize(("coherence", "looks"), [(0.9, 20.0), (0.7, 40.0)])
def test_phase_noise_reaches_the_cramer_rao_bound(generator, coherence, looks):
    phase = torch.full((1, 256, 256), 0.5)
    noisy = noise.add_phase_noise(generator, phase, torch.full_like(phase, coherence), torch.tensor([looks]))
    spread = float(noise.wrap(torch.angle(noisy) - phase).std())
    bound = math.sqrt((1 - coherence**2) / (2 * looks * coherence**2))
    assert spread == pytest.approx(bound, rel=0.08)


def test_no_coherence_means_uniform_phase(generator):
    phase = torch.zeros((1, 200, 200))
    noisy = torch.angle(noise.add_phase_noise(generator, phase, torch.zeros_like(phase), torch.tensor([5.0])))
    assert float(noisy.std()) == pytest.approx(math.pi / math.sqrt(3), rel=0.03)


def test_the_goldstein_filter_keeps_fringes_and_removes_noise(generator):
    x = torch.arange(128).float()
    plane = (0.25 * x[None, :] + 0.1 * x[:, None])[None]
    clean = torch.polar(torch.ones_like(plane), plane)
    nothing = noise.goldstein(clean, torch.zeros(1))
    assert torch.allclose(nothing, clean, atol=1e-4)
    rough = noise.add_phase_noise(generator, plane, torch.full_like(plane, 0.6), torch.tensor([3.0]))
    filtered = noise.goldstein(rough, torch.ones(1))
    before = noise.wrap(torch.angle(rough) - plane).std()
    after = noise.wrap(torch.angle(filtered) - plane)[:, 16:-16, 16:-16].std()
    assert after < 0.5 * before


def test_the_low_pass_removes_noise_and_weakens_fringes_like_a_gaussian(generator):
    x = torch.arange(96).float()
    sigma = torch.tensor([0.7, 1.5, 3.0])
    plane = (0.4 * x[None, :] + 0.2 * x[:, None]).expand(3, 96, 96)
    passed = noise.low_pass(torch.stack([plane.cos(), plane.sin()]), sigma)[..., 10:-10, 10:-10]
    left = torch.exp(-0.5 * sigma**2 * (0.4**2 + 0.2**2))
    assert torch.allclose(passed.norm(dim=0).mean(dim=(-2, -1)), left, rtol=0.02)
    inner = plane[:, 10:-10, 10:-10]
    assert float(noise.wrap(torch.atan2(passed[1], passed[0]) - inner).abs().max()) < 1e-3
    # the simulator assumes the same coherence
    single = noise.gradient_coherence(plane)
    assert torch.allclose((noise.gradient_coherence(plane, sigma) / single)[:, 48, 48], left, rtol=0.02)
    rough = torch.randn((2, 3, 96, 96), generator=generator)
    calm = noise.low_pass(rough, sigma).std(dim=(0, 2, 3))
    assert torch.allclose(calm, 1 / (2 * math.sqrt(math.pi) * sigma), rtol=0.2)


def test_some_tiles_are_smoothed_and_dense_fringes_do_not_count_as_visible_there():
    quakes = {"shares": {"earthquake": 1.0}, "unwrapped": 0.0}
    found = []
    for low_pass in (0.0, 1.0):
        config = SimulationConfig(low_pass=low_pass, goldstein=0.0, **quakes)
        batch = Simulator(config, seed=4).batch(96, 112)
        phasors = batch["input"][:, :2] * batch["input"][:, 4:]
        steps = (phasors[..., 1:] - phasors[..., :-1]).square().sum(dim=1).mean(dim=(1, 2))
        found.append((steps.median(), batch["label"].bool()))
    assert found[1][0] < 0.6 * found[0][0]
    # smoothing hides some signals, but few
    sharp, smoothed = found[0][1], found[1][1]
    assert not (smoothed & ~sharp).any()
    assert 0.7 * sharp.sum() < smoothed.sum() < sharp.sum()


def test_least_squares_unwrapping_recovers_a_hill():
    axis = torch.linspace(-1, 1, 96)
    hill = 25 * torch.exp(-3 * (axis[None, :] ** 2 + axis[:, None] ** 2))[None] + 3 * axis[None, None, :]
    solved = noise.unwrap_least_squares(noise.wrap(hill))
    error = solved - hill
    assert float((error - error.median()).abs().max()) < 1e-3


def test_unwrapping_errors_are_whole_cycles(generator):
    off = noise.jumps(generator, torch.full((20, 64, 64), 0.5)) / (2 * math.pi)
    assert torch.allclose(off, off.round(), atol=1e-5)
    assert (off != 0).any()


def test_steep_phase_destroys_coherence():
    axis = torch.arange(32).float()
    flat, steep = (axis[None, None, :].expand(1, 32, 32) * slope for slope in (0.05, 2 * math.pi))
    assert noise.gradient_coherence(flat).min() > 0.99
    assert noise.gradient_coherence(steep).max() < 0.01


def test_masks_never_invent_ground_under_the_sea(generator):
    elevation = torch.full((60, 48, 48), 500.0)
    elevation[:, :24] = -5.0
    coherence = noise.coherence(generator, elevation, torch.full((60,), 0.1))
    assert (coherence[:, :24] == 0).all()
    assert coherence[:, 24:].mean() > 0.3
    valid = noise.draw_masks(generator, coherence, elevation)
    assert valid[:, 24:].float().mean() > valid[:, :24].float().mean() + 0.2


def test_relief_is_cut_from_the_tiles_of_the_folder(generator, tmp_path):
    tile = np.full((1201, 1201), 777, dtype=np.int16)
    np.savez(tmp_path / "N00E000.npz", elevation=tile)
    drawn = Relief(str(tmp_path)).draw(generator, torch.full((20,), 0.1), 48)
    from_tile = (drawn - 777).abs().amax(dim=(-2, -1)) < 1e-2
    assert 8 <= int(from_tile.sum()) < 20


def test_a_relief_folder_without_tiles_or_with_a_broken_one_is_refused(tmp_path):
    with pytest.raises(InputError, match="no SRTM tiles"):
        Relief(str(tmp_path))
    (tmp_path / "N00E000.npz").write_bytes(b"not a zip file")
    with pytest.raises(InputError, match="N00E000"):
        Relief(str(tmp_path))


def test_faults_never_break_the_surface_and_obey_their_mechanism(generator):
    fault = draw_faults(generator, torch.full((600,), 60.0), SimulationConfig())
    top = fault["depth"] - 0.5 * fault["width"] * torch.sin(torch.deg2rad(fault["dip"]))
    assert top.min() >= 0
    rake = fault["rake"]
    assert (torch.cos(torch.deg2rad(rake[fault["mechanism"] == 0])).abs() > 0.3).all()
    assert (rake[fault["mechanism"] == 1] > 0).float().mean() > 0.97
    assert (rake[fault["mechanism"] == 2] < 0).float().mean() > 0.97


def test_look_vectors_have_unit_length_and_point_up(generator):
    acquisition = draw_acquisition(generator, 50, 64, SimulationConfig())
    assert torch.allclose((acquisition.look**2).sum(dim=0), torch.ones(50), atol=1e-5)
    assert (acquisition.look[2] > 0.6).all()


def test_a_plane_is_no_signal():
    axis = torch.linspace(-1, 1, 64)
    plane = (4 * axis[None, :] + 7 * axis[:, None] + 3)[None]
    everywhere = torch.ones_like(plane, dtype=torch.bool)
    assert float(detrend(plane, everywhere).abs().max()) < 1e-3


def test_visibility_asks_for_strength_contrast_and_coherence():
    axis = torch.linspace(-1, 1, 64)
    bowl = torch.exp(-12 * (axis[None, :] ** 2 + axis[:, None] ** 2))
    rough = 3.0 * fields.smooth(torch.Generator().manual_seed(1), 1, 64, 9)[0]
    flat = torch.zeros_like(bowl)
    signal = torch.stack([10 * bowl, 1 * bowl, 4 * bowl, 10 * bowl, flat])
    background = torch.stack([flat, flat, rough, flat, flat])
    coherence = torch.ones_like(signal)
    coherence[3] = 0.05
    valid = torch.ones_like(signal, dtype=torch.bool)
    seen = judge(signal, background, valid, coherence, SimulationConfig())
    assert seen.visible.tolist() == [True, False, False, False, False]
    assert seen.not_visible.tolist() == [False, True, True, True, False]


def test_noise_hides_fringes_of_low_contrast_but_not_clear_ones():
    axis = torch.linspace(-1, 1, 64)
    bowl = torch.exp(-12 * (axis[None, :] ** 2 + axis[:, None] ** 2))
    signal = torch.stack([6 * bowl, 6 * bowl, 60 * bowl])
    background = 0.5 * fields.smooth(torch.Generator().manual_seed(1), 1, 64, 9).expand(3, -1, -1)
    contrast = torch.tensor([0.95, 0.4, 0.4])[:, None, None].expand_as(signal)
    valid = torch.ones_like(signal, dtype=torch.bool)
    seen = judge(signal, background, valid, contrast, SimulationConfig())
    assert seen.visible.tolist() == [True, False, True]


def test_a_signal_scaled_by_its_required_gain_is_just_visible():
    axis = torch.linspace(-1, 1, 64)
    bowl = torch.exp(-12 * (axis[None, :] ** 2 + axis[:, None] ** 2))
    signal = torch.stack([2 * bowl, -3 * bowl, 0.5 * bowl])
    background = 1.5 * fields.smooth(torch.Generator().manual_seed(1), 3, 64, 9)
    contrast = torch.full_like(signal, 0.9)
    valid = torch.ones_like(signal, dtype=torch.bool)
    config = SimulationConfig()
    factor = required_gain(signal, background, valid, contrast, config)[:, None, None]
    assert (factor > 1).all()
    assert not judge(0.98 * factor * signal, background, valid, contrast, config).visible.any()
    assert judge(1.02 * factor * signal, background, valid, contrast, config).visible.all()
    assert torch.isinf(required_gain(0 * signal, background, valid, contrast, config)).all()


def test_delay_like_noise_hides_motion_in_wrapped_tiles_but_not_in_unwrapped_ones(monkeypatch):
    """If each pixel has its own delay, fringes are lost, but unwrapped phase shows metres of motion."""
    seen = {}
    for unwrapped in (0.0, 1.0):
        config = SimulationConfig(
            shares={"earthquake": 1.0},
            unwrapped=unwrapped,
            turbulence_cm=(0.01, 0.0),
            magnitude=(6.3, 8.8),
            tile_km=(100.0, 101.0),
        )
        simulator = Simulator(config, seed=3)
        plain = simulator.batch(32, 112)
        monkeypatch.setattr(simulator, "_air", lambda _, elevation: 5.0 * torch.randn(elevation.shape))
        torch.manual_seed(1)
        simulator.seed(3)
        drowned = simulator.batch(32, 112)
        seen[unwrapped] = (int(plain["meta"]["visible"].sum()), int(drowned["meta"]["visible"].sum()))
    assert seen[0.0][0] > 8 and seen[0.0][1] == 0
    assert seen[1.0][1] > 3


def test_the_contrast_of_fringes_is_that_of_the_noise(generator):
    for coherence, looks in ((0.1, 4.0), (0.3, 10.0), (0.6, 4.0), (0.9, 20.0)):
        phase = torch.zeros((1, 200, 200))
        given, many = torch.full_like(phase, coherence), torch.tensor([looks])
        noisy = noise.add_phase_noise(generator, phase, given, many)
        found = float((noisy / noisy.abs()).mean().abs())
        assert float(noise.resultant(given, many).mean()) == pytest.approx(found, abs=0.075)
    assert not noise.resultant(torch.zeros_like(phase), many).any()


def test_turbulence_is_weakened_until_neighbouring_pixels_are_similar(generator):
    per_metre = 4 * math.pi / torch.tensor([0.056, 0.24])
    rough = 0.03 * torch.randn((2, 64, 64), generator=generator)
    kept = atmosphere.smoother(rough, per_metre)
    step = (kept.diff(dim=-1) * per_metre[:, None, None]).square().mean(dim=(-2, -1)).sqrt()
    torch.testing.assert_close(step, torch.full((2,), atmosphere.MAX_PIXEL_STEP_RAD), rtol=1e-3, atol=0)
    smooth = 0.01 * fields.smooth(generator, 2, 64, 3)
    torch.testing.assert_close(atmosphere.smoother(smooth, per_metre), smooth)


def test_crops_decode_to_phase_without_masked_areas():
    random = np.random.default_rng(0)
    gray = random.integers(1, 255, (227, 227)).astype(np.uint8)
    gray[50:90, 60:120] = 127
    phase = decode_crop(gray)
    assert np.isnan(phase[52:88, 62:118]).all()
    assert np.isfinite(phase).mean() > 0.9
    assert np.nanmax(np.abs(phase)) <= math.pi + 1e-5


def _write_crops(folder, names):
    from skimage.io import imsave

    random = np.random.default_rng(2)
    for name in names:
        imsave(folder / name, random.integers(0, 256, (227, 227)).astype(np.uint8), check_contrast=False)


def test_quiet_crops_hold_their_fold_out_and_are_read_back_from_the_cache(tmp_path, generator):
    names = [f"volcano_{letter}_014a_05138_131313_20170111_20170117.png" for letter in "abcdefgh"]
    assert crop_volcano(names[0]) == "volcano_a"
    _write_crops(tmp_path, names)
    fold = volcano_fold("volcano_a", 4)
    pool = QuietCrops(str(tmp_path), fold, 4, cache=str(tmp_path / "cache"))
    assert names[0] not in pool.names
    assert 0 < len(pool.names) < len(names)
    again = QuietCrops(str(tmp_path), fold, 4, cache=str(tmp_path / "cache"))
    assert torch.equal(pool.wrapped.nan_to_num(), again.wrapped.nan_to_num())
    wrapped, unwrapped, valid, pixel_km, pick, summit = pool.draw(generator, 3, 112)
    assert pick.shape == (3,)
    assert summit.shape == (2, 3)
    assert wrapped.shape == unwrapped.shape == valid.shape == (3, 112, 112)
    assert 0.05 < pixel_km < 0.25


def test_quiet_crops_are_stretched_to_wider_ground(tmp_path):
    _write_crops(tmp_path, ["volcano_a_014a_05138_131313_20170111_20170117.png"])
    widths = {}
    for part in (0.0, 1.0):
        config = SimulationConfig(quiet=str(tmp_path), quiet_share=1.0, quiet_stretched=part)
        meta = Simulator(config, seed=5).batch(32, 112)["meta"]
        assert meta["real_background"].all()
        assert torch.allclose(meta["wavelength"], torch.tensor(WAVELENGTH))
        widths[part] = meta["pixel_m"] * 0.112
    # 227 pixels of 100 m, at least half of which are shown
    assert float(widths[0.0].min()) > 11 and float(widths[0.0].max()) < 23.1
    assert float(widths[1.0].max()) > 4 * float(widths[1.0].min())
    assert float(widths[1.0].max()) < 23.1 * MAX_CROP_STRETCH


def test_the_eight_turns_are_all_different():
    tile = torch.arange(16).reshape(4, 4)
    made = tile.flatten().take(turned(torch.arange(8), torch.arange(4), 4, 4))
    turns = [torch.rot90(one, k) for one in (tile, tile.flip(-1)) for k in range(4)]
    assert {tuple(one.flatten().tolist()) for one in made} == {tuple(one.flatten().tolist()) for one in turns}


def test_the_centre_of_a_quiet_crop_is_known_in_its_window_under_every_symmetry(tmp_path, generator):
    from skimage.io import imsave

    gray = np.full((227, 227), 60, np.uint8)
    gray[111:116, 111:116] = 200
    imsave(tmp_path / "volcano_014a_05138_131313_20170111_20170117.png", gray, check_contrast=False)
    wrapped, *_, summit = QuietCrops(str(tmp_path)).draw(generator, 40, 112)
    for tile, (x, y) in zip(wrapped, (summit * 112).T.tolist()):
        row, column = (tile > 0).nonzero().float().mean(dim=0).tolist()
        assert abs(row + 0.5 - y) < 2 and abs(column + 0.5 - x) < 2
    assert len({(round(x, 2), round(y, 2)) for x, y in summit.T.tolist()}) > 2


def test_volcanoes_lie_at_the_known_summit_or_else_at_that_of_the_relief(generator):
    elevation = torch.zeros((400, 64, 64))
    elevation[:, 10:14, 50:54] = 2000.0
    summit = torch.full((2, 400), torch.nan)
    summit[:, 200:] = torch.tensor([[0.3], [0.6]])
    place = places(generator, elevation, True, summit)
    for part, expected in ((place[:, :200], (0.81, 0.19)), (place[:, 200:], (0.3, 0.6))):
        away = (part - torch.tensor(expected)[:, None]).abs().amax(dim=0)
        assert 0.5 < float((away < 0.1).float().mean()) < 0.75


@pytest.mark.parametrize("top", [8.0, 16.0, 32.0, 50.0])
def test_motion_of_buried_faults_is_the_same_on_a_coarser_grid(generator, top):
    size, count = 96, 8
    width_km = torch.full((count,), 40.0)
    plane = draw_faults(generator, width_km, SimulationConfig())
    pixel = 40.0 / size
    lower = 0.5 * plane["width"] * torch.sin(torch.deg2rad(plane["dip"]))
    fault = {name: plane[name] for name in ("strike", "dip", "length", "width")}
    fault["depth"] = top * pixel + lower
    fault["strike_slip"] = fault["dip_slip"] = torch.ones(count)
    place = fields.uniform(generator, (2, count), 0.0, 1.0)
    look = draw_acquisition(generator, count, size, SimulationConfig()).look
    tiles = tiles_at(generator, width_km, place, torch.zeros(count, size, size), look)
    quick = buried(okada, fault, torch.full((count,), 1.001 * top * pixel), tiles)
    every_pixel = towards(look, okada(*coordinates(width_km, place, size), **fault)).reshape(quick.shape)
    peak = every_pixel.abs().amax(dim=(-2, -1), keepdim=True)
    assert not torch.equal(quick, every_pixel)
    assert float(((quick - every_pixel) / peak).abs().max()) < 0.005


def test_tiles_are_split_by_a_condition():
    where = torch.tensor([False, True, True, False, True])
    yes, no = fields.split(where)
    assert yes.tolist() == [1, 2, 4]
    assert no.tolist() == [0, 3]


def test_congruent_phase_keeps_its_wrapped_value_and_is_closest():
    near = torch.linspace(-30, 30, 241)
    moved = noise.congruent(noise.wrap(near + 1.5), near)
    assert torch.allclose(moved, near + 1.5, atol=1e-5)


def test_magma_lifts_wide_ground_no_more_than_its_volume_allows(generator, monkeypatch):
    monkeypatch.setattr(volcanoes, "SECOND_SOURCE_SHARE", 0.0)
    count, size = 200, 48
    look = torch.zeros(3, count)
    look[2] = 1.0  # straight up: uplift alone
    wide, middle = torch.full((count,), 400.0), torch.full((2, count), 0.5)
    flat = torch.zeros(count, size, size)
    motion, facts = volcanoes.volcanoes(tiles_at(generator, wide, middle, flat, look))
    deep = facts["depth"] == 12.0
    # 1.5e8 cubic metres 12 km down lift the ground by a quarter of a metre; a sheet by about that
    assert 0.1 < float(motion[deep].abs().max()) < 0.6
    dykes = facts["depth"][~deep]
    deepest = volcanoes.DYKE_TOP_KM[1] + volcanoes.DYKE_HEIGHT_KM[1] / 2
    assert 0.2 < len(dykes) / count < 0.45
    assert float(dykes.max()) <= deepest


def test_dykes_of_all_lengths_open_four_lobes(generator):
    width_km = torch.full((64,), 40.0)
    sheet = volcanoes._dykes(generator, width_km)
    assert float(sheet["length"].min()) < 8
    assert float(sheet["length"].max()) > 25
    assert bool((sheet["opening"] > 0).all())
    assert bool((sheet["depth"] - sheet["width"] / 2 > 0).all())


def test_ice_flows_down_the_valleys_and_not_over_plains(generator):
    count, size = 24, 96
    axis = torch.linspace(-1, 1, size)
    valley = (2000 + 1500 * axis.abs())[None, :] - 400 * axis[:, None]  # a trough that falls to the south
    look = torch.zeros(3, count)
    look[1] = 1.0  # along north: flow to the south is motion away
    width_km, middle = torch.full((count,), 20.0), torch.full((2, count), 0.5)
    motion, _ = glaciers.glaciers(
        tiles_at(generator, width_km, middle, valley.expand(count, size, size), look)
    )
    trough = motion[:, size // 2, size // 2 - 3 : size // 2 + 3].mean(dim=-1)
    assert float((trough < 0).float().mean()) > 0.9
    plain, _ = glaciers.glaciers(tiles_at(generator, width_km, middle, torch.zeros(count, size, size), look))
    assert not plain.any()


def _subsidence_of(generator, width_km, elevation):
    """Motion of sinking ground in metres, the satellite straight above."""
    count = elevation.shape[0]
    look = torch.zeros(3, count)
    look[2] = 1.0
    middle = torch.full((2, count), 0.5)
    width = torch.full((count,), width_km)
    return subsidence.subsidence(tiles_at(generator, width, middle, elevation, look))[0]


def test_ground_above_pumped_aquifers_sinks_in_the_lowlands(generator):
    count, size = 24, 64
    slope = torch.linspace(0, 2000, size).expand(count, size, size)  # rises to the east
    motion = _subsidence_of(generator, 400.0, slope)
    assert float(motion.max()) <= 1e-6
    sunk = motion < 0.2 * motion.amin(dim=(-2, -1), keepdim=True)
    basins = sunk.float().mean(dim=(-2, -1)) > 0.01
    assert int(basins.sum()) > count // 2
    heights = [float(slope[0][one].mean()) for one in sunk[basins]]
    assert np.mean(heights) < 850


def test_smooth_bowls_are_no_wider_than_those_of_mines_and_wells(generator):
    motion = _subsidence_of(generator, 12.0, torch.zeros(24, 64, 64))
    side = 12.0 / 64
    # a bowl reaches half of its depth within at most 2.5 km, and is at most twice as long as wide
    deep = [float((one < 0.5 * one.min()).sum()) * side**2 for one in motion]
    assert np.median(deep) < math.pi * 2.5**2


def test_a_narrow_tile_shows_a_part_of_a_basin(generator):
    axis = torch.linspace(-1, 1, 64)
    plane = (axis[None, :] + 0.5 * axis[:, None]).expand(3, -1, -1)
    seen = subsidence._magnified(generator, plane, torch.tensor([1.0, 2.0, 5.0]))
    torch.testing.assert_close(seen[0], plane[0], rtol=0, atol=1e-5)
    inner = seen[:, 8:-8, 8:-8]  # bicubic sums bend at the edge of the whole
    slope = inner.diff(dim=-1).mean(dim=(-2, -1)) / (axis[1] - axis[0])
    torch.testing.assert_close(slope, torch.tensor([1.0, 0.5, 0.2]), rtol=0.02, atol=0)
    assert float(seen.max()) < 1.6 and float(seen.min()) > -1.6


def test_narrow_tiles_also_show_basins_that_reach_beyond_them(generator):
    motion = _subsidence_of(generator, 15.0, torch.zeros(64, 64, 64))
    border = torch.stack([motion[:, 0], motion[:, -1], motion[:, :, 0], motion[:, :, -1]], dim=1)
    wide = (border < 0.05 * motion.amin(dim=(-2, -1))[:, None, None]).float().mean(dim=(-2, -1)) > 0.2
    assert 12 < int(wide.sum()) < 52


def test_some_volcanoes_have_two_sources(generator, monkeypatch):
    count, size = 60, 48
    look = torch.zeros(3, count)
    look[2] = 1.0
    width, middle = torch.full((count,), 30.0), torch.full((2, count), 0.5)
    flat = torch.zeros(count, size, size)

    def moved(part):
        monkeypatch.setattr(volcanoes, "SECOND_SOURCE_SHARE", part)
        generator.manual_seed(4)
        return volcanoes.volcanoes(tiles_at(generator, width, middle, flat, look))

    (alone, facts), (some, same) = moved(0.0), moved(0.3)
    changed = (alone != some).flatten(1).any(dim=1)
    assert 8 < int(changed.sum()) < 30
    torch.testing.assert_close(facts["depth"], same["depth"])


def test_high_ground_moves_less_above_magma_than_low_ground():
    size, width, place = 48, torch.tensor([20.0]), torch.full((2, 1), 0.5)
    flat = torch.full((1, size, size), 800.0)
    depth = torch.tensor([4.0])
    assert torch.allclose(
        volcanoes.relief_factor(width, place, flat, depth), torch.ones(1, size, size), atol=1e-6
    )
    hill = flat.clone()
    hill[:, 22:26, 22:26] += 2000.0
    factor = volcanoes.relief_factor(width, place, hill, depth)
    mean = float(hill.mean() - 800.0) / 1000
    # over the source uplift goes with the inverse square of the depth, and far away with the depth
    assert float(factor[0, 23, 23]) == pytest.approx((4.0 / (6.0 - mean)) ** 2, rel=0.02)
    assert float(factor[0, 0, 0]) == pytest.approx((4.0 - mean) / 4.0, rel=0.02)
    assert float(volcanoes.relief_factor(width, place, 50 * hill, depth).max()) <= 4.0 + 1e-4


def test_hills_of_rock_in_basins_do_not_sink(generator, monkeypatch):
    elevation, width = torch.zeros(16, 64, 64), torch.full((16,), 100.0)
    basins = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(subsidence, "BASINS_WITH_ISLANDS_SHARE", share)
        basins.append(subsidence._basins(generator.manual_seed(4), elevation, width))
    without, held = basins
    assert bool((held <= without).all())
    deep = without > 0.5 * without.amax(dim=(-2, -1), keepdim=True)
    stays = deep & (held < 0.2 * without)
    shares = stays.sum(dim=(-2, -1)) / deep.sum(dim=(-2, -1))
    assert int((shares > 0).sum()) > 4
    assert float(shares.mean()) < 0.2
