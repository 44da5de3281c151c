"""Training of the source network in a fixed time, on tiles that are simulated on the same device."""

from __future__ import annotations

import json
import logging
import math
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ...engine.errors import InputError, OutputError
from ...engine.output.atomic import replacing
from ..device import chosen_device
from ..fit.stopping import StopSignals
from .density import log_density, plain_log_density
from .measures import measures
from .network import SourceNetwork
from .recipe import SourceRecipe, source_recipe
from .tiles import SourceTileBatch, draw_batch

logger = logging.getLogger(__name__)

CHECKPOINT = "source.pt"
HISTORY = "history.jsonl"
REPORT_SECONDS = 60.0
"""Time between two checkpoints, held-out measurements and lines of the log."""
RESERVE_SECONDS = 12.0
"""Time kept at the end for the last measurement and checkpoint; at most a tenth of the whole."""
HELD_OUT_SEED = 900001
"""Added to the recipe's seed for the held-out tiles."""


class SourceTraining:
    """The loop, and the state from which it continues."""

    def __init__(self, recipe: SourceRecipe, folder: Path, device: str) -> None:
        self.recipe, self.folder, self.device = recipe, folder, device
        torch.manual_seed(recipe.seed)
        torch.set_float32_matmul_precision("high")
        self.network = SourceNetwork(recipe.network).to(device)
        self.average = SourceNetwork(recipe.network).to(device).requires_grad_(False)
        self.average.load_state_dict(self.network.state_dict())
        matrices = [p for p in self.network.parameters() if p.ndim > 1]
        others = [p for p in self.network.parameters() if p.ndim <= 1]
        groups = [
            {"params": matrices, "weight_decay": recipe.fit.weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.fit.lr, betas=(0.9, 0.98))
        self.generator = torch.Generator(device)
        self.step = 0
        self.spent = 0.0
        self.loss = torch.tensor(math.nan)

    def fit(self, minutes: float) -> None:
        """Train until `minutes` are spent, those of earlier runs included, or a signal comes."""
        limit = 60.0 * minutes
        end = limit - min(RESERVE_SECONDS, 0.1 * limit)
        start = last = time.monotonic() - self.spent
        held_out = self._held_out()
        self.generator.manual_seed(self.recipe.seed + 7919 * self.step)
        reported = time.monotonic()
        with StopSignals() as stop:
            while (spent := time.monotonic() - start) < end and not stop.received:
                self._one_step(spent / end)
                now = time.monotonic()
                if self.step % 50 == 0 and not math.isfinite(float(self.loss)):
                    raise InputError("The loss is no longer a number; start again with a lower lr.")
                if now - reported >= REPORT_SECONDS:
                    self.spent = now - start
                    self._report(held_out, now - last)
                    reported = now
        self.spent = time.monotonic() - start
        self._report(held_out, self.spent)
        logger.info("Done: %d steps of %d tiles.", self.step, self.recipe.fit.batch)

    def _one_step(self, progress: float) -> None:
        fit = self.recipe.fit
        rate = fit.lr * min(1.0, (self.step + 1) / max(1, fit.warmup)) * _cosine(progress)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            batch = draw_batch(self.generator, fit.batch, self.recipe.tiles)
        self.network.train()
        with self._precision():
            numbers, plain = self.network.forward_both(batch.tiles, batch.geometry)
        log = log_density(numbers, batch.targets) + plain_log_density(numbers, plain, batch.targets)
        loss = -(log * batch.weight).sum() / batch.weight.sum().clamp_min(1)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), fit.clip)
        self.optimiser.step()
        self.step += 1
        self._update_average()
        self.loss = loss.detach()

    def _update_average(self) -> None:
        decay = min(self.recipe.fit.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            mine, theirs = self.average.state_dict(), self.network.state_dict()
            floats = [name for name, value in mine.items() if value.is_floating_point()]
            torch._foreach_lerp_([mine[n] for n in floats], [theirs[n] for n in floats], 1 - decay)

    def _precision(self) -> torch.autocast:
        on = self.recipe.fit.half_precision and self.device == "cuda"
        return torch.autocast(self.device, torch.bfloat16, enabled=on)

    def _held_out(self) -> list[SourceTileBatch]:
        generator = torch.Generator(self.device).manual_seed(self.recipe.seed + HELD_OUT_SEED)
        size = min(self.recipe.fit.batch, self.recipe.fit.held_out)
        with torch.no_grad():
            return [
                draw_batch(generator, size, self.recipe.tiles)
                for _ in range(self.recipe.fit.held_out // size)
            ]

    def _report(self, held_out: list[SourceTileBatch], seconds: float) -> None:
        """Measure the averaged weights, write a checkpoint and a line of the history."""
        self.average.eval()
        with torch.no_grad(), self._precision():
            answers = [self.average(batch.tiles, batch.geometry).float() for batch in held_out]
        values = measures(answers, held_out)
        line: dict[str, Any] = {
            "minutes": round(self.spent / 60, 2),
            "steps": self.step,
            "tiles": self.step * self.recipe.fit.batch,
            "loss": round(float(self.loss), 4),
            **{name: round(value, 4) for name, value in values.items()},
        }
        self.save()
        with (self.folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        logger.info(", ".join(f"{name} {value}" for name, value in line.items()))

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        state = {
            "recipe": self.recipe.to_dict(),
            "weights": _on_cpu(self.average.state_dict()),
            "network": self.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": {
                "steps": self.step,
                "tiles": self.step * self.recipe.fit.batch,
                "seconds": self.spent,
            },
        }
        with replacing(self.folder / CHECKPOINT, errors=(OSError, RuntimeError)) as temporary:
            torch.save(state, temporary)

    def load(self) -> None:
        """Continue from the folder's checkpoint."""
        state = read_checkpoint(self.folder)
        self.average.load_state_dict(state["weights"])
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.spent = state["progress"]["steps"], state["progress"]["seconds"]


def run(
    recipe: SourceRecipe, folder: str, *, minutes: float = 0.0, device: str = "auto", resume: bool = False
) -> Path:
    """Train the source network.

    Parameters
    ----------
    recipe : SourceRecipe
        Ignored with `resume`: the checkpoint holds the recipe.
    folder : str
        Run folder.
    minutes : float
        Time of the whole training; 0 for the recipe's.
    device : str
        "auto", "cpu" or "gpu".
    resume : bool
        Continue an interrupted run; its time counts.

    Raises
    ------
    InputError, OutputError
    """
    path = Path(folder)
    if resume:
        recipe = source_recipe(read_checkpoint(path)["recipe"])
    elif (path / CHECKPOINT).exists():
        raise InputError(f"The run '{path.name}' exists; continue it with --resume or give another name.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"The run folder cannot be written: {error.strerror or error}.") from error
    training = SourceTraining(recipe, path, chosen_device(device))
    if resume:
        training.load()
    training.fit(minutes or recipe.fit.minutes)
    return path


def read_checkpoint(folder: Path) -> dict[str, Any]:
    """The state of a run folder; raises `InputError` if there is none."""
    path = folder / CHECKPOINT if folder.is_dir() else folder
    if not path.is_file():
        raise InputError(f"There is no {CHECKPOINT} in '{folder.name}'; give the folder of source-train.")
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return state


def _cosine(progress: float) -> float:
    return 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))


def _on_cpu(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().cpu() for name, value in state.items()}
