"""Compiled functions: the same results as the interpreter, for every form of arguments, on every way through."""

import ctypes
import gc
import os
import sys
import threading
import weakref
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import trees
from chainrule.errors import DifferentiationError, InputError, InputTypeError, TraceError
from chainrule.execute.interpret import interpret
from chainrule.execute.llvm import native
from chainrule.pipeline import prepared, variants
from chainrule.transforms.rows import ROWS
from faithful import assert_same_values

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(5, 3))


def check(f: Any, *args: Any, ulps: float = 16) -> Any:
    """The compiled function gives what the interpreter gives, at the first call and at the second."""
    compiled = cr.compile(f)
    expected = prepared(f, *args)(*args)
    for _ in range(2):
        assert_same_values(compiled(*args), expected, ulps)
    return compiled


# --- the functions that it is made for --------------------------------------------------------------------------


def rosenbrock(x: Any) -> Any:
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def log_sum_exp(x: Any) -> Any:
    largest = np.max(x)
    return largest + np.log(np.sum(np.exp(x - largest)))


def logistic(w: Any, inputs: Any, labels: Any) -> Any:
    z = inputs @ w
    return np.sum(np.logaddexp(0, z) - labels * z)


def network(params: Any, x: Any, y: Any) -> Any:
    for layer in params[:-1]:
        x = np.tanh(x @ layer["W"].T + layer["b"])
    z = x @ params[-1]["W"].T + params[-1]["b"]
    return -np.mean(cr.functions.log_softmax(z)[np.arange(len(y)), y])


def layers(*widths: int, dtype: str = "float64") -> list[dict[str, Any]]:
    return [
        {"W": RANDOM.normal(size=(m, n)).astype(dtype), "b": RANDOM.normal(size=m).astype(dtype)}
        for n, m in pairwise(widths)
    ]


@pytest.mark.parametrize("n", [2, 10, 33])
def test_rosenbrock(n: int) -> None:
    x = RANDOM.normal(size=n)
    check(rosenbrock, x)
    check(cr.value_and_grad(rosenbrock), x)
    check(cr.hessian(rosenbrock), x[:4])
    check(cr.jacobian(cr.grad(rosenbrock)), x[:4])


@pytest.mark.parametrize("n", [1, 7, 100, 10_000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_log_sum_exp(n: int, dtype: str) -> None:
    check(cr.value_and_grad(log_sum_exp), RANDOM.normal(size=n).astype(dtype), ulps=64)


def test_logistic_regression() -> None:
    inputs, labels = RANDOM.normal(size=(201, 7)), (RANDOM.random(201) > 0.5) * 1.0
    check(cr.value_and_grad(logistic), RANDOM.normal(size=7), inputs, labels, ulps=256)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_network(dtype: str) -> None:
    params, x = layers(6, 9, 4, dtype=dtype), RANDOM.normal(size=(11, 6)).astype(dtype)
    compiled = check(cr.value_and_grad(network), params, x, RANDOM.integers(0, 4, 11), ulps=64)
    assert compiled.report.variants[0].kernels


def test_derivatives_of_numbers() -> None:
    def cube(x: Any) -> Any:
        return x**3

    for f in (cr.grad(cube), cr.value_and_grad(cube), cr.grad(cr.grad(cube)), cr.elementwise_grad(cube)):
        check(f, 2.0)
        assert cr.compile(f)(2) == f(2)  # an integer is a real number to somebody who asks for a derivative
    assert cr.grad(cr.compile(cube))(2.0) == 12.0
    assert cr.compile(cr.compile(cube))(2.0) == 8.0


# --- forms of arguments and results -----------------------------------------------------------------------------


@dataclass
class Line:
    slope: Any
    shift: Any


Pair = namedtuple("Pair", "a b")


class Names(OrderedDict[str, Any]):
    pass


TREES = [
    {"a": X, "b": 2.0},
    [X, 2.0],
    (X, 2.0),
    Line(X, 2.0),
    Pair(X, 2.0),
    Names(a=X, b=2.0),
    {"a": (X, [None, 2.0]), "b": Line({"c": X}, ())},
    {"a": X, "b": None},
    [],
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_trees_go_in_and_out(tree: Any) -> None:
    def twice(tree: Any) -> Any:
        return trees.tree_map(lambda leaf: leaf * 2, tree), [tree]

    compiled = cr.compile(twice)
    for _ in range(3):
        found = compiled(tree)
        assert type(found[0]) is (dict if isinstance(tree, dict) else type(tree))
        assert_same_values(found, prepared(twice, tree)(tree))


def test_the_form_of_the_arguments_decides_and_not_who_comes_first() -> None:
    compiled = cr.compile(lambda tree: tree[0] * 2 + tree[1])
    one = np.ones(3)
    for tree in (
        (one, 1.0),
        [one, 1.0],
        (one, one),
        (one, 1),
        (one.astype("f4"), 1.0),
        (one, np.float32(1)),
        (2, True),
    ):
        for _ in range(2):
            assert_same_values(
                compiled(tree), prepared(lambda a, b: a * 2 + b, *tree)(*tree) if tree[1] is not True else np.int64(5)
            )
    assert len(compiled.report.variants) == 7


NUMBERS = [
    2,
    2.0,
    True,
    np.float32(2),
    np.float64(2),
    np.int8(2),
    np.int64(2),
    np.uint64(2),
    np.bool_(True),
    np.float16(2),
]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: type(number).__name__)
@pytest.mark.parametrize("array", [np.ones(3, "f4"), np.ones(3, "i4"), np.array(3.0), np.float32(3), 3.0, 3], ids=repr)
def test_numbers_meet_arrays_as_they_do_without_compiling(number: Any, array: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y, x + 1, y, x > y

    compiled = cr.compile(f)
    graph = cr.trace(f, array, number)
    dtypes = [node.dtype for node in graph.outputs]
    for _ in range(2):
        found = compiled(array, number)
        assert [np.asarray(each).dtype for each in found] == dtypes
        assert all(isinstance(each, np.generic) for each in found if np.ndim(each) == 0)
        assert_same_values(found, interpret(graph, [a for a in (array, number) if a is not True]))


def test_numbers_of_one_type_do_not_pass_for_another() -> None:
    compiled = cr.compile(lambda x, y: x * y)
    x = np.ones(2, "f4")
    for number, dtype in (
        (2, "f4"),
        (np.int64(2), "f8"),
        (2.0, "f4"),
        (np.float64(2), "f8"),
        (np.float32(2), "f4"),
    ) * 2:
        assert compiled(x, number).dtype == np.dtype(dtype), repr(number)


def test_other_arguments_are_part_of_the_form() -> None:
    def f(x: Any, how: str = "twice", more: Any = None, *, flag: bool = False) -> Any:
        assert flag in (True, False)
        y = x * (2 if how == "twice" else 3)
        return (y if more is None else y + more), flag

    compiled = cr.compile(f)
    for _ in range(2):
        assert compiled(X)[0][0, 0] == 2 * X[0, 0]
        assert compiled(X, "thrice")[0][0, 0] == 3 * X[0, 0]
        assert compiled(X, how="thrice")[0][0, 0] == 3 * X[0, 0]
        assert compiled(X, more=1.0)[0][0, 0] == 2 * X[0, 0] + 1
        assert compiled(X, flag=True)[1]
        assert not compiled(X, flag=False)[1]
    with pytest.raises(InputTypeError, match="cannot be recognized"):
        compiled(X, {1, 2})
    assert compiled(X)[0][0, 0] == 2 * X[0, 0]


LAYOUTS = {
    "a step": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "backwards": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "Fortran": np.asfortranarray,
    "byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "read-only": lambda x: np.broadcast_to(x, x.shape),
    "copies": lambda x: np.broadcast_to(x[:1], x.shape),
    "unaligned": lambda x: np.frombuffer(b"0" + x.tobytes(), np.uint8)[1:].view(x.dtype).reshape(x.shape),
    "memmap": lambda x: x.view(np.memmap),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_of_memory(layout: str) -> None:
    def f(x: Any, y: Any) -> Any:
        return np.exp(x) @ y.T, x, x.T, np.sum(x * 2), x[1]

    compiled = cr.compile(f)
    x = LAYOUTS[layout](X.copy())
    before = np.array(x)
    for args in ((x, X), (X, x), (x, x), (X, X)):
        expected = prepared(f, *args)(*args)
        assert_same_values(compiled(*args), expected)
    assert np.array_equal(x, before)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 3), (), (1,), (1, 1, 1)])
def test_empty_arrays_and_arrays_without_axes(shape: tuple[int, ...]) -> None:
    x = np.full(shape, 0.5)
    check(lambda x: (x, x + 1, np.sum(x), np.exp(x).T, x.reshape(-1)), x)
    check(cr.grad(lambda x: np.sum(x * x)), x)


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_what_tracing_refuses_is_refused() -> None:
    compiled = cr.compile(lambda x: x * 2)
    compiled(X)
    for x in (np.matrix(X), np.ma.masked_array(X), X + 1j, np.array(["a"])):
        with pytest.raises(TraceError):
            compiled(x)
    with pytest.raises(TypeError):
        compiled(X, X)
    with pytest.raises(TraceError):
        cr.compile(float)(np.float64(1.5))
    assert_same_values(compiled(X), X * 2)


def test_results_are_the_callers_own() -> None:
    fixed = np.arange(3.0)

    def f(x: Any) -> Any:
        y = x + 1
        return x, x, x.T, y, y, y.T, fixed, np.broadcast_to(x[0], (5, 3)), np.zeros(4)

    compiled = cr.compile(f)
    x = X.copy()
    first = compiled(x)
    arrays = [*first, x, fixed]
    for i, one in enumerate(arrays):
        assert not any(np.shares_memory(one, other) for other in arrays[i + 1 :])
    expected = [each.copy() for each in first]
    for each in first:
        assert each.flags.writeable
        each[...] = 77.0
    assert_same_values(compiled(x), expected)
    assert np.array_equal(x, X)
    assert np.array_equal(fixed, np.arange(3.0))


def test_memory_is_let_go() -> None:
    x, f = np.ones(1000), lambda x: x * 2
    compiled = cr.compile(f)
    result = compiled(x)
    references = [weakref.ref(each) for each in (x, result)]
    del x, result
    assert [each() for each in references] == [None, None]
    base = sys.getrefcount(X)
    for _ in range(100):
        compiled(X)
    assert sys.getrefcount(X) == base
    gone = weakref.ref(compiled)
    del compiled
    gc.collect()
    assert gone() is None


# --- decisions --------------------------------------------------------------------------------------------------


def test_both_ways_are_compiled_once() -> None:
    runs = []

    def f(x: Any) -> Any:
        runs.append(1)
        return x * 2 if x > 0 else -x

    compiled = cr.compile(f)
    for x in (1.0, -1.0, 2.0, -2.0, 3.0, 0.0) * 3:
        assert compiled(x) == (x * 2 if x > 0 else -x)
    assert len(runs) == 2
    report = compiled.report
    assert (len(report.variants), report.misses) == (2, 17)


def test_decisions_that_follow_from_decisions() -> None:
    def f(x: Any) -> Any:
        if np.sum(x) > 0:
            if x[0] > 0:
                return x
            return x * 2
        steps = 0
        while np.sum(x) < 0:
            x = x + 1
            steps += 1
        return x * steps

    compiled = cr.compile(f)
    for _ in range(2):
        for _ in range(20):
            x = RANDOM.normal(size=3)
            assert_same_values(compiled(x), f(x))
    check(f, -X[0] - 3)


def test_decisions_by_numbers_masks_and_counts() -> None:
    def f(x: Any, n: Any) -> Any:
        total = np.sum(x[x > 0])
        for _ in range(n):
            total = total * 2
        return total + (1 if x[0] else 0)

    compiled = cr.compile(f)
    for n in (2, 0, 3, 2, 0):
        for x in (X[0], -X[0], X[1], np.zeros(3), np.array([np.nan, 1, 2])):
            assert_same_values(compiled(x, n), f(x, n))


def test_a_way_that_is_not_gone_may_fail() -> None:
    def f(x: Any, i: Any) -> Any:
        if i < 3:
            return x[i] * 2
        return x * 3

    compiled = cr.compile(f)
    for i in (1, 7, 2, -8, 0, 9):
        number = np.array(i)
        if i == -8:
            with pytest.raises(IndexError):
                compiled(X[0], number)
        else:
            assert_same_values(compiled(X[0], number), f(X[0], number))


def test_many_ways_run_in_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "_BRANCHES", 3)
    compiled = cr.compile(lambda x, n: x * int(n))
    for n in range(6):
        assert_same_values(compiled(X, np.array(n)), X * n)
    report = compiled.report
    assert (len(report.variants), report.interpreted) == (3, 3)
    assert "3 times in the interpreter" in str(report)


def test_a_decision_that_rounding_turns_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine code finds otherwise than NumPy what was decided: then NumPy is right."""
    monkeypatch.setattr(native.NativeFunction, "run", lambda self, leaves: native.Otherwise(0, None))
    monkeypatch.setattr(native.NativeFunction, "__call__", lambda self, leaves: native.Otherwise(0, None))
    compiled = cr.compile(lambda x: x * 2 if x > 0 else x)
    assert [compiled(2.0), compiled(-2.0)] == [4.0, -2.0]
    assert compiled.report.interpreted == 2


def test_few_forms_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "_FORMS", 2)
    compiled = cr.compile(lambda x: x * 2)
    for n in (1, 2, 3, 4, 1):
        assert_same_values(compiled(np.ones(n)), np.full(n, 2.0))
    assert len(compiled.report.variants) == 2


# --- errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", ["x**2", 3, None])
def test_what_is_no_function(f: Any) -> None:
    with pytest.raises(InputTypeError, match="compile takes a function"):
        cr.compile(f)


def test_errors_of_the_function_pass_through_and_do_no_harm() -> None:
    def f(x: Any, i: Any) -> Any:
        if x.ndim == 0:
            raise KeyError("mine")
        return x[i]

    compiled = cr.compile(f)
    i = np.array([0, 4])
    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            compiled(np.array(1.0), i)
        with pytest.raises(IndexError):
            compiled(X, np.array([0, 5]))
        with pytest.raises(IndexError):
            compiled(X, np.array([-6, 0]))
        assert_same_values(compiled(X, i), X[i])
    with pytest.raises(DifferentiationError):
        cr.compile(cr.grad(lambda x: x))(X)
    with pytest.raises(InputError):
        cr.compile(cr.grad(lambda x: x, wrt=3))(X)
    with pytest.raises(np.linalg.LinAlgError):
        check(np.linalg.inv, np.zeros((2, 2)))


def test_no_warning_and_no_change_of_the_floating_point_state() -> None:
    compiled = cr.compile(lambda x: (np.log(x), 1 / x, x * x))
    with np.errstate(all="raise"):
        tiny = np.full(3, 5e-324)
        found = compiled(np.array([0.0, 1e300, 5e-324]))
        assert [float(each) for each in (found[0][0], found[1][0], found[2][1])] == [-np.inf, np.inf, np.inf]
        assert np.all(tiny * 1.0 == tiny)


# --- threads and processes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 100_000])
def test_threads_do_not_disturb_each_other(n: int) -> None:
    compiled = cr.compile(cr.value_and_grad(lambda x: np.sum(np.exp(x) * x) if x[0] > 0 else np.sum(x * x)))
    wrong: list[Any] = []

    def work(seed: int) -> None:
        random = np.random.default_rng(seed)
        for _ in range(30):
            x = random.normal(size=n)
            value, gradient = compiled(x)
            e = np.exp(x) if x[0] > 0 else np.ones(n)
            expected = np.sum(e * x) if x[0] > 0 else np.sum(x * x)
            slope = e * x + e if x[0] > 0 else 2 * x
            if not (np.isclose(value, expected) and np.allclose(gradient, slope)):
                wrong.append((seed, value, expected))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_process_goes_on() -> None:
    compiled = cr.compile(lambda x: x * 2 + 1)
    compiled(X)
    child = os.fork()
    if child == 0:
        fine = np.array_equal(compiled(X), X * 2 + 1) and np.array_equal(compiled(X[0]), X[0] * 2 + 1)
        os._exit(0 if fine else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert np.array_equal(compiled(X), X * 2 + 1)


def test_where_objects_are_laid_out_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "reads_objects", lambda: False)
    check(network, layers(6, 9, 4), RANDOM.normal(size=(11, 6)), RANDOM.integers(0, 4, 11), ulps=64)
    check(lambda x, y, z: (x * y, x if y > 1 else z), X, 2.0, np.float32(3))
    assert ctypes.sizeof(ctypes.c_void_p) in (4, 8)


# --- report -----------------------------------------------------------------------------------------------------


def test_report() -> None:
    compiled = cr.compile(network)
    assert str(compiled.report) == "network: not called yet, so nothing is compiled"
    compiled(layers(6, 9, 4), RANDOM.normal(size=(11, 6)), RANDOM.integers(0, 4, 11))
    report = compiled.report
    (variant,) = report.variants
    assert min(variant.workspace, variant.seconds) > 0
    products = [each for each in variant.kernels if "matmul" in each.ops]
    assert [each.domain for each in products] == [(11, 9), (11, 4)]
    assert products[0].operations >= 2 * 11 * 6 * 9
    for part in ("params[0]['W']: float64[9, 6]", "packed", "B of workspace", "11 x 9"):
        assert part in str(report)


def test_it_looks_like_the_function() -> None:
    compiled = cr.compile(rosenbrock)
    assert vars(compiled)["__name__"] == "rosenbrock"
    assert vars(cr.compile(cr.grad(rosenbrock)))["__name__"] == "rosenbrock"

    class Model:
        scale = 3.0

        @cr.compile
        def __call__(self, x: Any) -> Any:
            return x * self.scale

    assert Model()(2.0) == 6.0


@pytest.mark.parametrize("shape", [(ROWS,), (2 * ROWS,), (3, ROWS), (ROWS, 3)])
def test_lengths_that_are_the_sign_for_rows_mean_themselves(shape: Any) -> None:
    x = np.random.default_rng(0).integers(-8, 8, shape).astype(float)

    def f(x: Any) -> Any:
        return np.sum(x), np.sum(x, axis=0) + x[-1], 2 * x, x.T[1:] + 1

    for found, expected in zip(cr.compile(f)(x), f(x), strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("subscripts", ["ij,kj->ik", "ji,jk->ik"])
def test_products_of_matrices_as_long_as_the_sign_for_rows(subscripts: str) -> None:
    x = np.random.default_rng(0).integers(-2, 3, (ROWS, 2) if subscripts.startswith("ji") else (2, ROWS)).astype(float)
    found = cr.compile(lambda a: np.einsum(subscripts, a, a) + 1)(x)
    np.testing.assert_array_equal(found, np.einsum(subscripts, x, x) + 1)


def test_a_product_with_a_transposed_factor_as_long_as_the_sign_for_rows() -> None:
    a, b = np.ones((2, 3)), np.random.default_rng(0).integers(-2, 3, (ROWS, 3)).astype(float)
    np.testing.assert_array_equal(cr.compile(lambda a, b: a @ b.T)(a, b), a @ b.T)
