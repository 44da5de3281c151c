"""`compare`: differences between two folders of scores, on the files and tiles that both have.

Both are drawn together, so that what makes a file easy or hard for both cancels. Real files are drawn by
whole events and volcanoes, simulated tiles one by one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np

from ...engine.errors import InputError
from ...engine.inference.calibration import EARTHQUAKE, NONE
from ..real.catalogue import POSTSEISMIC, QUIET
from .event_bootstrap import AREA_DRAWS, EventBootstrap, interval
from .metrics import auc, rounded
from .score_folder import load_scores, read_rows, simulated_sets, write_text
from .tables import change_text, markdown_table
from .targets import TARGETS, is_deformed, is_earthquake, terms

Row = dict[str, Any]
Pair = Sequence[Any]
Difference = dict[str, Any]


def run(scores: Sequence[str], out: str = "", *, names: Sequence[str] = ()) -> str:
    """Compare two folders of scores, and write the table as Markdown and, beside it, as JSON.

    Parameters
    ----------
    scores : sequence of str
        Two folders that `evaluate` wrote.
    out : str
        Markdown file; by default ``comparison.md`` in the second folder.
    names : sequence of str
        What to call them; by default the folders' names.

    Returns
    -------
    str
        The Markdown.

    Raises
    ------
    InputError
        A folder has no scores, or they have neither files nor tiles in common.
    """
    folders = [Path(folder) for folder in scores]
    stored = [load_scores(folder) for folder in folders]
    parts: dict[str, dict[str, Difference]] = {}
    if all("real" in one for one in stored):
        pair = _shared([read_rows(folder) for folder in folders])
        if pair[0]:
            parts["real files, drawn by event"] = real_differences(pair)
    sets = [simulated_sets(folder).get("mixed") for folder in folders]
    if sets[0] is not None and sets[1] is not None:
        _check_same_tiles(sets[0], sets[1])
        parts["simulated tiles"] = simulated_differences((sets[0], sets[1]))
    if not parts:
        raise InputError("The two folders have neither real files nor simulated tiles in common.")
    labels = list(names) or [folder.name for folder in folders]
    text = _page(parts, labels)
    path = Path(out) if out else folders[1] / "comparison.md"
    write_text(path, text)
    write_text(path.with_suffix(".json"), json.dumps(rounded({"names": labels, **parts}), indent=2) + "\n")
    return text


def _shared(tables: Sequence[list[Row]]) -> list[list[Row]]:
    """Rows of the files that both tables have, in one order."""
    by_file = [{row["file"]: row for row in rows} for rows in tables]
    shared = [file for file in by_file[0] if file in by_file[1]]
    return [[rows[file] for file in shared] for rows in by_file]


def real_differences(pair: Pair) -> dict[str, Difference]:
    """Targets and areas under ROC curves of the same real files, by title.

    Parameters
    ----------
    pair : two sequences of dict
        Rows of ``scenes.csv`` in the same order.
    """
    out: dict[str, Difference] = {}
    for target in TARGETS:
        kept = [index for index, row in enumerate(pair[0]) if target.files(row)]
        if kept:
            both = [terms(target, [rows[index] for index in kept]) for rows in pair]
            drawn = EventBootstrap([pair[0][index]["group"] for index in kept], both[0][2])
            values = [_ratio(top, bottom) for top, bottom, _ in both]
            draws = [drawn.ratios(top, bottom) for top, bottom, _ in both]
            out[target.title] = _difference(values, draws, len(kept))
    for title, column, positive, negative in AREAS:
        kept = [i for i, row in enumerate(pair[0]) if positive(row) or negative(row)]
        truth = np.array([positive(pair[0][index]) for index in kept], bool)
        if truth.any() and not truth.all():
            drawn = EventBootstrap([pair[0][index]["group"] for index in kept], truth, AREA_DRAWS)
            ranked = [np.array([float(rows[i][column] or 0.0) for i in kept]) for rows in pair]
            out[title] = _area_difference(drawn, ranked, truth)
    return out


AREAS = (
    (
        "area: deformation against quiet",
        "deformation_probability",
        is_deformed,
        lambda r: r["label"] == QUIET,
    ),
    (
        "area: earthquakes against all",
        "probability",
        is_earthquake,
        lambda r: r["label"] != POSTSEISMIC and not is_earthquake(r),
    ),
    (
        "area: earthquakes against volcanoes",
        "probability",
        is_earthquake,
        lambda r: r["label"] == "volcano",
    ),
)
"""Title, ranked column, and which rows are positive and negative."""


def simulated_differences(pair: Pair) -> dict[str, Difference]:
    """Accuracy and areas under ROC curves of the same simulated tiles, by title.

    Parameters
    ----------
    pair : two mappings of str to ndarray
        The arrays of ``simulated/mixed.npz``.
    """
    known = pair[0]["weight"] > 0
    label = pair[0]["label"][known]
    logits = [one["logits"][known].astype(float) for one in pair]
    drawn = EventBootstrap([str(index) for index in range(len(label))], draws=AREA_DRAWS)
    right = [(one.argmax(axis=1) == label).astype(float) for one in logits]
    moving = [((one.argmax(axis=1) != NONE) == (label != NONE)).astype(float) for one in logits]
    every = np.ones(len(label))
    out = {}
    for title, hits in (("accuracy, three classes", right), ("accuracy, deformation or none", moving)):
        draws = [drawn.ratios(one, every) for one in hits]
        out[title] = _difference([float(one.mean()) for one in hits], draws, len(label))
    for title, index, truth in (
        ("area: deformation against none", NONE, label != NONE),
        ("area: earthquakes against all", EARTHQUAKE, label == EARTHQUAKE),
    ):
        if truth.any() and not truth.all():
            sign = -1 if index == NONE else 1
            odds = [sign * _against_others(one, index) for one in logits]
            out[title] = _area_difference(drawn, odds, truth)
    return out


def _against_others(logits: np.ndarray, index: int) -> np.ndarray:
    """Log-odds of a class against the others, without the engine's limit, which would make ties."""
    others = np.delete(logits, index, axis=1)
    return np.asarray(logits[:, index] - np.logaddexp(others[:, 0], others[:, 1]))


def _check_same_tiles(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    for name in ("label", "weight", "box"):
        if one[name].shape != other[name].shape or not np.allclose(one[name], other[name], equal_nan=True):
            raise InputError(
                "The two folders scored other simulated tiles; evaluate both with the same --simulated, "
                "--recipe and --set."
            )


def _ratio(top: np.ndarray, bottom: np.ndarray) -> Optional[float]:
    return float(top.sum() / bottom.sum()) if bottom.sum() > 0 else None


def _area_difference(drawn: EventBootstrap, ranked: Sequence[np.ndarray], truth: np.ndarray) -> Difference:
    draws = [drawn.areas(value, truth) for value in ranked]
    return _difference([auc(value, truth) for value in ranked], draws, len(truth))


def _difference(values: Sequence[Optional[float]], draws: Sequence[np.ndarray], count: int) -> dict[str, Any]:
    """Both values, and their difference with its interval."""
    before, after = values
    low, high = interval(draws[1] - draws[0]) or (None, None)
    change = None if before is None or after is None else {"rate": after - before, "low": low, "high": high}
    return {"values": [before, after], "change": change, "count": count}


def _page(parts: dict[str, dict[str, Difference]], names: Sequence[str]) -> str:
    text = [f"# {names[0]} and {names[1]}", "Differences: second minus first, with 95 % intervals."]
    for title, scores in parts.items():
        rows = [
            [
                name,
                str(score["count"]),
                *(_number(value) for value in score["values"]),
                change_text(score["change"]),
            ]
            for name, score in scores.items()
        ]
        text += [f"## {title[:1].upper()}{title[1:]}"]
        text += [markdown_table(("score", "files or tiles", *names, "difference"), rows)]
    return "\n\n".join(text) + "\n"


def _number(value: Optional[float]) -> str:
    return "–" if value is None else f"{value:.3f}"
