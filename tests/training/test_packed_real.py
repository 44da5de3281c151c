"""Packed real data: the fields and crops of a folder in one file that needs no GDAL."""

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("osgeo.gdal")

from quakefringe.engine.errors import InputError  # noqa: E402
from quakefringe.tests.training.real_catalogue import write_catalogue  # noqa: E402
from quakefringe.training.data import pack_real  # noqa: E402
from quakefringe.training.real import packed  # noqa: E402
from quakefringe.training.simulation.scene.quiet import QuietCrops  # noqa: E402
from quakefringe.training.simulation.sources.real_sources import RealSources  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from skimage.io import imsave

    root = write_catalogue(tmp_path_factory.mktemp("real"))
    crops = root / "crops" / "quiet"
    crops.mkdir(parents=True)
    ramp = np.linspace(0, 3 * 255, 227).astype(int) % 256
    gray = np.where(np.isin(ramp, (0, 127, 128)), 1, ramp).astype(np.uint8)
    for name in ("hill_123A_20200101_20200113.png", "peak_045D_20200101_20200113.png"):
        imsave(crops / name, np.tile(gray, (227, 1)), check_contrast=False)
    return root


@pytest.fixture(scope="module")
def file(folder, tmp_path_factory):
    return pack_real.run(data=str(folder), out=str(tmp_path_factory.mktemp("packed") / "real.npz"))


def test_packed_fields_are_those_of_the_folder_within_half_a_step(folder, file):
    whole, small = RealSources(str(folder)), RealSources(str(file))
    assert small.groups == whole.groups
    for kind, groups in whole.tree.items():
        for group, fields in groups.items():
            for one, other in zip(fields, small.tree[kind][group]):
                assert (other.wrapped, other.box, other.step_km) == (one.wrapped, one.box, one.step_km)
                step = 2 * math.pi / packed.PHASE_STEPS if one.wrapped else packed.MOTION_STEP_M
                assert float((other.layers - one.layers).abs().max()) <= step
                assert torch.equal(other.layers[-1], one.layers[-1])


def test_packed_crops_keep_phase_and_whole_cycles(folder, file):
    whole, small = QuietCrops(str(folder / "crops" / "quiet")), QuietCrops(str(file))
    assert small.names == whole.names
    assert torch.equal(small.wrapped.isnan(), whole.wrapped.isnan())
    step = 2 * math.pi / packed.CROP_STEPS
    error = small.wrapped.float() - whole.wrapped.float()
    error = torch.atan2(error.sin(), error.cos())
    assert float(error.nan_to_num().abs().max()) < step
    for one, other in zip(whole.unwrapped.float(), small.unwrapped.float()):
        error = other - one
        error = error[~error.isnan()]  # unwrapped phase has no absolute level
        assert float((error - error.median()).abs().max()) < step


def test_held_out_volcanoes_are_left_out_of_a_packed_file(file):
    assert QuietCrops(str(file), without=["hill"]).names == ["peak_045D_20200101_20200113.png"]
    assert "First 2001" not in RealSources(str(file), ["First 2001"]).groups


def test_groups_and_labels_of_a_packed_file_are_those_of_the_catalogue(folder, file):
    pairs = [[(one.group, one.label) for one in packed.labelled_groups(source)] for source in (folder, file)]
    assert pairs[0] == pairs[1]


def test_missing_pixels_stay_missing(tmp_path):
    values = np.array([[0.1, np.nan], [-3.0, 20.0]], np.float32)
    phase = np.array([[0.0, np.nan], [math.pi, -math.pi]], np.float32)
    facts = {"group": "g", "label": "earthquake", "step_km": (0.1, 0.1), "box": None}
    fields = [{**facts, "values": values, "wrapped": False}, {**facts, "values": phase, "wrapped": True}]
    packed.write_packed(tmp_path / "a.npz", [], fields, None)
    motion, angle = (one["values"] for one in packed.read_fields(tmp_path / "a.npz"))
    assert np.array_equal(np.isnan(motion), np.isnan(values))
    assert np.nanmax(np.abs(motion[1, 0] - values[1, 0])) < 1e-6
    assert np.array_equal(np.isnan(angle), np.isnan(phase))


def test_another_file_is_refused_in_one_sentence(tmp_path):
    np.savez(tmp_path / "other.npz", values=np.zeros(3))
    with pytest.raises(InputError, match="no packed real data"):
        packed.read_fields(tmp_path / "other.npz")
    with pytest.raises(InputError, match="does not end in"):
        pack_real.run(data=str(tmp_path), out=str(tmp_path / "real.zip"))
