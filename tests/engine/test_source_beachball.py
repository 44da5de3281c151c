"""The beachball: quadrants of compression where P waves push, in agreement with published conventions."""

from __future__ import annotations

import numpy as np
import pytest

from quakefringe.engine.source_output.beachball import beachball_svg
from quakefringe.engine.source_output.focal_sphere import (
    compression,
    fault_style,
    nodal_lines,
    normal_and_slip,
    principal_axes,
)

MECHANISMS = [
    (0, 45, 90),
    (0, 45, -90),
    (0, 90, 0),
    (247, 30, 78),
    (146, 52, -101),
    (287, 7, 88),
    (139, 85, -176),
    (54, 90, -45),
    (30, 60, 45),
    (0, 90, 90),
]


def inside(outline, points):
    """Whether points lie in a polygon (even-odd rule)."""
    result = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(outline, np.roll(outline, -1, axis=0)):
        crosses = (y0 > points[:, 1]) != (y1 > points[:, 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (points[:, 1] - y0) * (x1 - x0) / (y1 - y0)
        result ^= crosses & (points[:, 0] < at)
    return result


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_filled_part_is_where_the_first_motion_is_up(mechanism):
    rng = np.random.default_rng(1)
    points = rng.uniform(-1, 1, (3000, 2))
    radius = np.hypot(*points.T)
    points = points[radius < 0.98]
    radius = np.hypot(*points.T)
    down = 1 - radius**2
    horizontal = np.sqrt(1 - down**2) / radius
    directions = np.stack([points[:, 1] * horizontal, points[:, 0] * horizontal, down], axis=1)
    normal, slip = normal_and_slip(*mechanism)
    amplitude = (directions @ normal) * (directions @ slip)
    clear = np.abs(amplitude) > 0.02
    filled = np.zeros(len(points), bool)
    for part in compression(*mechanism):
        filled |= inside(part, points)
    assert (filled == (amplitude > 0))[clear].all()


def test_a_thrust_has_a_steep_tension_axis_and_a_flat_pressure_axis():
    tension, pressure, null = principal_axes(0, 45, 90)
    assert tension.plunge == pytest.approx(90)
    assert pressure.plunge == pytest.approx(0, abs=1e-9)
    assert pressure.azimuth % 180 == pytest.approx(90)
    assert null.azimuth % 180 == pytest.approx(0, abs=1e-9)


def test_axes_agree_with_obspy():
    imaging = pytest.importorskip("obspy.imaging.beachball")
    for strike, dip, rake in MECHANISMS[3:6]:
        n, d = normal_and_slip(strike, dip, rake)
        m = np.outer(n, d) + np.outer(d, n)
        tensor = imaging.MomentTensor(m[2, 2], m[0, 0], m[1, 1], m[0, 2], -m[1, 2], -m[0, 1], 0)
        tension, _, pressure = imaging.mt2axes(tensor)
        ours = principal_axes(strike, dip, rake)
        assert ours[0].plunge == pytest.approx(tension.dip, abs=0.01)
        assert ours[1].plunge == pytest.approx(pressure.dip, abs=0.01)
        assert ours[1].azimuth == pytest.approx(pressure.strike % 360, abs=0.01)


def test_nodal_lines_stay_on_the_disc():
    for mechanism in (*MECHANISMS, (0, 0, 90)):
        for line in nodal_lines(*mechanism):
            assert np.hypot(*line.T).max() <= 1 + 1e-9


@pytest.mark.parametrize(
    ("rake", "name"),
    [
        (90, "thrust"),
        (-90, "normal"),
        (270, "normal"),
        (0, "left-lateral strike-slip"),
        (180, "right-lateral strike-slip"),
        (-176, "right-lateral strike-slip"),
        (45, "thrust with a left-lateral part"),
        (-138, "normal with a right-lateral part"),
    ],
)
def test_kinds_of_faulting_have_their_usual_names(rake, name):
    assert fault_style(rake) == name


def test_the_picture_stands_alone():
    svg = beachball_svg((247, 30, 78), title='A "quoted" <title>', spread=[(240, 30, 70), (250, 32, 80)] * 50)
    assert svg.startswith("<svg") and svg.endswith("</svg>")
    assert 'aria-label="A &quot;quoted&quot; &lt;title&gt;"' in svg
    assert "href" not in svg and "style=" not in svg
    assert len(svg) < 200_000
