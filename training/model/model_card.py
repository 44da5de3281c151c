"""The model card: what a model file says about itself, as a page that people can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union

from ...engine.network import ModelCard, load_model
from ...engine.output.atomic import replacing

NOTE = """The network sees one tile of 224 × 224 pixels at a time: phase, elevation where it is known, and
which pixels are valid. It tells earthquakes from quiet ground and from other deformation (volcanoes,
subsidence, landslides). It was trained on simulated interferograms, and on real ones as far as
"Training" says so; what it makes of a product, a region or a processing that it was not scored on is not
known. A verdict is a reason to look, not a measurement."""


def write_model_card(model: Union[str, Path]) -> Path:
    """Write the card of a model file beside it, as Markdown of the same name.

    Parameters
    ----------
    model : path-like
        The ONNX file.

    Returns
    -------
    Path
        Of the page.
    """
    model = Path(model)
    loaded = load_model(model, "numpy")
    page = model.with_suffix(".md")
    with replacing(page) as temporary:
        temporary.write_text(
            card_page(loaded.card, model.name, model.stat().st_size, loaded.hash), encoding="utf-8"
        )
    return page


def card_page(card: ModelCard, name: str, size: int, digest: str) -> str:
    """The page's text."""
    facts = {
        "File": f"`{name}`, {size / 1e6:.1f} MB, ONNX, half-precision weights",
        "SHA-256": f"`{digest}`",
        "Classes": ", ".join(card.classes),
        "Channels": ", ".join(card.channels),
        "Tile": f"{card.window} × {card.window} pixels in patches of {card.patch}",
        "Recipe": f"{card.recipe or 'unknown'} (hash `{card.recipe_hash or 'unknown'}`)",
        "License": card.license,
    }
    parts = [f"# QuakeFringe model {card.version}", _table(("", ""), facts.items()), NOTE]
    for title, values in (
        ("Training", card.trained),
        ("Scores", card.scores),
        ("Calibration", card.calibration),
        ("Thresholds", card.thresholds),
    ):
        rows = list(_leaves(values))
        if rows:
            parts += [f"## {title}", _table(("what", "value"), rows)]
    return "\n\n".join(parts) + "\n"


SIMULATED_SETS = {
    "mixed": "simulated, held-out seeds",
    "mixed/wrapped": "wrapped",
    "mixed/unwrapped": "unwrapped",
}
REAL_SCORES = (
    "files",
    "earthquakes",
    "events",
    "precision",
    "recall",
    "f1",
    "accuracy",
    "auc",
    "ece",
    "uncertain",
)


def card_scores(told: dict[str, Any]) -> dict[str, Any]:
    """What a folder of scores comes to, for the model file: single numbers under readable names.

    Parameters
    ----------
    told : dict
        What ``scores.json`` holds.
    """
    out: dict[str, Any] = {}
    simulated = told.get("simulated", {})
    for key, name in SIMULATED_SETS.items():
        found = simulated.get("sets", {}).get(key, {})
        numbers = {k: round(v, 4) for k, v in found.items() if isinstance(v, (int, float))}
        if numbers:
            out[name] = numbers
    hard = simulated.get("hard", {})
    if hard:
        out["simulated, hard negatives called an earthquake"] = {
            k: round(v["rate"], 4) for k, v in hard.items()
        }
    real = told.get("real", {})
    if real:
        folds = len(real.get("folds", []))
        kind = f"real, {folds} models, each on events and volcanoes that it has not seen" if folds else "real"
        whole = real["sets"]["all"]
        values = {
            key: round(whole[key], 4) for key in REAL_SCORES if isinstance(whole.get(key), (int, float))
        }
        for name, found in real.get("alarms", {}).items():
            values[f"{name} called an earthquake"] = round(found["present"]["rate"], 4)
        boxes = real.get("boxes", {})
        if boxes:
            values["box IoU"] = round(boxes["iou"], 4)
            values["centre right"] = round(boxes["centre_right"]["rate"], 4)
        out[kind] = values
    return out


def _leaves(values: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Names and values of nested tables, one row each."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _leaves(value, f"{name}, {key}" if name else str(key))
    elif isinstance(values, float):
        yield name, f"{values:.5g}"
    elif values is not None:
        yield name, str(values)


def _table(head: tuple[str, str], rows: Any) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| {key} | {str(value).replace('|', '/')} |" for key, value in rows]
    return "\n".join(lines)
