"""Convert a model file back to a network that can be trained."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...engine.errors import InputError, ModelError
from ...engine.network import load_model
from ...engine.network.card import ModelCard
from ..config.recipe import Recipe, read_recipe
from ..config.tables import NetworkConfig
from .agreement import TOLERANCE, check_tiles, largest_differences, torch_outputs
from .network import ConvStem, ExportNetwork, QuakeViT
from .onnx_graph import fold_batch_normalisation, normalised, to_onnx


def network_from_model(path: Path) -> tuple[QuakeViT, Recipe, dict[str, Any]]:
    """The network of a model file, with its recipe and training progress.

    The exporter keeps the names of most weights, but renames those that it transposes. To identify them, a
    network of the same recipe with random weights is exported: its renamed weights are recognised by their
    values, and those of the file by their position in the same graph.

    Parameters
    ----------
    path : Path
        A file that `export` wrote.

    Returns
    -------
    network : QuakeViT
        In evaluation mode. Batch normalisation, which the file does not contain, is the identity; call
        `renew_normalisation` before training.
    recipe : Recipe
        The recipe that the file names, or the default recipe under that name if the package lacks it.
    progress : dict
        "shown" and "simulated" tiles, "steps".

    Raises
    ------
    ModelError
        The file is damaged, or its architecture is not that of its recipe.
    """
    import onnx

    card = load_model(path, "numpy").card
    try:
        recipe = read_recipe(card.recipe)
    except InputError:
        recipe = dataclasses.replace(read_recipe("default"), name=card.recipe)
    model = onnx.load(str(path))
    recipe = dataclasses.replace(recipe, network=_network_config(recipe, model))
    network = QuakeViT(recipe.network)
    _fill(network, model, path.name, card)
    _check(network, path)
    trained = card.trained
    progress = {"shown": trained.get("samples", 0), "simulated": trained.get("simulated", 0)}
    return network.eval(), recipe, {**progress, "steps": trained.get("steps", 0)}


def renew_normalisation(network: nn.Module, tiles: Tensor) -> None:
    """Set the statistics of batch normalisation to those of `tiles`, without changing the output.

    The weights of a model file do not fit the statistics that training would otherwise compute.

    Parameters
    ----------
    network : nn.Module
    tiles : Tensor, shape (B, 5, H, W)
    """
    for layer in [part for part in network.modules() if isinstance(part, nn.BatchNorm2d)]:
        inputs: list[Tensor] = []
        hook = layer.register_forward_pre_hook(lambda _, given, inputs=inputs: inputs.append(given[0]))
        with torch.no_grad():
            network.eval()(tiles)
            hook.remove()
            mean, variance = inputs[0].mean(dim=(0, 2, 3)), inputs[0].var(dim=(0, 2, 3))
            before, spread = _statistics(layer)
            gain = layer.weight / torch.sqrt(spread + layer.eps)
            layer.bias.add_(gain * (mean - before))
            layer.weight.copy_(gain * torch.sqrt(variance + layer.eps))
            before.copy_(mean)
            spread.copy_(variance)


@torch.no_grad()
def settle_normalisation(network: nn.Module) -> None:
    """Fold batch normalisation into the convolutions and its own bias, as in `network_from_model`.

    The output does not change. Afterwards the weights of two networks can be averaged, because their
    statistics are equal.
    """
    for _, _, convolution, norm in normalised(network):
        mean, variance = _statistics(norm)
        weight, bias = nn.utils.fusion.fuse_conv_bn_weights(
            convolution.weight, convolution.bias, mean, variance, norm.eps, norm.weight, norm.bias
        )
        convolution.weight.copy_(weight)
        norm.bias.copy_(bias)
        nn.init.ones_(norm.weight)
        mean.zero_()
        variance.fill_(1.0 - norm.eps)


def _statistics(layer: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """Running mean and variance."""
    mean, variance = layer.running_mean, layer.running_var
    if mean is None or variance is None:
        raise ModelError("The network's batch normalisation has no statistics; use the network of a recipe.")
    return mean, variance


def _network_config(recipe: Recipe, model: Any) -> NetworkConfig:
    """The recipe's network with the number of stem units of the file; recipes may have changed since."""
    config = dataclasses.replace(recipe.network, pretrained=False)
    if config.stem != "conv":
        return config
    convolutions = sum(node.op_type == "Conv" for node in model.graph.node)
    plain, each = (  # numbers of convolutions without units and with one at each position
        sum(isinstance(part, nn.Conv2d) for part in ConvStem(1, 1, 1, "none", units).modules())
        for units in (0, 1)
    )
    return dataclasses.replace(config, stem_units=max(0, convolutions - plain) // (each - plain))


def _fill(network: QuakeViT, model: Any, name: str, card: ModelCard) -> None:
    """Copy the file's weights into the network."""
    import onnx

    folded = copy.deepcopy(network).eval()
    fold_batch_normalisation(folded)
    with torch.no_grad():
        for parameter in folded.parameters():  # equal weights would be stored only once
            parameter.normal_()
    stored = _in_order(model)
    template = _in_order(onnx.load_model_from_string(to_onnx(ExportNetwork(folded), card)))
    if [value.shape for _, value in stored] != [value.shape for _, value in template]:
        raise ModelError(f"{name} holds another network than its recipe; give its run folder instead.")
    settle_normalisation(network)
    own = dict(network.named_parameters())
    random = {name: value.detach().numpy() for name, value in folded.named_parameters()}
    with torch.no_grad():
        for (_, value), (label, known) in zip(stored, template):
            plain = label.removeprefix("network.")
            if plain in own:
                own[plain].copy_(torch.from_numpy(value.copy()))
            elif plain in random:  # the bias that a convolution took over from its normalisation
                before, number, _ = plain.rsplit(".", 2)
                own[f"{before}.{int(number) + 1}.bias"].copy_(torch.from_numpy(value.copy()))
            elif known.shape == (1, network.head_mix.numel(), 1):
                network.head_mix.copy_(torch.from_numpy(value.copy()).flatten().log())
            else:
                match = next((n for n, v in random.items() if v.ndim == 2 and _close(v.T, known)), None)
                if match is None:
                    raise ModelError(f"{name} holds a weight that its network does not have.")
                own[match].copy_(torch.from_numpy(value.T.copy()))


def _in_order(model: Any) -> list[tuple[str, np.ndarray]]:
    """All weights and their names, in single precision, in the order of their first use in the graph."""
    from onnx import numpy_helper

    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    ordered: dict[str, np.ndarray] = {}
    for node in model.graph.node:
        for name in node.input:
            value = values.get(name, values.get(f"{name}.half"))
            if node.op_type != "Cast" and value is not None and value.dtype.kind == "f":
                ordered.setdefault(name, value.astype(np.float32))
    return list(ordered.items())


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, atol=1e-3, rtol=1e-3))


def _check(network: QuakeViT, path: Path) -> None:
    """Raise `ModelError` if the network's output differs from the file's."""
    tiles = check_tiles()
    differences = largest_differences(
        load_model(path, "numpy"), tiles, torch_outputs(ExportNetwork(network), tiles)
    )
    network.explicit = False
    if not max(differences.values()) <= TOLERANCE:
        raise ModelError(
            f"{path.name} could not be converted back to a network; give its run folder instead."
        )
