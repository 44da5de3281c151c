"""When the ground moved, as far as interferograms and the user know it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Optional

from ..errors import InputError

DAY_S = 86400.0


@dataclass(frozen=True)
class OriginTime:
    """The time of an earthquake.

    Attributes
    ----------
    iso : str
        ISO 8601, UTC.
    uncertainty_s : float
        Half of the interval in which it happened, in seconds; 0 where the time is known.
    words : str
        Where the time comes from, one sentence.
    """

    iso: str
    uncertainty_s: float
    words: str


def given_time(text: str) -> OriginTime:
    """A time that the user gives, such as "2009-04-06T01:32:40" or "2009-04-06" (then the middle of the day).

    Raises
    ------
    InputError
        When it is no ISO time.
    """
    value = text.strip().replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise InputError(
            f"“{text}” is no time; write it as 2009-04-06T01:32:40 (UTC), or give the day only: 2009-04-06."
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", value):
        return OriginTime(_iso(moment + timedelta(hours=12)), DAY_S / 2, "the day was given by the user.")
    return OriginTime(_iso(moment.astimezone(timezone.utc)), 0.0, "given by the user.")


def time_between(dates: Iterable[Sequence[str]]) -> Optional[OriginTime]:
    """The middle of the time that the pairs of all looks have in common; None where no look has two dates.

    Raises
    ------
    InputError
        When no time lies within all pairs.
    """
    pairs = [tuple(sorted(pair)) for pair in dates if len(pair) >= 2]
    if not pairs:
        return None
    first, last = max(pair[0] for pair in pairs), min(pair[-1] for pair in pairs)
    if first > last:
        raise InputError(
            f"The interferograms share no time: one begins on {first} after another has ended on {last}; "
            "choose interferograms of the same earthquake."
        )
    start = datetime.fromisoformat(first).replace(tzinfo=timezone.utc)
    # both acquisitions may be at any time of their day
    half = (datetime.fromisoformat(last).replace(tzinfo=timezone.utc) + timedelta(days=1) - start) / 2
    return OriginTime(
        _iso(start + half),
        half.total_seconds(),
        f"the middle of the time between {first} and {last}, in which the ground moved.",
    )


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
