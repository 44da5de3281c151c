"""What the tests of the archive leave as they found it."""

import pytest

from quakefringe.archive import worker
from quakefringe.engine.numerics.threads import limit_threads


@pytest.fixture(autouse=True)
def _workers_own_limits():
    """Undo what `examine` sets for a worker's whole process, here the process of all tests."""
    yield
    limit_threads(None)
    worker._network.cache_clear()
    worker._surroundings.cache_clear()
