"""Fine-tuning: real deformation over simulated and real backgrounds, beside simulated sources."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from ...engine.errors import InputError
from ..config.recipe import Recipe, ValidationSet, read_recipe
from ..model import checkpoint
from ..real.catalogue import read_catalogue
from . import train

QUIET = Path("crops") / "quiet"


def run(
    *,
    init: str,
    data: str,
    folder: str,
    recipe: str = "finetune",
    changes: Sequence[str] = (),
    without: Sequence[str] = (),
    resume: bool = False,
    device: str = "auto",
    devices: int = 1,
    cache: str = "",
) -> Path:
    """Tune a trained network on real interferograms.

    The network sees the simulation that it was trained on, in which part of the sources
    (``simulation.real_share``) are real fields: turned, mirrored, scaled, seen at other wavelengths and
    laid over simulated and real quiet backgrounds. So it does not forget what it knew, and what is real
    is not told by its background.

    Parameters
    ----------
    init : str
        Run folder or checkpoint to start from.
    data : str
        Folder of real interferograms with ``catalogue.csv``.
    folder : str
        Run folder to write.
    recipe : str
        Name or path; its [network] table gives way to that of `init`.
    changes : sequence of str
        As for `read_recipe`.
    without : sequence of str
        Events and volcanoes that are held out of training; a validation set of their own shows them.
    resume, device, devices, cache
        As for `train.run`.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence; the run folder stays resumable.
    """
    if resume:
        return train.run(None, folder, resume=True, device=device, devices=devices, cache=cache)
    _, trained, _ = checkpoint.load_network(init)
    chosen = prepare(read_recipe(recipe, changes), trained, data, without)
    return train.run(chosen, folder, init=init, device=device, devices=devices, cache=cache)


def prepare(recipe: Recipe, trained: Recipe, data: str, without: Sequence[str] = ()) -> Recipe:
    """The recipe with the trained network's architecture and the real data in its simulation.

    Raises
    ------
    InputError
        A group to hold out is not in the catalogue, or nothing is left.
    """
    groups = {scene.group for scene in read_catalogue(data)}
    for name in without:
        if name not in groups:
            there = ", ".join(sorted(groups))
            raise InputError(f"No event or volcano of the catalogue is called '{name}'; there are {there}.")
    simulation = {**trained.simulation, **recipe.simulation, "real": data, "real_without": ";".join(without)}
    if "quiet" not in recipe.simulation and (Path(data) / QUIET).is_dir():
        simulation["quiet"] = str(Path(data) / QUIET)
    sets = recipe.validation.set
    held_out = _held_out(groups, without)
    if held_out is not None:
        sets = (*sets, held_out)
    return dataclasses.replace(
        recipe,
        network=trained.network,
        simulation=simulation,
        validation=dataclasses.replace(recipe.validation, set=sets),
    )


def _held_out(groups: set[str], without: Sequence[str]) -> Optional[ValidationSet]:
    """A validation set of the groups that training does not see."""
    if not without:
        return None
    seen = ";".join(sorted(groups - set(without)))
    return ValidationSet("held out", 256, {"real_share": 1.0, "real_without": seen})
