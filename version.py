"""The version of the plugin, the engine and the training package; `metadata.txt` and `pyproject.toml` agree."""

__version__ = "0.13.0"
