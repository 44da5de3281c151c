"""A second look: windows in which something seems to move are seen another way round, and the mean is taken.

Mirrored north to south, a scene is one that the satellite might as well have seen: its orbit runs close to
the meridian. Where the file tells neither which way is up nor which sign is towards the satellite, ground
can lie any way round and either date can come first, so the second look takes the other way of both. Of
either view the network should say the same; where it does not, the mean is the better answer. Windows that
are plainly quiet, most of all windows, are looked at once. More than one further view brought nothing.
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


def south_up(values: np.ndarray) -> np.ndarray:
    """Mirror the last two axes from north to south."""
    return values[..., ::-1, :]


def across(values: np.ndarray) -> np.ndarray:
    """Mirror the last two axes at the diagonal from lower left to upper right."""
    return np.swapaxes(values, -1, -2)[..., ::-1, ::-1]


VIEWS: dict[bool, tuple[Turn, bool]] = {True: (south_up, False), False: (across, True)}
"""The second view, its own inverse, and whether dates are exchanged: where orientation and sign are known,
and where they are not."""


def look(network: Any, tiles: np.ndarray, known: bool = True) -> Output:
    """Run tiles through a network, and suspicious ones in a second view, of which the mean is given.

    Parameters
    ----------
    network : Network
    tiles : ndarray of float32, shape (B, 5, 224, 224)
    known : bool
        Whether the tiles are north up and their sign is right.

    Returns
    -------
    Output
        Logits, attention and mask as the network gives them, those of the second view turned back.
    """
    first = network.run(tiles)
    moving = 1.0 - window_probabilities(first.logits, 1.0)[:, 0]
    again = np.flatnonzero(moving > SUSPICION)
    if not len(again):
        return first
    sums = [np.array(part, dtype=np.float32) for part in (first.logits, first.attention, first.mask)]
    turn, exchange = VIEWS[known]
    chosen = tiles[again]
    if exchange:
        chosen[:, SIGNED] *= -1
    seen = network.run(np.ascontiguousarray(turn(chosen)))
    for total, part in zip(sums, (seen.logits, turn(seen.attention), turn(seen.mask))):
        total[again] = (total[again] + part) / 2
    return Output(*sums)
