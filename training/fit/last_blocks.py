"""Training of a network's last blocks and heads on a bank of tiles, the blocks before being frozen."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Optional

import numpy as np
import torch

from ...engine.errors import InputError
from ..config.recipe import Recipe
from ..model.losses import total_loss
from ..model.network import QuakeViT
from .frozen_features import Bank
from .optimiser import Average, learning_rate, make_optimisers, mixed, set_rate

LOG_EVERY = 50


def train_tail(
    network: QuakeViT,
    bank: Bank,
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
        Left as it is.
    bank : Bank
        Made with the same network and recipe.
    recipe : Recipe
        `[tail]`; the first stage's epochs, batch and rates; loss and optimiser.
    without : set of str
        Events and volcanoes whose tiles are not shown.
    device : torch.device or str
    log : callable, optional
        Takes a kind and values, now and then.

    Returns
    -------
    network : QuakeViT
        A copy with the averaged weights, and `keep` of those from before, in evaluation mode.
    progress : dict
        "shown" tiles, "steps", "tiles" in use.

    Raises
    ------
    InputError
        What is held out leaves less than one batch.
    """
    stage, frozen = recipe.stage[0], len(network.vit.blocks) - recipe.tail.blocks
    tuned = copy.deepcopy(network).to(device)
    trained = [tuned.vit.blocks[frozen:], tuned.vit.norm, tuned.vit.head, tuned.mask_head]
    tuned.requires_grad_(False)
    for part in trained:
        part.requires_grad_(True)
    tuned.head_mix.requires_grad_(True)
    if tuned.regression_head is not None:
        tuned.regression_head.requires_grad_(True)
    optimisers = make_optimisers(tuned, recipe)
    average = Average(tuned, recipe.optimiser.ema) if recipe.optimiser.ema else None
    own = [value for value in tuned.parameters() if value.requires_grad]
    index = bank.without(without)
    if len(index) < stage.batch:
        raise InputError(f"The bank holds {len(index)} tiles to train on, less than a batch; make it larger.")
    side = round((bank.features.shape[1] - 1) ** 0.5)
    random = np.random.default_rng([recipe.seed, 8])
    tuned.eval()  # normalisation in the frozen part keeps its statistics; the tail has none
    steps, shown = 0, 0
    for _ in range(stage.epochs * stage.reuse):
        order = random.permutation(index)
        for start in range(0, len(order) - stage.batch + 1, stage.batch):
            # the schedule counts all tiles of the bank, of which some are left out
            set_rate(optimisers, learning_rate(stage, shown * stage.samples // len(index)))
            tokens, truth = bank.batch(order[start : start + stage.batch], device)
            with mixed(recipe, device):
                out = tuned.finish((tokens, (side, side)), frozen)
            total, parts = total_loss(out, truth, recipe.loss)
            total.backward()
            if recipe.optimiser.clip:
                torch.nn.utils.clip_grad_norm_(own, recipe.optimiser.clip)
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
        tuned.load_state_dict(average.network.state_dict())
    if recipe.tail.keep:
        _mix(tuned, network, recipe.tail.keep)
    tuned.requires_grad_(True)
    return tuned.cpu().eval(), {"shown": shown, "steps": steps, "tiles": len(index)}


@torch.no_grad()
def _mix(tuned: QuakeViT, before: QuakeViT, keep: float) -> None:
    """Put the mean of both networks' weights, `keep` parts of `before`, into `tuned`."""
    for value, old in zip(tuned.parameters(), before.parameters()):
        value.lerp_(old.to(value.device), keep)
