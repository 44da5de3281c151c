"""QuakeFringe: detects earthquakes in SAR interferograms, inside QGIS."""

from .version import __version__

__all__ = ["__version__", "classFactory"]


def classFactory(iface):
    """Return the plugin to QGIS.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        Interface of the QGIS window; None under ``qgis_process``.
    """
    from .plugin import QuakeFringePlugin

    return QuakeFringePlugin(iface)
