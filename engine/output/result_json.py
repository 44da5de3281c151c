"""The result of a run as JSON."""

from __future__ import annotations

import json
from typing import Any, Optional

from ..results import SCORES, Result
from .plain_data import plain
from .transaction import write_bytes


def result_to_dict(result: Result) -> dict[str, Any]:
    """The result as plain data for JSON, without the values of the heatmap."""
    data = {
        "schema": result.schema,
        "plugin": "quakefringe",
        "plugin_version": result.plugin_version,
        "run_id": result.run_id,
        "started": result.started,
        "label": result.label,
        "verdict": result.verdict,
        "probability": result.probability,
        "other_probability": result.other_probability,
        "evidence": result.evidence,
        "other_evidence": result.other_evidence,
        "deformation": result.deformation,
        "deformation_probability": result.deformation_probability,
        "deformation_evidence": result.deformation_evidence,
        "kind": result.kind,
        "two_questions": result.two_questions,
        "kind_probabilities": _kind_probabilities(result.earthquake_share),
        "thresholds": result.thresholds,
        "boxes": [vars(box) for box in result.boxes],
        "catalogue": result.catalogue,
        "context": result.context,
        "heatmap": {
            "width": result.grid.width,
            "height": result.grid.height,
            "transform": list(result.grid.transform),
        },
        "input": result.input,
        "settings": result.settings,
        "model": result.model,
        "backend": result.backend,
        "window_scores": list(SCORES),
        "windows": result.windows,
        "timings": result.timings,
        "warnings": result.warnings,
        "notes": result.notes,
    }
    return dict(plain(data))


def write_json(result: Result, path: str) -> None:
    """Write the result as JSON.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    text = json.dumps(result_to_dict(result), ensure_ascii=False, indent=1, allow_nan=False)
    write_bytes(path, text.encode("utf-8"))


def _kind_probabilities(earthquake: Optional[float]) -> Optional[dict[str, float]]:
    """Probability of each kind given deformation."""
    return None if earthquake is None else {"earthquake": earthquake, "other": 1 - earthquake}
