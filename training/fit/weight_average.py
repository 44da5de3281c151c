"""The mean of two trained networks' weights, as a run to go on from, to tune or to export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from ...engine.errors import InputError
from ..config.run_folder import TrainingRun, say
from ..model import checkpoint
from ..model.from_onnx import settle_normalisation
from ..model.network import QuakeViT
from ..model.onnx_graph import round_weights
from ..real.catalogue import list_folds
from .crossvalidate import FOLDS, WHOLE


def run(*, init: str, other: str, folder: str, part: float = 0.5) -> Path:
    """Write the mean of two networks, of which one went on from the other or both from a third.

    Networks of one descent lie in one valley of the loss: the mean of their weights keeps what both know, and
    is often surer on data of another kind than either (Wortsman et al. 2022, arXiv:2109.01903).

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file; its recipe becomes the run's. Or the ``folds.json`` of
        `crossvalidate`: every network of it is mixed with the other's that has not seen the same groups, and
        those that have seen everything with each other.
    other : str
        The second network, or the second ``folds.json``.
    folder : str
        Run folder to write, or folder of such runs.
    part : float
        Part of `other` in the mean, between 0 and 1.

    Returns
    -------
    Path
        The run folder, or the new ``folds.json``.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence: the networks differ in their shape or the folds in what they hold out, or one
        cannot be read.
    """
    if not 0 <= part <= 1:
        raise InputError(f"--part {part:g} is no part of a whole; give a number between 0 and 1.")
    if Path(init).suffix == Path(other).suffix == Path(FOLDS).suffix:
        return _mix_folds(Path(init), Path(other), Path(folder), part)
    return _mix(init, other, Path(folder), part)


def _mix(init: str, other: str, folder: Path, part: float) -> Path:
    """Write the mean of two networks as a run."""
    network, recipe, progress = checkpoint.load_network(init)
    added, its_recipe, its_progress = checkpoint.load_network(other)
    if _shapes(network) != _shapes(added):
        raise InputError("The two networks differ in their shape; mix networks of one [network] table.")
    for one in (network, added):  # as their model files have them
        settle_normalisation(one)
        round_weights(one)
    weights, others = network.state_dict(), added.state_dict()
    for name, value in weights.items():
        if value.is_floating_point():
            value.lerp_(others[name], part)
    opened = TrainingRun.create(folder, recipe, {"mixed": part})
    progress = _together(progress, its_progress, siblings=recipe.seed != its_recipe.seed)
    state = {"recipe": recipe.to_dict(), "weights": weights, "progress": progress}
    checkpoint.save_checkpoint(opened.checkpoints, state, int(progress.get("shown", 0)), 1)
    say(f"The mean of both, {part:g} of it the second, is in {opened.folder.name}")
    return opened.folder


def _mix_folds(init: Path, other: Path, folder: Path, part: float) -> Path:
    """Mix two cross-validations network by network."""
    ours, theirs = (_models(path) for path in (init, other))
    if ours.keys() != theirs.keys():
        raise InputError("The two cross-validations hold out other groups; mix two of the same catalogue.")
    for groups, model in ours.items():
        _mix(model, theirs[groups], folder / Path(model).name, part)
    first, second = (path.parent / WHOLE for path in (init, other))
    if first.is_dir() and second.is_dir():
        _mix(str(first), str(second), folder / WHOLE, part)
    target = folder / FOLDS
    target.write_bytes(init.read_bytes())
    return target


def _models(path: Path) -> dict[frozenset[str], str]:
    """Run folders of a cross-validation, by the groups that are held out."""
    models = {frozenset(fold.groups): fold.model for fold in list_folds(path)}
    if not models or frozenset() in models:
        raise InputError(f"{path.name} holds no fold; give the one that crossvalidate wrote.")
    return models


def _together(one: dict[str, Any], other: dict[str, Any], *, siblings: bool) -> dict[str, Any]:
    """Progress of a mean: of two that went on from the same network with other seeds, the tiles of both.

    Otherwise, and where a model file does not tell, one is taken for the other's descendant, and has seen
    what the other has.
    """
    if siblings and "before" in one and one["before"] == other.get("before"):
        return {**one, **{name: one.get(name, 0) + other.get(name, 0) for name in checkpoint.COUNTS}}
    return max(one, other, key=lambda progress: checkpoint.whole(progress)["shown"])


def _shapes(network: QuakeViT) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in network.state_dict().items()}
