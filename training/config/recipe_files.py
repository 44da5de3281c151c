"""Recipe files: finding and reading them, `extends`, and `key=value` changes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Union

from ...engine.errors import InputError
from .old_keys import current_keys, current_path

RECIPES = Path(__file__).parents[1] / "recipes"
OLD_NAMES = {"further": "continue"}
"""Recipes that were renamed, by their old name."""
SOURCE_RECIPES = ("source",)
"""Recipes of the source network (`training.source`), which has tables of its own."""
EXTENDS = "extends"
"""Key that names the recipe whose settings hold where this one has none."""


def recipe_names() -> list[str]:
    """Names of the detector's recipes in the package; those that only others extend are left out."""
    names = (path.stem for path in RECIPES.glob("*.toml") if not path.name.startswith("_"))
    return sorted(name for name in names if name not in SOURCE_RECIPES)


def read_values(source: Union[str, Path], changes: Sequence[str] = ()) -> dict[str, Any]:
    """The tables of a recipe as plain data, with what it extends and with changes; not checked yet.

    Parameters
    ----------
    source : str or Path
        Name of a bundled recipe, or path of a TOML file.
    changes : sequence of str
        Such as "stage.0.samples=1000"; values are written as in TOML, texts also without quotes.

    Raises
    ------
    InputError
        A file is missing or no TOML, or a change names no setting.
    """
    path = _find(source)
    values = _extended(path, ())
    for change in changes:
        _apply(values, change)
    values.setdefault("name", path.stem)
    return values


def parse_toml(text: str) -> dict[str, Any]:
    """Read TOML; raises ValueError where the text is none."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads(text)


def write_toml(values: dict[str, Any]) -> str:
    """TOML text of nested plain data."""
    import tomli_w

    return tomli_w.dumps(values)


def _find(source: Union[str, Path], beside: Path = RECIPES) -> Path:
    """The path of a recipe: a file, or a name beside the recipe that extends it or among the bundled ones."""
    path = Path(source)
    if path.suffix == ".toml":
        path = path if path.is_file() or path.is_absolute() else beside / path
        path = path if path.is_file() else path.with_name(f"{OLD_NAMES.get(path.stem, path.stem)}.toml")
    elif not path.is_file():
        name = OLD_NAMES.get(str(source), source)
        path = next(
            (folder / f"{name}.toml" for folder in (beside, RECIPES) if (folder / f"{name}.toml").is_file()),
            RECIPES / f"{name}.toml",
        )
    if not path.is_file():
        names = ", ".join(recipe_names())
        raise InputError(f"There is no recipe '{source}'; give one of {names}, or the path of a TOML file.")
    return path


def _extended(path: Path, chain: tuple[Path, ...]) -> dict[str, Any]:
    """A recipe's own tables over those of the recipe that it extends."""
    if path.resolve() in chain:
        raise InputError(f"The recipe {path.name} extends itself; remove {EXTENDS} from one of the files.")
    try:
        values = current_keys(parse_toml(path.read_text(encoding="utf-8")))
    except (ValueError, OSError) as error:
        raise InputError(f"The recipe {path.name} cannot be read: {error}.") from error
    base = values.pop(EXTENDS, None)
    if base is None:
        return values
    if not isinstance(base, str):
        raise InputError(f"{EXTENDS} = {base!r} in {path.name} must be the name of a recipe in quotes.")
    return _over(_extended(_find(base, path.parent), (*chain, path.resolve())), values)


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Tables are joined key by key; anything else of `own` replaces what `base` has."""
    out = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict) and key != "shares"
        out[key] = _over(base[key], value) if both else value
    return out


def _apply(values: dict[str, Any], change: str) -> None:
    """Apply one `key=value` text to the tables of a recipe."""
    key, equals, text = change.partition("=")
    if not equals or not key.strip():
        raise InputError(f"'{change}' is no change; write it as table.key=value.")
    try:
        value = parse_toml(f"value = {text.strip()}")["value"]
    except ValueError:
        value = text.strip()
    *path, last = current_path(key.strip().split("."))
    table: Any = values
    for name in path:
        if isinstance(table, list):
            if not name.isdigit() or int(name) >= len(table):
                raise InputError(f"'{change}' counts too far; entries are 0 to {len(table) - 1}.")
            table = table[int(name)]
        elif isinstance(table, dict):
            table = table.setdefault(name, {})
    if not isinstance(table, dict):
        raise InputError(f"'{change}' names no setting; write it as table.key=value, or stage.0.key=value.")
    table[last] = value
