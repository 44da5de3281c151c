"""The simulator: the same backgrounds for every class, then the source, then its visibility."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ...engine.inference.encoding import encode
from ..config.simulation import MAX_CROP_STRETCH, MAX_SCALE_TO_VISIBLE, SimulationConfig
from ..config.source_kinds import source_kinds
from .acquisition import Acquisition, draw_acquisition
from .facts import facts, joined
from .fields import chance, log_uniform, split
from .scene import noise, processing
from .scene.atmosphere import bursts, ramps, residual_topography, smoother, stratified, turbulence
from .scene.background import Background, blanked, judge_real, lay_real, local_coherence
from .scene.quiet import WAVELENGTH, QuietCrops
from .scene.relief import Relief
from .sources.draw import Sources, draw_sources
from .sources.published import PublishedSlip
from .sources.real_sources import RealDraw, RealSources
from .visibility import judge, patch_mask, required_gain

GROUP_PIXELS = 16 * 224**2
"""Pixels simulated at once on a CPU: larger arrays do not fit its caches and allocate memory each time."""


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
        without = [name.strip() for name in config.real_without.split(";") if name.strip()]
        self.quiet: QuietCrops | None = None
        if config.quiet and config.quiet_share > 0:
            self.quiet = QuietCrops(
                config.quiet, config.quiet_fold, config.quiet_folds, self.device, cache, without
            )
        self.published: PublishedSlip | None = None
        if config.slip_models and config.slip_share > 0:
            held_out = [part.strip() for part in config.slip_without.split(";") if part.strip()]
            self.published = PublishedSlip(config.slip_models, held_out, self.device, cache)
        self.real: RealSources | None = None
        if config.real and config.real_share > 0:
            self.real = RealSources(config.real, without, self.device)
        self.seed(seed)

    def seed(self, seed: int) -> None:
        """Start the sequence that belongs to `seed`."""
        self.generator.manual_seed(seed * 2654435761 % (2**63))

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
            the class loss, as its signal is present but not visible; ``mask`` (B, size/16, size/16):
            deformed part of each patch; ``mask_weight`` (B,); ``box`` (B, 4): xmin, ymin, xmax, ymax in
            fractions of the tile; ``line_of_sight`` (B, size, size) metres, positive towards the satellite;
            ``deformed`` (B, size, size) bool; ``meta``: one (B,) tensor for each fact about the samples.
        """
        group = count if self.device.type != "cpu" else max(1, GROUP_PIXELS // size**2)
        parts = [self._group(min(group, count - start), size) for start in range(0, count, group)]
        return parts[0] if len(parts) == 1 else joined(parts)

    def _group(self, count: int, size: int) -> dict[str, Any]:
        """Tiles that are simulated at once; see `batch`."""
        generator, config = self.generator, self.config
        acquisition = draw_acquisition(generator, count, size, config)
        crops = self._quiet(count, size, acquisition)
        fields = self._fields(count, size, acquisition)
        background = self._background(acquisition, size, crops)
        shown = chance(generator, count, config.elevation) & ~background.real
        summit = torch.full((2, count), math.nan, device=self.device)
        if crops is not None:
            summit[:, crops["index"]] = crops["summit"]
        sources = draw_sources(generator, acquisition, background.elevation, config, summit, self.published)
        if fields is not None:
            lay_real(fields, sources, background, acquisition)
        sigma = processing.smoothing(generator, count, config)
        unwrapped = chance(generator, count, config.unwrapped)
        wrapped = ~unwrapped & (sources.kind > 0)
        self._scale_to_visible(sources, fields, acquisition, background, wrapped)
        signal = sources.line_of_sight * acquisition.phase_per_metre[:, None, None]
        followed = noise.gradient_coherence(signal, sigma)
        background.coherence = background.coherence * followed
        contrast = self._contrast(acquisition, background, wrapped)
        visibility = judge(signal, background.phase, background.valid, contrast, config)
        mask_weight = (~visibility.not_visible).float()
        if fields is not None:
            mask_weight = judge_real(fields, visibility, mask_weight)
        phase = processing.processed(
            generator, config, acquisition, background, signal, followed, unwrapped, sigma
        )
        phase *= torch.where(chance(generator, count, 0.05), -1.0, 1.0)[:, None, None]
        phase = processing.rescale_wavelength(generator, config, phase, unwrapped)
        phase = blanked(phase, background.valid)
        elevation = background.elevation + torch.where(shown, 0.0, math.nan)[:, None, None]
        meta = facts(acquisition, background, sources, visibility, unwrapped, shown)
        meta.update(self._origin(count, crops, fields))
        classes = torch.tensor([kind.label for kind in source_kinds()], device=self.device)
        return {
            "input": encode(phase, unwrapped, elevation),
            "label": torch.where(visibility.visible, classes[sources.kind], 0),
            "weight": (~visibility.not_visible).float(),
            "mask": patch_mask(visibility.mask),
            "mask_weight": mask_weight,
            "box": visibility.box,
            "line_of_sight": sources.line_of_sight,
            "deformed": visibility.mask,
            "meta": meta,
        }

    def _quiet(self, count: int, size: int, acquisition: Acquisition) -> dict[str, Tensor] | None:
        """Choose the tiles that take a real background, and set their acquisition to the crops' own."""
        if self.quiet is None:
            return None
        index, others = split(chance(self.generator, count, self.config.quiet_share))
        if not len(index):
            return None
        wrapped, unwrapped, valid, pixel_km, pick, summit = self.quiet.draw(self.generator, len(index), size)
        stretch = log_uniform(self.generator, (len(index),), 1.0, MAX_CROP_STRETCH)
        stretched = chance(self.generator, len(index), self.config.quiet_stretched)
        acquisition.pixel_km[index] = pixel_km * torch.where(stretched, stretch, 1.0)
        acquisition.wavelength[index] = WAVELENGTH
        return {
            "index": index,
            "others": others,
            "crop": pick,
            "summit": summit,
            "wrapped": wrapped,
            "phase": noise.congruent(wrapped, unwrapped),
            "valid": valid,
        }

    def _fields(self, count: int, size: int, acquisition: Acquisition) -> RealDraw | None:
        """Choose the tiles that take real deformation, and set their pixel size to the field's.

        A quiet crop beneath it is stretched: delay looks similar on all scales, and most earthquakes do not
        fit into the 23 km of a crop.
        """
        if self.real is None:
            return None
        index = chance(self.generator, count, self.config.real_share).nonzero()[:, 0]
        if not len(index):
            return None
        fields = self.real.draw(self.generator, index, size)
        acquisition.pixel_km[index] = fields.pixel_km
        return fields

    def _origin(
        self, count: int, crops: dict[str, Tensor] | None, fields: RealDraw | None
    ) -> dict[str, Tensor]:
        """Origin of the real parts: indices into `quiet.names` and `real.groups`; -1: none."""
        crop, group = (torch.full((count,), -1.0, device=self.device) for _ in range(2))
        if crops is not None:
            crop[crops["index"]] = crops["crop"].float()
        if fields is not None:
            group[fields.index] = fields.group.float()
        return {"quiet_crop": crop, "real_group": group}

    def _background(self, acquisition: Acquisition, size: int, crops: dict[str, Tensor] | None) -> Background:
        """Delay, ramps, coherence and masks. No class is known yet, so none can influence them."""
        generator, count = self.generator, len(acquisition.pixel_km)
        elevation = self.relief.draw(generator, acquisition.pixel_km, size)
        coherence = noise.coherence(generator, elevation, acquisition.pixel_km)
        valid = noise.draw_masks(generator, coherence, elevation)
        real = torch.zeros(count, dtype=torch.bool, device=self.device)
        seams, covered = bursts(generator, acquisition.pixel_km, size, self.config.bursts)
        valid &= covered
        if crops is None:
            phase = self._air(acquisition, elevation).add_(seams)
        else:
            index, others = crops["index"], crops["others"]
            real[index] = True
            phase = torch.empty_like(elevation)
            if len(others):
                phase[others] = self._air(acquisition.part(others), elevation[others]).add_(seams[others])
            phase[index] = crops["phase"]
            coherence[index] = local_coherence(crops["wrapped"])
            whole = chance(generator, len(index), 0.75)[:, None, None]
            valid[index] = crops["valid"] & (valid[index] | whole)
        empty = valid.float().mean(dim=(-2, -1)) < 0.08
        valid = valid | empty[:, None, None]
        return Background(phase, coherence, valid, elevation, real)

    def _air(self, acquisition: Acquisition, elevation: Tensor) -> Tensor:
        """Phase of delay and ramps, (B, H, W) radians."""
        generator, config, incidence = self.generator, self.config, acquisition.incidence
        count, size = elevation.shape[0], elevation.shape[-1]
        blank = chance(generator, count, 0.3)
        delay = turbulence(generator, acquisition.pixel_km, size, incidence, *config.turbulence_cm)
        delay = smoother(delay, acquisition.phase_per_metre)
        delay += stratified(generator, elevation, incidence, config.stratified_cm_km, blank)
        if config.relief_error:
            delay += residual_topography(generator, elevation, config.relief_error)
        delay += ramps(generator, acquisition.pixel_km, size, acquisition.wavelength, config)
        return delay.mul_(-acquisition.phase_per_metre[:, None, None])

    def _scale_to_visible(
        self,
        sources: Sources,
        fields: RealDraw | None,
        acquisition: Acquisition,
        background: Background,
        wrapped: Tensor,
    ) -> None:
        """Scale some hidden signals until they are visible; real fields are scaled when they are drawn.

        Most drawn signals would not be visible, volcanoes least of all, and the network learns nothing from
        those.
        """
        if self.config.scaled_to_visible == 0:
            return
        count = len(sources.kind)
        beyond = log_uniform(self.generator, (count,), 1.0, MAX_SCALE_TO_VISIBLE)
        chosen = chance(self.generator, count, self.config.scaled_to_visible) & (sources.kind > 0)
        if fields is not None:
            chosen[fields.index] = False
        index = chosen.nonzero()[:, 0]
        if not len(index):
            return
        signal = sources.line_of_sight[index] * acquisition.phase_per_metre[index, None, None]
        contrast = self._contrast(acquisition, background, wrapped)[index]
        gain = required_gain(signal, background.phase[index], background.valid[index], contrast, self.config)
        hidden = (gain >= 1) & (gain < MAX_SCALE_TO_VISIBLE)
        factor = torch.ones_like(beyond)
        factor[index] = torch.where(hidden, (gain * beyond[index]).clamp(max=MAX_SCALE_TO_VISIBLE), 1.0)
        sources.scale(factor)

    def _contrast(self, acquisition: Acquisition, background: Background, wrapped: Tensor) -> Tensor:
        """How clearly fringes can be followed, (B, H, W), 0 to 1; `wrapped` (B,) tiles are shown wrapped.

        Unwrapped phase shows a motion of many cycles through any noise; wrapped phase does not. The coherence
        of a real crop is already that of its phase.
        """
        contrast = background.coherence.clone()
        index = (wrapped & ~background.real).nonzero()[:, 0]
        if len(index):
            left = noise.resultant(background.coherence[index], acquisition.looks[index])
            contrast[index] = left.mul_(local_coherence(background.phase[index]))
        return contrast
