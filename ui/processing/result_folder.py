"""A folder for the run: where outputs go that the user left blank or temporary, as in batch mode."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessing, QgsProcessingOutputLayerDefinition, QgsProperty

from ...engine.output.run_folder import RunFolder, create_run_folder

ON_REQUEST = ("HEADS",)
"""Outputs that a folder gets only if they were asked for."""


def new_run_folder(folder: str, scene: str) -> Optional[RunFolder]:
    """A new folder for the run; None when the user wants none.

    Raises
    ------
    OutputError
        When it cannot be created.
    """
    return create_run_folder(folder, scene) if folder else None


def discard(folder: Optional[RunFolder]) -> None:
    """Remove the folder of a run that wrote nothing."""
    if folder is not None:
        folder.discard()


def into_folder(parameters: dict[str, Any], folder: RunFolder) -> dict[str, Any]:
    """The parameters with every output in the folder that has no name of its own.

    A layer that QGIS was to load is loaded from there.
    """
    targets = {
        "HEATMAP": folder.heatmap,
        "BOXES": folder.boxes,
        "REPORT": folder.report,
        "RESULT": folder.result,
        "HEADS": folder.heads,
    }
    moved = dict(parameters)
    for name, path in targets.items():
        value = parameters.get(name)
        text = _text_of(value)
        wanted = text == QgsProcessing.TEMPORARY_OUTPUT or (not text and name not in ON_REQUEST)
        if wanted:
            moved[name] = _same_project(value, path)
    return moved


def _text_of(value: Any) -> str:
    """The path of an output as the user gave it; a data-defined one counts as a name of its own."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value = value.expressionString() or value.staticValue()
    return "" if value is None else str(value)


def _same_project(value: Any, path: str) -> Any:
    """The path, with the project into which the layer is to be loaded."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        return QgsProcessingOutputLayerDefinition(path, value.destinationProject)
    return path
