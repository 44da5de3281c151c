"""What the user has chosen for all projects: the preferences and their page in QGIS' options dialog."""
