"""The interpreter: the value of every primitive, and programs that run a graph many times."""

from typing import Any

import mpmath
import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import VALUES, Program, interpret, value_of
from chainrule.graph import OPS, Graph, constant, input_node, make
from chainrule.graph.keys import ArrayIndex, Slice

F8 = np.dtype(float)
X = np.array([0.3, 1.7, 0.9])


def test_rows_that_are_numpys_own_give_its_bits() -> None:
    """Whatever NumPy calls by the same name is that very function."""
    own = {name for name in VALUES if isinstance(getattr(np, name, None), np.ufunc)}
    assert len(own) > 60
    for name in own - {"divide"}:
        assert VALUES[name] is getattr(np, name)


@pytest.mark.parametrize(
    ("op", "exact"),
    [
        ("sigmoid", lambda x: 1 / (1 + mpmath.exp(-x))),
        ("softplus", lambda x: mpmath.log1p(mpmath.exp(x))),
        ("erf", mpmath.erf),
        ("erfc", mpmath.erfc),
        ("log1mexp", lambda x: mpmath.log(-mpmath.expm1(x))),
    ],
)
def test_rows_that_are_our_own_agree_with_fifty_digits(op: str, exact: Any) -> None:
    x = -X if op == "log1mexp" else np.concatenate([X, -X])
    with mpmath.workdps(50):
        expected = [float(exact(mpmath.mpf(float(each)))) for each in x]
    np.testing.assert_allclose(value_of(op, [x], {}), expected, rtol=4e-16)


@pytest.mark.parametrize(
    ("op", "inputs", "params", "expected"),
    [
        ("sum", [X], {"axes": (0,), "keepdims": True}, [2.9]),
        ("argmax", [X[None]], {"axes": (0, 1), "keepdims": False}, 1),
        ("argmin", [X[None]], {"axes": (1,), "keepdims": True}, [[0]]),
        ("argsort", [np.array([2, 1, 2, 1])], {"axis": 0}, [1, 3, 0, 2]),
        ("index", [X], {"key": (Slice(None, None, -1),)}, [0.9, 1.7, 0.3]),
        ("index_set", [X, 5.0, np.array([0, 0])], {"key": (ArrayIndex(0),)}, [5.0, 1.7, 0.9]),
        ("index_add", [X, 1.0, np.array([0, 0])], {"key": (ArrayIndex(0),)}, [2.3, 1.7, 0.9]),
        ("index_add", [X, 1.0], {"key": (Slice(1, None, None),)}, [0.3, 2.7, 1.9]),
        ("concatenate", [X[:1], X[:1]], {"axis": 0}, [0.3, 0.3]),
        ("einsum", [np.eye(2), np.eye(2), np.eye(2)], {"subscripts": "ij,jk,kl->il"}, np.eye(2)),
        ("logsumexp", [np.array([1000.0, 1000.0])], {"axes": (0,), "keepdims": False}, 1000 + np.log(2)),
        ("softmax", [np.array([[0.0, 0.0], [1000.0, 0.0]])], {"axis": 1}, [[0.5, 0.5], [1, 0]]),
        ("log_softmax", [np.array([1000.0, 0.0])], {"axis": 0}, [0, -1000]),
        ("xlogy", [np.array([0.0, 2.0]), np.array([0.0, 1.0])], {}, [0, 0]),
    ],
)
def test_values(op: str, inputs: list[Any], params: dict[str, Any], expected: Any) -> None:
    np.testing.assert_allclose(value_of(op, inputs, params), expected, rtol=1e-15)


@pytest.mark.parametrize("op", ["index_set", "index_add"])
def test_values_do_not_change_their_inputs(op: str) -> None:
    x = X.copy()
    value_of(op, [x, 5.0], {"key": (0,)})
    np.testing.assert_array_equal(x, X)


def test_infinities_and_nan_come_without_a_warning() -> None:
    x = np.array([0.0, -1.0, 1e308])
    for op in ("log", "reciprocal", "exp", "sqrt"):
        value_of(op, [x], {})
    assert interpret(cr.trace(lambda x: 1 / x, 1.0), [0.0]) == [np.inf]


def test_a_program_runs_many_times() -> None:
    program = Program(cr.trace(lambda x, y: (x * y, x + 1), 1.0, 2.0))
    assert program.run([3.0, 4.0]) == [12, 4]
    assert program.run([5.0, 6.0]) == [30, 6]


def test_run_all_gives_the_value_of_every_node() -> None:
    graph = cr.trace(lambda x: np.exp(x) * 2, 1.0)
    values = Program(graph).run_all([0.0])
    assert set(values) == set(graph.nodes)
    assert {node.op.name: float(value) for node, value in values.items()} == {
        "input": 0, "exp": 1, "constant": 2, "multiply": 2,
    }  # fmt: skip


def test_what_depends_on_constants_only_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    x = input_node("x", (), F8)
    program = Program(Graph((x,), (x * (constant(2.0) + constant(3.0)),)))
    monkeypatch.setattr("chainrule.execute.interpret.value_of", None)
    assert program.run([4.0]) == [20]


def test_the_wrong_number_of_arguments_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        interpret(cr.trace(lambda x: x, 1.0), [1.0, 2.0])


def test_values_that_runs_share_are_not_handed_out() -> None:
    x = input_node("x", (), F8)
    program = Program(Graph((x,), (constant([1.0, 2.0]) * 2.0, x)))
    program.run([1.0])[0][...] = 100
    np.testing.assert_array_equal(program.run([1.0])[0], [2, 4])


# --- results belong to the caller ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x,
        lambda x: x.T,
        lambda x: x[1:],
        lambda x: x.reshape(-1),
        lambda x: np.broadcast_to(x, (2, 2, 2)),
        lambda x: np.ones((2, 2)),
        lambda x: np.diagonal(x),
    ],
)
def test_results_can_be_written_into(function: Any) -> None:
    x = np.arange(4.0).reshape(2, 2)
    before = x.copy()
    program = Program(cr.trace(function, x))
    (result,) = program.run([x])
    result[...] = 100
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(program.run([x])[0], function(x))


def test_results_do_not_share_memory() -> None:
    one, other = interpret(cr.trace(lambda x: (lambda y: (y, y.T))(x * 1), np.eye(2)), [np.eye(2)])
    one[...] = 5
    np.testing.assert_array_equal(other, np.eye(2))


def test_gradients_can_be_written_into() -> None:
    gradient = cr.grad(np.sum)(np.ones(3))
    gradient *= 0.5
    np.testing.assert_array_equal(gradient, [0.5] * 3)


def test_numbers_are_numpy_scalars() -> None:
    for function in (lambda x: x, lambda x: x * 2, lambda x: np.reshape(x, ())):
        (value,) = interpret(cr.trace(function, 1.5), [1.5])
        assert type(value) is np.float64


def test_python_numbers_get_the_dtype_of_their_input() -> None:
    x = input_node("x", (), np.dtype("float32"))
    graph = Graph((x,), (make("sum", x, axes=(), keepdims=False), x * 2))
    assert [type(value) for value in interpret(graph, [2.0])] == [np.float32, np.float32]


def test_every_primitive_has_a_callable() -> None:
    assert all(callable(VALUES[name]) for name, op in OPS.items() if op.kind != "source")
