"""Checks of settings by pydantic, with its complaints turned into one sentence each."""

from __future__ import annotations

import difflib
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, Strict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from ...engine.errors import InputError

T = TypeVar("T")
STRICT_KEYS = ConfigDict(extra="forbid", allow_inf_nan=False)
"""Configuration of every table of settings: unknown keys, infinity and NaN are errors."""


def _number(value: Any) -> Any:
    if isinstance(value, (bool, str)):
        raise ValueError(f"= {value!r} is not a number.")
    return value


Whole = Annotated[int, BeforeValidator(_number)]
Real = Annotated[float, BeforeValidator(_number)]
Switch = Annotated[bool, Strict()]


def checked(kind: type[T], values: Any, where: str = "") -> T:
    """Build a table of settings from plain data.

    Parameters
    ----------
    kind : type
        A pydantic dataclass.
    values : dict
    where : str
        Path of the table in its recipe, such as "stage.0.simulation"; empty for a whole recipe.

    Raises
    ------
    InputError
        One sentence with the path of the first wrong key, and what is allowed there.
    """
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InputError(_sentence(first, kind, where)) from error


def _sentence(error: Any, kind: Any, where: str) -> str:
    """One sentence about one of pydantic's errors."""
    location = list(error["loc"])
    path = ".".join([*([where] if where else []), *map(str, location)])
    value, problem, context = error["input"], error["type"], error.get("ctx", {})
    if problem == "unexpected_keyword_argument":
        return _unknown_key(location, kind, where)
    if problem in ("missing", "too_long", "missing_argument") or problem == "tuple_type":
        return _wrong_list(location, kind, where)
    if problem == "value_error":
        message = str(context["error"])
        return f"{path} {message}" if message.startswith("=") or not path else f"{path}.{message}"
    if problem in ("greater_than_equal", "less_than_equal"):
        low, high = _limits(_field(location, kind))
        return f"{path} = {value} is out of range; give {low:g} to {high:g}."
    if problem == "literal_error":
        return f"{path} = {value!r} is unknown; give {context['expected']}."
    expected = {
        "int_from_float": "is not a whole number",
        "int_type": "is not a number",
        "float_type": "is not a number",
        "finite_number": "is not a finite number",
        "string_type": "must be a text in quotes",
        "bool_type": "must be true or false",
        "dict_type": "must be a table",
        "dataclass_type": "must be a table",
    }
    if problem in expected:
        return f"{path or 'A recipe'} = {value!r} {expected[problem]}."
    return f"{path} = {value!r} is impossible: {error['msg']}."


def _unknown_key(location: list[Any], kind: Any, where: str) -> str:
    *parents, key = location
    table = ".".join([*([where] if where else []), *map(str, parents)])
    known = sorted(_fields(_type_at(parents, kind)))
    close = difflib.get_close_matches(str(key), known, 1)
    path = f"{table}.{key}" if table else str(key)
    guess = f"did you mean {close[0]}? The" if close else "the"
    owner = f"settings of {table}" if table else "settings of a recipe"
    return f"{path} is not a setting: {guess} {owner} are {', '.join(known)}."


def _wrong_list(location: list[Any], kind: Any, where: str) -> str:
    while location and isinstance(location[-1], int):
        location = location[:-1]
    path = ".".join([*([where] if where else []), *map(str, location)])
    members: tuple[Any, ...] = getattr(_field(location, kind).annotation, "__args__", ())
    if len(members) > 1 and members[-1] is not Ellipsis:
        return f"{path} needs a list of {len(members)} numbers."
    kind_of_members = "texts in quotes" if members[:1] == (str,) else "tables"
    return f"{path} must be a list of {kind_of_members}."


def _fields(kind: Any) -> dict[str, FieldInfo]:
    return dict(getattr(kind, "__pydantic_fields__", {}))


def _type_at(location: list[Any], kind: Any) -> Any:
    """The dataclass that describes the table at a location; list indices lead to the members' type."""
    for part in location:
        if isinstance(part, int):
            kind = kind.__args__[0]
        else:
            kind = _fields(kind)[part].annotation
    return kind


def _field(location: list[Any], kind: Any) -> FieldInfo:
    return _fields(_type_at(location[:-1], kind))[location[-1]]


def _limits(field: FieldInfo) -> tuple[float, float]:
    low = next(entry.ge for entry in field.metadata if hasattr(entry, "ge"))
    high = next(entry.le for entry in field.metadata if hasattr(entry, "le"))
    return low, high
