"""Readers of finite-fault files: small ones written here, and the published ones where they are at hand."""

import os
from pathlib import Path

import numpy as np
import pytest

from quakefringe.engine.deformation.sources import okada, okada_patches
from quakefringe.engine.errors import InputError
from quakefringe.training.simulation.sources.slip_models import read_slip_model

REAL = Path(
    os.environ.get(
        "QUAKEFRINGE_REAL_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "real"
    )
)

FSP = """% Event : Nowhere 	01/02/2003 		[Nobody (2004) ]
% Loc  : LAT  = 30.0 		LON = 50.0		DEP = 10.0
% Size : LEN  = 20.0 km 	WID =  10.0 km		Mw = 6.35	Mo = 4.2e+18 Nm
% Mech : STRK = 90.0		DIP = 30.0		RAKE = 90.0	Htop = 2.0 km
% Invs :  Nx  =  2 	Nz  = 1 	Fmin = 0.00 Hz 	Fmax = 1.00 Hz
% Invs :  Dx  =  10.00 km 	Dz  = 10.00 km
% 	Nsbfs = 2 subfaults
% 		X,Y,Z coordinates in km; SLIP in {unit}
%   Coordinates are given for {point} of each subfault or segment: |'|
%    LAT       LON       X==EW       Y==NS       Z       SLIP     {rake}
% ----------------------------------
   30.0000   50.0000   0.0   0.0    2.0000    {slip}  {value}
   30.0000   50.1000   9.6   0.0    2.0000    0.0000  {value}
"""


def write(folder, name, text):
    path = folder / name
    path.write_text(text)
    return str(path)


def fsp(folder, unit="m", point="top-center", rake="RAKE", slip=1.4, value="180.0"):
    return write(folder, "one.fsp", FSP.format(unit=unit, point=point, rake=rake, slip=slip, value=value))


def test_srcmod_patches_hang_from_their_top_centres(tmp_path):
    model = read_slip_model(fsp(tmp_path))
    assert model.origin == (50.0, 30.0)
    assert model.event.startswith("Nowhere")
    assert model.stated_magnitude == 6.35
    np.testing.assert_allclose(model.depth, 2 + 2.5)
    # Strike east, dip to the south.
    np.testing.assert_allclose(model.north, -5 * np.cos(np.radians(30)), atol=1e-9)
    np.testing.assert_allclose(model.east, [0, 9.65], atol=0.02)
    np.testing.assert_allclose(model.strike_slip, [-1.4, 0], atol=1e-12)
    np.testing.assert_allclose(model.dip_slip, 0, atol=1e-12)


def test_srcmod_without_rakes_takes_the_headers_and_reads_centimetres(tmp_path):
    model = read_slip_model(fsp(tmp_path, unit="cm", rake="", slip=140.0, value=""))
    np.testing.assert_allclose(model.dip_slip, [1.4, 0])


def test_a_centre_at_the_depth_to_the_top_is_a_top_centre(tmp_path):
    top = read_slip_model(fsp(tmp_path, point="center"))
    np.testing.assert_allclose(top.depth, 4.5)
    deeper = FSP.replace("    2.0000    ", "    7.0000    ")
    text = deeper.format(unit="m", point="center", rake="RAKE", slip=1, value="90")
    np.testing.assert_allclose(read_slip_model(write(tmp_path, "two.fsp", text)).depth, 7.0)


def test_segments_have_their_own_plane(tmp_path):
    table = FSP.format(unit="m", point="top-center", rake="RAKE", slip=1.0, value="0.0")
    head, rows = table.split("%    LAT")
    second = f"% SEGMENT #  2:  STRIKE =  0.0 deg  DIP =  80.0 deg\n% Nsbfs = 2 subfaults\n%    LAT{rows}"
    model = read_slip_model(write(tmp_path, "s.fsp", head + "%    LAT" + rows + second))
    np.testing.assert_allclose(model.strike, [90, 90, 0, 0])
    np.testing.assert_allclose(model.dip, [30, 30, 80, 80])


SIMP = """# Updated on 09-Apr-2023
# UTM ZONE: 43S
# Number of faults: 2  ModelType: Rectangle
# lon(deg) lat(deg) str(deg) dip(deg) dep(km) wid(km) leng(km) s_slip(m) d_slip(m) o_slip(m)
73.0 38.0 0.0 90.0 1.0 2.0 3.0 0.5 -0.25 0.0
73.0 38.1 0.0 90.0 3.0 2.0 3.0 0.5 -0.25 0.1
"""


def test_simp_patches_hang_from_their_top_edge(tmp_path):
    model = read_slip_model(write(tmp_path, "m.simp", SIMP))
    np.testing.assert_allclose(model.depth, [2, 4])
    np.testing.assert_allclose(np.diff(model.north), 11.1, atol=0.02)
    np.testing.assert_allclose(model.opening, [0, 0.1])
    assert model.origin == pytest.approx((73.0, 38.05))


OKSAR = """700000.0 4000000.0    --- Fault 1 ---
90.0   45.0   180    s d r
-0.5   0.0                 Slip Opening
1.0    1.0    3.0    len top bot
700000.0 4000000.0    --- Fault 2 ---
90.0   45.0   90    s d r
0.25   0.0                 Slip Opening
1.0    1.0    3.0    len top bot
47S --- UTM ZONE ---
"""


def test_oksar_joins_strike_and_dip_slip_of_a_patch(tmp_path):
    model = read_slip_model(write(tmp_path, "m.oksar", OKSAR))
    assert model.strike_slip == pytest.approx([0.5])
    assert model.dip_slip == pytest.approx([0.25])
    assert model.width == pytest.approx([2.0])
    assert model.depth == pytest.approx([np.sqrt(2)])
    assert model.north == pytest.approx([-np.sqrt(2)])


def test_relax_patches_start_at_their_upper_corner(tmp_path):
    text = "# n slip x1 x2 x3 length width strike dip rake\n001 2.0 0.0 0.0 8.0 6.0 4.0 90.0 30.0 90.0\n"
    model = read_slip_model(write(tmp_path, "m.flt", text), origin=(84.7, 28.1))
    assert (model.east[0], model.depth[0]) == pytest.approx((3.0, 9.0))
    assert model.north[0] == pytest.approx(-2 * np.cos(np.radians(30)))
    assert model.origin == (84.7, 28.1)


def test_mudpy_geometry_has_no_slip_and_ruptures_have(tmp_path):
    fault = "# No,Lon,Lat\n1 85.0 27.0 5.0 295 11 0.5 1.0 10000.0 8000.0\n"
    still = read_slip_model(write(tmp_path, "m.fault", fault))
    assert still.width == pytest.approx([8.0])
    assert still.magnitude() == -np.inf
    rupt = "#No.\n1 85.0 27.0 5.0 295 11 0.5 7.0 0.3 1.2 10000 8000 55.0 2.59E+10\n"
    moving = read_slip_model(write(tmp_path, "m.rupt", rupt))
    assert moving.slip == pytest.approx([np.hypot(0.3, 1.2)])


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("cut.simp", SIMP.replace("faults: 2", "faults: 9"), "2 patches instead of 9"),
        ("short.simp", "# a\n1 2 3\n", "3 columns"),
        ("words.flt", "001 two 0 0 8 6 4 90 30 90\n", "two"),
        ("empty.rupt", "# nothing\n", "no patches"),
        ("cut.oksar", "\n".join(OKSAR.splitlines()[:6]), "four-line"),
        ("bare.fsp", "1 2 3 4 5 6\n", "hypocentre"),
        ("nan.flt", "001 nan 0 0 8 6 4 90 30 90\n", "not numbers"),
        ("flat.flt", "001 1 0 0 8 0 4 90 30 90\n", "without length"),
        ("model.txt", "1 2 3\n", "not a known slip model"),
    ],
)
def test_damaged_files_are_refused_in_one_sentence(tmp_path, name, text, says):
    with pytest.raises(InputError, match=says) as caught:
        read_slip_model(write(tmp_path, name, text))
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"gone\.fsp cannot be read"):
        read_slip_model(str(tmp_path / "gone.fsp"))


def test_the_centred_model_moves_the_ground_as_its_fault(tmp_path):
    text = "# n\n001 2.0 40.0 30.0 8.0 6.0 4.0 90.0 30.0 90.0\n"
    model = read_slip_model(write(tmp_path, "m.flt", text), origin=(84.7, 28.1)).centred()
    assert model.origin[0] > 84.9
    x, y = np.linspace(-20, 20, 9), np.linspace(-10, 10, 9)
    whole = okada(x, y, depth=9.0, strike=90.0, dip=30.0, length=6.0, width=4.0, dip_slip=2.0)
    for ours, theirs in zip(okada_patches(x, y, **model.patches()), whole):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def real_models():
    folder = REAL / "slip-models"
    if not folder.is_dir():
        pytest.skip(f"the published slip models are not at hand ({folder})")
    return sorted(path for path in folder.iterdir() if path.suffix not in (".md", ".csv", ".json"))


def test_every_published_model_is_read():
    models = [read_slip_model(str(path), origin=(84.708, 28.147)) for path in real_models()]
    assert len(models) == 53
    for model in models:
        patches = model.patches()
        top = patches["depth"] - patches["width"] / 2 * np.sin(np.radians(patches["dip"]))
        assert top.min() > -1e-6
        assert patches["depth"].max() < 130
        if not model.source.endswith(".fault"):
            assert 5.5 < model.magnitude() < 8.5
        # Shocks below the crust break stiffer rock than the 30 GPa that are assumed here.
        if model.stated_magnitude and np.average(model.depth, weights=model.slip + 1e-9) < 40:
            assert model.magnitude() == pytest.approx(model.stated_magnitude, abs=0.25)


def test_alternative_models_of_gorkha_lie_in_one_place():
    origins = [
        read_slip_model(str(path), origin=(84.708, 28.147)).centred().origin
        for path in real_models()
        if "gorkha" in path.name or path.name.endswith(".rupt")
    ]
    assert len(origins) == 6
    np.testing.assert_allclose(np.array(origins), [[85.25, 27.92]] * 6, atol=0.12)
