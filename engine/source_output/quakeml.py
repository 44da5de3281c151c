"""The estimate as QuakeML 1.2 (Basic Event Description), as catalogues and seismological software read it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from html import escape
from typing import Any, Optional

import numpy as np

from ...version import __version__
from ..source.results import Interval, NodalPlane, SourceEstimate
from .focal_sphere import Axis, principal_axes
from .origin_time import OriginTime

NAMESPACES = 'xmlns="http://quakeml.org/xmlns/bed/1.2" xmlns:q="http://quakeml.org/xmlns/quakeml/1.2"'
AUTHORITY = "smi:local/quakefringe"
"""Start of all identifiers; "local" is the authority of resources that no agency registers (QuakeML 1.2)."""
TWO_FAULTS = "The tensor is the sum of two faults; nodal planes and axes are those of the larger one."
TENSOR = ("Mrr", "Mtt", "Mpp", "Mrt", "Mrp", "Mtp")


def quakeml(
    estimate: SourceEstimate, time: OriginTime, run_id: str, created: Optional[datetime] = None
) -> str:
    """One event with its origin, magnitude, focal mechanism and moment tensor.

    Intervals are written as lower and upper uncertainties at a confidence level of 90 %.

    Parameters
    ----------
    estimate : SourceEstimate
    time : OriginTime
        Interferograms do not tell when the ground moved, and QuakeML demands a time.
    run_id : str
        Last part of the identifiers.
    created : datetime, optional
        Time of creation, by default now.
    """
    made = (created or datetime.now(timezone.utc)).strftime("%Y-%m-%dT%H:%M:%SZ")
    creation = _tag("creationInfo", _tag("author", f"QuakeFringe {__version__}") + _tag("creationTime", made))
    event = "".join(
        (
            _tag("preferredOriginID", _id("origin", run_id)),
            _tag("preferredMagnitudeID", _id("magnitude", run_id)),
            _tag("preferredFocalMechanismID", _id("mechanism", run_id)),
            _tag("type", "other event" if estimate.magma else "earthquake"),
            *(_comment(text) for text in (estimate.verdict, *estimate.warnings)),
            _origin(estimate, time, run_id, creation),
            _magnitude(estimate, run_id, creation),
            _mechanism(estimate, run_id, creation),
            creation,
        )
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<q:quakeml {NAMESPACES}><eventParameters publicID="{_id("catalogue", run_id)}">'
        f'<event publicID="{_id("event", run_id)}">{event}</event>'
        f"{creation}</eventParameters></q:quakeml>\n"
    )


def _origin(estimate: SourceEstimate, time: OriginTime, run_id: str, creation: str) -> str:
    low, high = estimate.depth_km_90
    uncertainty = _tag("uncertainty", time.uncertainty_s) if time.uncertainty_s else ""
    return (
        f'<origin publicID="{_id("origin", run_id)}">'
        + _tag("time", _tag("value", time.iso) + uncertainty)
        + _quantity("longitude", estimate.longitude)
        + _quantity("latitude", estimate.latitude)
        + _quantity("depth", 1000 * estimate.depth_km, (1000 * low, 1000 * high))
        + _tag("depthType", "other")
        + _tag(
            "originUncertainty",
            _tag("horizontalUncertainty", 1000 * estimate.horizontal_90_km)
            + _tag("preferredDescription", "horizontal uncertainty")
            + _tag("confidenceLevel", 90.0),
        )
        + _tag("methodID", f"{AUTHORITY}/method/uniform-slip-okada-1985")
        + _tag("earthModelID", f"{AUTHORITY}/earth-model/elastic-half-space")
        + _tag("type", "centroid")
        + _comment(f"Origin time: {time.words}")
        + _tag("evaluationMode", "automatic")
        + _tag("evaluationStatus", "preliminary")
        + creation
        + "</origin>"
    )


def _magnitude(estimate: SourceEstimate, run_id: str, creation: str) -> str:
    return (
        f'<magnitude publicID="{_id("magnitude", run_id)}">'
        + _quantity("mag", estimate.mw, estimate.mw_90)
        + _tag("type", "Mw")
        + _tag("originID", _id("origin", run_id))
        + _comment(f"Geodetic moment with a rigidity of {estimate.rigidity_pa / 1e9:g} GPa.")
        + _tag("evaluationMode", "automatic")
        + _tag("evaluationStatus", "preliminary")
        + creation
        + "</magnitude>"
    )


def _mechanism(estimate: SourceEstimate, run_id: str, creation: str) -> str:
    first, second = estimate.planes
    tension, pressure, null = principal_axes(first.strike, first.dip, first.rake)
    moment = estimate.moment_nm
    axes = _axis("tAxis", tension, moment) + _axis("pAxis", pressure, -moment) + _axis("nAxis", null, 0.0)
    return (
        f'<focalMechanism publicID="{_id("mechanism", run_id)}">'
        f'<nodalPlanes preferredPlane="1">{_plane("nodalPlane1", first)}{_plane("nodalPlane2", second)}'
        "</nodalPlanes>"
        + _tag("principalAxes", axes)
        + _comment(
            f"Probability that nodal plane 1 is the fault: {first.weight:.2f}; "
            f"nodal plane 2: {second.weight:.2f}."
        )
        + _moment_tensor(estimate, run_id, creation)
        + _tag("methodID", f"{AUTHORITY}/method/uniform-slip-okada-1985")
        + _tag("evaluationMode", "automatic")
        + _tag("evaluationStatus", "preliminary")
        + creation
        + "</focalMechanism>"
    )


def _moment_tensor(estimate: SourceEstimate, run_id: str, creation: str) -> str:
    tensor = "".join(_quantity(name, value) for name, value in zip(TENSOR, estimate.moment_tensor_nm))
    looks = ", ".join(look.name for look in estimate.looks)
    # moment grows by a factor of 10^1.5 for each unit of magnitude
    clvd = clvd_share(estimate.moment_tensor_nm)
    low, high = (10 ** (1.5 * mw + 9.1) for mw in estimate.mw_90)
    return (
        f'<momentTensor publicID="{_id("tensor", run_id)}">'
        + _tag("derivedOriginID", _id("origin", run_id))
        + _tag("momentMagnitudeID", _id("magnitude", run_id))
        + _quantity("scalarMoment", estimate.moment_nm, (low, high))
        + _tag("tensor", tensor)
        + _tag("varianceReduction", 100 * estimate.variance_reduction)
        + _tag("doubleCouple", 1 - clvd)
        + _tag("clvd", clvd)
        + _tag("iso", 0.0)
        + _comment(f"Static displacement along the line of sight of {looks}.")
        + (_comment(TWO_FAULTS) if len(estimate.faults) > 1 else _tag("inversionType", "double couple"))
        + creation
        + "</momentTensor>"
    )


def clvd_share(tensor: Sequence[float]) -> float:
    """Part of a tensor (Mrr, Mtt, Mpp, Mrt, Mrp, Mtp) that is no double couple, 0 to 1; its trace is 0."""
    rr, tt, pp, rt, rp, tp = tensor
    values = np.linalg.eigvalsh(np.array([[rr, rt, rp], [rt, tt, tp], [rp, tp, pp]]))
    least, _, most = np.sort(np.abs(values))
    return float(2 * least / most) if most > 0 else 0.0


def _plane(tag: str, plane: NodalPlane) -> str:
    return _tag(
        tag,
        _quantity("strike", plane.strike, plane.strike_90)
        + _quantity("dip", plane.dip, plane.dip_90)
        + _quantity("rake", plane.rake, plane.rake_90),
    )


def _axis(tag: str, axis: Axis, length: float) -> str:
    return _tag(
        tag,
        _quantity("azimuth", axis.azimuth) + _quantity("plunge", axis.plunge) + _quantity("length", length),
    )


def _quantity(tag: str, value: float, interval: Optional[Interval] = None) -> str:
    """A value, with its 90 % interval as distances below and above it."""
    text = _tag("value", value)
    if interval is not None:
        text += _tag("lowerUncertainty", max(0.0, value - interval[0]))
        text += _tag("upperUncertainty", max(0.0, interval[1] - value))
        text += _tag("confidenceLevel", 90.0)
    return _tag(tag, text)


def _comment(text: str) -> str:
    return _tag("comment", _tag("text", escape(text, quote=False)))


def _tag(name: str, content: Any) -> str:
    text = f"{content:.9g}" if isinstance(content, float) else str(content)
    return f"<{name}>{text}</{name}>"


def _id(kind: str, run_id: str) -> str:
    return f"{AUTHORITY}/{kind}/{run_id}"
