"""``explain``: run a formula or a NumPy function once and show every value and every gradient."""

import inspect
import json
import reprlib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import DifferentiationError, InputError, InputTypeError
from chainrule.explanation import html
from chainrule.explanation.accuracy import accuracy
from chainrule.explanation.circuit import circuit
from chainrule.explanation.gates import Circuit
from chainrule.explanation.notation import array_text, number, plain
from chainrule.explanation.record import Record, record
from chainrule.explanation.results import Input, Results
from chainrule.explanation.scene import scene
from chainrule.explanation.sentences import say
from chainrule.explanation.steps import Step, steps
from chainrule.explanation.svg import svg
from chainrule.explanation.text import text
from chainrule.formulas import Formula, formula
from chainrule.graph import Graph, Node
from chainrule.tracing import trace
from chainrule.tracing.traced import parameter_names
from chainrule.transforms.differentiate import scalar_output
from chainrule.transforms.expand import expand as expanded
from chainrule.transforms.stabilize import stabilize as stable_form

__all__ = ["Explanation", "explain"]

_NOT_GIVEN = object()
_LISTED = 1000  # entries of an array that a step in JSON lists; of a larger one it has a summary


@dataclass(frozen=True, repr=False)
class Explanation:
    """One run of a function, forward and backward: ``str()`` shows it, and notebooks draw it.

    Attributes:
        title: the formula, or the function with its arguments.
        gradients: for each argument with real numbers the gradient, in the form of the argument.
        circuit: the gates and wires.
        record: the numbers of the run.
    """

    title: str
    gradients: Mapping[str, Any]
    circuit: Circuit
    record: Record

    @property
    def value(self) -> Any:
        """What the function returned."""
        return self.record.values[self.circuit.output]

    @cached_property
    def results(self) -> Results:
        """The value, and each input with its gradient."""
        found = tuple(map(self._input, self.circuit.graph.inputs))
        return Results(self.title, self.circuit.name(self.circuit.output), self.value, found)

    def _input(self, node: Node) -> Input:
        record = self.record
        right = record.right_upstream.get(node)
        found = None if right is None else accuracy(right, node.dtype, [right])
        return Input(self.circuit.name(node), record.values[node], record.gradients.get(node), found)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Forward gate by gate, then backward: the numbers of each step and a sentence."""
        return steps(self.circuit, self.record)

    @cached_property
    def scene(self) -> dict[str, Any]:
        """The drawing as plain data: gates and edges with their places, values and gradients."""
        return scene(self.circuit, self.record)

    def to_text(self, *, color: bool = False) -> str:
        """Return tables for a terminal; with ``color`` values are green and gradients red."""
        return text(self.results, self.steps, color=color)

    def to_svg(self) -> str:
        """Return the drawing: values above the edges, gradients below them."""
        results = self.results
        given = ", ".join(f"{each.name} = {array_text(each.value)}" for each in results.inputs)
        return svg(self.scene, self.title, say("drawn", title=self.title, value=number(self.value), given=given))

    def to_html(self) -> str:
        """Return a page with the drawing and all steps, which needs neither network nor scripts."""
        return html.page(self.results, self.steps, self.to_svg())

    def to_json(self) -> str:
        """Return title, value, gradients and steps as JSON; infinities and NaN are texts."""
        content = {
            "title": self.title,
            "value": plain(self.value),
            "gradients": plain(self.gradients),
            "steps": plain(self.steps, _LISTED),
        }
        return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Explanation of {self.title}>"

    def _repr_html_(self) -> str:
        return html.fragment(self.results, self.steps, self.to_svg())


def explain(
    f_or_formula: str | Callable[..., Any],
    /,
    *args: Any,
    expand: Any = _NOT_GIVEN,
    dtype: Any = _NOT_GIVEN,
    referee: Any = _NOT_GIVEN,
    stabilize: Any = _NOT_GIVEN,
    **inputs: Any,
) -> Explanation:
    """Run a formula or a function once and show every value and every gradient, gate by gate.

    Args:
        f_or_formula: a formula such as ``"(x+y)*z"``, or a plain NumPy function that returns one real number.
        *args: its arguments: numbers, arrays, and dicts, lists, tuples and dataclasses of these.
        expand: True draws composite gates as their parts: a sigmoid as its four gates, a call of a function of
            ``chainrule.functions`` as what is inside. Where the function has a variable of this name, it is the value
            of the variable, unless that is given by position: ``explain("2*expand", 3, expand=True)`` gives both.
            So it is with the other options.
        dtype: float32, float64 or float16: compute in this dtype.
        referee: True compares every value and gradient with the true one, computed in intervals of as many bits as it
            takes, and shows how many of its bits are right and where they were lost.
        stabilize: True shows the stable form of the formula, with which gradients are computed, instead of the formula
            as it is written.
        **inputs: its arguments by name.

    Raises:
        FormulaError: the formula cannot be read.
        InputError: the formula has other variables, or the function cannot be called so.
        DifferentiationError: the value is not one real number.
        TraceError: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> explanation = cr.explain("(x+y)*z", x=-2, y=5, z=-4)
        >>> print(explanation)
        (x+y)*z = -12
        <BLANKLINE>
        forward
          gate                        value
          +     v₁ = x + y  -2 + 5        3
          ×     f = v₁ × z  3 × (-4)    -12
        <BLANKLINE>
        backward: upstream × local = downstream
          gate  to  upstream  local      downstream
                f                                 1
          ×     v₁         1  z      -4          -4  swap multiplier
                z          1  v₁      3           3
          +     x         -4          1          -4  gradient distributor
                y         -4          1          -4
        <BLANKLINE>
        inputs and gradients
          input  value         gradient
          x         -2  ∂f/∂x        -4
          y          5  ∂f/∂y        -4
          z         -4  ∂f/∂z         3
        >>> explanation.gradients["z"]
        np.float64(3.0)
    """
    function = formula(f_or_formula) if isinstance(f_or_formula, str) else f_or_formula
    if not callable(function):
        raise InputTypeError(
            f"explain takes a formula as text or a function, not {function!r:.80} of type {type(function).__name__}"
        )
    options = {"expand": expand, "dtype": dtype, "referee": referee, "stabilize": stabilize}
    inputs, options = _without_options(function, args, inputs, options)
    _require_fitting(function, args, inputs)
    return _explained(function, args, inputs, options)


def _explained(
    function: Callable[..., Any], args: tuple[Any, ...], inputs: dict[str, Any], options: Mapping[str, Any]
) -> Explanation:
    real = _formula_input if isinstance(function, Formula) else _as_reals
    cast = _cast_to(options["dtype"]) if "dtype" in options else _unchanged
    expand = bool(options.get("expand"))
    args = tuple(cast(real(value)) for value in args)
    inputs = {name: cast(real(value)) for name, value in inputs.items()}
    traced = trace(function, *args, **inputs)
    _require_one_number(function, traced)
    graph = Graph(traced.inputs, traced.outputs)  # the decisions have been made
    graph = stable_form(graph).graph if options.get("stabilize") else graph
    drawn = circuit(expanded(graph) if expand else graph, _result_name(function), grouped=not expand)
    leaves = [leaf for leaf in trees.flatten((args, inputs)) if _is_input(leaf)]
    recorded = record(drawn, leaves, referee=bool(options.get("referee")))
    names = parameter_names(function, args, inputs)
    arguments = dict(zip(names, [*args, *inputs.values()], strict=True))
    return Explanation(_title(function, names), _gradients(arguments, graph.inputs, recorded), drawn, recorded)


# --- arguments ----------------------------------------------------------------------------------------------


def _without_options(
    function: Callable[..., Any], args: tuple[Any, ...], inputs: dict[str, Any], options: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments by name, and the options: a variable of the same name that waits for a value comes first."""
    given = {name: value for name, value in options.items() if value is not _NOT_GIVEN}
    waiting = set(_unbound(function, args))
    variables = {name: value for name, value in given.items() if name in waiting}
    return {**variables, **inputs}, {name: value for name, value in given.items() if name not in waiting}


def _cast_to(dtype: Any) -> Callable[[trees.Tree], trees.Tree]:
    """Turns real numbers into this dtype."""
    if dtype not in ("float16", "float32", "float64") and dtype not in (np.float16, np.float32, np.float64):
        raise InputError(f"explain computes in float16, float32 or float64, not in {dtype!r:.40}")

    def cast(leaf: Any) -> Any:
        is_real = isinstance(leaf, float) or (isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind == "f")
        return np.asarray(leaf, dtype)[()] if is_real else leaf

    return lambda tree: trees.tree_map(cast, tree)


def _unchanged(tree: trees.Tree) -> trees.Tree:
    return tree


def _unbound(function: Callable[..., Any], args: tuple[Any, ...]) -> list[str]:
    """The parameters that have no value by position."""
    try:
        signature = inspect.signature(function)
        bound = signature.bind_partial(*args).arguments
    except (TypeError, ValueError):  # no signature, or too many arguments
        return []
    return [name for name in signature.parameters if name not in bound]


def _require_fitting(function: Callable[..., Any], args: tuple[Any, ...], inputs: dict[str, Any]) -> None:
    """Can the function be called so? A formula says that itself."""
    if isinstance(function, Formula):
        return
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some functions in C have no signature
        return
    try:
        signature.bind(*args, **inputs)
    except TypeError as error:
        called = getattr(function, "__name__", "<lambda>").replace("<lambda>", "the function")
        raise InputTypeError(f"{called} cannot be called so: {error}; its arguments are {signature}") from None


def _as_reals(tree: trees.Tree) -> trees.Tree:
    """Python integers as real numbers: whoever asks for gradients means them so."""
    return trees.tree_map(lambda leaf: float(leaf) if type(leaf) is int else leaf, tree)


def _formula_input(value: Any) -> Any:
    """The value of a variable: a real number or an array of them; a list becomes an array."""
    if type(value) in (bool, int, float):
        return float(value)
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise InputError(
            f"a variable of a formula is a number or an array, but the lists in {reprlib.repr(value)} have different "
            "lengths; write rows of equal length, such as [[1, 2], [3, 4]]"
        ) from error
    if array.dtype.kind not in "biuf":
        raise InputError(f"a variable of a formula is a number or an array of numbers, not {value!r:.80}")
    return array if array.dtype.kind == "f" else array.astype(float)


def _require_one_number(function: Callable[..., Any], traced: Graph) -> None:
    """Only one real number has a gradient; of a formula this is said in the language of formulas."""
    if not isinstance(function, Formula):
        scalar_output(traced)
        return
    text, output = function.text, traced.outputs[0]
    if output.shape != ():
        raise DifferentiationError(
            f"only one number has a gradient, and {text} is an array of shape {list(output.shape)}; write "
            f"sum({text}) or mean({text})"
        )
    if output.dtype == bool:
        raise DifferentiationError(
            f"{text} is true or false and has no gradient; for a number write where({text}, 1, 0)"
        )


def _is_input(leaf: Any) -> bool:
    """Does the trace make an input of this leaf?"""
    return isinstance(leaf, (float, np.ndarray, np.generic))


def _gradients(arguments: Mapping[str, trees.Tree], inputs: Sequence[Node], recorded: Record) -> dict[str, Any]:
    """The gradients in the form of the arguments, None in the place of what has none."""
    nodes = iter(inputs)
    found = {
        name: trees.tree_map(lambda leaf: _gradient(leaf, nodes, recorded), tree) for name, tree in arguments.items()
    }
    return {name: tree for name, tree in found.items() if trees.flatten(tree)}


def _gradient(leaf: Any, nodes: Iterator[Node], recorded: Record) -> Any:
    return recorded.gradients.get(next(nodes)) if _is_input(leaf) else None


# --- names --------------------------------------------------------------------------------------------------


def _title(function: Callable[..., Any], names: Sequence[str]) -> str:
    return function.text if isinstance(function, Formula) else f"{_result_name(function)}({', '.join(names)})"


def _result_name(function: Callable[..., Any]) -> str:
    """What a function's result is called: as the function itself, or f."""
    named = isinstance(function, types.FunctionType) and function.__name__.isidentifier()
    return function.__name__ if named else "f"
