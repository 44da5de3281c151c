"""Simplify a graph before it runs: fold constants, and fuse the nodes of a GELU into one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Optional

import numpy as np

from .graph import Graph, Node
from .operators import KERNELS, OperatorError
from .operators.base import MAX_TENSOR_VALUES


def simplify(graph: Graph) -> Graph:
    """Return the same graph with folded constants, fused GELUs and without unused nodes.

    Raises
    ------
    OperatorError
        If an operator is unknown, or a constant cannot be computed.
    """
    outputs = [info.name for info in graph.outputs]
    nodes = needed(graph.nodes, outputs)
    nodes, constants = fold(nodes, graph.constants)
    nodes = needed(fuse_gelu(nodes, constants, outputs), outputs)
    used = {name for node in nodes for name in node.inputs} | set(outputs)
    constants = {name: value for name, value in constants.items() if name in used}
    return Graph(nodes, constants, graph.inputs, graph.outputs, graph.opset, graph.metadata, graph.digest)


def needed(nodes: list[Node], outputs: list[str]) -> list[Node]:
    """The nodes that the outputs depend on, in their original order."""
    required = set(outputs)
    kept = []
    for node in reversed(nodes):
        if required.intersection(name for name in node.outputs if name):
            kept.append(node)
            required.update(node.inputs)
    return kept[::-1]


def evaluate(node: Node, inputs: list[Optional[np.ndarray]]) -> list[np.ndarray]:
    """Run one node."""
    if node.op not in KERNELS or node.domain not in ("", "ai.onnx"):
        raise OperatorError(f"the operator {node.op} is not known")
    results = KERNELS[node.op](node.attributes, inputs)
    if len([name for name in node.outputs if name]) > len(results):
        raise OperatorError(f"the operator {node.op} has outputs that are not known")
    return results


def fold(nodes: list[Node], constants: dict[str, np.ndarray]) -> tuple[list[Node], dict[str, np.ndarray]]:
    """Compute all nodes that depend on constants only; half-precision weights become single precision."""
    known = dict(constants)
    remaining = []
    budget = 2 * MAX_TENSOR_VALUES
    for node in nodes:
        if not all(name in known for name in node.inputs if name):
            remaining.append(node)
            continue
        for name, value in zip(node.outputs, evaluate(node, [known.get(name) for name in node.inputs])):
            budget -= value.size
            if budget < 0:
                raise OperatorError("its constants are too large")
            known[name] = value
    return remaining, known


def fuse_gelu(nodes: list[Node], constants: dict[str, np.ndarray], outputs: list[str]) -> list[Node]:
    """Replace x · (1 + erf(x / √2)) / 2, with its factors in any order, by one Gelu node."""
    producers = {name: node for node in nodes for name in node.outputs}
    uses = Counter(name for node in nodes for name in node.inputs)
    uses.update(outputs)
    consumers = {name: node for node in nodes for name in node.inputs if uses[name] == 1}

    def scalar(name: str) -> Optional[float]:
        value = constants.get(name)
        return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None

    def split(node: Node) -> tuple[str, Optional[float]]:
        """For a node with a tensor and a number: the name of the tensor, and the number."""
        for which in (1, 0):
            number = scalar(node.inputs[which])
            if number is not None:
                return node.inputs[1 - which], number
        return "", None

    replaced: dict[str, Node] = {}
    for node in nodes:
        if node.op != "Erf":
            continue
        before = producers.get(node.inputs[0])
        add = consumers.get(node.outputs[0])
        if before is None or add is None or before.op not in ("Mul", "Div") or add.op != "Add":
            continue
        x, factor = split(before)
        if factor is None or (before.op == "Div" and (before.inputs[0] != x or not factor)):
            continue
        factor = 1 / factor if before.op == "Div" else factor
        if abs(factor - 0.5**0.5) > 1e-6 or split(add)[1] != 1.0:
            continue
        last = _rest_of_gelu(add, x, consumers, producers, split)
        if last is not None:
            replaced[last.outputs[0]] = Node("Gelu", inputs=[x], outputs=[last.outputs[0]])
    return [replaced.get(node.outputs[0], node) if node.outputs else node for node in nodes]


def _rest_of_gelu(
    add: Node,
    x: str,
    consumers: dict[str, Node],
    producers: dict[str, Node],
    split: Callable[[Node], tuple[str, Optional[float]]],
) -> Optional[Node]:
    """The last node of a GELU; after `add`, the factors x and one half follow in any order."""
    product, by_x, by_half = add, False, False
    while not (by_x and by_half):
        following = consumers.get(product.outputs[0])
        if following is None or following.op != "Mul":
            return None
        other = following.inputs[0] if following.inputs[1] == product.outputs[0] else following.inputs[1]
        _, number = split(following)
        if number is not None:
            if by_half or number != 0.5:
                return None
            by_half = True
        elif other == x and not by_x:
            by_x = True
        else:
            source = producers.get(other)  # x / 2, computed before
            if by_x or by_half or source is None or source.op != "Mul" or split(source) != (x, 0.5):
                return None
            by_x = by_half = True
        product = following
    return product
