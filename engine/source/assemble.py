"""From modes and draws to a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from ..deformation.unit_slip import unit_slip_los
from ..numerics.arrays import Array
from .calibration import depth_interval, interval
from .cautions import NO_EARTHQUAKE, cautions
from .covariance import Noise, Weighting
from .frame import LocalFrame
from .look import Look
from .mechanism import kagan_angle, moment_tensor
from .modes import Mode
from .observations import Observations
from .planes import make_fault, nodal_planes
from .posterior import Sample
from .results import Draws, Fault, LookFit, NodalPlane, SourceEstimate
from .rivals import Comparison
from .second_fault import SecondFault
from .settings import SourceSettings


def moment_magnitude(moment_nm: Array) -> np.ndarray:
    """Moment magnitude (Hanks & Kanamori 1979, IASPEI constant) of a moment in N m."""
    return np.asarray((np.log10(moment_nm) - 9.1) / 1.5)


def moment_of(faults: np.ndarray, slips: np.ndarray, rigidity_pa: float) -> np.ndarray:
    """Seismic moment in N m of faults (S, 7) with slips (S, 2)."""
    return np.asarray(rigidity_pa * faults[:, 5] * faults[:, 6] * 1e6 * np.linalg.norm(slips, axis=1))


def stress_drop_mpa(faults: np.ndarray, slips: np.ndarray, rigidity_pa: float) -> np.ndarray:
    """Static stress drop in MPa of rectangles: C mu D / w with w the shorter side.

    C is 2 / pi for strike slip and 4 (lambda + mu) / (pi (lambda + 2 mu)) = 8 / (3 pi) for dip slip with
    lambda = mu (Kanamori & Anderson 1975, BSSA 65, 1073-1095), mixed by the rake.
    """
    amount = np.linalg.norm(slips, axis=1)
    dip_part = (slips[:, 1] / np.maximum(amount, 1e-12)) ** 2
    constant = 2 / np.pi * (1 - dip_part) + 8 / (3 * np.pi) * dip_part
    shorter = np.minimum(faults[:, 5], faults[:, 6]) * 1e3
    return np.asarray(constant * rigidity_pa * amount / shorter / 1e6)


def total_tensor(faults: Sequence[Fault], rigidity_pa: float) -> np.ndarray:
    """Mrr, Mtt, Mpp, Mrt, Mrp, Mtp in N m of all faults together."""
    parts = []
    for fault in faults:
        moment = rigidity_pa * fault.length_km * fault.width_km * 1e6 * fault.slip_m
        parts.append(moment_tensor(fault.strike, fault.dip, fault.rake, moment))
    return np.asarray(np.sum(parts, axis=0))


@dataclass(frozen=True)
class Beside:
    """A smaller fault that stays the same beside the one that is drawn.

    Attributes
    ----------
    place : ndarray, shape (3,)
        East, north and depth of its centroid, km.
    moment_nm : float
        N m.
    """

    place: np.ndarray
    moment_nm: float

    def centroid(self, moments: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Centroids (D, 3) of moment together with faults of these moments (D,) and places (D, 3)."""
        weighted = moments[:, None] * places + self.moment_nm * self.place
        return np.asarray(weighted / (moments[:, None] + self.moment_nm))


ALONE = Beside(np.zeros(3), 0.0)


def assemble(
    looks: Sequence[Look],
    observed: Observations,
    noises: Sequence[Noise],
    modes: Sequence[Mode],
    sample: Sample,
    compared: Comparison,
    second: Optional[SecondFault],
    settings: SourceSettings,
    seconds: float,
) -> SourceEstimate:
    """The result of an estimate."""
    best, frame, rigidity = modes[0], observed.frame, settings.rigidity_pa
    planes, plane_of_draw = nodal_planes(modes, sample, observed)
    fault, slips = best.fault[None], best.slips[None]
    moment = float(moment_of(fault, slips, rigidity)[0])
    sources = [make_fault(best.fault, best.slips, frame)]
    beside = ALONE
    if second is not None and second.stable:
        sources.append(make_fault(second.faults[1], second.slips[1], frame))
        smaller = float(moment_of(second.faults[1:], second.slips[1:], rigidity)[0])
        beside = Beside(second.faults[1, :3], smaller)
    centroid = beside.centroid(np.array([moment]), fault[:, :3])[0]
    moment += beside.moment_nm
    mw = float(moment_magnitude(np.float64(moment)))
    draws = make_draws(sample, plane_of_draw, frame, rigidity, beside)
    mw_90 = interval(draws.mw, mw, "mw", observed.looks, settings.ground_error)
    fits = look_fits(looks, observed, noises, sources, best.problem.weights)
    reduction = _reduction(observed, fits)
    place = frame.to_lonlat(centroid[0], centroid[1])
    away = _away(draws, frame, centroid)
    drop = float(stress_drop_mpa(fault, slips, rigidity)[0])
    size = float(best.fault[5]), float(best.fault[6]), float(np.hypot(*best.slips))
    warnings = [NO_EARTHQUAKE] if compared.magma else []
    warnings += [text for look in looks for text in look.warnings]
    warnings += cautions(observed, best, mw, reduction, planes[1].weight, second)
    return SourceEstimate(
        mw=mw,
        mw_90=mw_90,
        moment_nm=moment,
        rigidity_pa=rigidity,
        longitude=float(place[0]),
        latitude=float(place[1]),
        horizontal_90_km=float(np.quantile(away, 0.9)),
        depth_km=float(centroid[2]),
        depth_km_90=depth_interval(draws.depth_km, float(centroid[2]), observed.looks, settings.ground_error),
        planes=planes,
        length_km=size[0],
        length_km_90=interval(draws.length_km, size[0]),
        width_km=size[1],
        width_km_90=interval(draws.width_km, size[1]),
        slip_m=size[2],
        slip_m_90=interval(draws.slip_m, size[2]),
        stress_drop_mpa=drop,
        stress_drop_mpa_90=interval(draws.stress_drop_mpa, drop),
        moment_tensor_nm=tuple(float(value) for value in total_tensor(sources, rigidity)),  # type: ignore[arg-type]
        variance_reduction=reduction,
        looks=tuple(fits),
        rivals=compared.rivals,
        kind=compared.kind,
        verdict=compared.verdict,
        magma=compared.magma,
        faults=tuple(sources),
        draws=draws,
        frame=frame,
        settings=settings,
        kagan_deg=_kagan(planes[0], settings),
        second_fault_bic=None if second is None else second.delta_bic,
        warnings=tuple(dict.fromkeys(warnings)),
        notes=_notes(settings, observed),
        seconds=seconds,
    )


def _away(draws: Draws, frame: LocalFrame, centroid: np.ndarray) -> np.ndarray:
    """Horizontal distance of the drawn centroids from the best one, (D,) km."""
    east, north = frame.to_km(draws.longitude, draws.latitude)
    return np.hypot(east - centroid[0], north - centroid[1])


def _notes(settings: SourceSettings, observed: Observations) -> tuple[str, ...]:
    return (
        f"The moment rests on a rigidity of {settings.rigidity_pa / 1e9:g} GPa.",
        "Slip is uniform on one rectangle, which is shorter (about 0.8) than a real rupture; width "
        "and slip trade.",
        f"{len(observed.x)} points of {observed.looks} look{'s' * (observed.looks > 1)} entered the fit; an "
        "offset and a ramp of each look were part of it.",
    )


def _kagan(plane: NodalPlane, settings: SourceSettings) -> Optional[float]:
    if settings.mechanism is None:
        return None
    return float(kagan_angle(plane.strike, plane.dip, plane.rake, settings.mechanism))


def make_draws(
    sample: Sample, plane: np.ndarray, frame: LocalFrame, rigidity: float, beside: Beside
) -> Draws:
    """Marginals of the draws; magnitude and centroid are those together with the fault `beside`."""
    faults, slips = sample.faults, sample.slips
    moments = moment_of(faults, slips, rigidity)
    east, north, depth = beside.centroid(moments, faults[:, :3]).T
    longitude, latitude = frame.to_lonlat(east, north)
    return Draws(
        moment_magnitude(moments + beside.moment_nm), longitude, latitude, depth, faults[:, 3],
        faults[:, 4], np.degrees(np.arctan2(slips[:, 1], slips[:, 0])), faults[:, 5], faults[:, 6],
        np.linalg.norm(slips, axis=1), stress_drop_mpa(faults, slips, rigidity), plane,
    )  # fmt: skip


def _reduction(observed: Observations, fits: Sequence[LookFit]) -> float:
    """Variance reduction over all looks."""
    residual = np.concatenate([fit.residual for fit in fits])
    signal = 0.0
    for number, fit in enumerate(fits):
        rows = observed.part == number
        east, north = fit.ramp_m_per_km
        ramp = fit.offset_m + east * observed.x[rows] + north * observed.y[rows]
        signal += float(((fit.data - ramp) ** 2).sum())
    return float(1 - (residual**2).sum() / max(signal, 1e-30))


def look_fits(
    looks: Sequence[Look],
    observed: Observations,
    noises: Sequence[Noise],
    sources: Sequence[Fault],
    weights: Weighting,
) -> list[LookFit]:
    """Data, model and residual of each look; its ramp by the same weights as the fit."""
    rows = np.array(
        [[s.east_km, s.north_km, s.depth_km, s.strike, s.dip, s.length_km, s.width_km] for s in sources]
    )
    rakes = np.radians([s.rake for s in sources])
    slips = np.array([s.slip_m for s in sources])[:, None] * np.stack([np.cos(rakes), np.sin(rakes)], 1)
    unit = unit_slip_los(observed.x, observed.y, observed.look, rows)
    motion = np.einsum("sm,smn->n", slips, unit)
    left = observed.data - motion
    ramps = (weights.ramp_solver @ left).reshape(-1, 3)
    scale = 2 / observed.extent
    return [
        _look_fit(look, noise, observed, observed.part == number, motion, ramps[number] * (1.0, scale, scale))
        for number, (look, noise) in enumerate(zip(looks, noises))
    ]


def _look_fit(
    look: Look,
    noise: Noise,
    observed: Observations,
    part: np.ndarray,
    motion: np.ndarray,
    ramp_terms: np.ndarray,
) -> LookFit:
    """Data, model and residual of one look; `ramp_terms` are metres, and metres a km east and north."""
    offset, east, north = (float(term) for term in ramp_terms)
    ramp = offset + east * observed.x[part] + north * observed.y[part]
    residual = observed.data[part] - motion[part] - ramp
    signal = observed.data[part] - ramp
    longitude, latitude = observed.frame.to_lonlat(observed.x[part], observed.y[part])
    return LookFit(
        look.name,
        longitude,
        latitude,
        observed.data[part],
        motion[part] + ramp,
        residual,
        observed.look[part],
        offset,
        (east, north),
        noise.sigma,
        noise.correlation,
        noise.nugget,
        float(1 - (residual**2).sum() / max((signal**2).sum(), 1e-30)),
        len(look.displacement),
    )
