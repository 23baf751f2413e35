"""The whole table: every row is a function of NumPy, tested in this folder, and names its last node."""

import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule import functions
from chainrule.tracing.numpy_functions import FUNCTIONS, call_function, creation
from faithful import function_of

TESTS = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py"))
ROWS = [*FUNCTIONS, *creation.WITH_LIKE]

UNNAMED = {"diagonal"}  # a read-only view is read again after each change of its base


def written(function: Any) -> str:
    """The function as a test writes it."""
    module = {"numpy": "np", "numpy.linalg": "np.linalg"}.get(function.__module__, "cr.functions")
    return f"{module}.{function.__name__}("


def test_at_least_a_hundred_functions_are_traced() -> None:
    assert len([each for each in ROWS if each.__module__.startswith("numpy")]) >= 100


@pytest.mark.parametrize("function", ROWS, ids=written)
def test_every_row_is_tested(function: Any) -> None:
    assert written(function) in TESTS.replace("\n", "")


@pytest.mark.parametrize("function", FUNCTIONS, ids=written)
def test_a_row_takes_the_arguments_of_its_function(function: Any) -> None:
    """It knows no argument that NumPy does not know, and those that it shares come in the same order."""
    if function.__module__.startswith("chainrule"):
        return
    try:
        known = list(inspect.signature(function).parameters)
    except ValueError:  # some of NumPy's functions have no signature
        return
    shared = [name for name in inspect.signature(FUNCTIONS[function]).parameters if name in known]
    assert shared == [name for name in known if name in shared]


@pytest.mark.parametrize(
    "expression",
    [
        "np.mean(A)", "np.var(A, axis=0)", "np.std(A)", "np.average(A, axis=0, weights=u)", "np.median(A)",
        "np.quantile(A, 0.3)", "np.ptp(A)", "np.linalg.norm(A)", "np.linalg.matrix_power(S, 3)", "np.stack([A, B])",
        "np.hstack([A, B])", "np.tile(A, 2)", "np.roll(A, 1, axis=0)", "np.pad(A, 1)", "np.pad(A, 1, mode='edge')",
        "np.clip(A, 0, 1)", "np.select([A > 0], [A])", "np.sort(A)", "np.diag(v)", "np.tril(A)", "np.trace(S)",
        "np.gradient(v)", "np.interp(A, [0, 1], [0, 1])", "np.convolve(v, u)", "np.polyval(u, A)", "np.round(A, 2)",
        "np.sinc(A)", "np.linspace(s, 1, 5)", "np.cross(S, S)", "np.kron(A, B)", "np.tensordot(A, B)", "A.mean(0)",
        "A.T", "A[1:]", "A.clip(0, 1)", "-A", "A + 1", "cr.functions.softmax(A)", "cr.functions.silu(A)",
    ],
)  # fmt: skip
def test_the_last_node_of_a_composition_has_the_name(expression: str) -> None:
    function, args = function_of(expression)

    def named(*arrays: Any) -> Any:
        result = function(*arrays)
        return result  # noqa: RET504 - the name is what is tested

    graph = cr.trace(named, *args)
    assert [node for node in graph.nodes if node.name == "result"] == list(graph.outputs)


# --- what is not traced -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x: np.fft.fft(x), "np.fft.fft is not among the functions that are traced"),
        (lambda x: np.linalg.svd(x), "np.linalg.svd is not among the functions that are traced"),
        (lambda x: np.unique(x), "np.unique is not among the functions that are traced"),
        (lambda x: np.sum(x, where=x > 0), r"np.sum is traced without where=; write np.sum\(np.where\(c, x, 0\)\)"),
        (lambda x: np.prod(x, where=x > 0), r"write np.prod\(np.where\(c, x, 1\)\)"),
        (lambda x: np.mean(x, where=x > 0), r"write np.mean\(x\[c\]\); along an axis the mean is np.sum"),
        (lambda x: np.var(x, where=x > 0), r"write np.var\(x\[c\]\)"),
        (lambda x: np.max(x, initial=0), "np.max is traced without initial="),
        (lambda x: np.sum(x, out=np.zeros(())), "out= is not traced; leave it away"),
        (lambda x: np.cumsum(x, out=x), "out= is not traced; leave it away"),
        (lambda x: np.pad(x, 1, mode="linear_ramp"), "np.pad is traced with mode constant, edge"),
        (lambda x: np.nan_to_num(x, copy=False), "traced without copy=False"),
        (lambda x: np.searchsorted(x, 1.0, sorter=[0, 1]), "without sorter="),
        (lambda x: np.copyto(np.zeros(2), x), "a plain array cannot hold traced entries"),
    ],
)
def test_message_names_the_line_and_what_to_write(function: Any, message: str) -> None:
    line = function.__code__.co_firstlineno
    with pytest.raises(cr.errors.TraceError, match=message) as caught:
        cr.trace(function, np.ones(2))
    assert str(caught.value).startswith(f"{__file__}:{line}: ")


def test_call_function_answers_numpys_protocol() -> None:
    def f(x: Any) -> Any:
        assert x.__array_function__(np.sum, (type(x),), (x,), {}).shape == ()
        return call_function(x, functions.sigmoid, (x,), {})

    assert [node.op.name for node in cr.trace(f, np.ones(2)).nodes] == ["input", "sigmoid"]
