"""Preferences that hold for all projects, in QGIS' settings."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Optional

from qgis.core import QgsSettings

GROUP = "quakefringe/preferences"
"""Group of QGIS' settings that holds the preferences."""
PROJECT, RASTER, FOLDER, TEMPORARY = "project", "raster", "folder", "temporary"
PLACES = (PROJECT, RASTER, FOLDER, TEMPORARY)
"""Where results can go: beside the project, beside the raster, in one folder, or nowhere for good."""
BACKENDS = ("auto", "numpy", "onnxruntime")
C_BAND_FRINGE_CM, L_BAND_FRINGE_CM = 2.8, 12.0
"""Line-of-sight motion of one fringe: half the wavelength of Sentinel-1 (5.5 cm) and of ALOS-2 (24 cm)."""


@dataclass(frozen=True)
class Preferences:
    """What the user has chosen; the defaults leave every decision to the plugin.

    Attributes
    ----------
    backend : {"auto", "numpy", "onnxruntime"}
    threads : int
        Maximum number of threads; 0: one for each core.
    place : {"project", "raster", "folder", "temporary"}
        Where results are kept.
    folder : str
        The folder, where `place` is "folder".
    threshold : float
        Probability from which an earthquake is called present; 0: the model's.
    coherence : float
        Lowest coherence; -1: the product's own rule.
    dem, catalogue : str
        Paths of the default elevation model and earthquake catalogue; empty: none.
    fringe_cm : float
        Line-of-sight motion of one fringe when a layer is re-wrapped.
    """

    backend: str = "auto"
    threads: int = 0
    place: str = PROJECT
    folder: str = ""
    threshold: float = 0.0
    coherence: float = -1.0
    dem: str = ""
    catalogue: str = ""
    fringe_cm: float = C_BAND_FRINGE_CM


DEFAULTS = Preferences()


def load_preferences() -> Preferences:
    """The stored preferences; unusable values become the defaults."""
    settings = QgsSettings()
    values: dict[str, Any] = {}
    for one in fields(Preferences):
        stored = settings.value(f"{GROUP}/{one.name}", None)
        default = getattr(DEFAULTS, one.name)
        values[one.name] = default if stored is None else _converted(stored, default)
    if values["backend"] not in BACKENDS:
        values["backend"] = DEFAULTS.backend
    if values["place"] not in PLACES:
        values["place"] = DEFAULTS.place
    values["threads"] = max(0, values["threads"])
    if not values["fringe_cm"] > 0:
        values["fringe_cm"] = DEFAULTS.fringe_cm
    return Preferences(**values)


def save_preferences(preferences: Preferences) -> None:
    """Store the preferences; defaults are not stored, so that they may change with the plugin."""
    settings = QgsSettings()
    for name, value in asdict(preferences).items():
        if value == getattr(DEFAULTS, name):
            settings.remove(f"{GROUP}/{name}")
        else:
            settings.setValue(f"{GROUP}/{name}", value)


def reset_preferences() -> None:
    """Forget everything that the user has chosen."""
    QgsSettings().remove(GROUP)


def detection_parameters(preferences: Preferences) -> dict[str, Any]:
    """The preferences as parameters of ``quakefringe:detect``; what the plugin decides is left out."""
    values: dict[str, Optional[Any]] = {
        "BACKEND": preferences.backend if preferences.backend != "auto" else None,
        "THRESHOLD": preferences.threshold if 0 < preferences.threshold < 1 else None,
        "COHERENCE": preferences.coherence if 0 <= preferences.coherence <= 1 else None,
        "DEM": preferences.dem or None,
        "CATALOGUE": preferences.catalogue or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _converted(stored: Any, default: Any) -> Any:
    """A stored value in the type of its default; the default when it cannot be converted."""
    try:
        return type(default)(stored)
    except (TypeError, ValueError):
        return default
