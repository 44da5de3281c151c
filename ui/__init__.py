"""The QGIS side: everything that imports qgis, except the plugin's glue."""
