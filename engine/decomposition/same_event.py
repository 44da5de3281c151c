"""Whether several looks can show the same event: their pairs of dates must share a span of time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from ..errors import InputError

Pair = tuple[str, ...]


def check_dates(names: Sequence[str], dates: Sequence[Pair], event_date: Optional[str]) -> list[str]:
    """Check that all pairs span one moment, and the event's date where it is known.

    Parameters
    ----------
    names : sequence of str
        Of the looks.
    dates : sequence of tuple of str
        First and last ISO date of each; empty where unknown.
    event_date : str, optional

    Returns
    -------
    list of str
        Warnings: looks whose dates are not known, motion that some looks contain and others do not.

    Raises
    ------
    InputError
        When two looks share no time, or one does not span the event.
    """
    known = [(name, min(pair), max(pair)) for name, pair in zip(names, dates) if len(pair) >= 2]
    if event_date is not None:
        event = _plain(event_date)
        for name, first, last in known:
            if not _plain(first) <= event <= _plain(last):
                raise InputError(
                    f"“{name}” spans {first} to {last}, which does not contain the event of {event_date}; "
                    "choose a pair of dates before and after it."
                )
    if known:
        latest = max(known, key=lambda one: _plain(one[1]))
        earliest = min(known, key=lambda one: _plain(one[2]))
        if _plain(latest[1]) >= _plain(earliest[2]):
            raise InputError(
                f"“{earliest[0]}” ends on {earliest[2]} and “{latest[0]}” begins on {latest[1]}, so they "
                "cannot show the same event; choose looks whose dates overlap."
            )
    unknown = [f"“{name}”" for name, pair in zip(names, dates) if len(pair) < 2]
    if not unknown:
        return []
    return [f"The dates of {' and '.join(unknown)} are not known: check that all looks show the same event."]


def _plain(date: str) -> str:
    """A date as eight digits, which sort by time."""
    return date.replace("-", "")[:8]
