"""Training of a network's last blocks and heads on frozen features."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, Optional

import numpy as np
import torch

from ...engine.errors import InputError
from ..config.recipe import Recipe
from ..model.losses import total_loss
from ..model.network import QuakeViT
from .frozen_features import FrozenFeatures
from .optimiser import MovingAverage, learning_rate, make_optimisers, mixed_precision, set_rate

LOG_EVERY = 50
"""Steps between two lines of the log."""


def train_last_blocks(
    network: QuakeViT,
    features: FrozenFeatures,
    recipe: Recipe,
    without: set[str],
    *,
    device: Any = "cpu",
    log: Optional[Callable[..., None]] = None,
) -> tuple[QuakeViT, dict[str, int]]:
    """Train the last blocks, the last normalisation and the heads.

    Parameters
    ----------
    network : QuakeViT
        Not changed.
    features : FrozenFeatures
        Of the same network and recipe.
    recipe : Recipe
        The numbers of blocks to train; the first stage's epochs, batch and rates; loss and optimiser.
    without : set of str
        Events and volcanoes whose tiles are not shown.
    device : torch.device or str
    log : callable, optional
        Called every `LOG_EVERY` steps with a kind and values.

    Returns
    -------
    network : QuakeViT
        A copy with the averaged weights, interpolated towards the weights before, in evaluation mode.
    progress : dict
        "shown" tiles, "steps", and "tiles" in use.

    Raises
    ------
    InputError
        Fewer tiles than one batch are left.
    """
    stage, frozen = recipe.stage[0], len(network.vit.blocks) - recipe.last_blocks.blocks
    index = features.without(without)
    if len(index) < stage.batch:
        raise InputError(
            f"Only {len(index)} tiles are left to train on, less than one batch; raise the stage's samples."
        )
    tuned = _trainable_copy(network, frozen).to(device)
    optimisers = make_optimisers(tuned, recipe)
    average = MovingAverage(tuned, recipe.optimiser.ema) if recipe.optimiser.ema else None
    trained = [value for value in tuned.parameters() if value.requires_grad]
    side = round((features.features.shape[1] - 1) ** 0.5)
    steps, shown = 0, 0
    for chosen in _batches(index, recipe):
        # the schedule counts all tiles; some of them are held out
        set_rate(optimisers, learning_rate(stage, shown * stage.samples // len(index)))
        tokens, truth = features.batch(chosen, device)
        with mixed_precision(recipe, device):
            out = tuned.finish((tokens, (side, side)), frozen)
        total, parts = total_loss(out, truth, recipe.loss)
        total.backward()
        if recipe.optimiser.clip:
            torch.nn.utils.clip_grad_norm_(trained, recipe.optimiser.clip)
        for optimiser in optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        steps, shown = steps + 1, shown + stage.batch
        if average is not None:
            average.update(tuned, steps)
        if log is not None and steps % LOG_EVERY == 0:
            values = {name: round(float(value), 5) for name, value in parts.items()}
            log("train", shown=shown, loss=round(float(total.detach()), 5), **values)
    if average is not None:
        tuned.load_state_dict(average.module.state_dict())
    if recipe.last_blocks.interpolation:
        _interpolate(tuned, network, recipe.last_blocks.interpolation)
    tuned.requires_grad_(True)
    return tuned.cpu().eval(), {"shown": shown, "steps": steps, "tiles": len(index)}


def _trainable_copy(network: QuakeViT, frozen: int) -> QuakeViT:
    """A copy whose last blocks and heads can be trained.

    It stays in evaluation mode: the normalisation of the frozen part keeps its statistics, and the last
    blocks have none.
    """
    tuned = copy.deepcopy(network).eval()
    tuned.requires_grad_(False)
    for part in (tuned.vit.blocks[frozen:], tuned.vit.norm, tuned.vit.head, tuned.mask_head):
        part.requires_grad_(True)
    tuned.head_mix.requires_grad_(True)
    return tuned


def _batches(index: np.ndarray, recipe: Recipe) -> Iterator[np.ndarray]:
    """Indices of the tiles of each step, shuffled in every epoch."""
    stage, random = recipe.stage[0], np.random.default_rng([recipe.seed, 8])
    for _ in range(stage.epochs * stage.reuse):
        order = random.permutation(index)
        for start in range(0, len(order) - stage.batch + 1, stage.batch):
            yield order[start : start + stage.batch]


@torch.no_grad()
def _interpolate(tuned: QuakeViT, before: QuakeViT, part: float) -> None:
    """Move the weights of `tuned` by the fraction `part` of the way back to those of `before`."""
    for value, old in zip(tuned.parameters(), before.parameters()):
        value.lerp_(old.to(value.device), part)
