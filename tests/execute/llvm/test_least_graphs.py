"""The least graphs on which machine code once differed from the interpreter."""

from typing import Any

import numpy as np
import pytest

from chainrule.execute.interpret import interpret
from chainrule.execute.llvm.native import NativeFunction
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.graph.keys import Slice

X = np.arange(12.0).reshape(3, 4)


def check(arguments: list[Any], *outputs: Node, inputs: list[Node]) -> None:
    graph = Graph(tuple(inputs), outputs)
    found = NativeFunction(graph).run(arguments)
    assert isinstance(found, list)
    for value, expected in zip(found, interpret(graph, arguments), strict=True):
        np.testing.assert_array_equal(value, expected, strict=True)


def argument(shape: tuple[int, ...], dtype: Any = float) -> Node:
    return input_node("x", shape, np.dtype(dtype))


def transposed(x: Node) -> Node:
    return make("transpose", x, axes=(1, 0))


def copies(shape: tuple[int, ...]) -> Node:
    """Copies of one number, which has no memory."""
    return make("broadcast_to", constant(2.0), shape=shape)


def test_what_the_interpreter_computes_leaves_in_another_shape() -> None:
    x = argument((1, 3), np.int64)
    product = make("matmul", x, constant(np.eye(3, dtype=np.int64)))
    check([np.array([[1, 2, 3]])], transposed(product), inputs=[x])


@pytest.mark.parametrize("key", [(1, 2), (-1, -1), (0, ..., 3)])
def test_a_single_entry_of_an_argument(key: tuple[Any, ...]) -> None:
    x = argument((3, 4))
    check([X], make("index", x, key=key), inputs=[x])


def test_copies_of_a_number_that_are_moved() -> None:
    x = argument((3, 4))
    turned, some = transposed(copies((4, 3))), make("index", copies((6, 4)), key=(Slice(0, 3, None),))
    check([X], turned, some, turned + some, turned * x, inputs=[x])


def test_copies_of_a_number_that_are_added_up() -> None:
    x = argument((3, 4))
    check([X], make("sum", copies((3, 4)), axes=(0,), keepdims=False), inputs=[x])


def test_copies_of_a_number_that_are_copied_to_memory() -> None:
    x = argument((12,))
    ones = make("reshape", make("broadcast_to", constant(np.ones((3, 1))), shape=(3, 4)), shape=(12,))
    check([X.ravel()], ones, x + ones, inputs=[x])


def test_copies_of_a_number_in_a_matrix_product() -> None:
    x = argument((3, 4))
    check([X], make("matmul", copies((2, 3)), x), make("matmul", x, copies((4, 2))), inputs=[x])


def test_one_column_times_one_row_with_the_column() -> None:
    x = argument((5, 1))
    column = np.arange(5.0).reshape(5, 1)
    check([column], make("matmul", x, transposed(x)) * x, inputs=[x])


@pytest.mark.parametrize("shape", [(17, 0), (0, 17), (1, 0), (0, 1)])
def test_matrix_products_of_nothing(shape: tuple[int, int]) -> None:
    x = argument(shape)
    check([np.zeros(shape)], make("matmul", x, transposed(x)), make("matmul", transposed(x), x), inputs=[x])


@pytest.mark.parametrize("shape", [(3, 0, 3, 0), (3, 2, 3, 2), (1, 0, 1, 0)])
def test_the_trace_of_blocks_that_may_be_empty(shape: tuple[int, ...]) -> None:
    x = argument(shape)
    check([np.ones(shape)], make("einsum", x, subscripts="abab->"), inputs=[x])
