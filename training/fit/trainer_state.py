"""What a checkpoint stores so that a training continues exactly where it stopped."""

from __future__ import annotations

from typing import Any

import torch

PROGRESS = ("stage", "step", "steps", "shown", "simulated", "seconds")
"""Counters of the trainer that a checkpoint stores; "seconds" is the time spent in the present stage."""


def state_of(trainer: Any) -> dict[str, Any]:
    """Weights, optimisers, counters and random state of a `Trainer`, to be written to a checkpoint."""
    averaged = trainer.average.module if trainer.average is not None else trainer.plain
    return {
        "recipe": trainer.recipe.to_dict(),
        "network": trainer.plain.state_dict(),
        "weights": averaged.state_dict(),
        "optimisers": [one.state_dict() for one in trainer.optimisers],
        "progress": {**{name: getattr(trainer, name) for name in PROGRESS}, "before": trainer.before},
        "random": torch.get_rng_state(),
    }


def restore(trainer: Any, state: dict[str, Any]) -> None:
    """Set a `Trainer` to the state of a checkpoint; older ones hold a single optimiser."""
    trainer.plain.load_state_dict(state["network"])
    for optimiser, stored in zip(trainer.optimisers, state.get("optimisers") or [state["optimiser"]]):
        optimiser.load_state_dict(stored)
    if trainer.average is not None:
        trainer.average.module.load_state_dict(state["weights"])
    for name, value in state["progress"].items():
        setattr(trainer, name, value)
    torch.set_rng_state(state["random"])
