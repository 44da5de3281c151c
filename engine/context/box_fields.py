"""What the catalogue and the surroundings say about one box, as fields of the map layer."""

from __future__ import annotations

from typing import Any, Optional

from ..results import Result

FIELDS = (
    "event",
    "event_id",
    "event_time",
    "event_mw",
    "event_depth_km",
    "event_km",
    "expected_los_cm",
    "volcano",
    "volcano_km",
    "fault",
    "fault_km",
)
"""Names of the fields: the event that fits best, the nearest volcano, the nearest fault."""


def box_fields(result: Result, rank: int) -> dict[str, Any]:
    """Fields of the box of that rank; None where nothing is known.

    Parameters
    ----------
    result : Result
    rank : int

    Returns
    -------
    dict of str
        Keys are `FIELDS`; `event_km` is the distance from the event to the box, 0 inside it; the other
        distances are from the centre of the box.
    """
    values: dict[str, Any] = dict.fromkeys(FIELDS)
    match = _of_rank((result.catalogue or {}).get("boxes", ()), rank)
    event = match["event"] if match else None
    if match and event:
        time = (event["time"] or "")[:16].replace("T", " ")
        values |= {
            "event": ", ".join(filter(None, (_magnitude(event), f"{time} UTC" if time else ""))) or None,
            "event_id": event["id"] or None,
            "event_time": event["time"],
            "event_mw": event["mw"],
            "event_depth_km": event["depth_km"],
            "event_km": match["distance_km"],
            "expected_los_cm": event["expected_peak_los_cm"],
        }
    near = _of_rank(result.context, rank)
    if near:
        values |= {name: near.get(name) for name in ("volcano", "volcano_km", "fault", "fault_km")}
    return values


def _of_rank(rows: Any, rank: int) -> Optional[dict[str, Any]]:
    return next((row for row in rows if row["rank"] == rank), None)


def _magnitude(event: dict[str, Any]) -> str:
    return "" if event["mw"] is None else f"Mw {event['mw']:.1f}"
