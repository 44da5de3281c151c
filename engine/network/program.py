"""A graph prepared for running: every operator is bound to its arrays, and every array to its memory.

All shapes are fixed when the program is made, for one tile at a time. Everything that depends on shapes only,
about half of an exported graph, is computed once; views are taken once. Running the network then only calls a
list of functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np

from .arena import Arena, Block
from .graph import Graph, Node
from .operators import OperatorError
from .simplify import evaluate

Step = Callable[[], object]
Binder = Callable[["Program", Node, "list[Optional[Tensor]]"], None]


@dataclass
class Tensor:
    """An array and the block that holds it; None for constants."""

    name: str
    array: np.ndarray
    block: Optional[Block]


class Program:
    """Runs one graph on inputs of one shape.

    Parameters
    ----------
    graph : Graph
        A simplified graph.
    shapes : dict of str to tuple of int
        Shape of every input.
    binders : mapping of str to callable
        By operator: a function that binds one node to its memory and adds its steps to the program. Operators
        without one run their plain kernel.
    views : frozenset of str
        Operators whose output may be a view of their first input.

    Raises
    ------
    OperatorError
        If the graph cannot be run.
    """

    def __init__(
        self,
        graph: Graph,
        shapes: dict[str, tuple[int, ...]],
        binders: Mapping[str, Binder],
        views: frozenset[str] = frozenset(),
    ) -> None:
        self.arena = Arena()
        self.steps: list[Step] = []
        self._tensors: dict[str, Tensor] = {
            name: Tensor(name, value, None) for name, value in graph.constants.items()
        }
        outputs = [info.name for info in graph.outputs]
        self.uses: Counter[str] = Counter(name for node in graph.nodes for name in node.inputs if name)
        self.uses.update(outputs)
        for name, shape in shapes.items():
            self._define(name, *self.arena.take(shape, np.dtype(np.float32), fixed=True))
        self._bind(graph.nodes, binders, views)
        if any(name not in self._tensors for name in outputs):
            raise OperatorError("an output is never computed")
        self.inputs = {name: self._tensors[name].array for name in shapes}
        self.outputs = {name: self._tensors[name].array for name in outputs}

    def run(self) -> None:
        """Compute the outputs from the arrays in `inputs`."""
        for step in self.steps:
            step()

    # The methods below are for the functions that bind operators.

    def new(self, name: str, shape: Sequence[int], dtype: np.dtype) -> np.ndarray:
        """Memory for an operator's output."""
        return self._define(name, *self.arena.take(shape, dtype))

    def view(self, name: str, array: np.ndarray, source: Tensor) -> None:
        """Define an output that is a view of one of the inputs."""
        self._define(name, array, source.block)

    def reusable(self, tensor: Tensor, shape: Sequence[int], dtype: np.dtype) -> bool:
        """Whether an operator with an output of this shape may overwrite this input."""
        block = tensor.block
        return (
            block is not None
            and not block.fixed
            and block.owners == {tensor.name}
            and self.uses[tensor.name] == 1
            and tensor.array.shape == tuple(shape)
            and tensor.array.dtype == dtype
            and all(s or n == 1 for s, n in zip(tensor.array.strides, tensor.array.shape))
        )

    def tensor(self, name: str) -> Tensor:
        """A tensor that is already defined."""
        return self._tensors[name]

    def bind_plain(self, node: Node, inputs: list[Optional[Tensor]]) -> None:
        """Bind an operator to its plain kernel, for cases that a binder does not cover."""
        arrays = [None if tensor is None else tensor.array for tensor in inputs]
        self._bind_generic(node, inputs, arrays, False)

    def scratch(self, shape: Sequence[int], dtype: np.dtype) -> np.ndarray:
        """Memory that is needed while one operator runs."""
        array, block = self.arena.take(shape, dtype)
        self._scratch.append(block)
        return array

    def _define(self, name: str, array: np.ndarray, block: Optional[Block]) -> np.ndarray:
        self._tensors[name] = Tensor(name, array, block)
        if block is not None:
            block.owners.add(name)
        return array

    def _bind(self, nodes: list[Node], binders: Mapping[str, Binder], views: frozenset[str]) -> None:
        self._scratch: list[Block] = []
        for node in nodes:
            missing = [name for name in node.inputs if name and name not in self._tensors]
            if missing:
                raise OperatorError(f"{missing[0]} is never computed")
            inputs = [self._tensors[name] if name else None for name in node.inputs]
            arrays = [None if tensor is None else tensor.array for tensor in inputs]
            if node.op == "Shape" or all(tensor is None or tensor.block is None for tensor in inputs):
                for name, value in zip(node.outputs, evaluate(node, arrays)):
                    self._define(name, value, None)
            elif node.op in binders and len([name for name in node.outputs if name]) == 1:
                binders[node.op](self, node, inputs)
            else:
                self._bind_generic(node, inputs, arrays, node.op in views)
            for block in self._scratch:
                self.arena.release(block)
            self._scratch.clear()
            self._release(node)

    def _bind_generic(
        self, node: Node, inputs: list[Optional[Tensor]], arrays: list[Optional[np.ndarray]], views: bool
    ) -> None:
        """Bind an operator to its plain kernel, which runs once to learn the shapes."""
        if views and any(tensor is not None and tensor.block is not None for tensor in inputs[1:]):
            raise OperatorError(f"the shape that {node.op} gives depends on the data")
        results = evaluate(node, arrays)
        first = inputs[0]
        if views and first is not None and all(np.may_share_memory(r, first.array) for r in results):
            for name, value in zip(node.outputs, results):
                self.view(name, value, first)
            return
        targets = [self.new(name, r.shape, r.dtype) for name, r in zip(node.outputs, results) if name]
        used = [index for index, name in enumerate(node.outputs) if name]

        def step() -> None:
            values = evaluate(node, arrays)
            for target, index in zip(targets, used):
                np.copyto(target, values[index])

        self.steps.append(step)

    def _release(self, node: Node) -> None:
        for name in node.inputs:
            self.uses[name] -= 1
        for name in {*node.inputs, *node.outputs}:
            tensor = self._tensors.get(name)
            if tensor is not None and tensor.block is not None and self.uses[name] <= 0:
                tensor.block.owners.discard(name)
                if not tensor.block.owners:
                    self.arena.release(tensor.block)
