"""What the estimate says, in words."""

from __future__ import annotations

from ..report.text import number
from ..source.cautions import LOW_VARIANCE_REDUCTION
from ..source.results import Interval, SourceEstimate
from .focal_sphere import fault_style

GOOD_FIT = 0.9
"""Variance reduction from which a fit is called good."""
SURE_PLANE = 0.9
"""Weight from which one nodal plane is called the fault."""
RIVAL_NAMES = {"mogi": "Point of pressure (magma, gas, water)", "sheet": "Opening sheet (sill or dyke)"}
MAGMA = "probably magma, gas or water and no earthquake"

LIMITS = (
    (
        "One rectangle of uniform slip.",
        "Real slip is uneven and tapers off: the rectangle is shorter than the rupture (about 0.8 of its "
        "length). Slip and width trade off; the moment is stable. Very smooth slip may be put too deep.",
    ),
    (
        "An elastic half-space.",
        "Layers, relief and a curved fault are not modelled. Softer rock near the surface makes sources look "
        "shallower, by up to some tenths of the depth. The magnitude rests on the stated rigidity: "
        "10 % more rigidity is 0.03 more in Mw.",
    ),
    (
        "Everything between the two dates.",
        "Aftershocks, afterslip and other earthquakes in the pair are part of the fit. The result is the "
        "moment of all of them, not of the main shock alone.",
    ),
    (
        "Which of the two planes slipped.",
        "Both nodal planes can explain the motion almost as well. Their weights rest on the data and on the "
        "usual dips, shapes and slips of faults. Aftershocks or a mapped fault can decide.",
    ),
    (
        "One look sees one direction.",
        "From a single interferogram the rake and the strike of steep faults are weakly constrained; motion "
        "to the north is hardly seen by any look.",
    ),
    (
        "No time of origin.",
        "The ground moved at some time between the two acquisitions; only a catalogue tells when.",
    ),
)


def headline(estimate: SourceEstimate) -> str:
    """The estimate in one line, such as "Mw 6.3 (6.2 to 6.4), 4 km deep (3 to 5), thrust"."""
    low, high = estimate.mw_90
    shallow, deep = estimate.depth_km_90
    digits = 0 if estimate.depth_km >= 10 else 1
    style = fault_style(estimate.planes[0].rake)
    doubt = f"; {MAGMA}" if estimate.magma else ""
    return (
        f"Mw {estimate.mw:.2f} ({low:.2f} to {high:.2f}), {number(estimate.depth_km, digits)} km deep "
        f"({number(shallow, digits)} to {number(deep, digits)}), {style}{doubt}"
    )


def fit_words(estimate: SourceEstimate) -> str:
    """How well the model explains the data."""
    reduction = estimate.variance_reduction
    share = f"The model explains {100 * reduction:.0f} % of the variance of the data"
    if reduction >= GOOD_FIT:
        return f"{share}: a good fit."
    if reduction >= LOW_VARIANCE_REDUCTION:
        return f"{share}. Check the residuals: a pattern in them is motion that the model does not explain."
    return (
        f"{share}: a poor fit. More than one fault, unwrapping errors or another kind of source may be in "
        "the data; do not trust the intervals."
    )


def plane_words(estimate: SourceEstimate) -> str:
    """Which of the two nodal planes slipped, and how sure that is."""
    first, second = estimate.planes
    one = f"strike {first.strike:.0f}°, dip {first.dip:.0f}°"
    other = f"strike {second.strike:.0f}°, dip {second.dip:.0f}°"
    if estimate.magma:
        return f"The best fault has the plane with {one} ({100 * first.weight:.0f} %)."
    if first.weight >= SURE_PLANE:
        return f"The plane with {one} is the fault ({100 * first.weight:.0f} %)."
    return (
        f"The data prefer the plane with {one} ({100 * first.weight:.0f} %), but that with {other} "
        f"({100 * second.weight:.0f} %) cannot be excluded."
    )


def interval(values: Interval, digits: int, period: bool = False) -> str:
    """A 90 % interval, such as "6.2 to 6.4"; angles past north are shown as 350 to 10."""
    low, high = (value % 360 if period else value for value in values)
    return f"{number(low, digits)} to {number(high, digits)}"
