"""Derivatives of graphs checked against difference quotients, for several tests."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.execute.interpret import interpret
from chainrule.graph import Graph, input_node
from chainrule.transforms.differentiate import backward, forward

Arrays = Sequence[Any]


def inner(a: Arrays, b: Arrays) -> float:
    """The sum of all products of entries."""
    return float(sum(np.sum(np.multiply(x, y)) for x, y in zip(a, b, strict=True)))


def moved(graph: Graph, values: Arrays, tangents: Arrays) -> list[Any]:
    """The directional derivative by difference quotients, extrapolated twice; an input without tangent stays."""

    def quotient(h: float) -> list[Any]:
        above, below = (
            interpret(graph, [x if t is None else x + sign * h * t for x, t in zip(values, tangents, strict=True)])
            for sign in (1, -1)
        )
        return [(a - b) / (2 * h) for a, b in zip(above, below, strict=True)]

    rows = [quotient(h) for h in (2e-3, 1e-3, 5e-4)]
    once = [[(4 * b - a) / 3 for a, b in zip(*pair, strict=True)] for pair in (rows[:2], rows[1:])]
    return [(16 * b - a) / 15 for a, b in zip(*once, strict=True)]


def pullback(graph: Graph) -> Graph:
    """The graph of the downstream gradients by all real inputs; its further inputs are the upstream gradients."""
    seeds = [input_node("seed", node.shape, node.dtype) for node in graph.outputs]
    wrt = [node for node in graph.inputs if node.dtype.kind == "f"]
    sweep = backward(graph, seeds, wrt)
    return Graph((*graph.inputs, *seeds), tuple(sweep.gradient(node) for node in wrt))


def check_derivatives(graph: Graph, values: Arrays, *, tolerance: float = 1e-9, order: int = 2, seed: int = 0) -> None:
    """Compare forward mode with differences and reverse mode with forward mode, then the same for the pullback."""
    rng = np.random.default_rng(seed)
    real = [node.dtype.kind == "f" for node in graph.inputs]
    tangents = [rng.normal(size=np.shape(x)) if r else None for x, r in zip(values, real, strict=True)]
    chosen = [t for t in tangents if t is not None]
    upstream = [rng.normal(size=node.shape) for node in graph.outputs]
    directions = {
        node: input_node("t", node.shape, node.dtype) for node, r in zip(graph.inputs, real, strict=True) if r
    }
    push = Graph((*graph.inputs, *directions.values()), forward(graph, directions))
    found = interpret(push, [*values, *chosen])
    for one, other in zip(found, moved(graph, values, tangents), strict=True):
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance * (1 + np.max(np.abs(one), initial=0)))
    pull = pullback(graph)
    down = interpret(pull, [*values, *upstream])
    for gradient, value in zip(down, [x for x, r in zip(values, real, strict=True) if r], strict=True):
        assert np.shape(gradient) == np.shape(value)
    through = inner(down, chosen)
    assert np.isclose(through, inner(upstream, found), rtol=1e-11, atol=1e-11 * (1 + abs(through)))
    if order > 1:
        check_derivatives(pull, [*values, *upstream], tolerance=tolerance, order=order - 1, seed=seed + 1)
