"""Version of the plugin, the engine and the training package; `metadata.txt` and `pyproject.toml` repeat it."""

__version__ = "0.13.0"
