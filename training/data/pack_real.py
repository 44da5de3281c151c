"""Packing a folder of real interferograms into one file, for training on a machine without GDAL."""

from __future__ import annotations

import logging
from pathlib import Path

from ...engine.errors import InputError
from ..config.source_kinds import code_of_label
from ..real.catalogue import read_catalogue
from ..real.packed import SUFFIX, LabelledGroup, quiet_crops, quiet_scene, write_packed
from ..simulation.scene.quiet import prepared_crops
from ..simulation.sources.real_fields import measured

logger = logging.getLogger(__name__)


def run(*, data: str, out: str, cache: str = "") -> Path:
    """Write the measured fields, quiet crops and labels of a folder into one file.

    `finetune`, `crossvalidate` and the recipes' `simulation.real` and `simulation.quiet` take the file in
    place of the folder. Scoring needs the folder.

    Parameters
    ----------
    data : str
        Folder of real interferograms with ``catalogue.csv``.
    out : str
        File to write, ``*.npz``.
    cache : str
        Folder for prepared real crops (default: none is kept).

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError, OutputError
        With one sentence.
    """
    path = Path(out)
    if path.suffix != SUFFIX:
        raise InputError(f"'{path.name}' does not end in {SUFFIX}; give a name that does.")
    scenes = read_catalogue(data)
    fields = [
        measured(scene)
        for scene in scenes
        if code_of_label(scene.label) is not None and not quiet_scene(scene.label, scene.crop)
    ]
    folder = quiet_crops(data)
    paths = sorted(Path(folder).glob("*.png")) if folder else []
    crops = ([one.name for one in paths], *prepared_crops(paths, cache)) if paths else None
    write_packed(path, [LabelledGroup(scene.group, scene.label) for scene in scenes], fields, crops)
    logger.info(
        "%d fields and %d quiet crops: %s, %.1f MB",
        len(fields),
        len(paths),
        path.name,
        path.stat().st_size / 1e6,
    )
    return path
