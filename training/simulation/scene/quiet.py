"""Real quiet interferograms as backgrounds: crops of 8-bit phase and their unwrapped phase."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ....engine.errors import InputError
from ....engine.output.atomic import replacing
from ...real.crop_names import crop_groups, crop_volcano, volcano_fold
from ...real.packed import is_packed, read_crops

CROP_KM = 22.7
"""Width of a crop: 227 pixels of about 100 m."""
WAVELENGTH = 0.055465763
"""Sentinel-1, metres."""
MASK_GRAYS = (0, 127, 128)
"""Gray values that mark masked areas if they fill connected areas."""


def decode_crop(gray: np.ndarray) -> np.ndarray:
    """Convert an 8-bit crop to phase in radians, NaN where it is masked.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W)
        0 stands for -pi and 255 for +pi.
    """
    phase = gray.astype(np.float32) * np.float32(2 * math.pi / 255) - np.float32(math.pi)
    masked = np.zeros(gray.shape, dtype=bool)
    for value in MASK_GRAYS:
        masked |= _solid(gray == value)
    phase[masked] = np.nan
    return phase


def _solid(same: np.ndarray) -> np.ndarray:
    """Pixels that belong to a 5 × 5 block of `same` pixels."""
    from scipy.ndimage import binary_dilation, binary_erosion

    block = np.ones((5, 5), dtype=bool)
    core = binary_erosion(same, block)
    return binary_dilation(core, block) & same


class QuietCrops:
    """A pool of real quiet backgrounds.

    Parameters
    ----------
    folder : str
        Folder of 8-bit ``*.png`` crops, or a file written by `pack-real`.
    fold, folds : int
        Crops of the volcanoes in this fold are held out (-1: none).
    device : torch.device or str
    cache : str, optional
        Folder in which the unwrapped crops are kept between runs.
    without : sequence of str
        Further volcanoes to hold out.
    """

    def __init__(
        self,
        folder: str,
        fold: int = -1,
        folds: int = 5,
        device: torch.device | str = "cpu",
        cache: str = "",
        without: Sequence[str] = (),
    ) -> None:
        left_out = set(without)

        def kept(name: str) -> bool:
            held_out = fold >= 0 and volcano_fold(crop_volcano(name), folds) == fold
            return not held_out and not left_out & crop_groups(name)

        if is_packed(folder):
            names, wrapped, unwrapped = read_crops(folder)
            chosen = [number for number, name in enumerate(names) if kept(name)]
            self.names = [names[number] for number in chosen]
            wrapped, unwrapped = wrapped[chosen], unwrapped[chosen]
        else:
            paths = [path for path in sorted(Path(folder).glob("*.png")) if kept(path.name)]
            self.names = [path.name for path in paths]
            wrapped, unwrapped = prepared_crops(paths, cache)
        if not self.names:
            raise InputError(
                f"There are no quiet crops (*.png) in {folder}; correct [simulation] quiet or empty it."
            )
        self.wrapped = torch.from_numpy(wrapped).to(device)
        self.unwrapped = torch.from_numpy(unwrapped).to(device)

    def draw(
        self, generator: torch.Generator, count: int, size: int
    ) -> tuple[Tensor, Tensor, Tensor, float, Tensor, Tensor]:
        """Draw `count` backgrounds of `size` pixels.

        All backgrounds of a call share one scale; each has its own position and symmetry.

        Returns
        -------
        wrapped, unwrapped : Tensor, shape (count, size, size), radians
        valid : Tensor of bool, shape (count, size, size)
        pixel_km : float
        pick : Tensor of int64, shape (count,)
            Indices into `names`.
        summit : Tensor, shape (2, count)
            Position of the crop's centre, its volcano: x, y in fractions of the tile.
        """
        device = generator.device
        side = self.wrapped.shape[-1]
        shortest = min(side, max(112, size // 2))
        cut = int(torch.randint(shortest, side + 1, (1,), generator=generator, device=device))
        place = torch.randint(side - cut + 1, (2,), generator=generator, device=device).tolist()
        pick = torch.randint(len(self.names), (count,), generator=generator, device=device)
        turn = torch.randint(8, (count,), generator=generator, device=device)
        # an enlarged window repeats pixels, a reduced one averages them
        number = max(cut, size)
        step = ((torch.arange(number, device=device) + 0.5) * (cut / number)).long()
        pixels = turned(turn, step, cut, side)
        pixels += (pick * (side * side) + place[0] * side + place[1])[:, None, None]
        wrapped, unwrapped = (pool.flatten().take(pixels).float() for pool in (self.wrapped, self.unwrapped))
        valid = ~torch.isnan(wrapped)
        wrapped, unwrapped = wrapped.nan_to_num_(0.0), unwrapped.nan_to_num_(0.0)
        if cut > size:
            weight = valid.float()
            cosine, sine = torch.cos(wrapped) * weight, torch.sin(wrapped) * weight
            layers = torch.stack([cosine, sine, unwrapped, weight])
            layers = F.interpolate(layers, (size, size), mode="area")
            share = layers[3]
            wrapped, unwrapped = torch.atan2(layers[1], layers[0]), layers[2] / share.clamp_min(1e-3)
            valid = share > 0.5
        summit = turned_place(turn, *((0.5 * side - start) / cut for start in place))
        return wrapped, unwrapped, valid, CROP_KM * cut / side / size, pick, summit


def turned(turn: Tensor, step: Tensor, cut: int, stride: int) -> Tensor:
    """Indices of the pixels of a square window under the eight symmetries of the square.

    Parameters
    ----------
    turn : Tensor of int64, shape (B,)
        0 to 7: the lowest bit mirrors the rows, the next the columns, the highest swaps both.
    step : Tensor of int64, shape (N,)
        Rows, and equally columns, of the window to take.
    cut : int
        Width of the window.
    stride : int
        Width of the image that contains it.

    Returns
    -------
    Tensor of int64, shape (B, N, N)
        Indices into the flattened image, relative to the window's upper left corner.
    """
    mirrored = torch.stack([step, cut - 1 - step])
    rows, columns = mirrored[turn & 1], mirrored[(turn >> 1) & 1]
    swapped = (turn >> 2 > 0)[:, None]
    down = rows * torch.where(swapped, 1, stride)
    across = columns * torch.where(swapped, stride, 1)
    return down[:, :, None] + across[:, None, :]


def turned_place(turn: Tensor, row: float, column: float) -> Tensor:
    """Position after `turned` of a point in a window, in fractions of its width: x, y, shape (2, B)."""
    down, across = (torch.where(turn >> 2 > 0, *pair) for pair in ((column, row), (row, column)))
    return torch.stack(
        [torch.where((turn >> 1) & 1 > 0, 1 - across, across), torch.where(turn & 1 > 0, 1 - down, down)]
    )


def prepared_crops(paths: list[Path], cache: str) -> tuple[np.ndarray, np.ndarray]:
    """Read and unwrap the crops, float16, or take both from the cache."""
    if not paths:
        return np.zeros((0, 227, 227), np.float16), np.zeros((0, 227, 227), np.float16)
    key = hashlib.sha256("\n".join(path.name for path in paths).encode()).hexdigest()[:12]
    kept = Path(cache) / f"quiet-{key}.npz" if cache else None
    if kept is not None and kept.exists():
        with np.load(kept) as archive:
            return archive["wrapped"], archive["unwrapped"]
    from skimage.io import imread
    from skimage.restoration import unwrap_phase

    wrapped, unwrapped = [], []
    for path in paths:
        gray = imread(path)
        if gray.ndim != 2 or gray.shape != (227, 227):
            raise InputError(
                f"The quiet crop {path.name} is not a grayscale image of 227 × 227 pixels; remove it."
            )
        phase = decode_crop(gray)
        known = np.isfinite(phase)
        # NaN under the mask would stall the sorting inside unwrap_phase
        filled = np.where(known, phase, 0.0)
        value = unwrap_phase(filled if known.all() else np.ma.array(filled, mask=~known), rng=0)
        value = np.where(known, np.ma.getdata(value), np.nan)
        wrapped.append(phase.astype(np.float16))
        unwrapped.append(
            (value - np.nanmedian(value)).astype(np.float16) if np.isfinite(value).any() else phase
        )
    both = np.stack(wrapped), np.stack(unwrapped)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as temporary, temporary.open("wb") as file:
            np.savez(file, wrapped=both[0], unwrapped=both[1])
    return both
