"""Earthquake catalogues: read them, and find the events that an interferogram should show."""

from .event import Catalogue, Event, MomentTensor, NodalPlane
from .reading import read_catalogue

__all__ = ["Catalogue", "Event", "MomentTensor", "NodalPlane", "read_catalogue"]
