"""The page that describes a source network's file, in the usual parts of a model card."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Union

from ...engine.output.atomic import replacing
from ...engine.source_network.card import SourceCard
from ...engine.source_network.model import load_source_model
from ...engine.source_network.tile import GEOMETRY, SOURCE_CHANNELS, SOURCE_TILE, TARGETS

INTENDED_USE = """\
The network reads one tile of line-of-sight displacement around a detected earthquake and gives a probability
distribution over its magnitude, depth, place, size and mechanism. QuakeFringe uses it twice: as a first guess
beside a box, and as a proposal for the search of the full source estimate. The first guess is meant for
analysts who decide what to look at next; the full estimate, not the guess, is the measurement."""

OUT_OF_SCOPE = """\
- Decisions about safety without an analyst.
- Ground that volcanoes, pumping, mines or landslides moved: the network takes every motion for an earthquake.
- Two earthquakes in one interferogram: it answers with one.
- Magnitudes below 4.8 or above 8, and wrapped phase."""

TRAINING_DATA = """\
All tiles are simulated by `training/source/`: rectangular faults in an elastic half-space with sizes from
published scaling laws and their scatter, uniform or von Kármán slip, any mechanism, satellites of both passes
that look right or left at 20 to 50 degrees of incidence, turbulent and stratified delay, ramps, noise,
unwrapping errors, incoherent ground, coasts and frame edges. No real interferogram took part."""

LIMITS = """\
- Rigidity is 30 GPa in all magnitudes; the half-space has no layers.
- The intervals hold for earthquakes like the simulated ones. Real ones have bent faults, layered crust and
  deformation after the earthquake in the same interferogram.
- One line of sight leaves the rake of many earthquakes open: the intervals say so."""


def write_source_card(model: Union[str, Path]) -> Path:
    """Write the card of a model file beside it, as Markdown of the same name."""
    model = Path(model)
    loaded = load_source_model(model, "numpy")
    page = model.with_suffix(".md")
    with replacing(page) as temporary:
        temporary.write_text(
            card_page(loaded.card, model.name, model.stat().st_size, loaded.hash), encoding="utf-8"
        )
    return page


def card_page(card: SourceCard, name: str, size: int, digest: str) -> str:
    """Text of the page; `size` in bytes, `digest` the SHA-256 of the file."""
    facts = {
        "File": f"`{name}`, {size / 1e6:.1f} MB, ONNX, half-precision weights",
        "SHA-256": f"`{digest}`",
        "Tile": f"{SOURCE_TILE} × {SOURCE_TILE} pixels: {', '.join(SOURCE_CHANNELS)}",
        "Other inputs": ", ".join(GEOMETRY).replace("_", " "),
        "Output": f"a mixture of Gaussians over {', '.join(TARGETS).replace('_', ' ')}",
        "Recipe": f"{card.recipe or 'unknown'} (hash `{card.recipe_hash or 'unknown'}`)",
        "Factor on the spreads": f"{card.widened:.2f}",
        "License": card.license,
    }
    parts = [
        f"# QuakeFringe source network {card.version}",
        _table(facts),
        "## Intended use",
        INTENDED_USE,
        "## Out of scope",
        OUT_OF_SCOPE,
        "## Training data and its provenance",
        TRAINING_DATA,
        *([_table(card.trained)] if card.trained else []),
        "## Evaluation",
        *(_tables(card.scores) or ["This model file contains no scores."]),
        "## Limits",
        LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


def _tables(scores: dict[str, Any]) -> list[str]:
    """One table for each inner table of the scores."""
    parts = []
    for title, values in scores.items():
        if isinstance(values, dict):
            parts += [f"### {title}", _table(values)]
    return parts


def _table(values: dict[str, Any]) -> str:
    lines = ["|  |  |", "|---|---|"]
    for key, value in values.items():
        text = f"{value:.4g}" if isinstance(value, float) else str(value)
        lines.append(f"| {str(key).replace('_', ' ')} | {text.replace('|', '/')} |")
    return "\n".join(lines)
