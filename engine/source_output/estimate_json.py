"""The estimate as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np

from ...version import __version__
from ..output.plain_data import plain
from ..output.transaction import write_bytes
from ..raster.longitude import near_longitude
from ..source.results import Draws, Fault, LookFit, NodalPlane, SourceEstimate
from .focal_sphere import fault_style

SCHEMA = 1
"""Version of the layout, raised when a key changes its meaning or is removed."""
PERCENTILES = (5, 16, 50, 84, 95)
"""Percentiles of the marginal distributions."""
TENSOR = ("mrr", "mtt", "mpp", "mrt", "mrp", "mtp")


def estimate_to_dict(estimate: SourceEstimate, context: Optional[Mapping[str, Any]] = None) -> dict[str, Any]:
    """The estimate as plain data for JSON.

    Parameters
    ----------
    estimate : SourceEstimate
    context : mapping, optional
        What the run adds: "run_id", "started", "inputs", "catalogue" and the like.
    """
    data = {
        "schema": SCHEMA,
        "plugin": "quakefringe",
        "plugin_version": __version__,
        **(context or {}),
        "mw": estimate.mw,
        "mw_90": estimate.mw_90,
        "moment_nm": estimate.moment_nm,
        "rigidity_pa": estimate.rigidity_pa,
        "longitude": estimate.longitude,
        "latitude": estimate.latitude,
        "origin": origin(estimate),
        "horizontal_90_km": estimate.horizontal_90_km,
        "depth_km": estimate.depth_km,
        "depth_km_90": estimate.depth_km_90,
        "style": fault_style(estimate.planes[0].rake),
        "planes": [_plane(plane) for plane in estimate.planes],
        **{
            name: getattr(estimate, name)
            for size in ("length_km", "width_km", "slip_m", "stress_drop_mpa")
            for name in (size, f"{size}_90")
        },
        "moment_tensor_nm": dict(zip(TENSOR, estimate.moment_tensor_nm)),
        "variance_reduction": estimate.variance_reduction,
        "kind": estimate.kind,
        "verdict": estimate.verdict,
        "magma": estimate.magma,
        "rivals": [dataclasses.asdict(rival) for rival in estimate.rivals],
        "faults": [_fault(fault) for fault in estimate.faults],
        "looks": [_look(look) for look in estimate.looks],
        "percentiles": _percentiles(estimate.draws, estimate.longitude),
        "kagan_deg": estimate.kagan_deg,
        "second_fault_bic": estimate.second_fault_bic,
        "settings": dataclasses.asdict(estimate.settings),
        "warnings": estimate.warnings,
        "notes": estimate.notes,
        "seconds": estimate.seconds,
    }
    return dict(plain(data))


def origin(estimate: SourceEstimate) -> dict[str, float]:
    """Place in degrees from which offsets and ramps count."""
    return {"longitude": estimate.frame.longitude, "latitude": estimate.frame.latitude}


def write_estimate_json(
    estimate: SourceEstimate, path: str, context: Optional[Mapping[str, Any]] = None
) -> None:
    """Write the estimate as JSON.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    data = estimate_to_dict(estimate, context)
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False)
    write_bytes(path, text.encode("utf-8"))


def _plane(plane: NodalPlane) -> dict[str, Any]:
    data = {field.name: getattr(plane, field.name) for field in dataclasses.fields(plane)}
    data["fault"] = _fault(plane.fault)
    return data


def _fault(fault: Fault) -> dict[str, Any]:
    """A rectangle; places of its corners as longitude, latitude and depth in km."""
    data = dataclasses.asdict(fault)
    del data["east_km"], data["north_km"]  # of a frame that the file does not hold
    return data


def _look(look: LookFit) -> dict[str, Any]:
    """How one look was fitted; its points are in the GeoPackage."""
    return {
        "name": look.name,
        "points": len(look.data),
        "points_given": look.points_given,
        "variance_reduction": look.variance_reduction,
        "rms_residual_m": float(np.sqrt(np.mean(np.square(look.residual)))) if len(look.residual) else None,
        "noise_m": look.noise_m,
        "correlation_km": look.correlation_km,
        "nugget_m": look.nugget_m,
        "offset_m": look.offset_m,
        "ramp_m_per_km": look.ramp_m_per_km,
    }


def _percentiles(draws: Draws, centre: float) -> dict[str, Any]:
    """Percentiles of the marginals that are not angles round a circle; longitudes may run past 180."""
    names = ("mw", "depth_km", "length_km", "width_km", "slip_m", "stress_drop_mpa", "longitude", "latitude")
    values = {name: np.asarray(getattr(draws, name), float) for name in names}
    values["longitude"] = near_longitude(values["longitude"], centre)
    return {
        "at": PERCENTILES,
        **{
            name: np.nanpercentile(column, PERCENTILES) if np.isfinite(column).any() else None
            for name, column in values.items()
        },
    }
