"""Fine-tuning on real deformation over simulated and real backgrounds, mixed with simulated sources."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from ...engine.errors import InputError
from ..config.recipe import Recipe, read_recipe
from ..config.tables import ValidationSet
from ..model import checkpoint
from ..real.packed import labelled_groups, quiet_crops
from . import train


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

    The tiles come from the simulation that the network was trained on. In a fraction of them
    (``simulation.real_share``) the source is a real field: rotated, mirrored, scaled, converted to another
    wavelength, and laid over a simulated or a real quiet background. So the network does not forget the
    simulation, and cannot recognise real sources by their background.

    Parameters
    ----------
    init : str
        Run folder, checkpoint or model file to start from.
    data : str
        Folder of real interferograms with ``catalogue.csv``.
    folder : str
        Run folder to write.
    recipe : str
        Name or path; the [network] table is that of `init`.
    changes : sequence of str
        As for `read_recipe`.
    without : sequence of str
        Events and volcanoes to hold out of training; they get their own validation set.
    resume, device, devices, cache
        As for `train.run`.

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence; the run can be resumed.
    """
    if resume:
        return train.run(None, folder, resume=True, device=device, devices=devices, cache=cache)
    _, trained, _ = checkpoint.load_network(init)
    chosen = prepare(read_recipe(recipe, changes), trained, data, without)
    return train.run(chosen, folder, init=init, device=device, devices=devices, cache=cache)


def prepare(recipe: Recipe, trained: Recipe, data: str, without: Sequence[str] = ()) -> Recipe:
    """The recipe with the trained network's architecture, and with the real data in its simulation.

    Raises
    ------
    InputError
        A group to hold out is not in the catalogue.
    """
    groups = {scene.group for scene in labelled_groups(data)}
    for name in without:
        if name not in groups:
            known = ", ".join(sorted(groups))
            raise InputError(f"The catalogue has no event or volcano '{name}'; it has {known}.")
    simulation = {**trained.simulation, **recipe.simulation, "real": data, "real_without": ";".join(without)}
    if "quiet" not in recipe.simulation and quiet_crops(data):
        simulation["quiet"] = quiet_crops(data)
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
    """A validation set of the groups held out of training, if any."""
    if not without:
        return None
    trained_on = ";".join(sorted(groups - set(without)))
    return ValidationSet("held out", 256, {"real_share": 1.0, "real_without": trained_on})
