"""The road from a NumPy function to its derivatives, as users call it: trace, differentiate, interpret.

Every function here takes plain NumPy functions and gives plain NumPy functions, which can be traced and
differentiated again.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import InputError, ShapeError
from chainrule.execute.interpret import Program
from chainrule.graph import Graph, Node, input_node
from chainrule.tracing import Traced, Tracer, replay, trace_leaves
from chainrule.tracing.arguments import Selected, Wrt, select
from chainrule.transforms.differentiate import backward, forward, gradient_graph, real

__all__ = ["elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp", "value_and_grad", "vjp"]

Function = Callable[..., Any]


def grad(f: Function, wrt: Wrt = 0) -> Function:
    r"""Return the function that computes the gradient of ``f``.

    Args:
        f: a plain NumPy function that returns one real number.
        wrt: by which argument: its position, its name, or a tuple of these. An argument may be an array or a dict,
            list, tuple or
            dataclass of arrays; the gradient has the same form.

    Returns:
        A function of the same arguments that returns :math:`\partial f / \partial x`; a tuple of gradients if
        ``wrt`` is a tuple.

    Raises:
        DifferentiationError: the value is not one real number, or the argument is an integer array.
        TraceError: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> def f(x, y, z):
        ...     return (x + y) * z
        >>> cr.grad(f, wrt=("x", "y", "z"))(-2.0, 5.0, -4.0)
        (np.float64(-4.0), np.float64(-4.0), np.float64(3.0))
        >>> cr.grad(cr.grad(lambda x: x**3))(2.0)
        np.float64(12.0)
    """
    both = value_and_grad(f, wrt)
    return _named(f, lambda *args, **kwargs: both(*args, **kwargs)[1])


def value_and_grad(f: Function, wrt: Wrt = 0) -> Function:
    """Return the function that computes the value of ``f`` and its gradient in one sweep; arguments as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.value_and_grad(lambda w: np.sum(w * w))(np.array([1.0, 2.0]))
        (np.float64(5.0), array([2., 4.]))
    """

    def both(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = select(f, wrt, args, kwargs)
        traced = _trace(chosen)
        gradients = gradient_graph(traced.graph, traced.graph.inputs[: len(chosen.leaves)])
        value, *leaves = _run(traced.graph.with_outputs([*traced.graph.outputs, *gradients.outputs]), chosen, traced)
        return value, chosen.form(leaves)

    return _named(f, both)


def elementwise_grad(f: Function, wrt: Wrt = 0) -> Function:
    """Return the function that computes the derivative of an elementwise function at every entry.

    ``f`` must map arrays entry by entry, as ``np.sin`` does: entry i of the result depends on entry i of the
    argument only.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.elementwise_grad(np.sin)(np.array([0.0, np.pi]))
        array([ 1., -1.])
    """
    return grad(_named(f, lambda *args, **kwargs: np.sum(f(*args, **kwargs))), wrt)


def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    r"""Return the value of ``f`` and its pullback, the function :math:`g \mapsto g^T J`.

    The pullback takes an upstream gradient in the form of the value and returns a tuple with one downstream
    gradient for each argument
    (zeros have the form of the argument, arguments without real numbers get None). It can be called many times.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> value, pullback = cr.vjp(lambda x: x * x, np.array([1.0, 2.0]))
        >>> pullback(np.array([1.0, 10.0]))
        (array([ 2., 40.]),)
    """
    chosen = select(f, tuple(range(len(args))), args, {}, skip_others=True)
    traced = _trace(chosen)
    graph, seeds = _backward_graph(traced.graph, len(chosen.leaves))

    def pullback(g: Any) -> tuple[Any, ...]:
        upstream = _fitting(g, traced.result, traced.graph.outputs, "the upstream gradient")
        return tuple(chosen.form(_run(Graph((*traced.graph.inputs, *seeds), graph.outputs), chosen, traced, upstream)))

    return trees.unflatten(traced.result, _run(traced.graph, chosen, traced)), pullback


def jvp(f: Function, args: Any, tangents: Any) -> tuple[Any, Any]:
    r"""Return the value of ``f`` and its directional derivative :math:`J \dot x`, by forward mode.

    Args:
        f: a plain NumPy function.
        args: the tuple of its arguments, or its one argument.
        tangents: the direction, in the form of ``args``.

    Example:
        >>> import chainrule as cr
        >>> cr.jvp(lambda x, y: x * y, (3.0, 4.0), (1.0, 0.0))
        (np.float64(12.0), np.float64(4.0))
    """
    args, tangents = (each if isinstance(args, tuple) else (each,) for each in (args, tangents))
    chosen = select(f, tuple(range(len(args))), args, {}, skip_others=True)
    traced = _trace(chosen)
    inputs = traced.graph.inputs[: len(chosen.leaves)]
    directions = _fitting(tangents, args, inputs, "the tangent")
    seeds = [input_node(f"{node.name} tangent", node.shape, node.dtype) for node in inputs]
    moved = forward(traced.graph, dict(zip(inputs, seeds, strict=True)))
    graph = Graph((*traced.graph.inputs, *seeds), (*traced.graph.outputs, *moved))
    leaves = _run(graph, chosen, traced, directions)
    return trees.unflatten(traced.result, leaves[: len(moved)]), trees.unflatten(traced.result, leaves[len(moved) :])


def jacobian(f: Function, wrt: Wrt = 0) -> Function:
    r"""Return the function that computes the Jacobian :math:`J_{ij} = \partial f_i / \partial x_j`.

    For a value of shape S and an argument of shape T the Jacobian has shape S + T; trees give trees of Jacobians.
    It is computed row by row
    with reverse mode or, if the value has more entries than the argument, column by column with forward mode.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.jacobian(lambda x: np.array([2.0, 3.0]) * x)(np.array([1.0, 1.0]))
        array([[2., 0.],
               [0., 3.]])
    """

    def all_slopes(*args: Any, **kwargs: Any) -> Any:
        chosen = select(f, wrt, args, kwargs)
        traced = _trace(chosen)
        inputs = [real(node) for node in traced.graph.inputs[: len(chosen.leaves)]]
        wide = sum(node.size for node in inputs) >= sum(node.size for node in traced.graph.outputs)
        blocks = (_rows if wide else _columns)(chosen, traced)
        return trees.unflatten(traced.result, [chosen.form(row) for row in blocks])

    return _named(f, all_slopes)


def hessian(f: Function, wrt: Wrt = 0) -> Function:
    r"""Return the function that computes the second derivatives :math:`\partial^2 f / \partial x_i \partial x_j`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.hessian(lambda x: x[0] * x[1] ** 2)(np.array([3.0, 2.0]))
        array([[0., 4.],
               [4., 6.]])
    """
    return jacobian(grad(f, wrt), wrt)


def hvp(f: Function, args: Any, v: Any) -> Any:
    """Return the product of the Hessian of ``f`` and a vector, forward over reverse, without forming the Hessian.

    Args:
        f: a plain NumPy function that returns one real number.
        args: the tuple of its arguments, or its one argument.
        v: the vector, in the form of ``args``; the product has the same form.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
        array([ 6., 12.])
    """
    wrt = tuple(range(len(args))) if isinstance(args, tuple) else 0
    return jvp(grad(f, wrt), args, v)[1]


# --- one call: trace, then run what was made of the graph ---------------------------------------------------


def _trace(chosen: Selected) -> Traced:
    return trace_leaves(chosen.call, chosen.leaves, chosen.names)


def _run(graph: Graph, chosen: Selected, traced: Traced, more: list[Any] | None = None) -> list[Any]:
    """Run a graph on the arguments: with NumPy, or on the tracers of an outer trace."""
    arguments = [*chosen.leaves, *traced.captured, *(more or [])]
    if any(isinstance(each, Tracer) for each in arguments):
        return replay(graph, arguments)
    return Program(graph).run(arguments)


def _backward_graph(graph: Graph, count: int) -> tuple[Graph, list[Node]]:
    """The gradients by the first ``count`` inputs, and the nodes of the upstream gradients they start from."""
    seeds = [input_node("seed", node.shape, node.dtype) for node in graph.outputs]
    wrt = graph.inputs[:count]
    sweep = backward(graph, seeds, wrt)
    return Graph((*graph.inputs, *seeds), tuple(sweep.gradient(node) for node in wrt)), seeds


def _rows(chosen: Selected, traced: Traced) -> list[list[Any]]:
    """For each output and each argument the block of the Jacobian, one backward sweep for each entry of the output."""
    graph, seeds = _backward_graph(traced.graph, len(chosen.leaves))
    blocks = []
    for k, output in enumerate(traced.graph.outputs):
        rows = [_run(graph, chosen, traced, _unit_seeds(seeds, k, i)) for i in range(output.size)]
        blocks.append(
            [_stacked(rows, j, output, node) for j, node in enumerate(traced.graph.inputs[: len(chosen.leaves)])]
        )
    return blocks


def _stacked(rows: list[list[Any]], j: int, output: Node, node: Node) -> Any:
    if not rows:
        return np.zeros((*output.shape, *node.shape), node.dtype)
    return np.reshape(np.stack([row[j] for row in rows]), (*output.shape, *node.shape))


def _columns(chosen: Selected, traced: Traced) -> list[list[Any]]:
    """The same, one forward sweep for each entry of the arguments."""
    inputs = traced.graph.inputs[: len(chosen.leaves)]
    seeds = [input_node("tangent", node.shape, node.dtype) for node in inputs]
    moved = forward(traced.graph, dict(zip(inputs, seeds, strict=True)))
    graph = Graph((*traced.graph.inputs, *seeds), moved)
    by_input = [
        [_run(graph, chosen, traced, _unit_seeds(seeds, j, i)) for i in range(node.size)]
        for j, node in enumerate(inputs)
    ]
    return [
        [_side_by_side(by_input[j], k, output, node) for j, node in enumerate(inputs)]
        for k, output in enumerate(traced.graph.outputs)
    ]


def _side_by_side(columns: list[list[Any]], k: int, output: Node, node: Node) -> Any:
    if not columns:
        return np.zeros((*output.shape, *node.shape), node.dtype)
    return np.reshape(np.stack([column[k] for column in columns], axis=-1), (*output.shape, *node.shape))


def _unit_seeds(seeds: list[Node], k: int, i: int) -> list[Any]:
    """1 at entry i of seed k, 0 elsewhere."""
    arrays = [np.zeros(seed.shape, seed.dtype) for seed in seeds]
    arrays[k].reshape(-1)[i] = 1
    return [array[()] for array in arrays]


def _fitting(tree: Any, form: Any, nodes: tuple[Node, ...], what: str) -> list[Any]:
    """The leaves of a tree, each in the shape and dtype of its node."""
    leaves = trees.flatten(tree)
    if len(leaves) != len(nodes):
        raise InputError(
            f"{what} has {len(leaves)} arrays where {len(nodes)} are needed; give it the same form as {form!r:.200}"
        )
    for leaf, node in zip(leaves, nodes, strict=True):
        if np.shape(leaf) != node.shape:
            raise ShapeError(f"{what} has shape {list(np.shape(leaf))} where {list(node.shape)} is needed")
    return [
        leaf if isinstance(leaf, Tracer) else np.asarray(leaf, node.dtype)[()]
        for leaf, node in zip(leaves, nodes, strict=True)
    ]


def _named(f: Function, made: Function) -> Function:
    """The made function under the name and signature of the user's."""
    return functools.wraps(f)(made) if hasattr(f, "__name__") else made
