"""The mean of two trained networks' weights, as a run to go on from, to tune or to export."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Union

import torch

from ..engine.errors import InputError
from . import checkpoint
from .network import QuakeViT
from .recipe import Recipe
from .runs import Run, say


def run(*, init: str, other: str, folder: str, part: float = 0.5) -> Path:
    """Write the mean of two networks, of which one went on from the other or both from a third.

    Networks of one descent lie in one valley of the loss: the mean of their weights keeps what both know, and
    is often surer on data of another kind than either (Wortsman et al. 2022, arXiv:2109.01903).

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file; its recipe becomes the run's.
    other : str
        The second network.
    folder : str
        Run folder to write.
    part : float
        Part of `other` in the mean, between 0 and 1.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence: the networks differ in their shape, or one cannot be read.
    """
    if not 0 <= part <= 1:
        raise InputError(f"--part {part:g} is no part of a whole; give a number between 0 and 1.")
    one, recipe, progress = checkpoint.load_network(init)
    if _shapes(one) != _shapes(checkpoint.load_network(other)[0]):
        raise InputError("The two networks differ in their shape; mix networks of one [network] table.")
    weights, added = _folded(init).state_dict(), _folded(other).state_dict()
    with torch.no_grad():
        for name, value in weights.items():
            if value.is_floating_point():
                value.lerp_(added[name], part)
    return _write(Path(folder), recipe, weights, progress, part)


def _shapes(network: QuakeViT) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in network.state_dict().items()}


def _folded(source: Union[str, Path]) -> QuakeViT:
    """A network as its model file has it: the stem's normalisation is in its weights, and can be averaged."""
    path = Path(source)
    if path.suffix.lower() == checkpoint.MODEL_SUFFIX:
        return checkpoint.load_network(path)[0]
    from .export import run_export

    with tempfile.TemporaryDirectory(prefix="quakefringe-") as folder:
        model = Path(folder) / "model.onnx"
        run_export(path, model)
        return checkpoint.load_network(model)[0]


def _write(folder: Path, recipe: Recipe, weights: Any, progress: dict[str, Any], part: float) -> Path:
    opened = Run.create(folder, recipe, {"mixed": part})
    state = {"recipe": recipe.to_dict(), "weights": weights, "progress": progress}
    checkpoint.save_checkpoint(opened.checkpoints, state, int(progress.get("shown", 0)), 1)
    say(f"The mean of both, {part:g} of it the second, is in {folder.name}")
    return folder
