"""The range of a node holds every value that it can have, and is no wider than its op allows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import chainrule as cr
from chainrule.execute.interpret import VALUES, Program
from chainrule.graph import OPS, input_node, make
from chainrule.transforms.contexts import implied
from chainrule.transforms.interval import Range
from chainrule.transforms.ranges import ROWS_BY_OP, Ranges

x = input_node("x", (), np.dtype(float))
n = input_node("n", (), np.dtype(np.int64))


def test_every_op_has_a_row() -> None:
    assert set(ROWS_BY_OP) == set(OPS)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (make("exp", x), "(0, inf)"),
        (1 + make("exp", x), "(1, inf)"),
        (1 / (1 + make("exp", x)), "(0, 1)"),
        (-make("exp", -x), "(-inf, 0)"),
        (x * x, "[0, inf)"),
        (make("square", make("sin", x)), "[0, 1]"),
        (1 + make("cosh", x), "[2, inf)"),
        (make("hypot", x, make("exp", x)), "(0, inf)"),
        (make("sqrt", 1 + x * x), "[1, inf)"),
        (make("log", 1 + x * x), "[0, inf)"),
        (make("tanh", x), "(-1, 1)"),
        (make("maximum", x, make("sigmoid", x)), "(0, inf)"),
        (make("absolute", make("cos", x)) - 2, "[-2, -1]"),
        (make("where", x > 0, make("sigmoid", x), make("sin", x)), "[-1, 1]"),
        (make("logaddexp", x, 0.0 * make("sigmoid", x)), "[0, inf)"),
        (2.0 - make("sigmoid", x) * 3.0, "(-1, 2)"),
        (x - x, "(-inf, inf)"),
    ],
)
def test_ranges(node: object, expected: str) -> None:
    assert str(Ranges()[node]) == expected  # type: ignore[index]


def test_questions() -> None:
    assert Ranges()[make("exp", x)].positive
    assert Ranges()[x * x].nonnegative
    assert not Ranges()[x * x].positive
    assert Ranges()[-make("sigmoid", x)].negative
    assert Ranges()[-(x * x)].nonpositive
    assert Ranges()[1 + make("exp", x)].nonzero
    assert Ranges()[make("sin", x)].bounded
    assert not Ranges()[make("exp", x)].bounded


def test_integers() -> None:
    assert Ranges()[n].is_integer
    assert Ranges()[n * n + n].is_integer
    assert Ranges()[make("floor", x)].is_integer
    assert not Ranges()[x].is_integer


def test_sum_over_axes() -> None:
    a = input_node("a", (2, 3), np.dtype(float))
    assert str(Ranges()[make("sum", make("sigmoid", a), axes=(1,), keepdims=False)]) == "(0, 3)"
    assert Ranges()[make("sum", make("exp", a), axes=(0, 1), keepdims=False)].positive


def test_given_ranges_of_inputs() -> None:
    given_range = Ranges({x: Range(2.0, 3.0)})
    assert str(given_range[1 / (x - 1)]) == "[0.5, 1]"
    assert given_range[make("log", x)].positive


def test_conditions_say_what_a_node_can_be() -> None:
    context = frozenset([(x > 1, True), (make("absolute", x) < 5, True)])
    assert str(implied(context)[x]) == "(1, 5)"
    assert str(implied(frozenset([(x > 1, False)]))[x]) == "(-inf, 1]"


UNARY = [op for op in OPS.values() if op.kind == "elementwise" and op.arity == 1 and op.dtype == "float"]


@pytest.mark.parametrize("op", UNARY, ids=str)
@given(low=st.floats(-20, 20), width=st.floats(0, 20), part=st.floats(0, 1))
def test_values_lie_in_the_range(op: object, low: float, width: float, part: float) -> None:
    name = str(op)
    inside = min(low + width * part, low + width)
    with np.errstate(all="ignore"):
        value = VALUES[name](np.float64(inside))
    found = Ranges({x: Range(low, low + width)})[make(name, x)]
    slack = 1e-12 * max(1.0, abs(value)) if np.isfinite(value) else 0.0
    assert not np.isfinite(value) or found.low - slack <= value <= found.high + slack


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_values_of_a_formula_lie_in_the_range(a: float, b: float) -> None:
    graph = cr.trace(lambda x, y: (x - 2.0) * np.tanh(y) / (3.0 + np.cos(x * y)), a, b)
    ranges = Ranges({graph.inputs[0]: Range(-5.0, 5.0), graph.inputs[1]: Range(-5.0, 5.0)})
    values = Program(graph).run_all([a, b])
    for node in graph.nodes:
        assert ranges[node].low <= values[node] <= ranges[node].high
