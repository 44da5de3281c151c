"""Folders of the files that come with the plugin."""

from __future__ import annotations

from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[1] / "resources"
STYLES = RESOURCES / "styles"
MODELS = RESOURCES / "models"
