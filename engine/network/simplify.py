"""Rewriting a graph before it runs: constants are worked out, what belongs together becomes one node."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Optional

import numpy as np

from .graph import Graph, Node
from .operators import KERNELS, OperatorError
from .operators.base import LARGEST


def simplify(graph: Graph) -> Graph:
    """Give the same graph with constants folded, GELUs fused and nodes without effect left out.

    Raises
    ------
    OperatorError
        If an operator is not known, or a constant cannot be worked out.
    """
    outputs = [info.name for info in graph.outputs]
    nodes = needed(graph.nodes, outputs)
    nodes, constants = fold(nodes, graph.constants)
    nodes = needed(fuse_gelu(nodes, constants, outputs), outputs)
    used = {name for node in nodes for name in node.inputs} | set(outputs)
    constants = {name: value for name, value in constants.items() if name in used}
    return Graph(nodes, constants, graph.inputs, graph.outputs, graph.opset, graph.metadata, graph.digest)


def needed(nodes: list[Node], outputs: list[str]) -> list[Node]:
    """The nodes that the outputs depend on, in their order."""
    wanted = set(outputs)
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(name for name in node.outputs if name):
            kept.append(node)
            wanted.update(node.inputs)
    return kept[::-1]


def evaluate(node: Node, inputs: list[Optional[np.ndarray]]) -> list[np.ndarray]:
    """Carry out one node."""
    if node.op not in KERNELS or node.domain not in ("", "ai.onnx"):
        raise OperatorError(f"the operator {node.op} is not known")
    results = KERNELS[node.op](node.attributes, inputs)
    if len([name for name in node.outputs if name]) > len(results):
        raise OperatorError(f"the operator {node.op} has outputs that are not known")
    return results


def fold(nodes: list[Node], constants: dict[str, np.ndarray]) -> tuple[list[Node], dict[str, np.ndarray]]:
    """Work out every node that depends on constants alone; weights in half precision become single here."""
    known = dict(constants)
    rest = []
    budget = 2 * LARGEST
    for node in nodes:
        if not all(name in known for name in node.inputs if name):
            rest.append(node)
            continue
        for name, value in zip(node.outputs, evaluate(node, [known.get(name) for name in node.inputs])):
            budget -= value.size
            if budget < 0:
                raise OperatorError("its constants are too large")
            known[name] = value
    return rest, known


def fuse_gelu(nodes: list[Node], constants: dict[str, np.ndarray], outputs: list[str]) -> list[Node]:
    """Replace x · (1 + erf(x / √2)) / 2, in whatever order it is written, by one Gelu node."""
    producers = {name: node for node in nodes for name in node.outputs}
    uses = Counter(name for node in nodes for name in node.inputs)
    uses.update(outputs)
    consumers = {name: node for node in nodes for name in node.inputs if uses[name] == 1}

    def scalar(name: str) -> Optional[float]:
        value = constants.get(name)
        return float(value.reshape(-1)[0]) if value is not None and value.size == 1 else None

    def split(node: Node) -> tuple[str, Optional[float]]:
        """The other input's name and the number of a node that joins a tensor and a number."""
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
    """The node that ends a GELU: after `add`, x and one half are multiplied in, in any order."""
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
            source = producers.get(other)  # x / 2, multiplied beforehand
            if by_x or by_half or source is None or source.op != "Mul" or split(source) != (x, 0.5):
                return None
            by_x = by_half = True
        product = following
    return product
