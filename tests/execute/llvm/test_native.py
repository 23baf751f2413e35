"""Native functions: what they take, what they refuse, and that their results are those of the interpreter."""

import platform
import sys
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import interpret
from chainrule.execute.llvm.entry import reads_objects
from chainrule.execute.llvm.native import NativeFunction, Otherwise
from chainrule.execute.llvm.plan_text import graph_text
from chainrule.graph import Graph, constant, input_node

X = np.linspace(-1.0, 1.0, 6).reshape(2, 3)


def native(f: Any, *args: Any) -> NativeFunction:
    return NativeFunction(cr.trace(f, *args), [type(each) for each in args])


def test_it_takes_the_known_form_only() -> None:
    twice = native(lambda x, y: x * y, X, 2.0)
    found = twice((X, 3.0))
    assert isinstance(found, list)
    assert np.array_equal(found[0], 3 * X)
    others = [
        (X, np.float64(3)), (X, 3), (X,), (X, 3.0, 3.0), (X.T, 3.0), (X[:, ::2], 3.0), (np.ones((3, 2)), 3.0),
        (np.ones((2, 3, 1)), 3.0), (np.ones(6), 3.0), (X.astype("f4"), 3.0), (X.astype(">f8"), 3.0), ([1.0], 3.0),
        (X.view(np.memmap), 3.0), (None, 3.0), (X.view(np.int64), 3.0), (X, X), (2.0, X), (X, "3"),
        (np.frombuffer(b"0" + X.tobytes(), np.uint8)[1:].view(float).reshape(2, 3), 3.0),
    ]  # fmt: skip
    for arguments in others:
        assert twice(arguments) is None


@pytest.mark.skipif(platform.python_implementation() != "CPython", reason="the layout of CPython")
def test_objects_are_laid_out_as_expected_here() -> None:
    assert reads_objects() == getattr(sys, "_is_gil_enabled", lambda: True)()


@pytest.mark.parametrize("is_readable", [True, False])
def test_any_arrays_can_be_run(is_readable: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.execute.llvm.native.reads_objects", lambda: is_readable)
    graph = cr.trace(lambda x, y: (x @ x.T * y, x, np.argsort(x, axis=1), x[0, 1]), X, 2.0)
    function = NativeFunction(graph, [np.ndarray, float])
    for x in (X, X[::-1], np.asfortranarray(X), X.astype(">f8")):
        found = function.run([x, 3.0])
        assert isinstance(found, list)
        for one, other in zip(found, interpret(graph, [np.array(x, float), 3.0]), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-15)
    assert isinstance(found[3], np.float64)


def test_guards_are_compared() -> None:
    def f(x: Any) -> Any:
        mask = x > 0
        if np.sum(x) > 0:
            return x[mask]
        return x

    function = native(f, X + 0.5)
    assert function.guards[1].value == (X + 0.5 > 0).tobytes()
    assert isinstance(function((X + 0.5,)), list)
    assert function((X - 2,)) == Otherwise(0, False)
    assert function((X + 2,)) == Otherwise(1, (X + 2 > 0).tobytes())


def test_inputs_constants_and_the_same_twice_as_results() -> None:
    x = input_node("x", (2, 3), np.dtype(float))
    table, one = constant(np.arange(6.0).reshape(2, 3)), constant(1.0)
    y = x * 2.0
    found = NativeFunction(Graph((x,), (x, table, one, y, y, table + one)))((X,))
    assert isinstance(found, list)
    for value, expected in zip(
        found, (X, table.params["value"], 1.0, 2 * X, 2 * X, table.params["value"] + 1), strict=True
    ):
        assert np.array_equal(value, expected)
        assert np.ndim(value) == 0 or value.flags.owndata
    assert NativeFunction(Graph((x,), ()))((X,)) == []
    assert NativeFunction(Graph((), (one,)))(()) == [1.0]


def test_large_workspaces_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.execute.llvm.workspace._KEPT_BYTES", 2**12)

    def f(x: Any) -> Any:
        y = np.exp(x)
        return np.sum(y / np.sum(y) * np.max(y))

    small, large = (native(f, np.zeros(n)) for n in (10, 3000))
    small((np.zeros(10),))
    large((np.zeros(3000),))
    assert (len(small._workspaces), len(large._workspaces)) == (1, 0)


def test_equal_graphs_share_their_code() -> None:
    graphs = [cr.trace(lambda x, c=c: np.sum(x * 2.5) + c, X) for c in (1.0, 1.0, 2.0)]
    texts = [graph_text(graph) for graph in graphs]
    assert texts[0] == texts[1] != texts[2]
    functions = [NativeFunction(graph) for graph in graphs[:2]]
    assert functions[1].program.code.was_kept
    assert functions[0].program.code.owner is functions[1].program.code.owner


def test_arrays_in_the_graph_are_data_and_not_code() -> None:
    def text(table: Any) -> str:
        return graph_text(cr.trace(lambda x: x + table, X))

    assert text(X) == text(X * 3)
    assert text(np.ones((2, 3))) != text(np.zeros((2, 3))) != text(np.zeros((2, 3)) * -1)


def test_an_index_out_of_range_is_said_by_the_interpreter() -> None:
    pick = native(lambda x, i: x[0, i], X, np.array([0, 1]))
    assert np.array_equal(pick((X, np.array([2, -3])))[0], X[0, [2, -3]])  # type: ignore[index]
    for i in (3, -4):
        with pytest.raises(IndexError, match="out of bounds"):
            pick((X, np.array([0, i])))
    assert np.array_equal(pick((X, np.array([1, 1])))[0], X[0, [1, 1]])  # type: ignore[index]
