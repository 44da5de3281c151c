"""Keys in recipes of earlier versions: renamed where a new name exists, ignored where the setting is gone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from ...engine.errors import InputError

RENAMED = {
    ("", "tail"): "last_blocks",
    ("last_blocks", "keep"): "interpolation",
    ("augment", "level"): "deramp",
    ("simulation", "raised"): "scaled_to_visible",
    ("simulation", "rescaled"): "rescaled_wavelength",
}
"""New name of each old key, by the name of its table (empty: the top of the recipe) and its old name."""
REMOVED = {
    ("simulation", "seed_offset"): 0,
    ("network", "regression"): False,
    ("loss", "regression"): 0,
}
"""Settings that are gone, and their value that had no effect."""

logger = logging.getLogger(__name__)


def current_path(path: Sequence[str]) -> list[str]:
    """The path of a setting, such as ["augment", "level"], with today's names."""
    current: list[str] = []
    table = ""
    for name in path:
        new = name if name.isdigit() else RENAMED.get((table, name), name)
        current.append(new)
        table = table if name.isdigit() else new
    return current


def current_keys(values: dict[str, Any], table: str = "", path: str = "") -> dict[str, Any]:
    """A copy of a table of settings with today's names.

    Parameters
    ----------
    values : dict
    table : str
        Name of the table; empty for a whole recipe.
    path : str
        Its path in the recipe, for messages.

    Raises
    ------
    InputError
        A setting stands under its old and its new name.
    """
    out: dict[str, Any] = {}
    for key, value in values.items():
        new = RENAMED.get((table, key), key)
        where = f"{path}.{key}" if path else str(key)
        if new != key and new in values:
            raise InputError(f"{where} is the old name of {new}, which is given as well; keep {new} alone.")
        if (table, key) in REMOVED:
            if value != REMOVED[table, key]:
                logger.warning("%s = %r is ignored: this setting no longer exists.", where, value)
            continue
        out[new] = _current(value, new, where)
    return out


def _current(value: Any, table: str, path: str) -> Any:
    if isinstance(value, dict):
        return current_keys(value, table, path)
    if isinstance(value, (list, tuple)):
        return [_current(one, table, f"{path}.{number}") for number, one in enumerate(value)]
    return value
