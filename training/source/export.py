"""Export of a trained source network to its model file, checked on both backends before it is written."""

from __future__ import annotations

import copy
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import torch
from torch import Tensor

from ...engine.errors import InputError, ModelError
from ...engine.output.atomic import replacing
from ...engine.source_network.card import SourceCard
from ...engine.source_network.model import ANSWER, GEOMETRIES, TILES, load_source_model
from ...version import __version__
from ..model.onnx_graph import fold_batch_normalisation, round_weights, traced
from .card import write_source_card
from .fit import read_checkpoint
from .network import SourceNetwork
from .recipe import SourceRecipe, source_recipe
from .tiles import draw_batch

logger = logging.getLogger(__name__)

TOLERANCE = 2e-3
"""Largest accepted difference between torch and a backend."""
MAX_BYTES = 6_000_000
CHECK_TILES = 6


@dataclass(frozen=True)
class SourceExport:
    """The written file: its size in bytes, and the largest differences from torch by backend."""

    path: Path
    size: int
    differences: dict[str, float]
    rounding: float


def load_source_network(run: Union[str, Path]) -> tuple[SourceNetwork, SourceRecipe, dict[str, Any]]:
    """The averaged network of a run folder, its recipe and its progress; raises `InputError`."""
    state = read_checkpoint(Path(run))
    recipe = source_recipe(state["recipe"])
    network = SourceNetwork(recipe.network)
    network.load_state_dict(state["weights"], strict=False)  # without the head that only trains
    return network.eval(), recipe, dict(state["progress"])


def run_export(
    run: Union[str, Path],
    out: Union[str, Path],
    *,
    version: str = "",
    widened: float = 1.0,
    scores: Optional[dict[str, Any]] = None,
) -> SourceExport:
    """Export the network of a run folder, with its card beside it.

    Parameters
    ----------
    run : path-like
    out : path-like
        File to write, or a folder, in which the file gets the name of its version.
    version : str
        By default the package's.
    widened : float
        Calibration of the spreads, from the evaluation.
    scores : dict, optional
        For the card.
    """
    network, recipe, progress = load_source_network(run)
    card = SourceCard(
        version=version or __version__,
        widened=widened,
        recipe=recipe.name,
        recipe_hash=recipe.hash,
        trained={name: round(value) for name, value in progress.items()},
        scores=scores or {},
    )
    target = Path(out)
    if target.is_dir():
        target = target / f"quakefringe-source-{card.version}.onnx"
    report = export(network, recipe, target, card)
    write_source_card(target)
    logger.info("%s: %.1f MB", target.name, report.size / 1e6)
    for backend, difference in report.differences.items():
        logger.info("  largest difference from torch on %s: %.1e", backend, difference)
    logger.info("  largest change by rounding to half precision: %.1e", report.rounding)
    return report


def export_with_scores(
    run: str, out: str, scores: str = "", version: str = "", widened: float = 0.0
) -> SourceExport:
    """Export a run with the calibration and the tables of a ``scores.json``; raises `InputError`."""
    values: dict[str, Any] = {}
    if scores:
        try:
            values = json.loads(Path(scores).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"{scores} cannot be read; give the file of source-network-scores.") from error
    tables = {name: value for name, value in values.items() if isinstance(value, dict)}
    widened = widened or float(values.get("widened", 1.0))
    return run_export(run, out, version=version, widened=widened, scores=tables)


def export(network: SourceNetwork, recipe: SourceRecipe, path: Path, card: SourceCard) -> SourceExport:
    """Write a network as a model file; an existing one is replaced when all checks have passed.

    Raises
    ------
    ModelError
        A weight does not fit half precision, the file is too large, or a backend disagrees with torch.
    OutputError
        The file cannot be written.
    """
    generator = torch.Generator().manual_seed(20231007)
    batch = draw_batch(generator, CHECK_TILES, recipe.tiles)
    final = copy.deepcopy(network).cpu().float().eval()
    final.make_explicit()
    with torch.no_grad():
        before = final(batch.tiles, batch.geometry).numpy()
    fold_batch_normalisation(final)
    round_weights(final)
    with torch.no_grad():
        expected = final(batch.tiles, batch.geometry).numpy()
    data = to_onnx(final, card, batch.tiles[:2], batch.geometry[:2])
    if len(data) > MAX_BYTES:
        raise ModelError(f"The model file would have {len(data) / 1e6:.1f} MB; train a smaller network.")
    differences = {}
    with replacing(path) as temporary:
        temporary.write_bytes(data)
        for backend in ("numpy", "onnxruntime"):
            answer = load_source_model(temporary, backend).numbers(
                batch.tiles.numpy(), batch.geometry.numpy()
            )
            differences[backend] = float(np.abs(answer - expected).max())
            if not differences[backend] <= TOLERANCE * max(1.0, float(np.abs(expected).max())):
                raise ModelError(
                    f"The exported network differs from torch by {differences[backend]:.2g} on {backend}; "
                    "no file was written."
                )
    return SourceExport(path, len(data), differences, float(np.abs(before - expected).max()))


def to_onnx(network: SourceNetwork, card: SourceCard, tiles: Tensor, geometry: Tensor) -> bytes:
    """The network as an ONNX file: half-precision weights, with the card in the metadata."""
    return traced(network, (tiles, geometry), [TILES, GEOMETRIES], [ANSWER], card)
