"""Published slip models as sources: their surface motion is computed once, then rotated, scaled and placed.

In a homogeneous half-space, a rupture can be rotated about the vertical. If all its lengths and its slip are
s times as large, the strain stays the same (constant stress drop; Aki 1967, Scaling law of seismic spectrum):
motion at s times the distance is s times as large, and the magnitude greater by 2 log10 s. One model
therefore serves tiles of every width.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows

from ....engine.deformation.okada import okada_patches
from ....engine.errors import InputError
from ....engine.output.atomic import replacing
from ..fields import log_uniform, uniform
from .earthquakes import NORMAL, REVERSE, STRIKE_SLIP
from .finite_fault import FiniteFault
from .placement import Motion, SourceTiles, coordinates, towards
from .slip_models import READERS, read_slip_model

NODES = 97
"""Nodes along a side of the grid on which a model's motion is kept."""
GRID_HALF_LENGTHS = 2.5
"""Half the grid's side in rupture lengths; beyond it, motion decreases with the square of the distance."""
SCALE = (0.02, 2.0)
"""Range of the factor that scales a model."""


class PublishedSlip:
    """A pool of published earthquakes.

    Parameters
    ----------
    folder : str
        Folder of finite-fault files (see `slip_models.READERS`). Afterslip and files without slip are
        ignored. without : sequence of str
        Parts of file names of the events to hold out.
    device : torch.device or str
    cache : str
        Folder that keeps the motion between runs; empty: it is computed each time.
    """

    def __init__(
        self, folder: str, without: Sequence[str] = (), device: torch.device | str = "cpu", cache: str = ""
    ) -> None:
        left_out = [part.lower() for part in without]
        paths = [
            path
            for path in sorted(Path(folder).iterdir() if Path(folder).is_dir() else [])
            if path.suffix.lower() in READERS and not any(part in path.name.lower() for part in left_out)
        ]
        models = [read_slip_model(str(path)).centred() for path in paths]
        models = [model for model in models if not model.afterslip and math.isfinite(model.magnitude())]
        if not models:
            raise InputError(
                f"There are no slip models in {folder}; correct [simulation] slip_models or empty it."
            )
        self.names = [model.source for model in models]
        self.device = torch.device(device)
        self.length = torch.tensor([_length(model) for model in models], device=device, dtype=torch.float32)
        self.motion = torch.from_numpy(_motions(models, cache)).to(device)
        facts = np.array([_facts(model) for model in models], np.float32)
        self.magnitude, self.depth, self.slip, self.mechanism = torch.from_numpy(facts.T.copy()).to(device)

    def draw(self, tiles: SourceTiles) -> Motion:
        """Draw one earthquake per tile: a random model, turned and scaled to suit the tile."""
        generator, width_km, size = tiles.generator, tiles.width_km, tiles.size
        count = len(width_km)
        pick = torch.randint(len(self.names), (count,), generator=generator, device=self.device)
        target = log_uniform(generator, (count,), 0.08, 1.3) * width_km
        scale = (target / self.length[pick]).clamp(*SCALE)
        angle = uniform(generator, (count,), 0.0, 2 * math.pi)
        cosine, sine = torch.cos(angle)[:, None], torch.sin(angle)[:, None]
        east, north = coordinates(width_km, tiles.place, size)
        half = (GRID_HALF_LENGTHS * self.length[pick] * scale)[:, None]
        # from the tile's coordinates to the model's, rotated by the angle
        x, y = (east * cosine + north * sine) / half, (north * cosine - east * sine) / half
        beyond = torch.hypot(x, y).clamp_min(1.0)
        grid = torch.stack([x / beyond, -y / beyond], dim=-1).reshape(count, size, size, 2)
        motion = F.grid_sample(self.motion[pick], grid, padding_mode="border", align_corners=True)
        motion = motion * (scale[:, None] / beyond**2).reshape(count, 1, size, size)
        cosine, sine = cosine[:, :, None], sine[:, :, None]
        rotated = (motion[:, 0] * cosine - motion[:, 1] * sine, motion[:, 0] * sine + motion[:, 1] * cosine)
        unknown = torch.full((count,), math.nan, device=self.device)
        truth = {
            "mw": self.magnitude[pick] + 2 * torch.log10(scale),
            "mechanism": self.mechanism[pick],
            "depth": self.depth[pick] * scale,
            "slip": self.slip[pick] * scale,
            "length": self.length[pick] * scale,
            **dict.fromkeys(("strike", "dip", "rake", "width"), unknown),
        }
        return towards(tiles.look, (*rotated, motion[:, 2])), truth


def _length(model: FiniteFault) -> float:
    """Length in km of the part of the rupture with at least a tenth of the largest slip."""
    chosen = model.slip >= 0.1 * model.slip.max()
    spread = np.hypot(np.ptp(model.east[chosen]), np.ptp(model.north[chosen]))
    return float(spread + model.length[chosen].mean())


def _facts(model: FiniteFault) -> tuple[float, float, float, float]:
    """Magnitude, depth of the centre of moment (km), mean slip (m), mechanism."""
    weight = model.length * model.width * model.slip
    along, down = (np.average(part, weights=weight) for part in (model.strike_slip, model.dip_slip))
    mechanism = STRIKE_SLIP if abs(along) > abs(down) else REVERSE if down > 0 else NORMAL
    depth = float(np.average(model.depth, weights=weight))
    slip = float(np.average(model.slip, weights=model.length * model.width))
    return model.magnitude(), depth, slip, float(mechanism)


def _motions(models: Sequence[FiniteFault], cache: str) -> np.ndarray:
    """East, north and up motion of every model on its grid, (N, 3, NODES, NODES) metres, rows from north."""
    text = "\n".join(f"{model.source} {len(model.east)} {model.moment():.6e}" for model in models)
    key = hashlib.sha256(f"{NODES} {GRID_HALF_LENGTHS}\n{text}".encode()).hexdigest()[:12]
    kept = Path(cache) / f"slip-{key}.npy" if cache else None
    if kept is not None and kept.exists():
        return np.asarray(np.load(kept))
    out = np.stack([_motion(model) for model in models])
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with replacing(kept) as temporary, temporary.open("wb") as file:
            np.save(file, out)
    return out


def _motion(model: FiniteFault) -> np.ndarray:
    axis = np.linspace(-1.0, 1.0, NODES) * GRID_HALF_LENGTHS * _length(model)
    x, y = np.meshgrid(axis, -axis)
    patches: dict[str, Any] = model.patches()
    parts = okada_patches(x.ravel(), y.ravel(), **patches)
    return np.stack([np.asarray(part).reshape(NODES, NODES) for part in parts]).astype(np.float32)
