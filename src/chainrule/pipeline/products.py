"""Products with the Jacobian and the Hessian, without forming them."""

from typing import Any

import numpy as np

from chainrule import trees
from chainrule.graph import Graph, input_node
from chainrule.pipeline.call import Function, backward_graph, fitting, run_call, stable, trace_call
from chainrule.pipeline.gradients import grad
from chainrule.tracing import Tracer
from chainrule.tracing.arguments import require_function, select
from chainrule.transforms.differentiate import forward

__all__ = ["hvp", "jvp", "vjp"]


def vjp(f: Function, *args: Any, stabilize: bool = True) -> tuple[Any, Function]:
    r"""Return the value of ``f`` and its pullback, the function :math:`g \mapsto g^T J`.

    The pullback takes an upstream gradient in the form of the value and returns a tuple with one downstream gradient
    for each argument (zeros have the form of the argument, arguments without real numbers get None). It can be called
    many times, and holds at the arguments as they were: they are copied. ``stabilize`` is as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> value, pullback = cr.vjp(lambda x: x * x, np.array([1.0, 2.0]))
        >>> pullback(np.array([1.0, 10.0]))
        (array([ 2., 40.]),)
    """
    require_function(f, "vjp")
    args = trees.tree_map(_as_it_is_now, args)
    chosen = select(f, tuple(range(len(args))), args, {}, skip_others=True)
    traced = trace_call(chosen, stabilize)
    graph, seeds = backward_graph(traced.graph, len(chosen.leaves))
    graph = stable(Graph((*traced.graph.inputs, *seeds), graph.outputs), stabilize, chosen.leaves)

    def pullback(g: Any) -> tuple[Any, ...]:
        upstream = fitting(g, traced.result, traced.graph.outputs, "the upstream gradient")
        return tuple(chosen.form(run_call(graph, chosen, traced, upstream)))

    return trees.unflatten(traced.result, run_call(traced.graph, chosen, traced)), pullback


def _as_it_is_now(leaf: Any) -> Any:
    """An argument that later assignments into the caller's array do not change."""
    if isinstance(leaf, Tracer):
        return leaf.snapshot()
    return leaf.copy() if isinstance(leaf, np.ndarray) else leaf


def jvp(f: Function, args: Any, tangents: Any, *, stabilize: bool = True) -> tuple[Any, Any]:
    r"""Return the value of ``f`` and its directional derivative :math:`J \dot x`, by forward mode.

    Args:
        f: a plain NumPy function.
        args: the tuple of its arguments, or its one argument.
        tangents: the direction, in the form of ``args``.
        stabilize: as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> cr.jvp(lambda x, y: x * y, (3.0, 4.0), (1.0, 0.0))
        (np.float64(12.0), np.float64(4.0))
    """
    require_function(f, "jvp")
    args, tangents = (each if isinstance(args, tuple) else (each,) for each in (args, tangents))
    chosen = select(f, tuple(range(len(args))), args, {}, skip_others=True)
    traced = trace_call(chosen, stabilize)
    inputs = traced.graph.inputs[: len(chosen.leaves)]
    directions = fitting(tangents, args, inputs, "the tangent")
    seeds = [input_node(f"{node.name} tangent", node.shape, node.dtype) for node in inputs]
    moved = forward(traced.graph, dict(zip(inputs, seeds, strict=True)))
    graph = stable(Graph((*traced.graph.inputs, *seeds), (*traced.graph.outputs, *moved)), stabilize, chosen.leaves)
    leaves = run_call(graph, chosen, traced, directions)
    return trees.unflatten(traced.result, leaves[: len(moved)]), trees.unflatten(traced.result, leaves[len(moved) :])


def hvp(f: Function, args: Any, v: Any, *, stabilize: bool = True) -> Any:
    """Return the product of the Hessian of ``f`` and a vector, forward over reverse, without forming the Hessian.

    Args:
        f: a plain NumPy function that returns one real number.
        args: the tuple of its arguments, or its one argument.
        v: the vector, in the form of ``args``; the product has the same form.
        stabilize: as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.hvp(lambda x: np.sum(x**3), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
        array([ 6., 12.])
    """
    require_function(f, "hvp")
    wrt = tuple(range(len(args))) if isinstance(args, tuple) else 0
    return jvp(grad(f, wrt, stabilize=stabilize), args, v, stabilize=stabilize)[1]
