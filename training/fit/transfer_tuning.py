"""What a tuning on real data changed, added to another network of the same family.

A tuning moves the last blocks by a small step. The step from one network also improves a network that was
trained on, or averaged with another, since then (task vectors: Ilharco et al. 2023, arXiv:2212.04089). This
saves a tuning of every fold.
"""

from __future__ import annotations

import logging
from pathlib import Path

from ...engine.errors import InputError
from ..config.run_folder import TrainingRun
from ..model import checkpoint
from ..model.from_onnx import settle_normalisation
from ..model.onnx_graph import round_weights
from ..real.catalogue import list_folds
from .crossvalidate import FOLDS, WHOLE
from .weight_average import shapes

logger = logging.getLogger(__name__)


def run(*, init: str, tuned: str, untuned: str, folder: str) -> Path:
    """Write networks with the weights init + (tuned - untuned).

    Parameters
    ----------
    init : str
        Network that has not been tuned: a run folder, a checkpoint or a model file.
    tuned : str
        Network that was tuned from `untuned`; or the ``folds.json`` of `crossvalidate`, of which every
        network is written, and the one tuned on everything.
    untuned : str
        Network that the tuning started from, a relative of `init`.
    folder : str
        Run folder to write, or folder of such runs.

    Returns
    -------
    Path
        The run folder, or the new ``folds.json``.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence: the networks have different shapes, or a file cannot be read.
    """
    target, source = Path(folder), Path(tuned)
    if source.suffix != Path(FOLDS).suffix:
        return _transfer(init, tuned, untuned, target)
    names = [Path(fold.model) for fold in list_folds(source)]
    if (source.parent / WHOLE).is_dir():
        names.append(source.parent / WHOLE)
    for name in names:
        _transfer(init, str(name), untuned, target / name.name)
    (target / FOLDS).write_bytes(source.read_bytes())
    return target / FOLDS


def _transfer(init: str, tuned: str, untuned: str, folder: Path) -> Path:
    """Write one network with the recipe of the tuning; it counts the tiles of `init` and of the tuning."""
    network, _, trained = checkpoint.load_network(init)
    after, recipe, progress = checkpoint.load_network(tuned)
    before, _, _ = checkpoint.load_network(untuned)
    if len({tuple(shapes(each).items()) for each in (network, after, before)}) > 1:
        raise InputError(
            "The networks have different shapes; transfer a tuning between networks of the same [network] "
            "table."
        )
    settle_normalisation(network)  # as in its model file; the tuning leaves these layers alone
    round_weights(network)
    weights, plus, minus = (each.state_dict() for each in (network, after, before))
    for name, value in weights.items():
        if value.is_floating_point():
            value.add_(plus[name] - minus[name])
    progress = {**progress, "before": checkpoint.total_progress(trained)}
    opened = TrainingRun.create(folder, recipe, {"tuning_transferred": True})
    state = {"recipe": recipe.to_dict(), "weights": weights, "progress": progress}
    checkpoint.save_checkpoint(opened.checkpoints, state, int(progress.get("shown", 0)), 1)
    logger.info("The network with the transferred tuning is in %s", folder.name)
    return opened.folder
