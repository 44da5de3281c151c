"""The package's log records in QGIS' message log."""

import logging
import threading

import pytest
from qgis.core import Qgis, QgsApplication

from quakefringe.plugin import QuakeFringePlugin
from quakefringe.tests.ui.helpers import wait_for
from quakefringe.ui.message_log import MessageLogHandler


@pytest.fixture
def messages(plugin):
    """Messages in the tab "QuakeFringe" as (text, level)."""
    received = []

    def receive(text, tag, level):
        if tag == "QuakeFringe":
            received.append((text, level))

    log = QgsApplication.messageLog()
    log.messageReceived[str, str, Qgis.MessageLevel].connect(receive)
    yield received
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(receive)


@pytest.mark.parametrize(
    ("level", "shown"),
    [
        (logging.INFO, Qgis.MessageLevel.Info),
        (logging.WARNING, Qgis.MessageLevel.Warning),
        (logging.ERROR, Qgis.MessageLevel.Critical),
    ],
)
def test_engine_records_reach_the_message_log(messages, level, shown):
    logging.getLogger("quakefringe.engine.detection").log(level, "Read %d windows", 3)
    assert messages == [("quakefringe.engine.detection: Read 3 windows", shown)]


def test_debug_records_stay_out_of_the_message_log(messages):
    logging.getLogger("quakefringe.engine").debug("detail")
    assert messages == []


def test_records_of_other_packages_stay_out_of_the_message_log(messages):
    logging.getLogger("another_plugin").warning("unrelated")
    assert messages == []


def test_records_from_a_worker_thread_reach_the_message_log(messages):
    worker = threading.Thread(target=logging.getLogger("quakefringe.engine").warning, args=("from a worker",))
    worker.start()
    worker.join()
    wait_for(lambda: messages)
    assert messages == [("quakefringe.engine: from a worker", Qgis.MessageLevel.Warning)]


def test_unloading_the_plugin_removes_its_log_handler():
    logger = logging.getLogger("quakefringe")
    before = list(logger.handlers)
    plugin = QuakeFringePlugin(None)
    plugin.initProcessing()
    plugin.initProcessing()
    (added,) = [handler for handler in logger.handlers if handler not in before]
    assert isinstance(added, MessageLogHandler)
    plugin.unload()
    assert logger.handlers == before
