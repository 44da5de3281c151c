"""The package's log in QGIS' message log, in a tab of its own."""

from __future__ import annotations

import logging

from qgis.core import Qgis, QgsMessageLog

from .resources import NAME

PACKAGE = __name__.split(".", maxsplit=1)[0]
"""Parent of every logger of the plugin; the name of the folder that it is installed in."""


class MessageLogHandler(logging.Handler):
    """Sends log records to the tab "QuakeFringe" of QGIS' Log Messages panel, from any thread."""

    def emit(self, record: logging.LogRecord) -> None:
        """Add one line to the panel."""
        try:
            QgsMessageLog.logMessage(self.format(record), NAME, _level(record.levelno), False)
        except Exception:
            self.handleError(record)


def connect_log() -> logging.Handler:
    """Start sending the package's records of level INFO and above to QGIS.

    Returns
    -------
    logging.Handler
        For `disconnect_log`.
    """
    logger = logging.getLogger(PACKAGE)
    handler = MessageLogHandler(logging.INFO)
    handler.setFormatter(logging.Formatter("%(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    return handler


def disconnect_log(handler: logging.Handler) -> None:
    """Stop sending records to QGIS."""
    logger = logging.getLogger(PACKAGE)
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)
    handler.close()


def _level(level: int) -> Qgis.MessageLevel:
    """QGIS' level of a level of `logging`."""
    if level >= logging.ERROR:
        return Qgis.MessageLevel.Critical
    if level >= logging.WARNING:
        return Qgis.MessageLevel.Warning
    return Qgis.MessageLevel.Info
