"""A second look: windows in which something seems to move are seen another way round, and the mean is taken.

Ground can lie any way round in an interferogram, and either date can come first. The network was trained on
all of these views and should say the same of each; where it does not, the mean is the better answer. Windows
that are plainly quiet, most of all windows, are looked at once. More than one further view brought nothing.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from .calibration import window_probabilities
from .encoding import CHANNELS
from .network import Output

SUSPICION = 0.2
"""Probability of any deformation from which a window is looked at again."""
SIGNED = tuple(index for index, name in enumerate(CHANNELS) if name in ("sin_phase", "unwrapped"))
"""Channels whose sign turns when the two dates are exchanged."""

Turn = Callable[[np.ndarray], np.ndarray]


def _across(values: np.ndarray) -> np.ndarray:
    return np.swapaxes(values, -1, -2)[..., ::-1, ::-1]


VIEWS: tuple[tuple[Turn, bool], ...] = ((_across, True),)
"""Further views (mirrored across the other diagonal), each its own inverse; whether dates are exchanged."""


def look(network: Any, tiles: np.ndarray) -> Output:
    """Run tiles through a network, and suspicious ones in further views, of which the mean is given.

    Parameters
    ----------
    network : Network
    tiles : ndarray of float32, shape (B, 5, 224, 224)

    Returns
    -------
    Output
        Logits, attention and mask as the network gives them, those of further views turned back.
    """
    first = network.run(tiles)
    moving = 1.0 - window_probabilities(first.logits, 1.0)[:, 0]
    again = np.flatnonzero(moving > SUSPICION)
    if not len(again):
        return first
    sums = [np.array(part, dtype=np.float32) for part in (first.logits, first.attention, first.mask)]
    chosen = tiles[again]
    exchanged = chosen.copy()
    exchanged[:, SIGNED] *= -1
    for turn, exchange in VIEWS:
        seen = network.run(np.ascontiguousarray(turn(exchanged if exchange else chosen)))
        for total, part in zip(sums, (seen.logits, turn(seen.attention), turn(seen.mask))):
            total[again] += part
    for total in sums:
        total[again] /= 1 + len(VIEWS)
    return Output(*sums)
