"""Whole matrices of derivatives: the Jacobian and the Hessian."""

from typing import Any

import numpy as np

from chainrule import trees
from chainrule.graph import Graph, Node, input_node
from chainrule.pipeline.call import Function, backward_graph, named_like, run_call, stable, trace_call
from chainrule.pipeline.gradients import grad
from chainrule.tracing import Traced
from chainrule.tracing.arguments import Selected, Wrt, require_function, select
from chainrule.transforms.differentiate import backward, real

__all__ = ["hessian", "jacobian"]


def jacobian(f: Function, wrt: Wrt = 0, *, stabilize: bool = True) -> Function:
    r"""Return the function that computes the Jacobian :math:`J_{ij} = \partial f_i / \partial x_j`.

    For a value of shape S and an argument of shape T the Jacobian has shape S + T; trees give trees of Jacobians.
    It is computed row by row with reverse mode or, if the value has more entries than the argument, column by column.
    An entry that does not depend on the argument at all is 0, also beside entries that are infinite. ``stabilize`` is
    as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.jacobian(lambda x: np.array([2.0, 3.0]) * x)(np.array([1.0, 1.0]))
        array([[2., 0.],
               [0., 3.]])
    """
    require_function(f, "jacobian")

    def all_slopes(*args: Any, **kwargs: Any) -> Any:
        chosen = select(f, wrt, args, kwargs)
        traced = trace_call(chosen, stabilize)
        inputs = [real(node) for node in traced.graph.inputs[: len(chosen.leaves)]]
        wide = sum(node.size for node in inputs) >= sum(node.size for node in traced.graph.outputs)
        blocks = (_rows if wide else _columns)(chosen, traced, stabilize)
        return trees.unflatten(traced.result, [chosen.form(row) for row in blocks])

    return named_like(f, all_slopes)


def hessian(f: Function, wrt: Wrt = 0, *, stabilize: bool = True) -> Function:
    r"""Return the function that computes the second derivatives :math:`\partial^2 f / \partial x_i \partial x_j`.

    ``stabilize`` is as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.hessian(lambda x: x[0] * x[1] ** 2)(np.array([3.0, 2.0]))
        array([[0., 4.],
               [4., 6.]])
    """
    require_function(f, "hessian")
    return jacobian(grad(f, wrt, stabilize=stabilize), wrt, stabilize=stabilize)


def _rows(chosen: Selected, traced: Traced, is_stable: bool) -> list[list[Any]]:
    """For each output and each argument the block of the Jacobian, one backward sweep for each entry of the output."""
    graph, seeds = backward_graph(traced.graph, len(chosen.leaves), zeros_are_structural=True)
    graph = stable(graph, is_stable, chosen.leaves)
    blocks = []
    for k, output in enumerate(traced.graph.outputs):
        rows = [run_call(graph, chosen, traced, _unit_seeds(seeds, k, i)) for i in range(output.size)]
        blocks.append(
            [_stacked(rows, j, output, node) for j, node in enumerate(traced.graph.inputs[: len(chosen.leaves)])]
        )
    return blocks


def _stacked(rows: list[list[Any]], j: int, output: Node, node: Node) -> Any:
    if not rows:
        return np.zeros((*output.shape, *node.shape), node.dtype)
    if not output.shape:
        return rows[0][j]
    return np.reshape(np.stack([row[j] for row in rows]), (*output.shape, *node.shape))


def _columns(chosen: Selected, traced: Traced, is_stable: bool) -> list[list[Any]]:
    """The same, one sweep for each entry of the arguments.

    The pullback g -> g^T J is linear in g, and its own pullback is v -> J v: so a column too comes from a backward
    sweep, which knows structural zeros.
    """
    inputs = traced.graph.inputs[: len(chosen.leaves)]
    pullback, upstream = backward_graph(traced.graph, len(inputs))
    seeds = [input_node("tangent", node.shape, node.dtype) for node in inputs]
    sweep = backward(pullback, seeds, upstream, zeros_are_structural=True)
    graph = stable(
        Graph((*traced.graph.inputs, *seeds), tuple(sweep.gradient(g) for g in upstream)), is_stable, chosen.leaves
    )
    by_input = [
        [run_call(graph, chosen, traced, _unit_seeds(seeds, j, i)) for i in range(node.size)]
        for j, node in enumerate(inputs)
    ]
    return [
        [_side_by_side(by_input[j], k, output, node) for j, node in enumerate(inputs)]
        for k, output in enumerate(traced.graph.outputs)
    ]


def _side_by_side(columns: list[list[Any]], k: int, output: Node, node: Node) -> Any:
    if not columns:
        return np.zeros((*output.shape, *node.shape), node.dtype)
    if not node.shape:
        return columns[0][k]
    return np.reshape(np.stack([column[k] for column in columns], axis=-1), (*output.shape, *node.shape))


def _unit_seeds(seeds: list[Node], k: int, i: int) -> list[Any]:
    """1 at entry i of seed k, 0 elsewhere."""
    arrays = [np.zeros(seed.shape, seed.dtype) for seed in seeds]
    arrays[k].reshape(-1)[i] = 1
    return [array[()] for array in arrays]
