"""A trained network as an ONNX graph with half-precision weights and its own description."""

from __future__ import annotations

import io
import json
import warnings
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...engine.errors import ModelError
from ...engine.network import ModelCard
from ...engine.network.card import METADATA_KEY
from ...engine.network.graph import read_graph
from ...engine.network.model_file import DIGEST_KEY
from ...engine.tile import CHANNELS, TILE
from .network import ExportNetwork

OPSET = 17
OUTPUTS = ("logits", "attention", "mask", "heads")
HALF_PRECISION_MIN_VALUES = 64
"""Smaller tensors stay in single precision."""


def fold_batch_normalisation(network: nn.Module) -> None:
    """Fold batch normalisation into the convolution before it, so that the final weights are rounded."""
    for part, index, convolution, norm in normalised(network):
        part[index] = nn.utils.fusion.fuse_conv_bn_eval(convolution, norm)
        part[index + 1] = nn.Identity()


def normalised(network: nn.Module) -> list[tuple[nn.Sequential, int, nn.Conv2d, nn.BatchNorm2d]]:
    """Convolutions followed by batch normalisation: (container, index, convolution, normalisation)."""
    pairs = []
    for part in network.modules():
        if not isinstance(part, nn.Sequential):
            continue
        for index in range(len(part) - 1):
            first, second = part[index], part[index + 1]
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                pairs.append((part, index, first, second))
    return pairs


def round_weights(network: nn.Module) -> None:
    """Round every weight to half precision, in place.

    Raises
    ------
    ModelError
        A weight is too large, or not a number.
    """
    with torch.no_grad():
        for name, value in network.named_parameters():
            rounded = value.half().float()
            if not bool(torch.isfinite(rounded).all()):
                raise ModelError(f"The weights {name} do not fit half precision; the training diverged.")
            value.copy_(rounded)


def to_onnx(module: ExportNetwork, card: ModelCard) -> bytes:
    """The network as an ONNX file: half-precision weights, with the card in the metadata."""
    example = (torch.zeros(2, len(CHANNELS), TILE, TILE),)
    return traced(module, example, ["phase"], list(OUTPUTS), card)


def traced(
    module: nn.Module, example: tuple[Tensor, ...], inputs: list[str], outputs: list[str], card: Any
) -> bytes:
    """A module as an ONNX file: half-precision weights, with the card in the metadata.

    Parameters
    ----------
    module : Module
    example : tuple of Tensor
        One value for each of the `inputs`; the first axis is the batch, of any size.
    inputs, outputs : list of str
        Names.
    card : ModelCard or SourceCard
    """
    import onnx

    buffer: Any = io.BytesIO()  # the older exporter accepts it, although its signature does not
    with warnings.catch_warnings():  # tracing warns of every constant length
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            example,
            buffer,
            input_names=inputs,
            output_names=outputs,
            dynamic_axes={name: {0: "batch"} for name in (*inputs, *outputs)},
            opset_version=OPSET,
            dynamo=False,  # the older exporter needs no other packages and writes plain operators
        )
    model = onnx.load_model_from_string(buffer.getvalue())
    halve(model)
    for node in model.graph.node:
        node.ClearField("doc_string")
    describe(model, card)
    data: bytes = model.SerializeToString()
    return data


def halve(model: Any) -> None:
    """Store weights that are exact in half precision as such, with a Cast to single precision for each."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for index, stored in enumerate(model.graph.initializer):
        value = numpy_helper.to_array(stored)
        if value.dtype != np.float32 or value.size < HALF_PRECISION_MIN_VALUES:
            continue
        with np.errstate(over="ignore"):
            half = value.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), value):
            continue
        name = f"{stored.name}.half"
        casts.append(helper.make_node("Cast", [name], [stored.name], to=TensorProto.FLOAT))
        model.graph.initializer[index].CopyFrom(numpy_helper.from_array(half, name))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(casts + nodes)


def describe(model: Any, card: Any) -> None:
    """Write the card and the graph's checksum into the metadata."""
    kept = {entry.key: entry.value for entry in model.metadata_props}
    kept[METADATA_KEY] = json.dumps(card.to_dict(), allow_nan=False)
    kept[DIGEST_KEY] = read_graph(memoryview(model.SerializeToString())).digest
    del model.metadata_props[:]
    for key, value in kept.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
