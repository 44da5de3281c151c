"""QuakeFringe: find earthquakes in SAR interferograms, inside QGIS."""

__version__ = "0.13.0"


def classFactory(iface):
    """Give QGIS the plugin.

    Parameters
    ----------
    iface : qgis.gui.QgisInterface or None
        The window's interface; None under ``qgis_process``.
    """
    from .plugin import QuakeFringePlugin

    return QuakeFringePlugin(iface)
