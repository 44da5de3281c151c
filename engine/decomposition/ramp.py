"""The reference of a look: the plane or offset of the ground that did not move, and the noise on it.

Displacement from interferometry has no zero of its own, and orbits, ionosphere and weather tilt it. Both
matter here: an error in one look goes into up and east with the weight of the geometry. The plane is fitted
to ground away from the event, by iteratively reweighted least squares (Cauchy weights), so that what moves
does not pull it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..boxes.deformed_area import DEFORMED_SHARE

FIT_PIXELS = 40_000
"""Pixels of a look that the fit uses, spread evenly."""
ROUNDS = 12
"""Rounds of reweighting; the plane no longer changes after about eight."""
BLOCKS = 4
"""Blocks along each side of the grid, left out in turn for the uncertainty of the reference."""
MIN_STILL_SHARE = 0.3
"""Share of the pixels that must be undeformed for a plane to be told from the event; below it, an offset."""
FAR_REACH_RATIO = 0.5
"""Distance from the deformed ground, relative to its radius, from which noise is measured."""
MIN_FAR_SHARE = 0.05
"""Share of the pixels that must be that far; else all undeformed ground is used."""
LOCAL_WINDOW_PIXELS = 9
"""Window in which the scatter from pixel to pixel is measured."""
PEAK_PERCENTILE = 99.5
"""Percentile of the absolute displacement that stands for its peak; a few wrong pixels lie above it."""


@dataclass(frozen=True)
class Reference:
    """What was taken out of a look, and what is left on still ground.

    Attributes
    ----------
    kind : str
        "plane", "offset" or "none".
    offset_m : float
        At the centre of the grid.
    slope : tuple of 2 floats
        Metres per pixel, to the right and down.
    still_share : float
        Share of the valid pixels that did not move.
    noise_m : float
        Standard deviation on still ground: delay in the atmosphere and noise of the phase.
    """

    kind: str
    offset_m: float
    slope: tuple[float, float]
    still_share: float
    noise_m: float

    def surface(self, shape: tuple[int, ...]) -> np.ndarray:
        """The plane on the grid, metres."""
        y, x = _positions(shape)
        return np.asarray(self.offset_m + self.slope[0] * x + self.slope[1] * y)


def reference(values: np.ndarray, kind: str) -> tuple[Reference, np.ndarray]:
    """Fit the reference of a look.

    Parameters
    ----------
    values : ndarray, shape (H, W)
        Displacement in metres, NaN where not valid.
    kind : str
        "auto", "plane", "offset" or "none".

    Returns
    -------
    Reference
    sigma : ndarray, shape (H, W), float32
        Standard deviation of each pixel in metres: the noise on still ground, more where pixels scatter, and
        that of the reference.
    """
    coefficients, covariance = np.zeros(3), np.zeros((3, 3))
    if kind != "none":
        coefficients, _ = _fit(values, kind != "offset")
        still = _still(values - _surface(coefficients, values.shape))
        share = float(still.sum() / max(1, np.isfinite(values).sum()))
        if kind == "auto":
            kind = "plane" if share >= MIN_STILL_SHARE and _surrounds(still) else "offset"
        coefficients, covariance = _fit(np.where(still, values, np.nan), kind == "plane")
    residual = values - _surface(coefficients, values.shape)
    still = _still(residual)
    share = float(still.sum() / max(1, np.isfinite(values).sum()))
    noise, sigma = _noise(residual, still)
    # the fit takes as much out of the noise, on average, as it is itself uncertain
    surface = _surface_variance(covariance, values.shape)
    sigma = np.sqrt(sigma**2 + surface + surface.mean()).astype(np.float32)
    slope = float(coefficients[1]), float(coefficients[2])
    return Reference(kind, float(coefficients[0]), slope, share, noise), sigma


def _positions(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns counted from the centre."""
    return (np.arange(shape[0]) - (shape[0] - 1) / 2)[:, None], (np.arange(shape[1]) - (shape[1] - 1) / 2)[
        None
    ]


def _surface(coefficients: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    y, x = _positions(shape)
    return np.asarray(coefficients[0] + coefficients[1] * x + coefficients[2] * y, dtype=np.float32)


def _surface_variance(covariance: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Variance of the plane at each pixel."""
    y, x = _positions(shape)
    c = covariance
    return np.asarray(
        c[0, 0] + c[1, 1] * x**2 + c[2, 2] * y**2 + 2 * (c[0, 1] * x + c[0, 2] * y + c[1, 2] * x * y)
    )


def _fit(values: np.ndarray, tilted: bool) -> tuple[np.ndarray, np.ndarray]:
    """Offset and slopes (per column, per row) by iteratively reweighted least squares, and their
    covariance."""
    step = max(1, math.ceil(math.sqrt(np.isfinite(values).sum() / FIT_PIXELS)))
    part = values[::step, ::step]
    rows, columns = np.nonzero(np.isfinite(part))
    if not len(rows):
        return np.zeros(3), np.zeros((3, 3))
    data = part[rows, columns].astype(np.float64)
    y, x = _positions(values.shape)
    design = np.stack([np.ones(len(rows)), x[0, columns * step], y[rows * step, 0]], axis=1)
    if not tilted or len(rows) < 30:
        design = design[:, :1]
    weight = np.ones(len(rows))
    solution = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        root = np.sqrt(weight)[:, None]
        solution = np.linalg.lstsq(design * root, data * root[:, 0], rcond=None)[0]
        residual = data - design @ solution
        scale = max(1.4826 * float(np.median(np.abs(residual - np.median(residual)))), 1e-6)
        weight = 1 / (1 + (residual / scale) ** 2)
    tile = (rows * step * BLOCKS // values.shape[0]) * BLOCKS + columns * step * BLOCKS // values.shape[1]
    spread = _jackknife(design, data, weight, tile)
    missing = 3 - len(solution)
    return np.pad(solution, (0, missing)), np.pad(spread, (0, missing))


def _jackknife(design: np.ndarray, data: np.ndarray, weight: np.ndarray, tile: np.ndarray) -> np.ndarray:
    """Covariance of the coefficients from fits that leave out one block of ground each.

    Noise of the atmosphere is alike over kilometres, and the far field of the event is no noise at all: both
    move the reference by more than independent pixels would.
    """
    unknowns = design.shape[1]
    normals = np.zeros((BLOCKS**2, unknowns, unknowns))
    rights = np.zeros((BLOCKS**2, unknowns))
    for block in np.unique(tile):
        part = tile == block
        weighted = design[part] * weight[part, None]
        normals[block] = weighted.T @ design[part]
        rights[block] = weighted.T @ data[part]
    full, right = normals.sum(axis=0), rights.sum(axis=0)
    blocks = np.unique(tile)
    try:
        fits = np.array([np.linalg.solve(full - normals[b], right - rights[b]) for b in blocks])
    except np.linalg.LinAlgError:  # all ground in one block
        return np.zeros((unknowns, unknowns))
    left = fits - fits.mean(axis=0)
    return np.asarray((len(blocks) - 1) / len(blocks) * left.T @ left)


def _still(residual: np.ndarray) -> np.ndarray:
    """Pixels that moved by less than a fifth of the peak: the edge of deformed ground everywhere."""
    size = np.abs(residual)
    peak = float(np.nanpercentile(size, PEAK_PERCENTILE)) if np.isfinite(size).any() else 0.0
    with np.errstate(invalid="ignore"):
        return np.asarray(size < max(DEFORMED_SHARE * peak, 1e-6))


def _surrounds(still: np.ndarray) -> bool:
    """Whether still ground lies in at least three of the four quarters of the grid."""
    middle = still.shape[0] // 2, still.shape[1] // 2
    quarters = [
        still[rows, columns].mean()
        for rows in (slice(None, middle[0]), slice(middle[0], None))
        for columns in (slice(None, middle[1]), slice(middle[1], None))
    ]
    return sum(share > MIN_STILL_SHARE / 3 for share in quarters) >= 3


def _noise(residual: np.ndarray, still: np.ndarray) -> tuple[float, np.ndarray]:
    """Standard deviation on far, still ground, and that of each pixel."""
    valid = np.isfinite(residual)
    moved = valid & ~still
    reach = round(FAR_REACH_RATIO * math.sqrt(moved.sum() / math.pi))
    far = still & (box_mean(moved.astype(np.float64), 2 * reach + 1) == 0) if reach else still
    if far.sum() < MIN_FAR_SHARE * valid.sum():
        far = still
    noise = float(np.sqrt(np.mean(residual[far].astype(np.float64) ** 2))) if far.any() else 0.0
    scatter = local_scatter(residual)
    usual = float(np.mean(scatter[far])) if far.any() else 0.0
    sigma = np.sqrt(max(noise**2 - usual, 0.0) + scatter)
    return noise, np.where(valid, sigma, np.nan).astype(np.float32)


def local_scatter(values: np.ndarray) -> np.ndarray:
    """Variance from pixel to pixel in a window, of which slopes are no part; 0 where nothing is known."""
    valid = np.isfinite(values)
    filled = np.where(valid, values, 0.0).astype(np.float64)
    weight = box_mean(valid.astype(np.float64), 3)
    with np.errstate(invalid="ignore", divide="ignore"):
        rough = np.where(valid, (filled - box_mean(filled, 3) / weight) ** 2 * 9 / 8, 0.0)
        share = box_mean(valid.astype(np.float64), LOCAL_WINDOW_PIXELS)
        return np.nan_to_num(box_mean(rough, LOCAL_WINDOW_PIXELS) / share, posinf=0.0)


def box_mean(values: np.ndarray, size: int) -> np.ndarray:
    """Mean over a square window of odd `size`, zeros outside; exactly 0 where the window holds zeros only."""
    half = size // 2
    for axis in (0, 1):
        padded = np.pad(values, [(half + 1, half) if one == axis else (0, 0) for one in (0, 1)])
        total = np.cumsum(padded, axis=axis)
        if axis == 0:
            values = (total[size:] - total[:-size]) / size
        else:
            values = (total[:, size:] - total[:, :-size]) / size
    return np.where(np.abs(values) < 1e-12, 0.0, values)
