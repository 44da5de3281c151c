"""Checkpoints: written completely or not at all; an older one replaces a damaged one."""

from __future__ import annotations

import json
import os
import pickle
import re
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Union

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open

from ...engine.errors import InputError
from ...engine.output.atomic import replacing
from ..config.recipe import Recipe, recipe_from_dict
from .network import QuakeViT, load_weights

FORMAT = 1
WEIGHTS = "weights.safetensors"
FORMER_WEIGHTS = "weights.pt"
"""Name and format of the weights up to 0.13.0; they can still be read."""
DESCRIPTION = "quakefringe"
"""Key of the metadata of a safetensors file that holds format, recipe and progress as JSON."""
MODEL_SUFFIX = ".onnx"
COUNTS = ("shown", "simulated", "steps")
"""Counters that add up from one training to the next."""
_NAME = re.compile(r"step-(\d+)\.pt")


def save_checkpoint(folder: Path, state: dict[str, Any], shown: int, keep: int) -> Path:
    """Write ``step-<tiles shown>.pt`` and the weights, and delete all but the last `keep` checkpoints.

    Parameters
    ----------
    folder : Path
    state : dict
        Plain data and tensors; "weights" are the ones to use, averaged if there is an average.
    """
    path = folder / f"step-{shown:012d}.pt"
    _write(path, {"format": FORMAT, **state})
    _write_weights(folder / WEIGHTS, state)
    for old in checkpoints(folder)[:-keep]:
        old.unlink(missing_ok=True)
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Checkpoints in a folder, oldest first."""
    return sorted(path for path in folder.glob("step-*.pt") if _NAME.fullmatch(path.name))


def load_latest(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """The newest readable checkpoint, and a sentence for each damaged one.

    Raises
    ------
    InputError
        There is no readable checkpoint.
    """
    warnings: list[str] = []
    for path in reversed(checkpoints(folder)):
        try:
            return load_checkpoint(path), warnings
        except InputError:
            warnings.append(f"The checkpoint {path.name} is truncated or damaged; using the one before.")
    if warnings:
        raise InputError("No checkpoint of this run can be read; start a new run under another name.")
    raise InputError("This run has no checkpoint yet; start it without --resume.")


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read one checkpoint; raises `InputError` if it is missing, damaged or of another format."""
    if not path.is_file():
        raise InputError(f"There is no checkpoint {path.name}; give a run folder or one of its checkpoints.")
    try:
        state = _read_weights(path) if path.suffix == Path(WEIGHTS).suffix else _read(path)
    except (RuntimeError, EOFError, ValueError, KeyError, OSError, pickle.UnpicklingError) as error:
        raise InputError(f"The checkpoint {path.name} is truncated or damaged; give an older one.") from error
    if not isinstance(state, dict) or state.get("format") != FORMAT or "weights" not in state:
        raise InputError(f"{path.name} is not a checkpoint of this training package; give one that is.")
    return state


def load_network(source: Union[str, Path]) -> tuple[QuakeViT, Recipe, dict[str, Any]]:
    """The trained network of a run folder, checkpoint or model file.

    Parameters
    ----------
    source : str or Path
        A run folder (its weights or newest checkpoint), a checkpoint file, or a model file (``.onnx``) of one
        of the package's recipes.

    Returns
    -------
    network : QuakeViT
        With the averaged weights, in evaluation mode.
    recipe : Recipe
        The recipe that it was trained with.
    progress : dict
        "stage", "step" (in the stage), "steps", "shown" and "simulated" tiles; "before": the last three
        numbers, summed over the trainings that this one continued from.
    """
    path = Path(source)
    if path.suffix == MODEL_SUFFIX and path.is_file():
        from .from_onnx import network_from_model

        return network_from_model(path)
    state = _state_of_folder(path) if path.is_dir() else load_checkpoint(path)
    recipe = recipe_from_dict(state["recipe"])
    plain = dict(recipe.to_dict()["network"], pretrained=False)
    network = QuakeViT(type(recipe.network)(**plain))
    load_weights(network, state["weights"])
    return network.eval(), recipe, dict(state.get("progress", {}))


def has_weights(run: Path) -> bool:
    """Whether a run folder contains finished weights."""
    return any((run / "checkpoints" / name).is_file() for name in (WEIGHTS, FORMER_WEIGHTS))


def _state_of_folder(folder: Path) -> dict[str, Any]:
    """The weights of a run folder, or its newest checkpoint if they are missing or damaged."""
    folder = folder / "checkpoints" if (folder / "checkpoints").is_dir() else folder
    for name in (WEIGHTS, FORMER_WEIGHTS):
        if (folder / name).is_file():
            try:
                return load_checkpoint(folder / name)
            except InputError:
                continue
    state, _ = load_latest(folder)
    return state


def total_progress(progress: dict[str, Any]) -> dict[str, int]:
    """Sums of "shown", "simulated" and "steps" over a training and those that it continued from."""
    before = progress.get("before", {})
    return {name: progress.get(name, 0) + before.get(name, 0) for name in COUNTS}


def _read(path: Path) -> Any:
    return torch.load(path, map_location="cpu", weights_only=True)


def _read_weights(path: Path) -> dict[str, Any]:
    """Read what `_write_weights` wrote."""
    try:
        with safe_open(path, "pt") as file:
            description = json.loads((file.metadata() or {}).get(DESCRIPTION, "{}"))
            names = list(file.keys())
            return {**description, "weights": {name: file.get_tensor(name) for name in names}}
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def _write_weights(path: Path, state: dict[str, Any]) -> None:
    """Write the weights in the safetensors format, with recipe and progress in the file's metadata."""
    description: dict[str, Any] = {"format": FORMAT}
    description.update({key: state[key] for key in ("recipe", "progress") if key in state})
    tensors: dict[str, torch.Tensor] = {}
    for name, value in state["weights"].items():
        tensors[name] = value.detach().cpu().contiguous()
    data = safetensors.torch.save(tensors, {DESCRIPTION: json.dumps(description)})
    with _replacing(path) as temporary:
        temporary.write_bytes(data)


def _write(path: Path, state: dict[str, Any]) -> None:
    with _replacing(path) as temporary, temporary.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())


def _replacing(path: Path) -> AbstractContextManager[Path]:
    # torch reports a full disk as a RuntimeError
    return replacing(path, "free some disk space and continue with --resume", (OSError, RuntimeError))
