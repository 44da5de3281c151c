"""User interface in QGIS: everything that imports qgis, apart from `plugin.py`."""
