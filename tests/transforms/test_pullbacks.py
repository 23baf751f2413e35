"""What moves or mixes entries: forward and reverse mode against each other and against differences, twice over."""

from typing import Any

import numpy as np
import pytest

from chainrule.execute.interpret import interpret
from chainrule.graph import Graph, Node, input_node, make
from chainrule.graph.keys import ArrayIndex, Slice
from chainrule.transforms.pullbacks import PULLBACKS, TRANSPOSES
from differences import check_derivatives, pullback

RNG = np.random.default_rng(7)
ALL = Slice(None, None, None)


def array(*shape: int) -> Any:
    return RNG.normal(size=shape)


def regular(*shape: int) -> Any:
    """Matrices far from singular."""
    return 0.3 * array(*shape) + 2 * np.eye(shape[-1])


CASES: list[tuple[str, list[Any], dict[str, Any]]] = [
    *(
        ("cumsum", [array(*shape)], {"axis": axis})
        for shape, axis in [((5,), 0), ((2, 3), 1), ((2, 3), 0), ((2, 0), 1)]
    ),
    ("cumprod", [array(4)], {"axis": 0}),
    ("cumprod", [np.array([1.5, 0.0, 2.0, -1.0])], {"axis": 0}),
    ("cumprod", [np.array([[0.0, 0.0, 3.0], [2.0, 1.0, 0.0]])], {"axis": 1}),
    ("cumprod", [np.array([[0.0, 1.0], [2.0, 0.0], [0.0, 3.0]])], {"axis": 0}),
    ("cumprod", [array(0)], {"axis": 0}),
    *((op, [array(2, 3)], {"axis": axis}) for op in ("softmax", "log_softmax") for axis in (0, 1)),
    *((op, [array(3, 1)], {"axis": 1}) for op in ("softmax", "log_softmax")),
    *((op, [array(0, 3)], {"axis": 1}) for op in ("softmax", "log_softmax")),
    ("reshape", [array(2, 6)], {"shape": (3, 4)}),
    ("reshape", [array(0, 2)], {"shape": (5, 0)}),
    ("transpose", [array(2, 3, 4)], {"axes": (2, 0, 1)}),
    ("broadcast_to", [array(1, 3)], {"shape": (4, 2, 3)}),
    ("broadcast_to", [array()], {"shape": (2, 2)}),
    ("broadcast_to", [array(1, 3)], {"shape": (0, 3)}),
    ("index", [array(6)], {"key": (Slice(None, None, -2),)}),
    ("index", [array(3, 4)], {"key": (-1,)}),
    ("index", [array(3, 4)], {"key": (..., None, Slice(1, 3, None), 0)}),
    ("index", [array(5), np.array([0, 0, 3, -1])], {"key": (ArrayIndex(0),)}),
    ("index", [array(5), np.array([], dtype=int)], {"key": (ArrayIndex(0),)}),
    ("index", [array(3, 4), np.array([[0, 2], [0, 2]]), np.array([1, 1])], {"key": (ArrayIndex(0), ArrayIndex(1))}),
    ("index", [array(2, 3, 4), np.array([0, 1]), np.array([3, 3])], {"key": (ArrayIndex(0), ALL, ArrayIndex(1))}),
    ("index_set", [array(6), array(3)], {"key": (Slice(None, None, 2),)}),
    ("index_set", [array(3, 4), array(4)], {"key": (Slice(1, None, None),)}),
    ("index_set", [array(3, 4), array()], {"key": (2, Slice(None, None, -1))}),
    ("index_set", [array(5), array(4), np.array([1, 3, 1, 1])], {"key": (ArrayIndex(0),)}),
    ("index_set", [array(5), array(), np.array([1, 3, 1])], {"key": (ArrayIndex(0),)}),
    ("index_set", [array(3, 4), array(2, 4), np.array([0, 0])], {"key": (ArrayIndex(0),)}),
    ("index_add", [array(6), array(3)], {"key": (Slice(None, None, 2),)}),
    ("index_add", [array(5), array(4), np.array([1, 3, 1, 1])], {"key": (ArrayIndex(0),)}),
    ("index_add", [array(3, 4), array(4), np.array([0, 0])], {"key": (ArrayIndex(0),)}),
    ("concatenate", [array(2), array(0), array(3)], {"axis": 0}),
    ("concatenate", [array(2, 1), array(2, 3), array(2, 0)], {"axis": 1}),
    *(
        ("matmul", [array(*a), array(*b)], {})
        for a, b in [
            ((2, 3), (3, 4)),
            ((3,), (3,)),
            ((3,), (3, 2)),
            ((2, 3), (3,)),
            ((5, 2, 3), (3, 4)),
            ((5, 1, 2, 3), (4, 3, 2)),
            ((4, 2, 3), (3,)),
            ((3,), (4, 3, 2)),
            ((0, 3), (3, 2)),
            ((2, 0), (0, 3)),
        ]
    ),
    *(
        ("einsum", [array(*shape) for shape in shapes], {"subscripts": subscripts})
        for subscripts, shapes in [
            ("ij,jk->ik", [(2, 3), (3, 4)]),
            ("ij->ji", [(2, 3)]),
            ("ij->", [(2, 3)]),
            ("ij->j", [(2, 3)]),
            ("ii->", [(3, 3)]),
            ("ii->i", [(3, 3)]),
            ("iji->j", [(3, 2, 3)]),
            ("ii,i->i", [(3, 3), (3,)]),
            ("ii,jj->ij", [(2, 2), (3, 3)]),
            ("i,j->ij", [(2,), (3,)]),
            ("ij,ij->", [(2, 3), (2, 3)]),
            ("ij,k->i", [(2, 3), (4,)]),
            ("ij,jk,kl->il", [(2, 3), (3, 2), (2, 4)]),
            ("bij,bjk->bik", [(4, 2, 3), (4, 3, 2)]),
            ("ij,jk->ik", [(2, 1), (3, 4)]),
            ("ij,ij->ij", [(2, 3), (1, 3)]),
            ("i,i->", [(1,), (3,)]),
            ("i,i,i->", [(1,), (1,), (3,)]),
            ("ij,jk->ik", [(2, 0), (0, 4)]),
            (",->", [(), ()]),
        ]
    ),
    *(("inv", [regular(*shape)], {}) for shape in [(1, 1), (3, 3), (2, 2, 2), (0, 0)]),
    *(("det", [regular(*shape)], {}) for shape in [(0, 0), (1, 1), (2, 2), (4, 4), (5, 5), (2, 3, 3), (0, 2, 2)]),
    ("det", [np.array([[1.0, 2.0], [2.0, 4.0]])], {}),
    ("det", [np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 1.0, 1.0]])], {}),
    ("det", [np.ones((3, 3))], {}),
    *(
        ("solve", [regular(*a), array(*b)], {})
        for a, b in [
            ((3, 3), (3,)),
            ((3, 3), (3, 2)),
            ((2, 3, 3), (3,)),
            ((2, 3, 3), (2, 3, 1)),
            ((3, 3), (2, 3, 4)),
            ((2, 1, 2, 2), (3, 2, 2)),
            ((0, 0), (0,)),
        ]
    ),
]


def graph_of(op: str, values: list[Any], params: dict[str, Any]) -> Graph:
    inputs: tuple[Node, ...] = tuple(input_node("x", np.shape(x), np.asarray(x).dtype) for x in values)
    return Graph(inputs, (make(op, *inputs, **params),))


@pytest.mark.parametrize(("op", "values", "params"), CASES, ids=lambda case: case if isinstance(case, str) else "")
def test_derivatives_of_what_moves_or_mixes_entries(op: str, values: list[Any], params: dict[str, Any]) -> None:
    check_derivatives(graph_of(op, values, params), values)


def test_every_row_was_compared() -> None:
    assert {op for op, _, _ in CASES} == {*TRANSPOSES, *PULLBACKS}


def test_the_gradient_of_a_determinant_is_the_matrix_of_cofactors_also_without_an_inverse() -> None:
    for matrix, cofactors in [
        ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        ([[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
        ([[0.0, 0.0, 0.0], [0.0, 2.0, 1.0], [0.0, 1.0, 3.0]], [[5.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]),
    ]:
        graph = pullback(graph_of("det", [matrix], {}))
        np.testing.assert_allclose(interpret(graph, [np.array(matrix), 1.0])[0], cofactors, atol=1e-15)


def test_a_great_singular_matrix_has_no_inverse_to_take_the_cofactors_from() -> None:
    graph = pullback(graph_of("det", [np.ones((5, 5))], {}))
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        interpret(graph, [np.ones((5, 5)), 1.0])
