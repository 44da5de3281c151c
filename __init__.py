"""QuakeFringe: detects earthquakes in SAR interferograms, inside QGIS."""


def classFactory(iface):
    """Return the plugin to QGIS.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        Interface of the QGIS window; None under ``qgis_process``.
    """
    from .plugin import QuakeFringePlugin

    return QuakeFringePlugin(iface)


def __getattr__(name):
    """Look up `__version__`; without an import above, pytest can read this file in a folder of any name."""
    if name == "__version__":
        from .version import __version__

        return __version__
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
