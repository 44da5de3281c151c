"""Extra passes of the network over windows that may show deformation.

Most windows of a scene are quiet; the network sees them once. A window that the first pass finds suspicious
goes through further passes, and their mean decides. The model card says which of them the model was
calibrated with.

``mirrored``
    The window mirrored from north to south, as the satellite might have seen it: its orbit runs close to
    the meridian. If the file tells neither which way is up nor which sign means motion towards the
    satellite, the window is mirrored at its diagonal and the two dates are exchanged. More such symmetries
    gained nothing.
``smoothed``
    Smoothed phase. Fine texture, either noise or tropospheric delay over rough terrain, says nothing about
    earthquakes, but it does affect the network.
``deramped``, ``deramped_smoothed``
    Phase without its ramp, and the same smoothed. A ramp across a seam or the edge of a basin can look like
    an earthquake to the network.
``rescaled_wavelength``
    Unwrapped phase of a long wavelength as shorter wavelengths would show it, because most interferograms
    that the network was trained on are C band. At L band, with its few fringes, earthquakes are harder to
    separate from other deformation. On shorter wavelengths this gains nothing.
``magnified``
    The centre of the deformation, magnified. The core of an earthquake still looks like an earthquake, while
    little is left of rings of tropospheric delay or of slow unrest.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Callable

import numpy as np

from ..network import Output
from ..network.card import PASSES as NEW_PASSES
from ..network.card import RETIRED_PASSES
from ..tile import PATCH, SINE, UNWRAPPED
from .calibration import window_probabilities
from .deramp import deramped
from .encoding import recentred, rescaled_wavelength, smoothed

SUSPICIOUS_MIN_PROBABILITY = 0.2
"""Probability of any deformation in the first pass from which a window goes through the others."""
SMOOTHING_SIGMA_PIXELS = 3.0
"""Standard deviation of the Gaussian of the smoothed passes."""
MAGNIFICATION = 2.4
"""Factor of the magnified pass."""
MAGNIFIED_WEIGHT = 0.2
"""Weight of the magnified pass in the logits. On simulated tiles a larger weight separates deformation from
none better, but earthquakes from other deformation less well."""
DEFORMED_MIN_PROBABILITY = 0.3
"""Probability of deformation from which a patch counts for the centre of the deformation."""
LONG_WAVELENGTH_MIN_M = 0.15
"""Wavelength from which unwrapped phase is rescaled: L band and longer."""
WAVELENGTH_FACTORS = (2.0, 4.0)
"""Factors that make L band look like S and like C band."""
SIGNED = (SINE, UNWRAPPED)
"""Channels that change sign when the two dates are exchanged."""

PASSES = (*NEW_PASSES, *RETIRED_PASSES)
"""All passes."""

Mirror = Callable[[np.ndarray], np.ndarray]


def mirrored_north_south(values: np.ndarray) -> np.ndarray:
    """Mirror the last two axes from north to south."""
    return values[..., ::-1, :]


def mirrored_diagonally(values: np.ndarray) -> np.ndarray:
    """Mirror the last two axes at the diagonal from lower left to upper right."""
    return np.swapaxes(values, -1, -2)[..., ::-1, ::-1]


MIRRORS: dict[bool, tuple[Mirror, bool]] = {
    True: (mirrored_north_south, False),
    False: (mirrored_diagonally, True),
}
"""By whether the tiles are oriented: the mirroring, its own inverse, and whether the dates are exchanged."""


def run_passes(
    network: Any,
    tiles: np.ndarray,
    passes: Collection[str] = PASSES,
    *,
    oriented: bool = True,
    long_wavelength: bool = False,
) -> Output:
    """Run tiles through a network, and suspicious tiles through further passes.

    Parameters
    ----------
    network : Network
    tiles : ndarray of float32, shape (B, 5, 224, 224)
    passes : collection of str
        The passes after the first one, of `network.card.PASSES`.
    oriented : bool
        Whether the tiles are known to be north-up with positive phase towards the satellite.
    long_wavelength : bool
        Whether they are unwrapped phase of a wavelength of `LONG_WAVELENGTH_MIN_M` or more; the pass
        "rescaled_wavelength" applies to these only.

    Returns
    -------
    Output
        Logits, attention and mask as from the network. Attention and mask of suspicious tiles are means of
        the first and the mirrored pass. Their logits are the mean over these two, the smoothed and the
        deramped passes; then the mean of this and of the rescaled passes; the magnified pass enters with the
        weight `MAGNIFIED_WEIGHT`.
    """
    first = network.run(tiles)
    deformed = 1.0 - window_probabilities(first.logits, 1.0)[:, 0]
    suspicious = np.flatnonzero(deformed > SUSPICIOUS_MIN_PROBABILITY)
    if not len(suspicious) or not passes:
        return first
    chosen = tiles[suspicious]
    logits, attention, mask = (part[suspicious] for part in (first.logits, first.attention, first.mask))
    count = 1
    if "mirrored" in passes:
        mirrored = _run_mirrored(network, chosen, oriented)
        logits, attention, mask = (
            (part + other) / 2
            for part, other in zip(
                (logits, attention, mask), (mirrored.logits, mirrored.attention, mirrored.mask)
            )
        )
        count = 2
    processed = _processed(chosen, passes)
    if processed:
        others = sum(network.run(other).logits for other in processed)
        logits = (count * logits + others) / (count + len(processed))
    if long_wavelength and "rescaled_wavelength" in passes:
        rescaled = sum(
            network.run(rescaled_wavelength(chosen, factor)).logits for factor in WAVELENGTH_FACTORS
        )
        logits = (logits + rescaled) / (1 + len(WAVELENGTH_FACTORS))
    if "magnified" in passes:
        near = network.run(magnified(chosen, mask))
        logits = logits + MAGNIFIED_WEIGHT * (near.logits - logits)
    return _replaced(first, suspicious, Output(logits, attention, mask))


def _run_mirrored(network: Any, tiles: np.ndarray, oriented: bool) -> Output:
    """The network's output for mirrored tiles, mirrored back."""
    mirror, exchange_dates = MIRRORS[oriented]
    mirrored = np.array(mirror(tiles), order="C")
    if exchange_dates:
        mirrored[:, SIGNED] *= -1
    output = network.run(mirrored)
    return Output(output.logits, mirror(output.attention), mirror(output.mask))


def _processed(tiles: np.ndarray, passes: Collection[str]) -> list[np.ndarray]:
    """The tiles of the smoothed and of the deramped passes."""
    processed = []
    if "smoothed" in passes:
        processed.append(smoothed(tiles, SMOOTHING_SIGMA_PIXELS))
    if "deramped" in passes or "deramped_smoothed" in passes:
        level = deramped(tiles)
        if "deramped" in passes:
            processed.append(level)
        if "deramped_smoothed" in passes:
            processed.append(smoothed(level, SMOOTHING_SIGMA_PIXELS))
    return processed


def _replaced(first: Output, rows: np.ndarray, output: Output) -> Output:
    """The output of the first pass with the rows of the suspicious tiles replaced."""
    parts = []
    for name in ("logits", "attention", "mask"):
        part = np.array(getattr(first, name), dtype=np.float32)
        part[rows] = getattr(output, name)
        parts.append(part)
    return Output(*parts)


def magnified(tiles: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Encoded tiles, magnified `MAGNIFICATION` times about the centre of their deformation.

    Parameters
    ----------
    tiles : ndarray of float32, shape (B, 5, H, W)
    masks : ndarray, shape (B, H / 16, W / 16)
        Probability of each patch to be deformed.

    Returns
    -------
    ndarray of float32, shape (B, 5, H, W)
        Pixels are repeated; the magnified part always lies inside the tile.
    """
    weight = np.where(masks > DEFORMED_MIN_PROBABILITY, masks, 0.0)
    weight[weight.sum(axis=(1, 2)) == 0] = 1.0
    tile = np.arange(len(tiles))[:, None, None, None]
    channel = np.arange(tiles.shape[1])[None, :, None, None]
    rows = _magnified_pixels(weight.sum(axis=2), tiles.shape[2])[:, None, :, None]
    columns = _magnified_pixels(weight.sum(axis=1), tiles.shape[3])[:, None, None, :]
    return recentred(tiles[tile, channel, rows, columns])


def _magnified_pixels(weight: np.ndarray, pixels: int) -> np.ndarray:
    """Indices of the magnified pixels about the weighted centre of the patches, shape (B, pixels)."""
    centres = (np.arange(weight.shape[1]) + 0.5) * PATCH
    half = pixels / 2 / MAGNIFICATION
    centre = np.clip((weight * centres).sum(axis=1) / weight.sum(axis=1), half, pixels - half)
    steps = (np.arange(pixels) + 0.5) / MAGNIFICATION
    return np.asarray((centre[:, None] - half + steps).astype(np.int64).clip(0, pixels - 1))
