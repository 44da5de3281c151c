"""Where the results of a run go."""

from __future__ import annotations

import os

from qgis.core import QgsApplication, QgsProcessingUtils, QgsProject

from ...engine.output.run_folder import RunFolder, create_run_folder, is_writable
from ...engine.resources import RESOURCES
from ..options.preferences import FOLDER, PROJECT, RASTER, TEMPORARY, Preferences

BESIDE_RASTER = "quakefringe_results"
"""Folder of the runs beside a raster."""


def new_folder(preferences: Preferences, project: QgsProject, raster: str, scene: str) -> RunFolder:
    """Create the folder of a new run.

    Parameters
    ----------
    raster : str
        Path of the interferogram.
    scene : str
        Name of the scene, which becomes part of the folder's name.

    Raises
    ------
    OutputError
        When the folder cannot be created.
    """
    base = base_folder(preferences, project, raster) or temporary_folder()
    return create_run_folder(base, scene)


def base_folder(preferences: Preferences, project: QgsProject, raster: str) -> str:
    """The folder in which a run gets its own folder; empty for temporary results.

    Beside the project means beside the raster while the project is not saved. Where neither can be written
    to, the runs go to the user's profile of QGIS, so that none is lost.
    """
    if preferences.place == TEMPORARY:
        return ""
    candidates = []
    if preferences.place == FOLDER and preferences.folder:
        candidates.append(preferences.folder)
    if preferences.place == PROJECT and project.fileName():
        candidates.append(_beside_project(project))
    if preferences.place in (PROJECT, RASTER) and os.path.isfile(raster):
        candidates.append(os.path.join(os.path.dirname(os.path.abspath(raster)), BESIDE_RASTER))
    usable = (folder for folder in candidates if is_writable(folder) and not _belongs_to_plugin(folder))
    return next(usable, profile_folder())


def temporary_folder() -> str:
    """The folder for runs that QGIS removes when it closes."""
    return os.path.join(QgsProcessingUtils.tempFolder(), "quakefringe_results")


def is_temporary(folder: str) -> bool:
    """Whether QGIS removes a folder when it closes."""
    return os.path.abspath(folder).startswith(os.path.abspath(temporary_folder()) + os.sep)


def profile_folder() -> str:
    """The folder for runs in the user's profile."""
    return os.path.join(QgsApplication.qgisSettingsDirPath(), "quakefringe", "results")


def _beside_project(project: QgsProject) -> str:
    path = project.absoluteFilePath() or project.fileName()
    return f"{os.path.splitext(path)[0]}_quakefringe"


def _belongs_to_plugin(folder: str) -> bool:
    """Whether a folder lies in the plugin's own files, which an update replaces."""
    root = os.path.realpath(str(RESOURCES)) + os.sep
    return os.path.realpath(folder).startswith(root)
