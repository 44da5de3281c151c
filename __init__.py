"""QuakeFringe: find earthquakes in SAR interferograms, inside QGIS."""

from .version import __version__ as __version__


def classFactory(iface):
    """Give QGIS the plugin.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        The window's interface; None under ``qgis_process``.
    """
    from .plugin import QuakeFringePlugin

    return QuakeFringePlugin(iface)
