"""Tables of settings: TOML text, dataclasses and `key=value` changes, checked with clear words."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import typing
from typing import Any

from ...engine.errors import InputError


def write_toml(values: dict[str, Any]) -> str:
    """TOML text of nested plain data (texts, numbers, switches, lists, tables, lists of tables)."""
    return "\n".join(_toml_lines(values, "")) + "\n"


def build(kind: Any, where: str, values: Any) -> Any:
    """Build dataclass `kind` from the table called `where`."""
    label = f"[{where}]" if where else "The recipe"
    if not isinstance(values, dict):
        raise InputError(f"{label} must be a table of settings.")
    fields = {f.name: f for f in dataclasses.fields(kind)}
    hints = typing.get_type_hints(kind)
    out: dict[str, Any] = {}
    for key, value in values.items():
        if key not in fields:
            known = ", ".join(sorted(fields))
            raise InputError(f"{label} has no setting '{key}'; known ones are {known}.")
        inner = f"{where}.{key}" if where else key
        out[key] = _value(fields[key], hints[key], inner, f"{label} {key}" if where else key, value)
    return kind(**out)


def _value(spec: Any, hint: Any, where: str, label: str, value: Any) -> Any:
    """Check one setting."""
    arguments = typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        return build(hint, where, value)
    if typing.get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)):
            raise InputError(f"{label} must be a list.")
        if dataclasses.is_dataclass(arguments[0]):
            return tuple(build(arguments[0], f"[{where}]", one) for one in value)
        if len(value) != len(arguments):
            raise InputError(f"{label} needs a list of {len(arguments)} numbers.")
        return tuple(_value(None, a, where, label, v) for a, v in zip(arguments, value))
    if hint in (int, float):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
            raise InputError(f"{label} = {value!r} is not a number.")
        if hint is int and int(value) != value:
            raise InputError(f"{label} = {value} is not a whole number.")
        limits = spec.metadata if spec is not None else {}
        if "low" in limits and not limits["low"] <= value <= limits["high"]:
            between = f"{limits['low']:g} to {limits['high']:g}"
            raise InputError(f"{label} = {value} is out of range; give {between}.")
        return hint(value)
    expected = dict if typing.get_origin(hint) is dict else hint
    if not isinstance(value, expected):
        words = {str: "a text in quotes", bool: "true or false", dict: "a table"}
        raise InputError(f"{label} = {value!r} must be {words[expected]}.")
    allowed = spec.metadata.get("allowed") if spec is not None else None
    if allowed and value not in allowed:
        raise InputError(f"{label} = '{value}' is unknown; give one of {', '.join(allowed)}.")
    return value


def change_value(values: dict[str, Any], change: str) -> None:
    """Apply one `key=value` text to the tables of a recipe."""
    key, equals, text = change.partition("=")
    if not equals or not key.strip():
        raise InputError(f"'{change}' is no change; write it as table.key=value.")
    try:
        value = toml().loads(f"value = {text.strip()}")["value"]
    except ValueError:
        value = text.strip()
    *path, last = key.strip().split(".")
    place: Any = values
    for name in path:
        if isinstance(place, list):
            if not name.isdigit() or int(name) >= len(place):
                raise InputError(f"'{change}' counts too far; entries are 0 to {len(place) - 1}.")
            place = place[int(name)]
        else:
            place = place.setdefault(name, {})
    if not isinstance(place, dict):
        raise InputError(f"'{change}' names no setting; write it as table.key=value, or stage.0.key=value.")
    place[last] = value


def toml() -> Any:
    """The TOML reader: in the standard library since Python 3.11."""
    if sys.version_info >= (3, 11):
        import tomllib

        return tomllib
    import tomli

    return tomli


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def _toml_lines(values: dict[str, Any], where: str) -> list[str]:
    lines, later = [], []
    for key, value in values.items():
        inner = f"{where}.{key}" if where else key
        if isinstance(value, dict):
            if value:
                later += ["", f"[{inner}]", *_toml_lines(value, inner)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                later += ["", f"[[{inner}]]", *_toml_lines(one, inner)]
        else:
            lines.append(f"{key} = {_toml_value(value)}")
    return lines + later


def _toml_value(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
