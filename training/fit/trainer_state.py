"""What a checkpoint stores so that a training continues exactly where it stopped."""

from __future__ import annotations

from typing import Any

import torch

from ...engine.errors import InputError

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
        "teacher": _fingerprint(trainer),
    }


def restore(trainer: Any, state: dict[str, Any]) -> None:
    """Set a `Trainer` to the state of a checkpoint; older ones hold a single optimiser and no teacher.

    Raises
    ------
    InputError
        The networks of `[distillation] teachers` have changed since.
    """
    if state.get("teacher", "") != _fingerprint(trainer):
        raise InputError(
            "The networks of [distillation] teachers have changed since this run began; put back the old "
            "ones, or start a new run."
        )
    trainer.plain.load_state_dict(state["network"])
    for optimiser, stored in zip(trainer.optimisers, state.get("optimisers") or [state["optimiser"]]):
        optimiser.load_state_dict(stored)
    if trainer.average is not None:
        trainer.average.module.load_state_dict(state["weights"])
    for name, value in state["progress"].items():
        setattr(trainer, name, value)
    torch.set_rng_state(state["random"])


def _fingerprint(trainer: Any) -> str:
    """Of the teacher; empty without one."""
    return trainer.teacher.fingerprint if trainer.teacher is not None else ""
