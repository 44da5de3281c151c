"""What an estimate says: the earthquake's magnitude, place, mechanism and size, and how sure they are.

Angles follow Aki & Richards: strike clockwise from north with the fault dipping to its right, rake from the
strike direction, positive up (thrust 90, normal -90, left-lateral 0, right-lateral 180). Every `*_90` is
(low, high): the calibrated 90 % interval.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from .frame import LocalFrame
from .settings import SourceSettings

Interval = tuple[float, float]


@dataclass(frozen=True)
class Fault:
    """A rectangle of uniform slip in an elastic half-space.

    Attributes
    ----------
    east_km, north_km : float
        The point above the centroid, in the estimate's local frame.
    depth_km : float
        Of the centroid, positive down.
    strike, dip, rake : float
        Degrees.
    length_km, width_km : float
        Along strike and down dip.
    slip_m : float
        Along the rake.
    opening_m : float
        Across the plane; 0 for an earthquake.
    corners : tuple of four (longitude, latitude, depth in km)
        Upper edge in the direction of the strike, then the lower edge back.
    top_edge : tuple of two (longitude, latitude, depth in km)
        Ends of the upper edge.
    """

    east_km: float
    north_km: float
    depth_km: float
    strike: float
    dip: float
    rake: float
    length_km: float
    width_km: float
    slip_m: float
    opening_m: float = 0.0
    corners: tuple[tuple[float, float, float], ...] = ()
    top_edge: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class NodalPlane:
    """One of the two planes that give almost the same motion.

    Attributes
    ----------
    strike, dip, rake : float
        Degrees.
    strike_90, dip_90, rake_90 : Interval
        Degrees. Strike and rake run past 0 or 360 (180) where needed, so that low < high.
    weight : float
        Probability that this is the plane that slipped, 0 to 1; both sum to 1.
    fault : Fault
        The best rectangle on this plane; where no fit lies on it, that of the other plane, turned about its
        centroid.
    variance_reduction : float
        Of that rectangle, as in `SourceEstimate`.
    """

    strike: float
    dip: float
    rake: float
    strike_90: Interval
    dip_90: Interval
    rake_90: Interval
    weight: float
    fault: Fault
    variance_reduction: float


@dataclass(frozen=True)
class LookFit:
    """One look: the points that entered the fit, and how well they are explained.

    Attributes
    ----------
    name : str
        The scene.
    longitude, latitude : ndarray, shape (N,)
        Degrees.
    data, model, residual : ndarray, shape (N,)
        Metres towards the satellite. `model` contains the ramp; residual = data - model.
    look_vectors : ndarray, shape (N, 3)
        East, north, up.
    offset_m : float
        Constant of the fitted ramp at the origin of the local frame.
    ramp_m_per_km : tuple of 2 floats
        Slope of the ramp to the east and to the north.
    noise_m, correlation_km, nugget_m : float
        Exponential covariance of the residuals (standard deviation and distance) and the uncorrelated part.
    variance_reduction : float
        1 - (residuals)^2 / (data without its ramp)^2.
    points_given : int
        Valid points before thinning, without those beside steps.
    """

    name: str
    longitude: np.ndarray
    latitude: np.ndarray
    data: np.ndarray
    model: np.ndarray
    residual: np.ndarray
    look_vectors: np.ndarray
    offset_m: float
    ramp_m_per_km: tuple[float, float]
    noise_m: float
    correlation_km: float
    nugget_m: float
    variance_reduction: float
    points_given: int


@dataclass(frozen=True)
class Rival:
    """Another kind of source, fitted to the same data.

    Attributes
    ----------
    kind : str
        "mogi" (a point of pressure) or "sheet" (a sill or dyke of free dip).
    delta_bic : float
        BIC of the rival less that of the fault: positive favours the fault.
    words : str
        What this means, one sentence.
    variance_reduction : float
        Of the rival.
    parameters : dict of str to float
        Of the rival: longitude, latitude, depth_km, and volume_m3 or strike, dip, length_km, width_km,
        opening_m.
    """

    kind: str
    delta_bic: float
    words: str
    variance_reduction: float
    parameters: dict[str, float]


@dataclass(frozen=True)
class Draws:
    """Faults drawn from the calibrated posterior, for marginal distributions; each array has shape (D,)."""

    mw: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    depth_km: np.ndarray
    strike: np.ndarray
    dip: np.ndarray
    rake: np.ndarray
    length_km: np.ndarray
    width_km: np.ndarray
    slip_m: np.ndarray
    stress_drop_mpa: np.ndarray
    plane: np.ndarray
    """0 or 1: to which of the two nodal planes a fault belongs."""


@dataclass(frozen=True)
class SourceEstimate:
    """An earthquake's characteristics from interferograms.

    Attributes
    ----------
    mw : float
        Moment magnitude, total of all faults: M0 = 10^(1.5 Mw + 9.1) N m.
    mw_90 : Interval
    moment_nm : float
        Seismic moment in N m.
    rigidity_pa : float
        Rigidity that the moment rests on.
    longitude, latitude : float
        Centroid (of moment), degrees.
    horizontal_90_km : float
        Radius about the centroid that holds 90 % of the draws.
    depth_km : float
        Centroid, below the surface.
    depth_km_90 : Interval
    planes : tuple of 2 NodalPlane
        The likelier one first.
    length_km, width_km, slip_m, stress_drop_mpa : float
        Of the best rectangle. Uniform slip: shorter (about 0.8) than a real rupture, and width trades with
        slip. The stress drop is moment / (width x area) with the constant of a rectangular fault.
    length_km_90, width_km_90, slip_m_90, stress_drop_mpa_90 : Interval
    moment_tensor_nm : tuple of 6 floats
        Mrr, Mtt, Mpp, Mrt, Mrp, Mtp in N m (r up, t south, p east), as in QuakeML.
    variance_reduction : float
        1 - (residuals)^2 / (data without ramps)^2 over all looks, 1 is perfect.
    looks : tuple of LookFit
    rivals : tuple of Rival
    kind : str
        "fault", "mogi" or "sheet" where one wins by more than 10 in BIC; else "undecided".
    verdict : str
        The same as one sentence.
    magma : bool
        Whether a point or a sheet explains the motion far better than a fault: probably no earthquake.
    faults : tuple of Fault
        The rectangles whose sum is the model: one, or two where one pair holds two faults, the larger first.
        Planes, size, slip and draws are then those of the larger, magnitude and centroid those of both.
    draws : Draws
    frame : LocalFrame
        Origin of `east_km` and `north_km`.
    settings : SourceSettings
    kagan_deg : float, optional
        Angle to the mechanism in the settings, 0 to 120 degrees.
    second_fault_bic : float, optional
        BIC of one fault less that of two: positive favours two. None where one explains almost everything.
    warnings, notes : tuple of str
        What a user should know before trusting the result; what was done.
    seconds : float
        Time that the estimate took.
    """

    mw: float
    mw_90: Interval
    moment_nm: float
    rigidity_pa: float
    longitude: float
    latitude: float
    horizontal_90_km: float
    depth_km: float
    depth_km_90: Interval
    planes: tuple[NodalPlane, NodalPlane]
    length_km: float
    length_km_90: Interval
    width_km: float
    width_km_90: Interval
    slip_m: float
    slip_m_90: Interval
    stress_drop_mpa: float
    stress_drop_mpa_90: Interval
    moment_tensor_nm: tuple[float, float, float, float, float, float]
    variance_reduction: float
    looks: tuple[LookFit, ...]
    rivals: tuple[Rival, ...]
    kind: str
    verdict: str
    faults: tuple[Fault, ...]
    draws: Draws
    frame: LocalFrame
    settings: SourceSettings
    kagan_deg: Optional[float] = None
    second_fault_bic: Optional[float] = None
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    magma: bool = False
