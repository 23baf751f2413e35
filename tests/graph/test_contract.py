"""The contract between the tables: every primitive has its rows; what ``shapes`` foretells ``interpret`` computes."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.execute.interpret import VALUES, value_of
from chainrule.graph import OPS
from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.graph.shapes import OWN_DTYPES, SHAPES, infer
from chainrule.transforms.derivatives import LOCAL, ROUTES
from chainrule.transforms.pullbacks import PULLBACKS, TRANSPOSES

DTYPES = ("bool", "int8", "int32", "int64", "uint8", "float16", "float32", "float64")
SHAPES_OF_ONE = ((), (3,), (0,), (2, 3), (0, 3), (2, 0), (1, 2, 1))
SHAPES_OF_TWO = (((), ()), ((), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((0, 3), (3,)), ((2, 0), (1, 1)))
ELEMENTWISE = [name for name, op in OPS.items() if op.kind == "elementwise"]

Params = Mapping[str, Any]


def without_sources() -> list[str]:
    return [name for name, op in OPS.items() if op.kind != "source"]


def in_order_of_ops(table: Mapping[str, Any]) -> list[str]:
    return [name for name in OPS if name in table]


# --- rows ---------------------------------------------------------------------------------------------------


def test_every_primitive_has_a_value() -> None:
    assert [*VALUES] == without_sources()


def test_every_primitive_has_a_derivative() -> None:
    assert set(LOCAL) | set(TRANSPOSES) | set(PULLBACKS) == {
        name for name in without_sources() if OPS[name].dtype != "index" or name in LOCAL
    }


@pytest.mark.parametrize("table", [SHAPES, OWN_DTYPES, LOCAL, ROUTES, TRANSPOSES, PULLBACKS])
def test_rows_stand_in_the_order_of_ops(table: Mapping[str, Any]) -> None:
    assert [*table] == in_order_of_ops(table)


def test_elementwise_primitives_share_one_shape_and_all_others_have_their_own() -> None:
    assert set(SHAPES) == {name for name in without_sources() if OPS[name].kind != "elementwise"}


def test_own_dtypes_are_rows() -> None:
    own = {name for name in without_sources() if OPS[name].dtype == "own"}
    assert set(OWN_DTYPES) <= own


@pytest.mark.parametrize("table", [LOCAL, ROUTES])
def test_derivatives_have_a_column_for_each_input(table: Mapping[str, tuple[Any, ...]]) -> None:
    for name, columns in table.items():
        assert len(columns) == OPS[name].arity, name


# --- shapes and dtypes --------------------------------------------------------------------------------------


def filled(shape: tuple[int, ...], dtype: str) -> Any:
    """Some entries; numbers without dimensions are NumPy scalars, as in a traced program."""
    numbers = np.arange(1, 1 + int(np.prod(shape))).reshape(shape)
    return (numbers % 5 * 0.25 if dtype.startswith("float") else numbers % 2).astype(dtype)[()]


def agrees(op: str, inputs: list[Any], params: Params) -> bool:
    """Is the value of the foretold shape and dtype? True also where NumPy knows no value."""
    try:
        value = np.asarray(value_of(op, inputs, params))
    except (TypeError, ValueError, OverflowError, np.linalg.LinAlgError):
        return True
    return infer(OPS[op], [np.asarray(each) for each in inputs], params) == (value.shape, value.dtype)


def elementwise_inputs(arity: int) -> Iterator[list[Any]]:
    shapes = {
        1: [(shape,) for shape in SHAPES_OF_ONE],
        2: SHAPES_OF_TWO,
        3: [((3,), *pair) for pair in SHAPES_OF_TWO[:3]],
    }
    for dtypes in itertools.product(DTYPES, repeat=arity):
        for each in shapes[arity]:
            yield [filled(shape, dtype) for shape, dtype in zip(each, dtypes, strict=True)]


@pytest.mark.parametrize("op", [name for name in ELEMENTWISE if name != "astype"])
def test_elementwise(op: str) -> None:
    arity = OPS[op].arity
    assert arity is not None
    for inputs in elementwise_inputs(arity):
        assert agrees(op, inputs, {}), [(each.dtype, each.shape) for each in inputs]


@pytest.mark.parametrize("dtype", DTYPES)
def test_astype(dtype: str) -> None:
    for shape, given_dtype in itertools.product(SHAPES_OF_ONE, DTYPES):
        assert agrees("astype", [filled(shape, given_dtype)], {"dtype": np.dtype(dtype)})


@pytest.mark.parametrize("op", [name for name, op in OPS.items() if op.kind == "reduction"])
def test_reductions(op: str) -> None:
    for shape, dtype, keepdims in itertools.product(SHAPES_OF_ONE, DTYPES, (False, True)):
        x = filled(shape, dtype)
        for count in range(len(shape) + 1):
            for axes in itertools.combinations(range(len(shape)), count):
                if op not in ("argmax", "argmin") or count in (1, len(shape)):
                    assert agrees(op, [x], {"axes": axes, "keepdims": keepdims}), (x.dtype, shape, axes, keepdims)


@pytest.mark.parametrize("op", [name for name, op in OPS.items() if op.kind == "axis"])
def test_along_one_axis(op: str) -> None:
    for shape, dtype in itertools.product(SHAPES_OF_ONE, DTYPES):
        for axis in range(len(shape)):
            assert agrees(op, [filled(shape, dtype)], {"axis": axis}), (dtype, shape, axis)


PLACES = np.array([[0, 1], [1, 0]])
STRUCTURE: list[tuple[str, list[tuple[int, ...]], Params]] = [
    ("reshape", [(2, 3)], {"shape": (3, 2)}),
    ("reshape", [(0, 3)], {"shape": (5, 0)}),
    ("reshape", [()], {"shape": (1, 1)}),
    ("transpose", [(2, 3)], {"axes": (1, 0)}),
    ("transpose", [(0, 3, 1)], {"axes": (1, 2, 0)}),
    ("broadcast_to", [()], {"shape": (2, 3)}),
    ("broadcast_to", [(1, 3)], {"shape": (0, 3)}),
    ("index", [(2, 3)], {"key": (Slice(None, None, -1), 0)}),
    ("index", [(2, 3)], {"key": (None, ..., Slice(5, 9, None))}),
    ("index", [(2,)], {"key": (1,)}),
    ("index_set", [(2, 3), (3,)], {"key": (0,)}),
    ("index_set", [(2, 3), ()], {"key": (Slice(0, 0, None),)}),
    ("index_add", [(2, 3), (2, 1)], {"key": ()}),
    ("concatenate", [(2, 3), (0, 3), (4, 3)], {"axis": 0}),
    ("concatenate", [(2, 3), (2, 1)], {"axis": 1}),
    ("matmul", [(3,), (3,)], {}),
    ("matmul", [(2, 3), (3,)], {}),
    ("matmul", [(3,), (3, 0)], {}),
    ("matmul", [(0, 3), (3, 2)], {}),
    ("matmul", [(4, 1, 2, 0), (5, 0, 2)], {}),
    ("einsum", [(2, 3), (3, 4)], {"subscripts": "ij,jk->ki"}),
    ("einsum", [(2, 3), (1, 3)], {"subscripts": "ij,ij->i"}),
    ("einsum", [(0, 3)], {"subscripts": "ij->"}),
    ("einsum", [(), (3,)], {"subscripts": ",i->i"}),
    ("inv", [(2, 2)], {}),
    ("inv", [(0, 2, 2)], {}),
    ("det", [(2, 2)], {}),
    ("det", [(0, 0)], {}),
    ("det", [(3, 2, 2)], {}),
    ("solve", [(2, 2), (2,)], {}),
    ("solve", [(2, 2), (2, 3)], {}),
    ("solve", [(3, 2, 2), (2, 1)], {}),
    ("solve", [(3, 2, 2), (2,)], {}),
]


@pytest.mark.parametrize(("op", "shapes", "params"), STRUCTURE)
def test_structure_contraction_and_linear_algebra(op: str, shapes: list[tuple[int, ...]], params: Params) -> None:
    for dtypes in itertools.product(DTYPES, repeat=min(len(shapes), 2)):
        kinds = (*dtypes, *(dtypes[-1],) * (len(shapes) - 2))
        inputs = [filled(shape, dtype) for shape, dtype in zip(shapes, kinds, strict=True)]
        if op in ("inv", "det", "solve"):
            inputs[0] = (np.eye(shapes[0][-1]) + np.zeros(shapes[0])).astype(kinds[0])
        assert agrees(op, inputs, params), (dtypes, shapes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_index_arrays(dtype: str) -> None:
    x = filled((2, 3), dtype)
    key = (ArrayIndex(0), Slice(None, None, 2))
    assert agrees("index", [x, PLACES], {"key": key})
    assert agrees("index_set", [x, filled((2, 2, 2), dtype), PLACES], {"key": key})
    assert agrees("index_add", [x, filled((), dtype), PLACES], {"key": key})
    assert agrees("index", [x, np.int64(1)], {"key": (0, ArrayIndex(0))})


@given(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0))
def test_any_shapes_that_broadcast(shapes: hnp.BroadcastableShapes) -> None:
    assert agrees("add", [np.zeros(shape) for shape in shapes.input_shapes], {})


@given(st.data())
def test_any_index(data: st.DataObject) -> None:
    x = np.zeros(data.draw(hnp.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=3)))
    found = data.draw(hnp.basic_indices(x.shape, allow_newaxis=True))
    parts = found if isinstance(found, tuple) else (found,)
    key = tuple(Slice(part.start, part.stop, part.step) if isinstance(part, slice) else part for part in parts)
    assert agrees("index", [x], {"key": key})
