"""Interpolation between the weights of two networks, as a run to continue from, tune or export."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import torch

from ...engine.errors import InputError
from ..config.run_folder import TrainingRun
from ..model import checkpoint
from ..model.from_onnx import settle_normalisation
from ..model.network import QuakeViT
from ..model.onnx_graph import round_weights
from ..real.catalogue import list_folds
from .crossvalidate import FOLDS, WHOLE

logger = logging.getLogger(__name__)


def run(*, init: str, other: str, folder: str, interpolation: float = 0.5) -> Path:
    """Write the weighted mean of two networks, of which one descends from the other or both from a third.

    The weights of networks with a common ancestor lie in the same valley of the loss. Their mean keeps what
    both have learnt, and often generalises better than either (Wortsman et al. 2022, arXiv:2109.01903).

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file, whose recipe the new run takes over. Or the ``folds.json`` of
        `crossvalidate`: each of its networks is averaged with the network of `other` that holds out the same
        groups, and the networks tuned on everything with each other.
    other : str
        The second network, or the second ``folds.json``.
    folder : str
        Run folder to write, or folder of such runs.
    interpolation : float
        Weight of `other` in the mean, between 0 and 1.

    Returns
    -------
    Path
        The run folder, or the new ``folds.json``.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence: the networks have different shapes, the folds hold out different groups, or a
        file cannot be read.
    """
    if not 0 <= interpolation <= 1:
        raise InputError(f"--interpolation {interpolation:g} is out of range; give a number between 0 and 1.")
    if Path(init).suffix == Path(other).suffix == Path(FOLDS).suffix:
        return _average_folds(Path(init), Path(other), Path(folder), interpolation)
    return _average(init, other, Path(folder), interpolation)


def _average(init: str, other: str, folder: Path, interpolation: float) -> Path:
    """Write the mean of two networks as a run."""
    first, recipe, progress = checkpoint.load_network(init)
    second, other_recipe, other_progress = checkpoint.load_network(other)
    if shapes(first) != shapes(second):
        raise InputError(
            "The two networks have different shapes; average networks of the same [network] table."
        )
    for network in (first, second):  # as in their model files
        settle_normalisation(network)
        round_weights(network)
    weights, others = first.state_dict(), second.state_dict()
    for name, value in weights.items():
        if value.is_floating_point():
            value.lerp_(others[name], interpolation)
    opened = TrainingRun.create(folder, recipe, {"interpolation": interpolation})
    progress = _joint_progress(progress, other_progress, siblings=recipe.seed != other_recipe.seed)
    state = {"recipe": recipe.to_dict(), "weights": weights, "progress": progress}
    checkpoint.save_checkpoint(opened.checkpoints, state, int(progress.get("shown", 0)), 1)
    logger.info("The mean, with a weight of %g for the second network, is in %s", interpolation, folder.name)
    return opened.folder


def _average_folds(init: Path, other: Path, folder: Path, interpolation: float) -> Path:
    """Average two cross-validations fold by fold."""
    ours, theirs = (_models(path) for path in (init, other))
    if ours.keys() != theirs.keys():
        raise InputError(
            "The two cross-validations hold out different groups; average two of the same catalogue."
        )
    for groups, model in ours.items():
        _average(model, theirs[groups], folder / Path(model).name, interpolation)
    first, second = (path.parent / WHOLE for path in (init, other))
    if first.is_dir() and second.is_dir():
        _average(str(first), str(second), folder / WHOLE, interpolation)
    target = folder / FOLDS
    target.write_bytes(init.read_bytes())
    return target


def _models(path: Path) -> dict[frozenset[str], str]:
    """Run folders of a cross-validation, by their held-out groups."""
    models = {frozenset(fold.groups): fold.model for fold in list_folds(path)}
    if not models or frozenset() in models:
        raise InputError(f"{path.name} has no folds; give the folds.json that crossvalidate wrote.")
    return models


def _joint_progress(one: dict[str, Any], other: dict[str, Any], *, siblings: bool) -> dict[str, Any]:
    """Progress of a mean: the tiles of both, if both continued from the same network with different seeds.

    Otherwise, and for model files, which do not record it, one counts as the descendant of the other, so that
    its tiles include the other's.
    """
    if siblings and "before" in one and one["before"] == other.get("before"):
        return {**one, **{name: one.get(name, 0) + other.get(name, 0) for name in checkpoint.COUNTS}}
    return max(one, other, key=lambda progress: checkpoint.total_progress(progress)["shown"])


def shapes(network: QuakeViT) -> dict[str, torch.Size]:
    """Shape of each weight, by name."""
    return {name: value.shape for name, value in network.state_dict().items()}
