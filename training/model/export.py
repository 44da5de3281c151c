"""Export of a trained network to the plugin's model file, checked on both backends before it is written.

Batch normalisation is folded into the convolutions and the weights are rounded to half precision once, in
torch. The file contains exactly those numbers, with a `Cast` to single precision for each, so that the check
compares only the arithmetic of the backends.
"""

from __future__ import annotations

import copy
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ...engine.network import ModelCard, load_model
from ...engine.network.card import read_card
from ...engine.output.atomic import replacing
from ...version import __version__
from ..config.recipe import Recipe
from ..config.run_folder import recipe_hash
from .agreement import check_tiles, largest_differences, refuse_disagreement, torch_outputs
from .checkpoint import load_network, total_progress
from .model_card import write_model_card
from .network import ExportNetwork, QuakeViT
from .onnx_graph import OUTPUTS, fold_batch_normalisation, round_weights, to_onnx

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExportReport:
    """The written file and how well it agrees with torch.

    Attributes
    ----------
    path : Path
    size : int
        In bytes.
    hash : str
        SHA-256 of the file.
    parameters : int
        Number of weights in the file.
    differences : dict
        Largest absolute difference from torch, by backend and output.
    rounding : dict
        Largest absolute change due to half-precision weights, by output.
    """

    path: Path
    size: int
    hash: str
    parameters: int
    differences: dict[str, dict[str, float]]
    rounding: dict[str, float]


def run_export(
    run: Union[str, Path],
    out: Union[str, Path],
    *,
    version: str = "",
    calibration: Optional[dict[str, Any]] = None,
    thresholds: Optional[dict[str, float]] = None,
    scores: Optional[dict[str, Any]] = None,
) -> ExportReport:
    """Export the network of a run folder or checkpoint, with its model card beside it.

    Parameters
    ----------
    run : path-like
        Run folder or checkpoint. The folder's ``scores.json`` and the "calibration" and "thresholds" of its
        ``calibration.json`` are copied to the file.
    out : path-like
        File to write, or a folder, in which the file gets the name of its version.
    version : str
        Version of the model; by default the package's.
    calibration, thresholds, scores : dict, optional
        Used instead of those of the run folder.
    """
    network, recipe, progress = load_network(run)
    folder = Path(run) if Path(run).is_dir() else Path(run).parent
    stored = _json(folder / "calibration.json")
    empty = ModelCard(version=version or __version__)
    description = {
        **empty.to_dict(),
        "calibration": calibration or stored.get("calibration") or empty.calibration,
        "thresholds": thresholds or stored.get("thresholds") or empty.thresholds,
        "recipe": recipe.name,
        "recipe_hash": recipe_hash(recipe),
        "trained": {
            name: count
            for name, count in zip(("samples", "simulated", "steps"), total_progress(progress).values())
            if count
        }
        | _real_part(recipe),
        "scores": scores or _json(folder / "scores.json"),
    }
    card = read_card(json.dumps(description))
    target = Path(out)
    if target.is_dir():
        target = target / f"quakefringe-{card.version}.onnx"
    report = export(network, target, card)
    write_model_card(target)
    megabytes, millions = report.size / 1e6, report.parameters / 1e6
    logger.info("%s: %.1f MB, %.2f million weights", report.path.name, megabytes, millions)
    for backend, by_output in report.differences.items():
        logger.info("  largest difference from torch on %s: %s", backend, _listed(by_output))
    logger.info("  largest change by rounding to half precision: %s", _listed(report.rounding))
    return report


def _listed(by_output: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.1e}" for name, value in by_output.items())


def _real_part(recipe: Recipe) -> dict[str, str]:
    """Description of the real interferograms in a recipe's training, without paths."""
    description, simulation = {}, recipe.simulation
    if simulation.get("real") and simulation.get("real_share", 0) > 0:
        share = f"measured deformation in {100 * simulation['real_share']:.0f} % of the last tiles"
        held_out = [name for name in simulation.get("real_without", "").split(";") if name]
        description["real"] = f"{share}; held out: {', '.join(held_out) or 'nothing'}"
    if simulation.get("quiet") and simulation.get("quiet_share", 0.3) > 0:
        description["backgrounds"] = "simulated, and real quiet crops"
    return description


def export(network: QuakeViT, path: Union[str, Path], card: ModelCard) -> ExportReport:
    """Write a network as the plugin's model file.

    Parameters
    ----------
    network : QuakeViT
        Not changed.
    path : path-like
        File to write; an existing one is replaced when all checks have passed.
    card : ModelCard
        The file's description.

    Raises
    ------
    ModelError
        A weight does not fit half precision, or a backend disagrees with torch by more than `TOLERANCE`.
    OutputError
        The file cannot be written.
    """
    path = Path(path)
    final = copy.deepcopy(network).cpu().float().eval()
    tiles = check_tiles()
    before = torch_outputs(ExportNetwork(copy.deepcopy(final)), tiles)
    fold_batch_normalisation(final)
    round_weights(final)
    module = ExportNetwork(final).eval()
    expected = torch_outputs(module, tiles)
    data = to_onnx(module, card)
    with replacing(path) as temporary:
        temporary.write_bytes(data)
        differences = {}
        for backend in ("numpy", "onnxruntime"):
            loaded = load_model(temporary, backend)
            differences[backend] = largest_differences(loaded, tiles, expected)
            refuse_disagreement(backend, differences[backend])
            digest = loaded.hash
    return ExportReport(
        path=path,
        size=len(data),
        hash=digest,
        parameters=sum(value.numel() for value in final.parameters()),
        differences=differences,
        rounding={name: float(np.abs(before[name] - expected[name]).max()) for name in OUTPUTS},
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
