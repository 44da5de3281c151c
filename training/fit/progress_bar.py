"""The progress bar of a training stage, on terminals only."""

from __future__ import annotations

import sys
from typing import Any

from ..config.tables import StageConfig


def progress_bar(steps: int, step: int, stage: StageConfig, batch: int, shown: bool) -> Any:
    """A bar that counts tiles.

    Parameters
    ----------
    steps, step : int
        Steps of the stage, and those already done.
    stage : StageConfig
    batch : int
        Tiles in one step.
    shown : bool
        Whether this process shows a bar; output that is no terminal never gets one.
    """
    from tqdm import tqdm

    return tqdm(
        total=steps * batch,
        initial=step * batch,
        unit="tile",
        desc=f"{stage.size} px",
        disable=not (shown and sys.stderr.isatty()),
    )
