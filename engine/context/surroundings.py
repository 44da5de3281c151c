"""What is known about a scene besides its phase: events of a catalogue, volcanoes and faults near each box.

The inputs are opened before the network runs, so that a wrong path stops a run at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np

from ..catalogue import read_catalogue
from ..catalogue.fields import parse_mapping
from ..catalogue.match import CatalogueMatch, match_catalogue
from ..catalogue.scene import scene_view
from ..catalogue.sentences import box_words, notes, probability_words, warnings
from ..errors import InputError
from ..interferogram import Interferogram
from ..raster.grid import Grid
from ..results import Box
from ..settings import Settings
from .faults import FaultLayer
from .volcanoes import NEAR_KM, nearest_volcano


@dataclass
class Found:
    """What was found about one scene.

    Attributes
    ----------
    catalogue : dict or None
        `CatalogueMatch.describe()`, with "sentences" for people; None without a catalogue.
    context : list of dict
        For each box with a place: "rank", "volcano", "volcano_km" and, with a fault layer, "fault",
        "fault_kind", "fault_km".
    warnings, notes : list of str
    """

    catalogue: Optional[dict[str, Any]] = None
    context: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def with_volcano(self, label: str, kind: str) -> str:
        """The verdict with the volcano near the most probable box; the probability stays as it is."""
        first = self.context[0] if self.context else None
        if first is None or first["volcano_km"] > NEAR_KM:
            return label
        either = " earthquake or dyke intrusion," if kind == "unclear" else ""
        return f"{label},{either} {first['volcano_km']:.0f} km from the volcano {first['volcano']}"


class Surroundings:
    """The catalogue and the fault layer that the settings name, opened.

    Attributes
    ----------
    paths : list of str
        Their files, which no result may overwrite.

    Raises
    ------
    InputError
        When one of them cannot be read.
    """

    def __init__(self, settings: Settings) -> None:
        self._tolerance = settings.catalogue_tolerance
        given = filter(None, (settings.catalogue, settings.faults))
        self.paths = [path.partition("|")[0] for path in given]
        mapping = parse_mapping(settings.catalogue_fields or "")
        self.catalogue = read_catalogue(settings.catalogue, mapping) if settings.catalogue else None
        self.faults = FaultLayer(settings.faults) if settings.faults else None

    def of(
        self,
        interferogram: Interferogram,
        boxes: Sequence[Box],
        heat: np.ndarray,
        grid: Grid,
        probability: float,
    ) -> Found:
        """What lies around the boxes of a scene."""
        found = Found(context=[near for near in (self._near(box) for box in boxes) if near])
        if found.context and found.context[0]["volcano_km"] <= NEAR_KM:
            found.notes.append(
                f"Box 1 lies {found.context[0]['volcano_km']:.0f} km from the volcano "
                f"{found.context[0]['volcano']}; "
                "a dyke intrusion can look like an earthquake."
            )
        if self.catalogue is None:
            return found
        try:
            match = match_catalogue(
                self.catalogue, scene_view(interferogram, heat, grid), boxes, probability, self._tolerance
            )
        except (ValueError, InputError):
            found.warnings.append(
                "The place of the scene is not known, so the catalogue could not be matched; set the CRS "
                "of the scene."
            )
            return found
        found.catalogue = {**match.describe(), "sentences": _sentences(match)}
        found.warnings += warnings(match, boxes)
        found.notes += notes(match)
        return found

    def _near(self, box: Box) -> Optional[dict[str, Any]]:
        if box.lon is None or box.lat is None:
            return None
        volcano, distance = nearest_volcano(box.lon, box.lat)
        near: dict[str, Any] = {"rank": box.rank, "volcano": volcano.name, "volcano_km": distance}
        if self.faults is not None:
            fault = self.faults.nearest(box.lon, box.lat)
            near["fault"] = fault.name if fault else None
            near["fault_kind"] = fault.kind if fault else None
            near["fault_km"] = fault.distance_km if fault else None
        return near


def _sentences(match: CatalogueMatch) -> list[str]:
    boxes = [box_words(box, match.time_checked) for box in match.boxes]
    return [*([probability_words(match)] if match.time_checked else []), *boxes]
