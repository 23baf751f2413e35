"""A function made ready to run many times: traced once, and again when one of its decisions turns out otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chainrule import trees
from chainrule.execute.interpret import Program
from chainrule.graph import Guard
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
    ready = _traced(function, example)

    def run(*args: Any) -> Any:
        nonlocal ready
        leaves = trees.flatten(args)
        values = ready.program.run(leaves)
        if not ready.decides_alike(values):
            ready = _traced(function, args)
            values = ready.program.run(leaves)
        return ready.result(values)

    return run


@dataclass(frozen=True)
class _Ready:
    """A traced function: its program gives the values of the guards first, then those of the result."""

    program: Program
    guards: tuple[Guard, ...]
    form: trees.Tree

    def decides_alike(self, values: list[Any]) -> bool:
        return all(guard.holds(value) for guard, value in zip(self.guards, values, strict=False))

    def result(self, values: list[Any]) -> trees.Tree:
        return trees.unflatten(self.form, values[len(self.guards) :])


def _traced(function: Callable[..., Any], args: tuple[Any, ...]) -> _Ready:
    paths = [path for i, arg in enumerate(args) for path in trees.leaf_paths(arg, f"x{i}")]
    traced = trace_leaves(lambda *leaves: function(*trees.unflatten(args, leaves)), trees.flatten(args), paths)
    graph = simplify(traced.graph)
    program = Program(graph.with_outputs([*(guard.node for guard in graph.guards), *graph.outputs]))
    return _Ready(program, graph.guards, trees.tree_map(lambda leaf: 0, traced.result))
