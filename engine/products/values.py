"""Statistics of a raster's values from a bounded sample of windows, never the whole raster at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional

import numpy as np

from ..errors import InputError
from .containers.gdalio import Band, BandReader
from .decode import NODATA_MAGNITUDE, opening

WINDOW_PIXELS = 128
WINDOWS_PER_SIDE = 5
"""Windows along each side of the sample."""
MIN_SAMPLE_PIXELS = 2000
"""Valid pixels that a sample needs."""
PI = float(np.pi)


@dataclass
class Sample:
    """Statistics of a sample of valid values in the source's unit."""

    count: int
    zero_share: float
    low: float
    high: float
    p01: float
    p25: float
    p50: float
    p75: float
    p99: float
    rough: float
    """Median step between neighbours over the values' spread: noise 0.5 to 1, smooth fields near 0."""
    jumps: float
    """Share of neighbours more than 5 rad apart."""
    half_cycles: float
    """Share of neighbours more than pi apart."""
    wraps: float
    """Share of neighbours more than 80 % of the whole range apart."""
    step80: float
    """80th percentile of the steps between neighbours."""
    whole: bool
    """Every value is a whole number."""
    constant: bool

    @property
    def largest(self) -> float:
        """Largest absolute value."""
        return max(abs(self.low), abs(self.high))

    @property
    def span(self) -> float:
        """Distance of the 1st and the 99th percentile."""
        return self.p99 - self.p01

    @property
    def looks_wrapped(self) -> bool:
        """Values fill one cycle, -pi to pi or 0 to 2 pi, and no more."""
        inside = self.largest <= PI * 1.002 and self.low < -2.6 and self.high > 2.6
        positive = -0.01 <= self.low < 0.4 and 5.9 < self.high <= 2 * PI * 1.002
        return (inside and self.span > 3.6) or (positive and self.jumps > 5e-4)

    def fills(self, cycle: float) -> bool:
        """Whether the values fill one cycle of this length, round 0 or from 0 on, and wrap at its ends."""
        if self.wraps < 5e-4:
            return False
        centred = self.largest <= 0.502 * cycle and self.low < -0.45 * cycle and self.high > 0.45 * cycle
        return centred or (-0.002 * cycle <= self.low < 0.05 * cycle and 0.95 < self.high / cycle <= 1.002)

    @property
    def quartile_spread(self) -> float:
        """Standard deviation as the quartiles give it: that of the background where a part is deformed."""
        return (self.p75 - self.p25) / 1.349


def sample(
    reader: BandReader,
    decode: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
    thorough: bool = True,
) -> Sample:
    """Sample a band.

    Parameters
    ----------
    reader : BandReader
    decode : callable
        Turns raw values into (numbers in the source's unit, valid).
    thorough : bool
        When the first windows hold too little, or one value only, go on through the raster until
        they hold enough.
    """
    height, width = reader.shape
    windows = spread_windows(height, width)
    patches: list[np.ndarray] = []
    zeros = total = 0

    def take(col: int, row: int, w: int, h: int) -> None:
        nonlocal zeros, total
        numbers, valid = decode(reader.read(col, row, w, h))
        zeros += int(np.count_nonzero(numbers[np.isfinite(numbers)] == 0))
        total += numbers.size
        if valid.any():
            patches.append(np.where(valid, numbers, np.nan).astype(np.float64))

    for window in windows:
        take(*window)
    if thorough and _too_little(patches):
        for window in _all_windows(height, width):
            take(*window)
            if len(patches) > 2 * WINDOWS_PER_SIDE**2:
                patches = sorted(patches, key=_spread_of)[-(WINDOWS_PER_SIDE**2) :]
            if not _too_little(patches):
                break
    return _statistics(patches, zeros / max(total, 1))


def spread_windows(height: int, width: int) -> list[tuple[int, int, int, int]]:
    """Windows (col, row, width, height) spread over a raster; strips that cover it where it is small."""
    if height * width <= (WINDOW_PIXELS * WINDOWS_PER_SIDE) ** 2:
        return [(0, row, width, min(256, height - row)) for row in range(0, height, 256)]
    w, h = min(WINDOW_PIXELS, width), min(WINDOW_PIXELS, height)
    cols = np.unique(np.linspace(0, width - w, WINDOWS_PER_SIDE).astype(int))
    rows = np.unique(np.linspace(0, height - h, WINDOWS_PER_SIDE).astype(int))
    return [(int(c), int(r), w, h) for r in rows for c in cols]


def _all_windows(height: int, width: int) -> list[tuple[int, int, int, int]]:
    rows = max(16, min(512, (4 * 2**20) // max(width, 1)))
    return [(0, row, width, min(rows, height - row)) for row in range(0, height, rows)]


def _spread_of(patch: np.ndarray) -> float:
    values = patch[np.isfinite(patch)]
    return float(values.max() - values.min()) if values.size else -1.0


def _too_little(patches: list[np.ndarray]) -> bool:
    values = [p[np.isfinite(p)] for p in patches]
    count = sum(v.size for v in values)
    if count < MIN_SAMPLE_PIXELS:
        return True
    return min(v.min() for v in values if v.size) == max(v.max() for v in values if v.size)


def _statistics(patches: list[np.ndarray], zero_share: float) -> Sample:
    values = np.concatenate([p[np.isfinite(p)] for p in patches]) if patches else np.zeros(0)
    if values.size == 0:
        return Sample(0, zero_share, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, whole=False, constant=True)
    p01, p16, p25, p50, p75, p84, p99 = np.percentile(values, (1, 16, 25, 50, 75, 84, 99))
    steps = np.concatenate([np.abs(np.diff(p, axis=1)).ravel() for p in patches])
    steps = steps[np.isfinite(steps)]
    spread = (p84 - p16) / 2
    return Sample(
        count=values.size,
        zero_share=zero_share,
        low=float(values.min()),
        high=float(values.max()),
        p01=float(p01),
        p25=float(p25),
        p50=float(p50),
        p75=float(p75),
        p99=float(p99),
        rough=float(np.median(steps) / spread) if steps.size and spread > 0 else 0.0,
        jumps=float(np.mean(steps > 5)) if steps.size else 0.0,
        half_cycles=float(np.mean(steps > PI)) if steps.size else 0.0,
        wraps=float(np.mean(steps > 0.8 * np.ptp(values))) if steps.size else 0.0,
        step80=float(np.percentile(steps, 80)) if steps.size else 0.0,
        whole=bool(np.all(values == np.round(values))),
        constant=bool(values.min() == values.max()),
    )


def masked_levels(reader: BandReader) -> tuple[int, ...]:
    """Grey levels (of 0, 127, 128) that stand for masked ground: they fill areas as no other level does.

    The level zero is what crops leave outside the swath, 127 and 128 where the phase was set to 0.
    """
    height, width = reader.shape
    area = dict.fromkeys((0, 127, 128, 110, 118, 136, 144), 0)
    for window in spread_windows(height, width):
        values = reader.read(*window)
        for level in area:
            area[level] += int(opening(values == level, 5).sum())
    usual = max(area[level] for level in (110, 118, 136, 144))
    return tuple(level for level in (0, 127, 128) if area[level] >= 25 and area[level] > 3 * usual)


def check_ends(reader: BandReader) -> None:
    """Read the first, the middle and the last row, so that a file that is cut short is known at once.

    Raises
    ------
    InputError
        When one of them cannot be read.
    """
    height, width = reader.shape
    for row in sorted({0, height // 2, height - 1}):
        reader.read(0, row, width, 1)


def centre_value(path: str, index: int = 1) -> Optional[float]:
    """Median of the valid values round a raster's centre; None when none is valid."""
    reader = BandReader(Band(path, index))
    try:
        height, width = reader.shape
        w, h = min(64, width), min(64, height)
        block = np.real(reader.read((width - w) // 2, (height - h) // 2, w, h)).astype(np.float64)
    except InputError:
        return None
    block = block[np.isfinite(block) & (block != 0) & (np.abs(block) < NODATA_MAGNITUDE)]
    return float(np.median(block)) if block.size else None
