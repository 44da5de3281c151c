"""Scripts that run inside the QGIS window, started by tests."""
