"""The network's answer as a proposal for the search of `engine.source`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from ..errors import InputError
from ..source import Look, looks_frame
from ..source.mechanism import auxiliary
from .guess import views_of
from .model import SourceModel, load_source_model
from .points import Points, make_points
from .tile import RIGIDITY_PA
from .views import View, draw

AUXILIARY_SHARE = 0.3
"""Part of the faults that are turned to the other nodal plane, which explains the data almost as well."""
WIDENED = 1.3
"""Factor on the spread beyond the calibrated one: a search wants to see a little more than what is likely."""


class NetworkProposal:
    """Faults that the network holds for likely, from all looks alike.

    Parameters
    ----------
    views : sequence of View
        Of all looks.
    widened : float
        The network's calibrated factor on its spreads.
    """

    def __init__(self, views: Sequence[View], widened: float) -> None:
        self._views, self._widened = list(views), widened * WIDENED

    def sample(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Faults (n, 9) with the columns of `engine.source.PROPOSAL_COLUMNS`."""
        fault = draw(self._views, n, rng, self._widened)
        angles = fault["strike"], fault["dip"], fault["rake"]
        turned = rng.random(n) < AUXILIARY_SHARE
        strike, dip, rake = (np.where(turned, other, own) for other, own in zip(auxiliary(*angles), angles))
        area = fault["length"] * fault["width"] * 1e6
        slip = 10 ** (1.5 * fault["mw"] + 9.1) / (RIGIDITY_PA * area)
        return np.stack(
            [
                fault["east"],
                fault["north"],
                fault["depth"],
                strike,
                dip,
                rake,
                fault["length"],
                fault["width"],
                slip,
            ],
            1,
        )


def points_of(look: Look, looks: Sequence[Look]) -> Points:
    """The points of one look in the frame of all."""
    east, north = looks_frame(looks).to_km(look.longitude, look.latitude)
    return make_points(east, north, look.displacement, look.look_vectors, look.spacing_km)


def propose(
    model: SourceModel,
    looks: Sequence[Look],
    centre_km: Optional[tuple[float, float]] = None,
    side_km: float = 0.0,
) -> NetworkProposal:
    """The proposal for `estimate_source(looks, proposal=...)`.

    Parameters
    ----------
    model : SourceModel
    looks : sequence of Look
    centre_km, side_km : optional
        Centre (in the frame of `looks_frame(looks)`) and longer side of the box; found from the motion if
        they are not given.

    Raises
    ------
    InputError
        If there is hardly any displacement around the box in any look.
    """
    views = [view for look in looks for view in views_of(model, points_of(look, looks), centre_km, side_km)]
    return NetworkProposal(views, model.card.widened)


def proposal_if_seen(looks: Sequence[Look]) -> Optional[NetworkProposal]:
    """The proposal of the plugin's network; None where it sees too little of the motion."""
    try:
        return propose(load_source_model(), looks)
    except InputError:
        return None
