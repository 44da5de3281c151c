"""Both nodal planes of an estimate, their intervals and the rectangles on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from .calibration import interval
from .frame import LocalFrame
from .mechanism import auxiliary, slip_and_normal
from .modes import Mode
from .observations import Observations, variance_reduction
from .parameters import from_faults, to_faults
from .posterior import Sample
from .results import Fault, Interval, NodalPlane


def make_fault(fault: np.ndarray, slips: np.ndarray, frame: LocalFrame) -> Fault:
    """A `Fault` with its corners from a row (7,) and its slips (2,)."""
    east, north, depth, strike, dip, length, width = (float(value) for value in fault)
    phi, delta = np.radians(strike), np.radians(dip)
    corners = []
    for along, down in ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)):
        far, out = along * length, down * width * np.cos(delta)
        x = east + far * np.sin(phi) + out * np.cos(phi)
        y = north + far * np.cos(phi) - out * np.sin(phi)
        longitude, latitude = frame.to_lonlat(x, y)
        corners.append(
            (float(longitude), float(latitude), max(0.0, float(depth + down * width * np.sin(delta))))
        )
    return Fault(
        east, north, depth, strike, dip, float(np.degrees(np.arctan2(slips[1], slips[0]))), length, width,
        float(np.hypot(*slips)), corners=tuple(corners), top_edge=tuple(corners[:2]),
    )  # fmt: skip


def nodal_planes(
    modes: Sequence[Mode], sample: Sample, observed: Observations
) -> tuple[tuple[NodalPlane, NodalPlane], np.ndarray]:
    """Both nodal planes, the likelier first, and the plane (0 or 1) of each draw."""
    strike, dip, rake = modes[0].angles
    references = [(strike, dip, rake), tuple(float(a) for a in auxiliary(*map(np.float64, modes[0].angles)))]
    rakes = np.degrees(np.arctan2(sample.slips[:, 1], sample.slips[:, 0]))
    own = np.stack([sample.faults[:, 3], sample.faults[:, 4], rakes])
    normals = [slip_and_normal(*map(np.float64, reference))[1] for reference in references]
    _, normal = slip_and_normal(*own)
    plane = (np.abs(normal @ normals[1]) > np.abs(normal @ normals[0])).astype(int)
    other = np.stack(auxiliary(*own))
    weight = float(plane.mean())
    built = []
    for index, reference in enumerate(references):
        angles = np.where(plane == index, own, other)
        mode = _mode_on(modes, normals, index)
        row, slips = (mode.fault, mode.slips) if mode else _turned(modes[0], reference)
        shown = mode.angles if mode and index else reference
        intervals = _angle_intervals(angles, shown, observed.looks)
        motion = slips @ unit_slip_los(observed.x, observed.y, observed.look, row[None])[0]
        reduction = variance_reduction(observed, observed.data - motion)
        share = weight if index else 1 - weight
        fault = make_fault(row, slips, observed.frame)
        built.append(NodalPlane(shown[0], shown[1], shown[2], *intervals, share, fault, reduction))
    if weight > 0.5:
        return (built[1], built[0]), 1 - plane
    return (built[0], built[1]), plane


def _mode_on(modes: Sequence[Mode], normals: list[np.ndarray], index: int) -> Optional[Mode]:
    """The best mode on a plane; None where there is none within 35 degrees."""
    for mode in modes:
        _, normal = slip_and_normal(*map(np.float64, mode.angles))
        if abs(normal @ normals[index]) > np.cos(np.radians(35)):
            return mode
    return None


def _turned(mode: Mode, angles: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray]:
    """A mode's rectangle turned about its centroid to another plane, below the ground; the moment stays."""
    row = mode.fault
    row[3:5] = angles[:2]
    width = row[6]
    row = to_faults(from_faults(row[None]))[0]
    slip = float(np.hypot(*mode.slips)) * width / row[6]
    return row, slip * np.array([np.cos(np.radians(angles[2])), np.sin(np.radians(angles[2]))])


def _angle_intervals(
    angles: np.ndarray, reference: tuple[float, ...], looks: int
) -> tuple[Interval, Interval, Interval]:
    """Intervals of strike, dip and rake (3, D) about a reference; dips beyond 90 count from the other
    side."""
    strike, dip, rake = angles.copy()
    turned = (strike - reference[0] + 180) % 360 - 180
    flip = np.abs(turned) > 90
    turned = np.where(flip, (turned + 360) % 360 - 180, turned)
    dip = np.where(flip, 180 - dip, dip)
    rake = np.where(flip, -rake, rake)
    about = (rake - reference[2] + 180) % 360 - 180
    low_dip, high_dip = interval(dip, reference[1], "dip", looks)
    strikes = interval(reference[0] + turned, reference[0], "strike", looks)
    return (
        strikes,
        (max(low_dip, 0.0), min(high_dip, 90.0)),
        interval(reference[2] + about, reference[2], "rake", looks),
    )
