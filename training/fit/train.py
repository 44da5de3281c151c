"""Training in stages of growing tiles, on a CPU or one or several GPUs; it can be resumed at any step."""

from __future__ import annotations

import logging
import math
import time
from pathlib import Path
from typing import Any, Optional

import torch

from ...engine.errors import InputError
from ..config.recipe import Recipe
from ..config.run_folder import TrainingRun
from ..config.tables import StageConfig
from ..data.batches import Plan, SimulatedChunks, batches, to_tensors
from ..model import checkpoint
from ..model.from_onnx import renew_normalisation
from ..model.losses import total_loss
from ..model.network import QuakeViT, load_weights
from ..scoring.validation import ValidationTiles, predict, score
from .distillation import Teacher, teacher_of
from .optimiser import (
    MovingAverage,
    compile_in_place,
    learning_rate,
    make_fabric,
    make_optimisers,
    set_rate,
)
from .progress_bar import progress_bar
from .stopping import StopSignals
from .trainer_state import restore, state_of

LOG_EVERY = 50
"""Steps between two lines of the log."""

logger = logging.getLogger(__name__)


def run(
    recipe: Optional[Recipe] = None,
    folder: str = "runs/default",
    *,
    resume: bool = False,
    init: str = "",
    data: str = "",
    device: str = "auto",
    devices: int = 1,
    cache: str = "",
) -> Path:
    """Train a network.

    Parameters
    ----------
    recipe : Recipe, optional
        Not needed to resume, because the run folder contains it.
    folder : str
        The run folder.
    resume : bool
        Continue from the newest checkpoint of the run.
    init : str
        Run folder, checkpoint or model file whose averaged weights to start from; its tile size may differ.
    data : str
        Folder of a data set on disk; by default the tiles are simulated during training.
    device : str
        "auto", "cpu" or "gpu".
    devices : int
        Number of devices; more than one under torchrun.
    cache : str
        Folder for prepared real crops (default: in the run folder).

    Returns
    -------
    Path
        The run folder.

    Raises
    ------
    InputError, OutputError, ModelError
        With one sentence; the run can be resumed.
    """
    path = Path(folder)
    opened = TrainingRun.open(path) if resume else None
    recipe = opened.recipe if opened is not None else recipe
    if recipe is None:
        raise InputError("No recipe is given; give one, or use --resume.")
    fabric = make_fabric(device, devices, recipe.optimiser.precision)
    teacher = teacher_of(recipe, fabric.device)
    if opened is None:
        facts = {"device": _device_name(fabric.device), "devices": fabric.world_size, "data": bool(data)}
        opened = (
            TrainingRun.create(path, recipe, facts) if fabric.is_global_zero else TrainingRun(path, recipe)
        )
    trainer = Trainer(fabric, opened, teacher, data=data, cache=cache or str(path / "cache"))
    trainer.fit(resume=resume, init=init)
    return path


class Trainer:
    """The training loop, and the state that a checkpoint stores to continue it exactly."""

    def __init__(
        self, fabric: Any, run: TrainingRun, teacher: Optional[Teacher], *, data: str = "", cache: str = ""
    ) -> None:
        self.fabric, self.run, self.recipe, self.teacher = fabric, run, run.recipe, teacher
        self.data, self.cache = data, cache
        self.stage = self.step = self.steps = self.shown = self.simulated = 0
        self.seconds = 0.0
        self.before: dict[str, int] = {}
        self.stop = StopSignals()
        self.validation = ValidationTiles(self.recipe, run.validation, data, cache)

    def fit(self, *, resume: bool, init: str) -> None:
        """Train to the end of the recipe, or until a signal stops it."""
        recipe, fabric = self.recipe, self.fabric
        if recipe.data.threads:
            torch.set_num_threads(recipe.data.threads)
        fabric.seed_everything(recipe.seed, verbose=False)
        network = QuakeViT(recipe.network)
        if init:
            other, _, progress = checkpoint.load_network(init)
            self.before = checkpoint.total_progress(progress)
            load_weights(network, other.state_dict())
            self._renew(network)
        self.plain = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network, *self.optimisers = fabric.setup(network, *make_optimisers(network, recipe))
        self.average = MovingAverage(self.plain, recipe.optimiser.ema) if recipe.optimiser.ema else None
        if recipe.optimiser.compile and not compile_in_place(self.plain):
            self._info("No C++ compiler was found; the network is not compiled and trains more slowly.")
        if resume:
            self._load()
        with self.stop:
            while self.stage < len(recipe.stage) and not self.stop.received:
                if self._train_stage(recipe.stage[self.stage]):
                    self.stage, self.step, self.seconds = self.stage + 1, 0, 0.0
            if not self.stop.received:
                self._validate(final=True)
            self._save()
        if self.stop.received:
            self._info(f"Stopped by {self.stop.received} after {self.shown} tiles; continue with --resume.")
        else:
            self._info(f"Done: {self.shown} tiles shown, {self.simulated} of them new.")

    def _train_stage(self, stage: StageConfig) -> bool:
        """Train one stage from `self.step` on; False if it was stopped before its end."""
        fabric, recipe = self.fabric, self.recipe
        batch = max(1, stage.batch // fabric.world_size)
        block = 1 if fabric.device.type == "cpu" else recipe.data.pool
        chunks = self._chunks(stage, batch, block)
        count, pool = stage.samples // stage.batch, recipe.data.pool
        plan = Plan(count, stage.epochs, stage.reuse, pool, recipe.seed, getattr(chunks, "block", 1))
        workers = recipe.data.workers if fabric.device.type == "cpu" or self.data else 0
        source = batches(chunks, plan, self.step, recipe.augment, fabric.device, workers)
        bar = progress_bar(plan.steps, self.step, stage, stage.batch, fabric.is_global_zero)
        start, start_shown, spent, used = time.perf_counter(), self.shown, self.seconds, 0.0
        self.network.train()
        for tiles in source:
            self.seconds = spent + time.perf_counter() - start
            used = self._used(stage, plan.steps)
            rate = learning_rate(stage, round(used * plan.steps * stage.batch))
            set_rate(self.optimisers, rate)
            total, parts = self._update(tiles)
            before = self.shown
            self.step, self.steps, self.shown = self.step + 1, self.steps + 1, self.shown + stage.batch
            self.simulated += stage.batch if self.step % stage.reuse == 0 else 0
            bar.update(stage.batch)
            if self.steps % LOG_EVERY == 0 or self.step == plan.steps or used >= 1:
                speed = (self.shown - start_shown) / (time.perf_counter() - start)
                loss = self._log_step(rate, total, parts, speed)
                bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
            every, save = recipe.validation.every, recipe.validation.checkpoint
            if self.shown // every > before // every:
                self._validate()
            if used >= 1 or self.stop.received_anywhere(fabric):
                break
            if self.shown // save > before // save:
                self._save()
        bar.close()
        return used >= 1 or self.step >= plan.steps

    def _used(self, stage: StageConfig, steps: int) -> float:
        """Part of the stage that is over: of its tiles, or of its time if that is limited and further on."""
        part = self.step / steps
        if stage.minutes:
            part = max(part, min(1.0, self.seconds / (60 * stage.minutes)))
        # all processes must agree on the last step
        return float(self.fabric.broadcast(part)) if self.fabric.world_size > 1 else part

    def _log_step(self, rate: float, total: torch.Tensor, parts: dict[str, Any], speed: float) -> float:
        """Log the losses of a step; raises `InputError` if the training has diverged."""
        loss = round(float(total), 5)
        if not math.isfinite(loss):
            raise InputError("The loss is no longer a number; start again with a lower lr or clip.")
        values = {name: round(float(value), 5) for name, value in parts.items()}
        self._log("train", lr=rate, loss=loss, tiles_per_s=round(speed, 1), **values)
        return loss

    def _update(self, tiles: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """One optimiser step."""
        shown = tiles["input"].contiguous(memory_format=torch.channels_last)
        if self.teacher is not None:
            tiles = self.teacher.teach(tiles)
        total, parts = total_loss(self.network(shown), tiles, self.recipe.loss)
        self.fabric.backward(total)
        if self.recipe.optimiser.clip:
            self.fabric.clip_gradients(
                self.network,
                self.optimisers[0],
                max_norm=self.recipe.optimiser.clip,
                error_if_nonfinite=False,
            )
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        if self.average is not None:
            self.average.update(self.plain, self.steps)
        return total.detach(), parts

    def _renew(self, network: QuakeViT) -> None:
        """Set the normalisation statistics from the training tiles; model files and averages have none."""
        first = self.recipe.stage[0]
        chunk = to_tensors(self._chunks(first, min(64, first.batch)).chunk(0), "cpu")
        renew_normalisation(network, chunk["input"].float())

    def _chunks(self, stage: StageConfig, batch: int, block: int = 1) -> Any:
        """The source of this stage's tiles, different for each process; `block` chunks at a time."""
        rank, world = self.fabric.global_rank, self.fabric.world_size
        if self.data:
            from ..data.shards import ShardChunks

            return ShardChunks(Path(self.data), "training", batch, stage.size, rank, world)
        config = self.recipe.simulation_config(stage.simulation)
        stream = self.stage * 1000 + rank
        return SimulatedChunks(
            config,
            stage.size,
            batch,
            self.recipe.seed,
            stream=stream,
            device=str(self.fabric.device),
            cache=self.cache,
            block=block,
        )

    def _validate(self, final: bool = False) -> None:
        """Score the averaged weights on every validation set, at the tile size of the stage."""
        if self.fabric.is_global_zero:
            size = self.recipe.stage[min(self.stage, len(self.recipe.stage) - 1)].size
            network = self.average.module if self.average is not None else self.plain
            scores: dict[str, Any] = {}
            for chosen in self.recipe.validation.set:
                tiles = self.validation.of(chosen, size)
                predicted = predict(network, tiles["input"], self.fabric.device)
                scores.update(score(chosen.name, tiles, predicted))
            self.plain.train()
            self._log("validation", size=size, scores=scores)
            self.run.write_scores({"shown": self.shown, "size": size, "final": final, "simulated": scores})
            first = scores[self.recipe.validation.set[0].name]
            values = ", ".join(f"{key} {value}" for key, value in first.items() if key != "count")
            logger.info("After %d tiles (%d px): %s", self.shown, size, values)
        self.fabric.barrier()

    def _info(self, text: str) -> None:
        if self.fabric.is_global_zero:
            logger.info(text)

    def _log(self, kind: str, **values: Any) -> None:
        if self.fabric.is_global_zero:
            self.run.log(kind, shown=self.shown, stage=self.stage, **values)

    def _save(self) -> None:
        """Write a checkpoint."""
        if self.fabric.is_global_zero:
            keep = self.recipe.validation.keep
            checkpoint.save_checkpoint(self.run.checkpoints, state_of(self), self.shown, keep)
        self.fabric.barrier()

    def _load(self) -> None:
        """Restore the newest readable checkpoint."""
        state, warnings = checkpoint.load_latest(self.run.checkpoints)
        for sentence in warnings:
            self._info(sentence)
        restore(self, state)
        if self.fabric.is_global_zero:
            self.run.rewind(self.shown)
        stages = len(self.recipe.stage)
        self._info(f"Continuing after {self.shown} tiles, in stage {self.stage + 1} of {stages}.")


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
