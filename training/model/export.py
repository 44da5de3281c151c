"""From a trained network to the plugin's model file, checked on both backends before it is written.

Weights are rounded to half precision once, in torch, with batch normalisation already folded in; the file
then holds exactly those numbers, and a `Cast` to single precision for each. What is compared afterwards is
therefore the arithmetic alone.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np

from ...engine.network import ModelCard, load_model
from ...engine.network.card import read_card
from ...engine.output.atomic import replacing
from ...version import __version__
from ..config.recipe import Recipe
from ..config.run_folder import recipe_hash, say
from .agreement import check_tiles, largest_differences, refuse_disagreement, torch_outputs
from .checkpoint import load_network, whole
from .model_card import write_model_card
from .network import ExportNetwork, QuakeViT
from .onnx_graph import OUTPUTS, describe, fold_batch_normalisation, round_weights, to_onnx


@dataclass(frozen=True)
class ExportReport:
    """What was written and how well it agrees.

    Attributes
    ----------
    path : Path
    size : int
        Bytes.
    hash : str
        SHA-256 of the file.
    parameters : int
        Weights in the file.
    differences : dict
        Largest absolute difference from torch, by backend and output.
    rounding : dict
        Largest absolute change that half-precision weights make, by output.
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
        Run folder or checkpoint. A folder's ``scores.json`` goes into the file, and so do "calibration" and
        "thresholds" of its ``calibration.json``.
    out : path-like
        File to write, or a folder, in which the file is named after its version.
    version : str
        Of the model; the package's if left out.
    calibration, thresholds, scores : dict, optional
        Used instead of what the run folder holds.
    """
    network, recipe, progress = load_network(run)
    folder = Path(run) if Path(run).is_dir() else Path(run).parent
    tuned = _json(folder / "calibration.json")
    plain = ModelCard(version=version or __version__)
    given = {
        **plain.to_dict(),
        "calibration": calibration or tuned.get("calibration") or plain.calibration,
        "thresholds": thresholds or tuned.get("thresholds") or plain.thresholds,
        "recipe": recipe.name,
        "recipe_hash": recipe_hash(recipe),
        "trained": {
            name: count
            for name, count in zip(("samples", "simulated", "steps"), whole(progress).values())
            if count
        }
        | _real_part(recipe),
        "scores": scores or _json(folder / "scores.json"),
    }
    card = read_card(json.dumps(given))
    target = Path(out)
    if target.is_dir():
        target = target / f"quakefringe-{card.version}.onnx"
    report = export(network, target, card)
    write_model_card(target)
    say(f"{report.path.name}: {report.size / 1e6:.1f} MB, {report.parameters / 1e6:.2f} million weights")
    for backend, by_output in report.differences.items():
        told = ", ".join(f"{name} {value:.1e}" for name, value in by_output.items())
        say(f"  largest difference from torch on {backend}: {told}")
    told = ", ".join(f"{name} {value:.1e}" for name, value in report.rounding.items())
    say(f"  largest change by rounding to half precision: {told}")
    return report


def _real_part(recipe: Recipe) -> dict[str, str]:
    """What a recipe says of real interferograms in training; no paths."""
    told, simulation = {}, recipe.simulation
    if simulation.get("real") and simulation.get("real_share", 0) > 0:
        share = f"measured deformation in {100 * simulation['real_share']:.0f} % of the last tiles"
        held_out = [name for name in simulation.get("real_without", "").split(";") if name]
        told["real"] = f"{share}; held out: {', '.join(held_out) or 'nothing'}"
    if simulation.get("quiet") and simulation.get("quiet_share", 0.3) > 0:
        told["backgrounds"] = "simulated, and real quiet crops"
    return told


def export(network: QuakeViT, path: Union[str, Path], card: ModelCard) -> ExportReport:
    """Write a network as the plugin's model file.

    Parameters
    ----------
    network : QuakeViT
        Left as it is.
    path : path-like
        File to write; whatever was there is replaced once all checks have passed.
    card : ModelCard
        The file's description.

    Raises
    ------
    ModelError
        If a weight does not fit half precision, or a backend disagrees with torch by more than `TOLERANCE`.
    OutputError
        If the file cannot be written.
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


def update_card(path: Union[str, Path], **changes: Any) -> ModelCard:
    """Replace parts of a model file's description (calibration, thresholds, scores), not the weights.

    Parameters
    ----------
    path : path-like
    **changes
        Fields of `ModelCard`.
    """
    path = Path(path)
    card = replace(load_model(path, "numpy").card, **changes)
    card = read_card(json.dumps(card.to_dict()))
    import onnx

    model = onnx.load_model_from_string(path.read_bytes())
    describe(model, card)
    with replacing(path) as temporary:
        temporary.write_bytes(model.SerializeToString())
        load_model(temporary, "numpy")
    return card


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
