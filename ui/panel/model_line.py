"""Which model and which backend answer."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Optional

from ...engine.errors import ModelError
from ...engine.network.model_file import default_model_path
from ...engine.output.run_folder import RunSummary
from ..i18n import tr
from ..options.preferences import load_preferences


def model_line(summary: Optional[RunSummary] = None) -> str:
    """The model and backend of a result, or those that the next search will use."""
    if summary is not None and summary.model.get("version"):
        version, backend = str(summary.model["version"]), summary.backend
    else:
        version, backend = _installed_version(), load_preferences().backend
        if backend == "auto":
            backend = "onnxruntime" if find_spec("onnxruntime") else "numpy"
    return tr("Model {version}  ·  {backend}").format(version=version, backend=backend)


def _installed_version() -> str:
    """The version in the name of the model file, which need not be opened for it."""
    try:
        return default_model_path().stem.rpartition("-")[2]
    except ModelError:
        return tr("missing")
