"""Distillation: the mean of many passes of trained networks teaches one pass of another.

A mean of several networks, each over several orientations of a tile, can be right where one pass is not, but
takes as many passes. A network that learns this mean beside the truth gives a part of it in one pass (Hinton
et al. 2015, arXiv:1503.02531). Teachers see the same tile as the student, after augmentation (Beyer et al.
2022, arXiv:2106.05237), so no answer is stored, and a run resumes at any step.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Optional

import torch
import torch.nn.functional as F  # noqa: N812  (the customary name)
from torch import Tensor, nn

from ...engine.errors import InputError
from ...engine.inference.deramp import deramped
from ...engine.tile import CLASSES
from ..config.recipe import Recipe
from ..config.tables import DistillationConfig
from ..model import checkpoint
from ..simulation.symmetry import inverse, symmetry
from .optimiser import mixed_precision

Batch = dict[str, Any]
ORIENTATIONS: dict[int, tuple[int, ...]] = {
    **{1: (0,), 2: (0, 2), 4: (0, 2, 4, 6)},
    8: tuple(range(8)),
}
"""Codes of `symmetry` by number of orientations. Mirrored from north to south or from east to west, a tile
looks as another orbit would show it, so training mirrors every tile. It turns only tiles of unknown
orientation by a quarter. On real tiles four came closest to a gain (docs/development/ablations.md)."""


def teacher_of(recipe: Recipe, device: Any) -> Optional[Teacher]:
    """The teacher of a recipe on a device; None if the recipe names none.

    Raises
    ------
    InputError, ModelError
        A network of `[distillation] teachers` cannot be read; the sentence names it.
    """
    config = recipe.distillation
    if not config.teachers:
        return None
    networks = []
    for source in config.teachers:
        try:
            networks.append(checkpoint.load_network(source)[0])
        except InputError as error:
            raise InputError(f"The teacher '{source}' of [distillation] cannot be used: {error}") from error
    return Teacher(networks, config, mixed_precision(recipe, device), device)


class Teacher:
    """Networks whose mean over all passes is taught.

    Parameters
    ----------
    networks : sequence of Module
        As `QuakeViT`.
    config : DistillationConfig
    precision : context manager, optional
        In which the networks run; single precision if left out.
    device : torch.device or str
    """

    def __init__(
        self,
        networks: Sequence[nn.Module],
        config: DistillationConfig,
        precision: Any = None,
        device: Any = "cpu",
    ) -> None:
        self.config = config
        self.networks = [network.eval().requires_grad_(False).to(device) for network in networks]
        self.precision = precision or torch.autocast(torch.device(device).type, enabled=False)
        self.fingerprint = _fingerprint(self.networks)

    def teach(self, batch: Batch) -> Batch:
        """A batch with what its student shall learn: a mixture of the truth and of the teacher's answer.

        Parameters
        ----------
        batch : dict
            "input" (B, 5, H, W), "label" (B,) and "mask" (B, g, g).

        Returns
        -------
        dict
            The same batch with "target" (B, 3), probabilities of the classes, and "mask_target" (B, g, g).
            The cross entropy with three classes covers both questions: it is that of deformation, plus that
            of the kind weighted by the target's probability of deformation.
        """
        probability, mask = self.answer(batch["input"])
        truth = F.one_hot(batch["label"], len(CLASSES)).to(probability)
        share = self.config.share
        return {
            **batch,
            "target": torch.lerp(truth, probability, share),
            "mask_target": torch.lerp(batch["mask"].to(mask), mask, share),
        }

    @torch.no_grad()
    def answer(self, tiles: Tensor) -> tuple[Tensor, Tensor]:
        """The mean answer of all networks and passes.

        Parameters
        ----------
        tiles : Tensor, shape (B, 5, H, W)

        Returns
        -------
        probability : Tensor, shape (B, 3)
        mask : Tensor, shape (B, H / 16, W / 16)
            Probability that each patch is deformed, in the orientation of `tiles`.
        """
        forms = [tiles]
        if self.config.deramped:
            forms.append(torch.from_numpy(deramped(tiles.float().cpu().numpy())).to(tiles))
        answers = [
            self._pass(network, form, code)
            for form in forms
            for code in ORIENTATIONS[self.config.orientations]
            for network in self.networks
        ]
        probabilities, masks = zip(*answers)
        return torch.stack(probabilities).mean(dim=0), torch.stack(masks).mean(dim=0)

    def _pass(self, network: nn.Module, tiles: Tensor, code: int) -> tuple[Tensor, Tensor]:
        """Probabilities and mask of one network for tiles after `symmetry(code)`; the mask is turned back.

        All channels turn as they are: phase is along the line of sight, so it has no direction in the map.
        """
        turned = symmetry(code)(tiles).contiguous(memory_format=torch.channels_last)
        with self.precision:
            out = network(turned)
        mask = symmetry(inverse(code))(torch.sigmoid(out["mask"].float()))
        return torch.softmax(out["logits"].float(), dim=1), mask


def _fingerprint(networks: Sequence[nn.Module]) -> str:
    """Sixteen hexadecimal digits that change with any weight of the networks."""
    digest = hashlib.sha256()
    for network in networks:
        for name, value in network.state_dict().items():
            digest.update(name.encode())
            digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
