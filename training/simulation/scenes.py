"""The simulator: one background for every class, then the source, then what can be seen of it."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812 - the name that every torch reader knows
from torch import Tensor

from ...engine.encoding import encode
from . import noise
from .acquisition import Acquisition, draw_acquisition
from .atmosphere import ramps, stratified, turbulence
from .background import Background, judge_real, lay_real, local_coherence
from .config import SimulationConfig
from .fields import chance, quantile, smooth, uniform
from .quiet import WAVELENGTH, QuietCrops
from .real_sources import RealDraw, RealSources
from .relief import Relief
from .sources import CLASS_OF_KIND, Sources, draw_sources
from .visibility import Visibility, judge, patch_mask


class Simulator:
    """Simulates batches of labelled interferograms on a CPU or a GPU.

    Parameters
    ----------
    config : SimulationConfig
    device : torch.device or str
    seed : int
        The same seed gives the same sequence of batches on the same kind of device.
    cache : str
        Folder in which prepared real crops are kept between runs; empty: they are prepared each time.
    """

    def __init__(
        self, config: SimulationConfig, *, device: torch.device | str = "cpu", seed: int = 0, cache: str = ""
    ) -> None:
        self.config = config
        self.device = torch.device(device)
        self.generator = torch.Generator(self.device)
        self.relief = Relief(config.srtm, self.device)
        self.quiet: QuietCrops | None = None
        if config.quiet and config.quiet_share > 0:
            self.quiet = QuietCrops(config.quiet, config.quiet_fold, config.quiet_folds, self.device, cache)
        self.real: RealSources | None = None
        if config.real and config.real_share > 0:
            without = [name.strip() for name in config.real_without.split(";") if name.strip()]
            self.real = RealSources(config.real, without, self.device)
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start the sequence that belongs to `seed`."""
        self.generator.manual_seed((seed + self.config.seed_offset) * 2654435761 % (2**63))

    @torch.no_grad()
    def batch(self, count: int, size: int) -> dict[str, Any]:
        """Simulate `count` tiles of `size` pixels.

        Parameters
        ----------
        count : int
        size : int
            A multiple of 16, at least 48.

        Returns
        -------
        dict
            ``input`` (B, 5, size, size) float32: the network's channels (see `engine.encoding`);
            ``label`` (B,) int64: 0 none, 1 earthquake, 2 other; ``weight`` (B,): 0 leaves a sample out of
            the class loss, for its signal is there but cannot be seen; ``mask`` (B, size/16, size/16):
            deformed part of each patch; ``mask_weight`` (B,); ``box`` (B, 4): xmin, ymin, xmax, ymax in
            fractions of the tile; ``line_of_sight`` (B, size, size) metres, positive towards the satellite;
            ``deformed`` (B, size, size) bool; ``meta``: one (B,) tensor for each fact about the samples.
        """
        generator, config = self.generator, self.config
        acquisition = draw_acquisition(generator, count, size, config)
        crops = self._quiet(count, size, acquisition)
        fields = self._fields(count, size, acquisition, crops)
        background = self._background(acquisition, size, crops)
        shown = chance(generator, count, config.elevation) & ~background.real
        sources = draw_sources(generator, acquisition, background.elevation, size, config, ~background.real)
        if fields is not None:
            lay_real(fields, sources, background, acquisition)
        signal = sources.line_of_sight * acquisition.phase_per_metre[:, None, None]
        background.coherence = background.coherence * noise.gradient_coherence(signal)
        seen = judge(signal, background.phase, background.valid, background.coherence, config)
        mask_weight = (~seen.hidden).float()
        if fields is not None:
            mask_weight = judge_real(fields, seen, mask_weight)
        unwrapped = chance(generator, count, config.unwrapped)
        if fields is not None:
            unwrapped[fields.index[fields.wrapped]] = False
        phase = self._observe(acquisition, background, signal, unwrapped)
        flipped = torch.where(chance(generator, count, 0.05), -1.0, 1.0)[:, None, None]
        phase = torch.where(background.valid, phase * flipped, math.nan)
        elevation = torch.where(shown[:, None, None], background.elevation, math.nan)
        meta = self._facts(acquisition, background, sources, seen, unwrapped, shown)
        classes = torch.tensor(CLASS_OF_KIND, device=self.device)
        return {
            "input": encode(phase, unwrapped, elevation),
            "label": torch.where(seen.visible, classes[sources.kind], 0),
            "weight": (~seen.hidden).float(),
            "mask": patch_mask(seen.mask),
            "mask_weight": mask_weight,
            "box": seen.box,
            "line_of_sight": sources.line_of_sight,
            "deformed": seen.mask,
            "meta": meta,
        }

    def _quiet(self, count: int, size: int, acquisition: Acquisition) -> dict[str, Tensor] | None:
        """Choose the tiles that take a real background, and set their acquisition to the crops' own."""
        if self.quiet is None:
            return None
        index = chance(self.generator, count, self.config.quiet_share).nonzero()[:, 0]
        if not len(index):
            return None
        wrapped, unwrapped, valid, pixel_km = self.quiet.draw(self.generator, len(index), size)
        acquisition.pixel_km[index] = pixel_km
        acquisition.wavelength[index] = WAVELENGTH
        return {"index": index, "wrapped": wrapped, "unwrapped": unwrapped, "valid": valid}

    def _fields(
        self, count: int, size: int, acquisition: Acquisition, crops: dict[str, Tensor] | None
    ) -> RealDraw | None:
        """Choose the tiles that take real deformation; where the background is real, its scale rules."""
        if self.real is None:
            return None
        index = chance(self.generator, count, self.config.real_share).nonzero()[:, 0]
        if not len(index):
            return None
        fixed = torch.full((count,), math.nan, device=self.device)
        if crops is not None:
            fixed[crops["index"]] = acquisition.pixel_km[crops["index"]]
        fields = self.real.draw(self.generator, index, size, fixed[index])
        acquisition.pixel_km[index] = fields.pixel_km
        return fields

    def _background(self, acquisition: Acquisition, size: int, crops: dict[str, Tensor] | None) -> Background:
        """Delay, ramps, coherence and masks; the same for every class, for no class is known yet."""
        generator, config = self.generator, self.config
        count = len(acquisition.pixel_km)
        elevation = self.relief.draw(generator, acquisition.pixel_km, size)
        blank = chance(generator, count, 0.3)
        incidence = acquisition.incidence
        delay = turbulence(generator, acquisition.pixel_km, size, incidence, *config.turbulence_cm)
        delay = delay + stratified(generator, elevation, incidence, config.stratified_cm_km, blank)
        delay = delay + ramps(generator, count, size, acquisition.wavelength, config)
        phase = -delay * acquisition.phase_per_metre[:, None, None]
        coherence = noise.coherence(generator, elevation, acquisition.pixel_km)
        valid = noise.draw_masks(generator, coherence, elevation)
        real = torch.zeros(count, dtype=torch.bool, device=self.device)
        if crops is not None:
            index = crops["index"]
            real[index] = True
            phase[index] = crops["unwrapped"] + noise.wrap(crops["wrapped"] - crops["unwrapped"])
            coherence[index] = local_coherence(crops["wrapped"])
            whole = chance(generator, len(index), 0.75)[:, None, None]
            valid[index] = crops["valid"] & (valid[index] | whole)
        empty = valid.float().mean(dim=(-2, -1)) < 0.08
        valid = valid | empty[:, None, None]
        return Background(phase, coherence, valid, elevation, real)

    def _observe(
        self, acquisition: Acquisition, background: Background, signal: Tensor, unwrapped: Tensor
    ) -> Tensor:
        """What the processor delivers: noisy, filtered, wrapped or unwrapped phase, (B, H, W) radians."""
        generator, config = self.generator, self.config
        count, size = signal.shape[0], signal.shape[-1]
        true = background.phase + signal
        # a real crop brings its own noise; only what the signal's gradient destroys is added
        spatial = torch.where(
            background.real[:, None, None],
            noise.gradient_coherence(signal).clamp(max=0.995),
            background.coherence,
        )
        looks = torch.where(background.real, acquisition.looks * 4, acquisition.looks)
        complex_phase = noise.add_phase_noise(generator, true, spatial, looks)
        choice = uniform(generator, (count,))
        choice = torch.where(background.real, torch.ones_like(choice), choice)
        index = (choice < config.goldstein).nonzero()[:, 0]
        if len(index):
            strength = uniform(generator, (len(index),), 0.2, 1.0)
            complex_phase[index] = noise.goldstein(
                complex_phase[index], strength, 32 if size % 16 == 0 else 16
            )
        index = ((choice >= config.goldstein) & (choice < config.goldstein + 0.15)).nonzero()[:, 0]
        if len(index):
            complex_phase[index] = noise.blur(complex_phase[index])
        wrapped = torch.angle(complex_phase)
        continuous = true + noise.wrap(wrapped - true)
        wrapped = self._grain(wrapped)
        gridded = chance(generator, count, 0.3) & ~background.real
        index = (unwrapped & gridded).nonzero()[:, 0]
        if len(index):
            continuous[index] = self._gridded(true[index])
        index = (unwrapped & ~gridded).nonzero()[:, 0]
        if len(index):
            continuous[index] = self._unwrapping_errors(
                continuous[index], background.coherence[index], background.valid[index]
            )
        return torch.where(unwrapped[:, None, None], continuous, wrapped)

    def _grain(self, wrapped: Tensor) -> Tensor:
        """Some wrapped products are stored in 8 bits: keep 256 levels of phase."""
        level = 2 * math.pi / 255
        coarse = chance(self.generator, len(wrapped), 0.3)[:, None, None]
        return torch.where(coarse, torch.round(wrapped / level) * level, wrapped)

    def _gridded(self, true: Tensor) -> Tensor:
        """Displacement fields gridded from a point set: no noise, blunt detail."""
        size = true.shape[-1]
        factors = [f for f in (2, 4, 7, 8, 14, 16) if size % f == 0]
        pick = int(torch.randint(len(factors), (1,), generator=self.generator, device=self.device))
        small = F.avg_pool2d(true[:, None], factors[pick])
        grown = F.interpolate(small, (size, size), mode="bilinear", align_corners=False)[:, 0]
        facets = 0.15 * smooth(self.generator, len(true), size, max(4, size // factors[pick] // 2))
        return grown + facets

    def _unwrapping_errors(self, continuous: Tensor, coherence: Tensor, valid: Tensor) -> Tensor:
        """Unwrap some tiles for good and give others whole-cycle errors."""
        generator, count = self.generator, len(continuous)
        choice = uniform(generator, (count,))
        index = (choice < self.config.real_unwrapping).nonzero()[:, 0]
        if len(index):
            filled = torch.where(valid[index], continuous[index], torch.zeros_like(continuous[index]))
            solved = noise.unwrap_least_squares(noise.wrap(filled))
            offset = quantile(continuous[index] - solved, valid[index], 0.5)
            cycles = torch.round(offset / (2 * math.pi)) * 2 * math.pi
            continuous[index] = solved + cycles[:, None, None]
        index = (choice > 0.7).nonzero()[:, 0]
        if len(index):
            continuous[index] = continuous[index] + noise.jumps(generator, coherence[index])
        return continuous

    @staticmethod
    def _facts(
        acquisition: Acquisition,
        background: Background,
        sources: Sources,
        seen: Visibility,
        unwrapped: Tensor,
        shown: Tensor,
    ) -> dict[str, Tensor]:
        """One number a sample for everything that evaluation draws recall against."""
        facts = {name: value.clone() for name, value in sources.truth.items()}
        facts.update(
            kind=sources.kind.float(),
            visible=seen.visible.float(),
            hidden=seen.hidden.float(),
            snr=seen.snr,
            peak_fringes=seen.peak / (2 * math.pi),
            peak_los=sources.line_of_sight.abs().amax(dim=(-2, -1)),
            wavelength=acquisition.wavelength.clone(),
            heading=torch.rad2deg(acquisition.heading),
            incidence=torch.rad2deg(acquisition.incidence),
            looks=acquisition.looks,
            pixel_m=acquisition.pixel_km * 1000,
            unwrapped=unwrapped.float(),
            has_elevation=shown.float(),
            real_background=background.real.float(),
            valid_share=background.valid.float().mean(dim=(-2, -1)),
        )
        return facts
