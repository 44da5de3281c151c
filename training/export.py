"""From a trained network to the plugin's model file, checked on both backends before it is written.

Weights are rounded to half precision once, in torch, with batch normalisation already folded in; the file
then holds exactly those numbers, and a `Cast` to single precision for each. What is compared afterwards is
therefore the arithmetic alone.
"""

from __future__ import annotations

import copy
import io
import json
import os
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, Union

import numpy as np
import torch
from torch import nn

from .. import __version__
from ..engine.encoding import CHANNELS, TILE, encode
from ..engine.errors import ModelError, OutputError
from ..engine.network import ModelCard, load_model
from ..engine.network.card import METADATA_KEY, read_card
from ..engine.network.graph import read_graph
from ..engine.network.model_file import DIGEST_KEY
from .checkpoint import load_network, whole
from .model_card import write_model_card
from .network import ExportNetwork, QuakeViT
from .recipe import Recipe
from .runs import recipe_hash, say

OPSET = 17
OUTPUTS = ("logits", "attention", "mask")
TOLERANCE = 1e-3
"""Largest difference between torch and a backend that is let pass."""
SMALL = 64
"""Tensors of fewer values stay in single precision: nothing is gained on them."""


@dataclass(frozen=True)
class ExportReport:
    """What was written and how well it agrees.

    Attributes
    ----------
    path : Path
    size : int
        Bytes.
    hash : str
        SHA-256 of the file.
    parameters : int
        Weights in the file.
    differences : dict
        Largest absolute difference from torch, by backend and output.
    rounding : dict
        Largest absolute change that half-precision weights make, by output.
    """

    path: Path
    size: int
    hash: str
    parameters: int
    differences: dict[str, dict[str, float]]
    rounding: dict[str, float]


def run_export(
    run: Union[str, Path],
    out: Union[str, Path],
    *,
    version: str = "",
    calibration: Optional[dict[str, Any]] = None,
    thresholds: Optional[dict[str, float]] = None,
    scores: Optional[dict[str, Any]] = None,
) -> ExportReport:
    """Export the network of a run folder or checkpoint, with its model card beside it.

    Parameters
    ----------
    run : path-like
        Run folder or checkpoint. A folder's ``scores.json`` goes into the file, and so do "calibration" and
        "thresholds" of its ``calibration.json``.
    out : path-like
        File to write, or a folder, in which the file is named after its version.
    version : str
        Of the model; the package's if left out.
    calibration, thresholds, scores : dict, optional
        Used instead of what the run folder holds.
    """
    network, recipe, progress = load_network(run)
    folder = Path(run) if Path(run).is_dir() else Path(run).parent
    tuned = _json(folder / "calibration.json")
    plain = ModelCard(version=version or __version__)
    given = {
        **plain.to_dict(),
        "calibration": calibration or tuned.get("calibration") or plain.calibration,
        "thresholds": thresholds or tuned.get("thresholds") or plain.thresholds,
        "recipe": recipe.name,
        "recipe_hash": recipe_hash(recipe),
        "trained": {
            name: count
            for name, count in zip(("samples", "simulated", "steps"), whole(progress).values())
            if count
        }
        | _real_part(recipe),
        "scores": scores or _json(folder / "scores.json"),
    }
    card = read_card(json.dumps(given))
    target = Path(out)
    if target.is_dir():
        target = target / f"quakefringe-{card.version}.onnx"
    report = export(network, target, card)
    write_model_card(target)
    say(f"{report.path.name}: {report.size / 1e6:.1f} MB, {report.parameters / 1e6:.2f} million weights")
    for backend, by_output in report.differences.items():
        told = ", ".join(f"{name} {value:.1e}" for name, value in by_output.items())
        say(f"  largest difference from torch on {backend}: {told}")
    told = ", ".join(f"{name} {value:.1e}" for name, value in report.rounding.items())
    say(f"  largest change by rounding to half precision: {told}")
    return report


def _real_part(recipe: Recipe) -> dict[str, str]:
    """What a recipe says of real interferograms in training; no paths."""
    told, simulation = {}, recipe.simulation
    if simulation.get("real") and simulation.get("real_share", 0) > 0:
        share = f"measured deformation in {100 * simulation['real_share']:.0f} % of the last tiles"
        held_out = [name for name in simulation.get("real_without", "").split(";") if name]
        told["real"] = f"{share}; held out: {', '.join(held_out) or 'nothing'}"
    if simulation.get("quiet") and simulation.get("quiet_share", 0.3) > 0:
        told["backgrounds"] = "simulated, and real quiet crops"
    return told


def export(network: QuakeViT, path: Union[str, Path], card: ModelCard) -> ExportReport:
    """Write a network as the plugin's model file.

    Parameters
    ----------
    network : QuakeViT
        Left as it is.
    path : path-like
        File to write; whatever was there is replaced once all checks have passed.
    card : ModelCard
        The file's description.

    Raises
    ------
    ModelError
        If a weight does not fit half precision, or a backend disagrees with torch by more than `TOLERANCE`.
    OutputError
        If the file cannot be written.
    """
    path = Path(path)
    final = copy.deepcopy(network).cpu().float().eval()
    tiles = check_tiles()
    before = torch_outputs(ExportNetwork(copy.deepcopy(final)), tiles)
    fold_batch_normalisation(final)
    round_weights(final)
    module = ExportNetwork(final).eval()
    expected = torch_outputs(module, tiles)
    data = to_onnx(module, card)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        differences = {}
        for backend in ("numpy", "onnxruntime"):
            loaded = load_model(temporary, backend)
            differences[backend] = largest_differences(loaded, tiles, expected)
            _refuse_disagreement(backend, differences[backend])
            digest = loaded.hash
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path.name} could not be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return ExportReport(
        path=path,
        size=len(data),
        hash=digest,
        parameters=sum(value.numel() for value in final.parameters()),
        differences=differences,
        rounding={name: float(np.abs(before[name] - expected[name]).max()) for name in OUTPUTS},
    )


def update_card(path: Union[str, Path], **changes: Any) -> ModelCard:
    """Replace parts of a model file's description (calibration, thresholds, scores), not the weights.

    Parameters
    ----------
    path : path-like
    **changes
        Fields of `ModelCard`.
    """
    path = Path(path)
    card = replace(load_model(path, "numpy").card, **changes)
    card = read_card(json.dumps(card.to_dict()))
    import onnx

    model = onnx.load_model_from_string(path.read_bytes())
    _describe(model, card)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(model.SerializeToString())
        load_model(temporary, "numpy")
        temporary.replace(path)
    except OSError as error:
        raise OutputError(f"{path.name} could not be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)
    return card


def fold_batch_normalisation(network: nn.Module) -> None:
    """Put batch normalisation into the convolution before it, so that rounding sees the final weights."""
    for part in network.modules():
        if not isinstance(part, nn.Sequential):
            continue
        for index in range(len(part) - 1):
            first, second = part[index], part[index + 1]
            if isinstance(first, nn.Conv2d) and isinstance(second, nn.BatchNorm2d):
                part[index] = nn.utils.fusion.fuse_conv_bn_eval(first, second)
                part[index + 1] = nn.Identity()


def round_weights(network: nn.Module) -> None:
    """Round every weight to half precision, in place.

    Raises
    ------
    ModelError
        If one is too large, or not a number.
    """
    with torch.no_grad():
        for name, value in network.named_parameters():
            rounded = value.half().float()
            if not bool(torch.isfinite(rounded).all()):
                raise ModelError(f"The weights {name} do not fit half precision; the training diverged.")
            value.copy_(rounded)


def check_tiles() -> np.ndarray:
    """Tiles to compare on, (7, 5, 224, 224): noise, emptiness, and phase as the plugin encodes it."""
    random = np.random.default_rng(20150425)
    rows, columns = np.mgrid[:TILE, :TILE].astype(np.float32)
    distance = np.hypot(rows - 90, columns - 130)
    phase = 25 * np.exp(-((distance / 40) ** 2)) + 0.02 * columns + random.normal(0, 0.4, (TILE, TILE))
    phase = np.where(rows + columns < 80, np.nan, phase).astype(np.float32)
    wrapped = np.angle(np.exp(1j * phase)).astype(np.float32)
    height = 1500 + 900 * np.sin(rows / 17) * np.cos(columns / 23)
    tiles = [
        encode(wrapped, False),
        encode(wrapped, False, height),
        encode(phase, True),
        encode(phase, True, height),
        np.zeros((len(CHANNELS), TILE, TILE)),
        *random.standard_normal((2, len(CHANNELS), TILE, TILE)),
    ]
    return np.stack(tiles).astype(np.float32)


def torch_outputs(module: ExportNetwork, tiles: np.ndarray) -> dict[str, np.ndarray]:
    """What torch says, by output."""
    with torch.no_grad():
        outputs = module.eval()(torch.from_numpy(tiles))
    return {name: value.numpy() for name, value in zip(OUTPUTS, outputs)}


def to_onnx(module: ExportNetwork, card: ModelCard) -> bytes:
    """The network as the bytes of an ONNX file: half-precision weights, the card among its metadata."""
    import onnx

    buffer: Any = io.BytesIO()  # taken by the older exporter, though its signature does not say so
    names = {name: {0: "batch"} for name in ("phase", *OUTPUTS)}
    with warnings.catch_warnings():  # tracing says of every fixed length that it is fixed
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (torch.zeros(2, len(CHANNELS), TILE, TILE),),
            buffer,
            input_names=["phase"],
            output_names=list(OUTPUTS),
            dynamic_axes=names,
            opset_version=OPSET,
            dynamo=False,  # the older exporter: no further packages, and plain operators
        )
    model = onnx.load_model_from_string(buffer.getvalue())
    _halve(model)
    for node in model.graph.node:
        node.ClearField("doc_string")
    _describe(model, card)
    return model.SerializeToString()


def _halve(model: Any) -> None:
    """Store weights that are exact in half precision so, with a Cast to single precision for each."""
    from onnx import TensorProto, helper, numpy_helper

    casts = []
    for index, stored in enumerate(model.graph.initializer):
        value = numpy_helper.to_array(stored)
        if value.dtype != np.float32 or value.size < SMALL:
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


def _describe(model: Any, card: ModelCard) -> None:
    """Write the card and the graph's checksum into the metadata."""
    kept = {entry.key: entry.value for entry in model.metadata_props}
    kept[METADATA_KEY] = json.dumps(card.to_dict(), allow_nan=False)
    kept[DIGEST_KEY] = read_graph(memoryview(model.SerializeToString())).digest
    del model.metadata_props[:]
    for key, value in kept.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value


def largest_differences(loaded: Any, tiles: np.ndarray, expected: dict[str, np.ndarray]) -> dict[str, float]:
    """Largest differences, the tiles given one, three and all at a time."""
    worst = dict.fromkeys(OUTPUTS, 0.0)
    for count in (1, 3, len(tiles)):
        got = loaded.run(tiles[:count])
        for name in OUTPUTS:
            difference = np.abs(getattr(got, name) - expected[name][:count]).max()
            worst[name] = float(max(worst[name], np.nan_to_num(difference, nan=np.inf)))
    return worst


def _refuse_disagreement(backend: str, differences: dict[str, float]) -> None:
    for name, value in differences.items():
        if not value <= TOLERANCE:
            raise ModelError(
                f"The exported network's {name} differs from torch's by {value:.2g} on {backend}; nothing "
                "was written."
            )


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
