"""The network in onnxruntime, if it is installed."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..numerics.threads import usable_threads
from .model_file import HEADS

MAX_TILES_PER_CALL = 8
"""Maximum number of tiles in one call; more gain nothing and take memory."""


class OnnxRuntimeBackend:
    """Runs a model file in onnxruntime on the processor's cores.

    Parameters
    ----------
    data : bytes
        Content of the model file.

    Raises
    ------
    ImportError
        If onnxruntime is not installed.
    Exception
        Any error of onnxruntime, if its installation is broken or it refuses the file.
    """

    name = "onnxruntime"

    def __init__(self, data: bytes) -> None:
        import onnxruntime

        self.threads = usable_threads()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        # Idle threads sleep instead of spinning: as fast on an idle computer, twice as fast on a busy one.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # errors are raised; hints on standard error help nobody
        self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, tiles: np.ndarray, heads: bool = False) -> dict[str, np.ndarray]:
        """Run the network on tiles (B, 5, 224, 224); returns every output with B rows.

        `heads` adds the attention of each head, if the model gives it.
        """
        names = [name for name in self._outputs if heads or name != HEADS]
        parts = [
            self._session.run(names, {"phase": tiles[first : first + MAX_TILES_PER_CALL]})
            for first in range(0, len(tiles), MAX_TILES_PER_CALL)
        ]
        return {
            name: parts[0][index] if len(parts) == 1 else np.concatenate([part[index] for part in parts])
            for index, name in enumerate(names)
        }
