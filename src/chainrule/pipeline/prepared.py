"""A function made ready to run many times: traced once, and again when one of its decisions turns out otherwise."""

from collections.abc import Callable
from typing import Any

from chainrule import trees
from chainrule.execute.interpret import Program
from chainrule.tracing import trace_leaves
from chainrule.transforms.simplify import simplify

__all__ = ["prepared"]


def prepared(function: Callable[..., Any], *example: Any) -> Callable[..., Any]:
    """Return a function of the same arguments that runs the graph of ``function``.

    Args:
        function: a plain NumPy function.
        *example: arguments of the form, shapes and dtypes that it will be called with, all arrays or numbers.

    Example:
        >>> step = prepared(lambda w, g: {"w": w["w"] - 0.5 * g}, {"w": 3.0}, 2.0)
        >>> step({"w": 3.0}, 2.0)
        {'w': np.float64(2.0)}
    """
    program, result = _traced(function, example)

    def run(*args: Any) -> Any:
        nonlocal program, result
        values = program.run_all(trees.flatten(args))
        if not all(guard.holds(values[guard.node]) for guard in program.graph.guards):
            program, result = _traced(function, args)
            values = program.run_all(trees.flatten(args))
        return trees.unflatten(result, [values[node] for node in program.graph.outputs])

    return run


def _traced(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[Program, Any]:
    paths = [path for i, arg in enumerate(args) for path in trees.leaf_paths(arg, f"x{i}")]
    traced = trace_leaves(lambda *leaves: function(*trees.unflatten(args, leaves)), trees.flatten(args), paths)
    return Program(simplify(traced.graph)), trees.tree_map(lambda leaf: 0, traced.result)
