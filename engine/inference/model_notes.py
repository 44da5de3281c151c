"""What a result says about the model that it comes from, and about what the model cannot give."""

from __future__ import annotations

import os

from ..network import ModelCard, Network


def describe_model(network: Network) -> dict[str, str]:
    """What the result says about the model."""
    return {
        "version": network.card.version,
        "name": os.path.basename(str(network.path)),
        "hash": network.hash,
        "recipe": network.card.recipe,
    }


def old_model_note(card: ModelCard) -> list[str]:
    """What the verdict of a model up to 0.13 lacks."""
    if card.two_questions:
        return []
    note = (
        f"The model {card.version} has no calibrated probability of deformation; the larger of its "
        "probabilities of an earthquake and of other deformation stands for it."
    )
    if card.retired_passes:
        note += f" It was calibrated with passes that no longer run ({', '.join(card.retired_passes)})."
    return [note]


def fallback_warning(network: Network) -> list[str]:
    """Why the numpy backend ran although onnxruntime is installed."""
    reason = getattr(network, "fallback", "")
    return [f"onnxruntime is installed but did not work ({reason}); numpy ran instead."] if reason else []


def gives_heads(network: Network) -> bool:
    """Whether the model gives the attention of each head; those up to 0.13 do not."""
    return bool(getattr(network, "has_heads", True))


def heads_warning(network: Network, wanted: bool) -> list[str]:
    """Why the maps of the heads, if they were asked for, hold the mask only."""
    if not wanted or gives_heads(network):
        return []
    return [
        f"The model {network.card.version} does not give the attention of its heads, so the maps hold the "
        "mask only; choose a newer model."
    ]
