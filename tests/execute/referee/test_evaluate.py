import mpmath
import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.execute.referee import truths
from chainrule.graph import Graph, constant, input_node, make
from chainrule.transforms.differentiate import gradient_graph


def truth(text, **values):
    f = cr.formula(text)
    graph = cr.trace(f, *[values[name] for name in f.variables])
    (found,) = truths(graph, [values[name] for name in f.variables])
    return found


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("(1 - cos(x))/x**2", 1e-200, 0.5),
        ("(cos(x) - 1 + x**2/2)/x**4", 1e-150, 1 / 24),
        ("log(exp(x))", 1e300, 1e300),
        ("exp(x)*exp(-x)", 1e5, 1.0),
        ("(1 + x) - 1", 5e-324, 5e-324),
        ("exp(-x)", 745.0, 5e-324),
        ("exp(-x)", 746.0, 0.0),
        ("exp(x)", 709.79, np.inf),
        ("sqrt(x)", -1.0, np.nan),
        ("1/x", -0.0, -np.inf),
        ("where(x > 0, log(x), 0)", -1.0, 0.0),
        ("cos(x)**2 + sin(x)**2 - 1", 0.3, 0.0),
        ("min(x, 1/x)", np.inf, 0.0),
    ],
)
def test_the_truth_where_floats_fail(text, x, expected):
    found = truth(text, x=x)
    assert found.settled
    np.testing.assert_array_equal(found.value, expected)


def test_the_truth_is_the_nearest_float_of_the_dtype():
    graph = cr.trace(lambda x: np.exp(x), np.float32(3.3))
    (found,) = truths(graph, [np.float32(3.3)])
    assert found.value.dtype == np.float32
    with mpmath.workdps(40):
        assert found.value == np.float32(float(mpmath.exp(float(np.float32(3.3)))))


def test_what_no_precision_decides_is_not_settled():
    found = truth("1/(cos(x)**2 + sin(x)**2 - 1)", x=0.3)
    assert not found.settled
    assert np.isnan(found.value)


def test_a_condition_that_is_not_decided_chooses_both_where_they_agree():
    x = input_node("x", (), np.dtype(float))
    one = make("square", make("sin", x)) + make("square", make("cos", x))
    touching = make("where", one < 1, one, constant(1.0) + (one - 1) * 3)
    (found,) = truths(Graph((x,), (touching,)), [0.7])
    assert found.settled
    assert found.value == 1.0


def test_entries_are_settled_one_by_one():
    x = np.array([0.0, 0.3, -1.0])
    (found,) = truths(cr.trace(lambda x: np.sqrt(np.cos(x) ** 2 + np.sin(x) ** 2 - 1), x), [x])
    np.testing.assert_array_equal(found.settled, [True, False, False])
    assert found.value[0] == 0.0


def test_truths_of_inner_nodes():
    graph = cr.trace(lambda x: np.log(1 + np.exp(x)), 1000.0)
    found = truths(graph, [1000.0], nodes=graph.nodes)
    assert [bool(each.settled) for each in found] == [True] * len(graph.nodes)
    assert found[-1].value == 1000.0


def test_integers_and_answers_are_exact():
    graph = cr.trace(lambda x: (np.argmax(x), np.any(x > 2), np.argsort(x)), np.array([1.0, 3.0, 2.0]))
    index, answer, order = truths(graph, [np.array([1.0, 3.0, 2.0])])
    assert index.value == 1
    assert bool(answer.value)
    np.testing.assert_array_equal(order.value, [0, 2, 1])


def test_the_truth_of_a_gradient():
    graph = cr.trace(lambda x: np.log(1 + np.exp(x)), 40.0)
    gradient = gradient_graph(graph, graph.inputs)
    second = gradient_graph(gradient, graph.inputs)
    for x in (-800.0, -40.0, 0.1, 40.0, 700.0):
        with mpmath.workdps(800):
            s = 1 / (1 + mpmath.exp(-x))
            assert truths(gradient, [x])[0].value == float(s)
            assert truths(second, [x])[0].value == float(s * (1 - s))


RNG = np.random.default_rng(0)
A = RNG.integers(-4, 5, (3, 4)).astype(float)
B = RNG.integers(-4, 5, (4, 2)).astype(float)
SQUARE = A[:, :3] + 9 * np.eye(3)
ON_ARRAYS = {
    "sum": (lambda a: a.sum(axis=1), A),
    "sum of all": (lambda a: a.sum(keepdims=True), A),
    "sum of nothing": (lambda a: a.sum(axis=0), A[:0]),
    "prod": (lambda a: a.prod(axis=0), A),
    "prod of nothing": (lambda a: a.prod(), A[:0]),
    "max": (lambda a: a.max(axis=1), A),
    "min": (lambda a: a.min(), A),
    "argmin": (lambda a: a.argmin(axis=0), A),
    "argmax of all": (lambda a: a.argmax(), A),
    "argmax with nan": (lambda a: a.argmax(axis=0), np.array([1.0, np.nan, 3.0])),
    "argsort": (lambda a: np.argsort(a, axis=1), A),
    "any": (lambda a: np.any(a > 3, axis=0), A),
    "all": (lambda a: np.all(a > -9), A),
    "cumsum": (lambda a: np.cumsum(a, axis=1), A),
    "cumprod": (lambda a: np.cumprod(a, axis=0), A),
    "logsumexp": (cr.functions.logsumexp, A),
    "softmax": (cr.functions.softmax, A),
    "softmax with infinities": (cr.functions.softmax, np.array([1.0, np.inf, -np.inf])),
    "log_softmax": (lambda a: cr.functions.log_softmax(a, axis=0), A),
    "reshape": (lambda a: a.reshape(2, 6).T, A),
    "index": (lambda a: a[:, [0, 2, 2]], A),
    "one entry": (lambda a: a[1, 2], A),
    "concatenate": (lambda a: np.concatenate([a, 2 * a], axis=1), A),
    "matmul": (lambda a, b: a @ b, A, B),
    "einsum": (lambda a, b: np.einsum("ij,jk->k", a, b), A, B),
    "where": (lambda a: np.where(a > 0, a, -a), A),
    "astype": (lambda a: a.astype(int) * 2, A / 3),
    "astype of an answer": (lambda a: (a > 0).astype(float), A),
    "integers": (lambda a: np.arange(4) // 2 * a, A),
    "inv": (np.linalg.inv, SQUARE),
    "det": (np.linalg.det, SQUARE),
    "singular": (np.linalg.det, np.ones((2, 2))),
    "solve": (np.linalg.solve, SQUARE, A),
    "solve a vector": (lambda a: np.linalg.solve(a, a[0]), SQUARE),
    "stack": (lambda a: np.linalg.det(np.stack([a, 2 * a])), SQUARE),
    "logic": (lambda a: np.logical_xor(a > 0, np.isnan(a)) | ~np.signbit(a), A),
}


@pytest.mark.parametrize("name", ON_ARRAYS)
def test_arrays_as_the_interpreter_computes_them(name):
    f, *arguments = ON_ARRAYS[name]
    graph = cr.trace(f, *arguments)
    (found,), (expected,) = truths(graph, arguments), interpret(graph, arguments)
    assert np.all(found.settled)
    assert found.value.dtype == np.asarray(expected).dtype
    np.testing.assert_allclose(found.value, expected, rtol=1e-13, atol=1e-13)


def test_assignments():
    def f(x):
        y = np.zeros(4) * x[0]
        y[1:3] = np.exp(x)
        y[2] += 1.0
        return y

    x = np.array([-800.0, 1e-20])
    (found,) = truths(cr.trace(f, x), [x])
    np.testing.assert_array_equal(found.value, [0.0, 0.0, 2.0, 0.0])
