"""Programs: what is kept, what is let go, and what is computed once."""

import tracemalloc
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.execute.interpret import Program
from chainrule.graph import Graph, constant, input_node

X = np.linspace(-1.0, 1.0, 7)


def program(f: Any, *args: Any) -> Program:
    return Program(cr.trace(f, *args))


def test_outputs_are_those_of_all_values() -> None:
    made = program(lambda x: (np.sin(x) * x, np.sum(x), np.sin(x)), X)
    values = made.run_all([X])
    for found, node in zip(made.run([X]), made.graph.outputs, strict=True):
        assert np.array_equal(found, values[node])
    assert len(values) == len(made.graph.nodes) == len(list(values))
    assert np.array_equal(made.run([X])[0], np.sin(X) * X)


def test_an_output_may_be_an_input_a_constant_or_twice_the_same() -> None:
    x, two = input_node("x", (7,), np.dtype(float)), constant(2.0)
    y = x * 3.0
    found = Program(Graph((x,), (x, two, y, y + 1.0, y))).run([X])
    for value, expected in zip(found, (X, 2.0, 3 * X, 3 * X + 1, 3 * X), strict=True):
        assert np.array_equal(value, expected)


def test_a_value_that_is_used_twice_by_one_call_and_one_that_nothing_uses() -> None:
    x = input_node("x", (7,), np.dtype(float))
    unused = input_node("unused", (), np.dtype(float))
    y = x + 1.0
    assert np.array_equal(Program(Graph((x, unused), (y * y,))).run([X, 0.0])[0], (X + 1) ** 2)


def test_intermediate_arrays_are_let_go_after_their_last_use() -> None:
    def f(x: Any) -> Any:
        for _ in range(40):
            x = x * 1.5
        return x

    large = np.ones(2**17)  # a megabyte
    made = program(f, large)
    tracemalloc.start()
    try:
        made.run([large])
        assert tracemalloc.get_traced_memory()[1] < 4 * large.nbytes
    finally:
        tracemalloc.stop()


def test_what_depends_on_constants_only_is_computed_once() -> None:
    x = input_node("x", (7,), np.dtype(float))
    fixed = constant(np.arange(7.0)) * 2.0
    made = Program(Graph((x,), (fixed, x + fixed)))
    assert made.run_all([X])[fixed] is made.run_all([X])[fixed]
    assert np.array_equal(made.run([X])[1], X + 2 * np.arange(7))


def test_warnings_are_silent_and_infinities_stand_in_the_result() -> None:
    assert np.array_equal(program(np.log, X).run([np.zeros(7)])[0], np.full(7, -np.inf))
