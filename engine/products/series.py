"""Time series: which date or pair of a stack is read.

A stack holds one layer for each date (displacement since its first date) or for each pair. Without a date the
largest step is read: the pair of consecutive dates between which the values change most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Optional

import numpy as np

from ..errors import InputError
from .containers.gdalio import BandReader
from .model import Layer, LayerKind, Product
from .names import in_one_line, iso_date

LARGEST_STEP = "by default the largest step is read"
"""Part of the note on a stack that does not hold where the user chose a date."""
MAX_COMPARED = 400
"""Most layers of a stack that are compared to find the largest step."""
COMPARABLE_SHARE = 0.5
_WINDOWS_ACROSS, _WINDOW_PIXELS, _BLOCK_PIXELS = 4, 64, 8
_NEIGHBOURS = 3
"""Dates before and after a step that are averaged, so that the atmosphere of one date makes no step."""


def with_steps(layers: Sequence[Layer]) -> list[Layer]:
    """The layers of a time series with the steps between consecutive dates added, the largest step first.

    Parameters
    ----------
    layers : sequence of Layer
        One for each date, in the order of the dates; values since a common reference date.
    """
    if len(layers) < 2:
        return list(layers)
    steps = [step_between(a, b) for a, b in zip(layers, layers[1:])]
    changes = _changes([_block_means(layer) for layer in layers[:MAX_COMPARED]])
    first = int(np.argmax(changes))
    return [steps[first], *steps[:first], *steps[first + 1 :], *layers]


def largest_first(layers: Sequence[Layer]) -> list[Layer]:
    """The layers of a stack of pairs, that with the largest step first.

    Of pairs that span the same earthquake the shortest has the least noise: the shortest pair is taken whose
    values range over at least `COMPARABLE_SHARE` of the largest range.
    """
    if len(layers) < 2:
        return list(layers)
    ranges = [_range(_block_means(layer)) for layer in layers[:MAX_COMPARED]]
    comparable = [i for i, one in enumerate(ranges) if one >= COMPARABLE_SHARE * max(ranges)]
    first = min(comparable, key=lambda i: (_days(layers[i]), -ranges[i]))
    return [layers[first], *layers[:first], *layers[first + 1 :]]


def _days(layer: Layer) -> float:
    """Days between the two dates of a pair; infinite where they are not known."""
    parts = layer.date.split("_")
    try:
        first, second = (date.fromisoformat(part) for part in parts)
    except ValueError:
        return math.inf
    return abs((second - first).days)


def step_between(earlier: Layer, later: Layer) -> Layer:
    """The change from one date of a time series to a later one."""
    pair = f"{earlier.date}_{later.date}"
    key = f"{pair}/{later.kind.value}"
    return replace(later, key=key, date=pair, minus=earlier.band, title=f"{later.title} minus {earlier.date}")


def choose_date(product: Product, phases: list[Layer], name: str) -> list[Layer]:
    """The layers of one date or pair.

    Parameters
    ----------
    name : str
        "20200113", "2020-01-13", or a pair such as "20200101_20200113"; other names of a stack's layers too.

    Raises
    ------
    InputError
        When the product is no stack, or has no such date.
    """
    dated = [one for one in phases if one.date]
    if not dated:
        pair = "_".join(product.dates)
        if pair and _plain(_pair_of(name) or name) in (_plain(pair), _plain(product.dates[-1])):
            return phases
        raise InputError(
            f"“{product.name}” is no time series, so there is no date to choose; leave it empty."
        )
    wanted = _plain(_pair_of(name) or name)
    matches = [one for one in dated if _plain(one.date) == wanted]
    if matches:
        return matches
    step = _step(dated, _pair_of(name).split("_"))
    if step is not None:
        return [step]
    secondary = [one for one in dated if _plain(one.date.rpartition("_")[2]) == wanted]
    if len(secondary) == 1:
        return secondary
    names = [one.date for one in dated]
    shown = ", ".join(names[:6]) + (f" … {names[-1]}" if len(names) > 6 else "")
    reason = "several pairs that end on" if secondary else "no date or pair"
    raise InputError(f"“{product.name}” has {reason} {in_one_line(name)}; use one of {shown}.")


def _pair_of(name: str) -> str:
    """The two dates that a name holds, whatever stands between them, the earlier first; empty for others."""
    dates = [iso_date(match.group()) for match in re.finditer(r"(?<!\d)\d{4}-?\d\d-?\d\d(?!\d)", name)]
    return "_".join(sorted(dates)) if len(dates) == 2 and all(dates) else ""


def _step(dated: list[Layer], pair: list[str]) -> Optional[Layer]:
    """The change between two dates of a time series, or of pairs that count from one reference date."""
    if len(pair) != 2:
        return None
    plain = [one for one in dated if one.minus is None and one.kind is LayerKind.DISPLACEMENT]
    for reference in sorted({one.date.rpartition("_")[0] for one in plain}):
        of_one = [one for one in plain if one.date.rpartition("_")[0] == reference]
        last = {one.date.rpartition("_")[2]: replace(one, date=one.date.rpartition("_")[2]) for one in of_one}
        earlier, later = (last.get(part) for part in pair)
        if earlier and later and (earlier.kind, earlier.grid) == (later.kind, later.grid):
            return step_between(earlier, later)
    return None


def _plain(text: str) -> str:
    """Digits of dates without separators; other names in lower case."""
    return re.sub(r"[^0-9a-z]", "", text.lower())


def _block_means(layer: Layer) -> np.ndarray:
    """Means of blocks from windows spread over a layer; NaN without data."""
    reader = BandReader(layer.band)
    height, width = reader.shape
    w, h = min(_WINDOW_PIXELS, width), min(_WINDOW_PIXELS, height)
    means = []
    for row in np.unique(np.linspace(0, height - h, _WINDOWS_ACROSS).astype(int)):
        for col in np.unique(np.linspace(0, width - w, _WINDOWS_ACROSS).astype(int)):
            means.append(_means(reader.read(int(col), int(row), w, h), layer))
    return np.concatenate(means)


def _means(raw: np.ndarray, layer: Layer) -> np.ndarray:
    values = np.angle(raw) if raw.dtype.kind == "c" else raw.astype(np.float64)
    values = np.where(np.isfinite(values) & (np.abs(values) < 1e6), values, np.nan)
    size = min(_BLOCK_PIXELS, *values.shape)
    h, w = (length // size * size for length in values.shape)
    blocks = values[:h, :w].reshape(h // size, size, w // size, size)
    known = np.isfinite(blocks).sum(axis=(1, 3))
    total = np.nansum(blocks, axis=(1, 3))
    return np.where(known > 0, total / np.maximum(known, 1), np.nan).ravel()


def _changes(means: list[np.ndarray]) -> list[float]:
    """Range of the change at each step between consecutive dates."""
    stack = np.stack(means)
    changes = []
    for step in range(1, len(stack)):
        before, after = stack[max(step - _NEIGHBOURS, 0) : step], stack[step : step + _NEIGHBOURS]
        changes.append(_range(after.mean(axis=0) - before.mean(axis=0)))
    return changes


def _range(values: np.ndarray) -> float:
    """Difference of the 99th and the first percentile; 0 without data."""
    values = values[np.isfinite(values)]
    return float(np.subtract(*np.percentile(values, (99, 1)))) if values.size else 0.0


def stack_note(count: int, layer: Layer, unit: str = "dates") -> str:
    """What a stack holds and what is read of it by default, for the report."""
    pair = layer.date.replace("_", " to ")
    return f"A stack of {count} {unit}; {LARGEST_STEP}: {pair}."
