"""Further looks at windows in which something seems to move: the other way round, smoothed, level, closer.

Mirrored north to south, a scene is one that the satellite might as well have seen: its orbit runs close to
the meridian. Where the file tells neither which way is up nor which sign is towards the satellite, ground
can lie any way round and either date can come first, so the second look takes the other way of both. Of
either view the network should say the same; where it does not, the mean is the better answer. More such
views brought nothing.

A third look is at the smoothed phase: fine texture, be it noise or delay over rough ground, says nothing
about earthquakes, but the network does not quite know that.

A fourth and a fifth look are at the phase without its ramp, and at that smoothed: ramps that a seam or the
edge of a basin crosses make the network see earthquakes where there are none.

A closer look magnifies the middle of what moves. The core of an earthquake goes on looking like one, while
of rings of delay, and of slow unrest, little is left.

Continuous phase of a long wavelength is also looked at as shorter wavelengths would show it, for most of what
the network has seen is C band; with fewer fringes earthquakes are told less surely from other deformation. On
shorter wavelengths this brings nothing.

Windows that are plainly quiet, most of all windows, are looked at once.
"""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from ..network import Output
from ..tile import PATCH, SINE, UNWRAPPED
from .calibration import window_probabilities
from .deramp import deramped
from .encoding import recentred, rescaled_wavelength, smoothed

SUSPICION = 0.2
"""Probability of any deformation from which a window is looked at again."""
SMOOTHING = 3.0
"""Pixels: standard deviation of the Gaussian of the look at smoothed phase."""
CLOSER = 2.4
"""How many times the closer look magnifies."""
CLOSER_SHARE = 0.2
"""Part of the closer look in the logits. On simulated tiles more of it tells less well what deforms the
ground, though better whether it deforms."""
DEFORMED = 0.3
"""Probability of deformation from which a patch counts for the middle of what moves."""
LONG_M = 0.15
"""Wavelength from which continuous phase is also looked at `STRONGER` times as strong: L band and longer."""
WAVELENGTH_FACTORS = (2.0, 4.0)
"""L band as S and as C band would show it."""
SIGNED = (SINE, UNWRAPPED)
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


def closer(tiles: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Encoded tiles, magnified `CLOSER` times about the middle of what moves in them.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
    masks : ndarray, shape (B, H / 16, W / 16)
        Probability of each patch to be deformed.

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        Pixels are repeated; nothing beyond a tile's edge is needed.
    """
    weight = np.where(masks > DEFORMED, masks, 0.0)
    weight[weight.sum(axis=(1, 2)) == 0] = 1.0
    each = np.arange(len(tiles))[:, None, None, None]
    channel = np.arange(tiles.shape[1])[None, :, None, None]
    rows = _magnified(weight.sum(axis=2), tiles.shape[2])[:, None, :, None]
    columns = _magnified(weight.sum(axis=1), tiles.shape[3])[:, None, None, :]
    return recentred(tiles[each, channel, rows, columns])


def _magnified(weight: np.ndarray, pixels: int) -> np.ndarray:
    """Pixels of a magnified window about the weighted middle of patches, within the tile, (B, pixels)."""
    middles = (np.arange(weight.shape[1]) + 0.5) * PATCH
    half = pixels / 2 / CLOSER
    middle = np.clip((weight * middles).sum(axis=1) / weight.sum(axis=1), half, pixels - half)
    steps = (np.arange(pixels) + 0.5) / CLOSER
    return np.asarray((middle[:, None] - half + steps).astype(np.int64).clip(0, pixels - 1))


def run_passes(network: Any, tiles: np.ndarray, known: bool = True, long: bool = False) -> Output:
    """Run tiles through a network, and suspicious ones in further looks as well.

    Parameters
    ----------
    network : Network
    tiles : ndarray of float32, shape (B, 5, 224, 224)
    known : bool
        Whether the tiles are north up and their sign is right.
    long : bool
        Whether they are continuous phase of a long wavelength, see `LONG_M`.

    Returns
    -------
    Output
        Logits, attention and mask as the network gives them. Of suspicious tiles the mean of both views, the
        second turned back; their logits are the mean of both views, the smoothed and both level looks, then
        of this and of the stronger looks, and the closer look goes into them by `CLOSER_SHARE`.
    """
    first = network.run(tiles)
    moving = 1.0 - window_probabilities(first.logits, 1.0)[:, 0]
    again = np.flatnonzero(moving > SUSPICION)
    if not len(again):
        return first
    sums = [np.array(part, dtype=np.float32) for part in (first.logits, first.attention, first.mask)]
    turn, exchange = VIEWS[known]
    chosen = tiles[again]
    turned = np.array(turn(chosen), order="C")
    if exchange:
        turned[:, SIGNED] *= -1
    seen = network.run(turned)
    for total, part in zip(sums, (seen.logits, turn(seen.attention), turn(seen.mask))):
        total[again] = (total[again] + part) / 2
    level = deramped(chosen)
    plain = (smoothed(chosen, SMOOTHING), level, smoothed(level, SMOOTHING))
    others = sum(network.run(other).logits for other in plain)
    sums[0][again] = (2 * sums[0][again] + others) / (2 + len(plain))
    if long:
        stronger = sum(
            network.run(rescaled_wavelength(chosen, factor)).logits for factor in WAVELENGTH_FACTORS
        )
        sums[0][again] = (sums[0][again] + stronger) / (1 + len(WAVELENGTH_FACTORS))
    near = network.run(closer(chosen, sums[2][again]))
    sums[0][again] += CLOSER_SHARE * (near.logits - sums[0][again])
    return Output(*sums)
