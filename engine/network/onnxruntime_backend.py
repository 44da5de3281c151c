"""The network in onnxruntime, where it happens to be installed."""

from __future__ import annotations

from typing import Any

import numpy as np

from .threads import usable_threads

AT_ONCE = 8
"""Tiles per call: more gain nothing and take memory."""


class OnnxRuntimeBackend:
    """Runs the model file's bytes in onnxruntime on the processor's cores.

    Parameters
    ----------
    data : bytes
        The model file.

    Raises
    ------
    ImportError
        If onnxruntime is not installed.
    Exception
        Whatever onnxruntime raises when it is broken or does not take the file.
    """

    name = "onnxruntime"

    def __init__(self, data: bytes) -> None:
        import onnxruntime

        self.threads = usable_threads()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        # Idle threads sleep instead of spinning: hardly slower alone, and twice as fast on a busy computer.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4  # errors come as exceptions; hints on standard error serve nobody
        self._session: Any = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self._outputs = [output.name for output in self._session.get_outputs()]

    def run(self, tiles: np.ndarray) -> dict[str, np.ndarray]:
        """Run the network on tiles (B, 5, 224, 224); gives every output with B rows."""
        parts = [
            self._session.run(self._outputs, {"phase": tiles[first : first + AT_ONCE]})
            for first in range(0, len(tiles), AT_ONCE)
        ]
        return {
            name: parts[0][index] if len(parts) == 1 else np.concatenate([part[index] for part in parts])
            for index, name in enumerate(self._outputs)
        }
