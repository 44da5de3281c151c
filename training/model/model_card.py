"""The model card: the description inside a model file, as a page in the usual parts of a model card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Union

from ...engine.network import ModelCard, load_model
from ...engine.output.atomic import replacing

INTENDED_USE = """\
The model detects earthquakes in single SAR interferograms: wrapped phase, unwrapped phase or line-of-sight
displacement. The QuakeFringe plugin runs it on tiles of {window} × {window} pixels at several scales and
combines the answers to a verdict, a heatmap and boxes. It is meant for analysts who search interferograms
for coseismic deformation. A verdict is a reason to examine an interferogram, not a measurement."""

OUT_OF_SCOPE = """\
- Warnings, or decisions about safety, without an analyst who examines the interferogram.
- Magnitude, depth, mechanism or damage of an earthquake.
- The kind of other deformation: volcanoes, subsidence and landslides form one class.
- Time series and stacks: the model sees one interferogram at a time.
- Products, sensors, regions and processing that it was not evaluated on: its performance there is unknown."""

SIMULATED_DATA = """\
The training tiles are simulated by this package (`quakefringe.training.simulation`): earthquakes, volcanic
sources, subsidence and landslides by elastic dislocation and source models, with troposphere, ionosphere,
orbital ramps, decorrelation, unwrapping errors and processing artefacts. The recipe names every setting."""

REAL_DATA = """\
The real interferograms come from public repositories and carry the labels of the training set's catalogue.
They are not distributed with the model."""

LIMITS = """\
- **Sensor**: the simulation covers X to L band; the table of scores names the parts that were measured.
- **Region**: real files exist for a few dozen events and volcanoes only. Other terrain and climate can
  behave differently.
- **Signal**: an earthquake that reaches less than about one fringe, or less than the atmospheric delay
  around it, is usually missed. A single compact lobe looks like magma or subsidence. Dyke intrusions look
  like faults."""

CALIBRATION = """\
The logits of a tile are divided by the temperature. The scene's probability is a logistic function of the
evidence L of its highest-scoring tiles and of their number n: logit p = a L + b + c ln n. A penalised
logistic regression fits a, b and c on real files, with the same weight for every event or volcano, and with
whole events and volcanoes left out for the evaluation. The verdict is "present" from the upper threshold
on, "absent" up to the lower one, and "uncertain" between them."""

QUESTIONS = """\
Two probabilities are calibrated in this way: that the ground deforms, and that the cause is an earthquake if
it does. Their product is the probability of an earthquake. Coefficients under "wrapped" or "unwrapped" hold
for that form of the phase only."""

SIMULATED_SETS = {
    "mixed": "simulated, held-out seeds",
    "mixed/wrapped": "wrapped",
    "mixed/unwrapped": "unwrapped",
}
"""Simulated sets in the model file, and their names there."""
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
    text = card_page(loaded.card, model.name, model.stat().st_size, loaded.hash)
    with replacing(page) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return page


def card_page(card: ModelCard, name: str, size: int, digest: str) -> str:
    """Text of the page.

    Parameters
    ----------
    card : ModelCard
        The model file's description.
    name : str
        Name of the file.
    size : int
        Of the file in bytes.
    digest : str
        SHA-256 of the file.
    """
    facts = {
        "File": f"`{name}`, {size / 1e6:.1f} MB, ONNX, half-precision weights",
        "SHA-256": f"`{digest}`",
        "Classes": ", ".join(card.classes),
        "Channels": ", ".join(card.channels),
        "Tile": f"{card.window} × {card.window} pixels in patches of {card.patch}",
        "Passes": ", ".join(("first", *card.passes, *card.retired_passes)),
        "Recipe": f"{card.recipe or 'unknown'} (hash `{card.recipe_hash or 'unknown'}`)",
        "License": card.license,
    }
    real = any(key in card.trained for key in ("real", "backgrounds"))
    parts = [
        f"# QuakeFringe model {card.version}",
        _table(("", ""), facts.items()),
        "## Intended use",
        INTENDED_USE.format(window=card.window),
        "## Out of scope",
        OUT_OF_SCOPE,
        "## Training data and its provenance",
        SIMULATED_DATA,
        *([REAL_DATA] if real else []),
        *_tables(card.trained),
        "## Evaluation",
        *(_tables(card.scores) or ["This model file contains no scores."]),
        "## Limits by sensor, region and signal",
        LIMITS,
        "## Calibration of the probability",
        CALIBRATION,
        *([QUESTIONS] if card.two_questions else []),
        *_tables({**card.calibration, "thresholds": card.thresholds}),
    ]
    return "\n\n".join(parts) + "\n"


def card_scores(scores: dict[str, Any]) -> dict[str, Any]:
    """The scores of a folder for the model file: single numbers under readable names.

    Parameters
    ----------
    scores : dict
        Content of ``scores.json``.
    """
    selected: dict[str, Any] = {}
    simulated = scores.get("simulated", {})
    for key, name in SIMULATED_SETS.items():
        of_set = simulated.get("sets", {}).get(key, {})
        numbers = {k: round(v, 4) for k, v in of_set.items() if isinstance(v, (int, float))}
        if numbers:
            selected[name] = numbers
    hard = simulated.get("hard", {})
    if hard:
        selected["simulated, hard negatives called an earthquake"] = {
            name: round(rate["rate"], 4) for name, rate in hard.items()
        }
    real = scores.get("real", {})
    if real:
        folds = len(real.get("folds", []))
        name = f"real, {folds} models, each on events and volcanoes held out of it" if folds else "real"
        selected[name] = _real_scores(real)
    return selected


def _real_scores(real: dict[str, Any]) -> dict[str, Any]:
    """Single numbers of the scores on real files."""
    overall = real["sets"]["all"]
    values = {
        key: round(overall[key], 4) for key in REAL_SCORES if isinstance(overall.get(key), (int, float))
    }
    for name, alarms in real.get("alarms", {}).items():
        values[f"{name} called an earthquake"] = round(alarms["present"]["rate"], 4)
    boxes = real.get("boxes", {})
    if boxes:
        values["box IoU"] = round(boxes["iou"], 4)
        values["centre right"] = round(boxes["centre_right"]["rate"], 4)
    return values


def _tables(values: dict[str, Any]) -> list[str]:
    """One table of the single values, and one with a heading for each inner table."""
    single = {key: value for key, value in values.items() if not isinstance(value, dict)}
    parts = [_table(("what", "value"), _rows(single))] if single else []
    for title, inner in values.items():
        if isinstance(inner, dict) and inner:
            parts += [f"### {title[:1].upper()}{title[1:]}", _table(("what", "value"), _rows(inner))]
    return parts


def _rows(values: dict[str, Any], name: str = "") -> Iterator[tuple[str, str]]:
    """Names and values, one row each."""
    for key, value in values.items():
        label = (f"{name}, {key}" if name else str(key)).replace("_", " ")
        if isinstance(value, dict):
            yield from _rows(value, label)
        elif value is not None:
            yield label, f"{value:.5g}" if isinstance(value, float) else str(value)


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|"]
    lines += [f"| {key} | {str(value).replace('|', '/')} |" for key, value in rows]
    return "\n".join(lines)
