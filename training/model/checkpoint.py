"""Checkpoints: written whole or not at all, read with a way back to the one before."""

from __future__ import annotations

import os
import pickle
import re
from pathlib import Path
from typing import Any, Union

import torch

from ...engine.errors import InputError
from ...engine.output.atomic import replacing
from ..config.recipe import Recipe, recipe_from_dict
from .network import QuakeViT, load_weights

FORMAT = 1
WEIGHTS = "weights.pt"
MODEL_SUFFIX = ".onnx"
COUNTS = ("shown", "simulated", "steps")
"""What of a training's progress adds up from one training to the next."""
_NAME = re.compile(r"step-(\d+)\.pt")


def save_checkpoint(folder: Path, state: dict[str, Any], shown: int, keep: int) -> Path:
    """Write ``step-<tiles shown>.pt`` and ``weights.pt``, and drop all but the last `keep` checkpoints.

    Parameters
    ----------
    folder : Path
    state : dict
        Plain data and tensors; "weights" are those to use (averaged, if there is an average).
    """
    path = folder / f"step-{shown:012d}.pt"
    state = {"format": FORMAT, **state}
    _write(path, state)
    light: dict[str, Any] = {
        key: state[key] for key in ("format", "recipe", "weights", "progress") if key in state
    }
    _write(folder / WEIGHTS, light)
    for old in checkpoints(folder)[:-keep]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Checkpoints in a folder, oldest first."""
    return sorted(path for path in folder.glob("step-*.pt") if _NAME.fullmatch(path.name))


def load_latest(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The newest checkpoint that can be read, and a sentence for each that could not.

    Raises
    ------
    InputError
        There is none.
    """
    said: list[str] = []
    for path in reversed(checkpoints(folder)):
        try:
            return load_checkpoint(path), said
        except InputError:
            said.append(f"The checkpoint {path.name} is truncated or damaged; going back to the one before.")
    if said:
        raise InputError("No checkpoint of this run can be read; start the training anew under another name.")
    raise InputError("This run holds no checkpoint yet; start it without --resume.")


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read one checkpoint; raises `InputError` if it is missing, damaged or of another format."""
    if not path.is_file():
        raise InputError(f"There is no checkpoint {path.name}; give a run folder or one of its checkpoints.")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, ValueError, KeyError, OSError, pickle.UnpicklingError) as error:
        raise InputError(f"The checkpoint {path.name} is truncated or damaged; give an older one.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT or "weights" not in state:
        raise InputError(f"{path.name} is no checkpoint of this training package; give one that is.")
    return state


def load_network(source: Union[str, Path]) -> tuple[QuakeViT, Recipe, dict[str, Any]]:
    """The trained network of a run folder or checkpoint file.

    Parameters
    ----------
    source : str or Path
        A run folder (its ``weights.pt`` or newest checkpoint is taken), a checkpoint file, or a model file
        (``.onnx``) of one of the package's recipes.

    Returns
    -------
    network : QuakeViT
        With the averaged weights, in evaluation mode.
    recipe : Recipe
        What it was trained with.
    progress : dict
        "stage", "step" (in the stage), "steps", "shown" and "simulated" tiles; "before": the same three
        numbers, summed over all trainings that the network came from.
    """
    path = Path(source)
    if path.suffix == MODEL_SUFFIX and path.is_file():
        from .from_onnx import network_from_model

        return network_from_model(path)
    if path.is_dir():
        folder = path / "checkpoints" if (path / "checkpoints").is_dir() else path
        state = None
        if (folder / WEIGHTS).is_file():
            try:
                state = load_checkpoint(folder / WEIGHTS)
            except InputError:
                state = None
        if state is None:
            state, _ = load_latest(folder)
    else:
        state = load_checkpoint(path)
    recipe = recipe_from_dict(state["recipe"])
    plain = dict(recipe.to_dict()["network"], pretrained=False)
    network = QuakeViT(type(recipe.network)(**plain))
    load_weights(network, state["weights"])
    return network.eval(), recipe, dict(state.get("progress", {}))


def whole(progress: dict[str, Any]) -> dict[str, int]:
    """ "shown", "simulated" and "steps" of a training and of those that its network came from."""
    before = progress.get("before", {})
    return {name: progress.get(name, 0) + before.get(name, 0) for name in COUNTS}


def _write(path: Path, state: dict[str, Any]) -> None:
    advice = "free some disk space and continue with --resume"
    # torch reports a full disk as a RuntimeError
    with replacing(path, advice, (OSError, RuntimeError)) as temporary, temporary.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
