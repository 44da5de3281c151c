"""Fixtures: a fast simulator in place of the real one, on one thread."""

import pytest
import torch

from quakefringe.tests.training.fake_simulator import FakeSimulator
from quakefringe.training.data import batches


@pytest.fixture
def fake_simulator(monkeypatch):
    """Training and its tools draw tiles from the fake simulator."""
    monkeypatch.setattr(batches, "make_simulator", FakeSimulator)


@pytest.fixture
def one_thread():
    """Small networks are faster on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
