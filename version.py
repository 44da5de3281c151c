"""The version of plugin, engine and training package; `metadata.txt` and `pyproject.toml` repeat it."""

__version__ = "0.14.0"
