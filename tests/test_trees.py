"""Trees of arrays: taken apart, put together, and named leaf by leaf."""

from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.trees import flatten, leaf_paths, tree_map, unflatten

Layer = namedtuple("Layer", ["W", "b"])


@dataclass(frozen=True)
class Model:
    first: Any
    rest: Any = None


def containers(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.lists(children, max_size=3),
        st.lists(children, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), children, max_size=3),
        st.builds(Layer, children, children),
        st.builds(Model, children, children),
    )


trees = st.recursive(st.one_of(st.none(), st.integers()), containers, max_leaves=12)


@given(trees)
def test_unflatten_undoes_flatten(tree: Any) -> None:
    assert unflatten(tree, flatten(tree)) == tree


@given(trees)
def test_rebuilt_containers_have_the_same_types(tree: Any) -> None:
    assert repr(unflatten(tree, flatten(tree))) == repr(tree)


@given(trees)
def test_each_path_is_python_that_selects_its_leaf(tree: Any) -> None:
    paths = leaf_paths(tree, "params")
    assert [eval(path, {"params": tree}) for path in paths] == flatten(tree)


@given(trees)
def test_tree_map_of_the_identity_changes_nothing(tree: Any) -> None:
    assert tree_map(lambda leaf: leaf, tree) == tree


@pytest.mark.parametrize("leaf", [3, -0.0, "text", np.zeros(3), np.float32(1), np.zeros((0, 2)), Model])
def test_what_is_no_container_is_a_leaf(leaf: Any) -> None:
    assert flatten(leaf) == [leaf]
    assert unflatten(leaf, [7]) == 7
    assert leaf_paths(leaf, "x") == ["x"]


@pytest.mark.parametrize("empty", [None, [], (), {}, [None, ({}, [])]])
def test_empty_trees_have_no_leaf(empty: Any) -> None:
    assert flatten(empty) == []
    assert leaf_paths(empty, "x") == []
    assert unflatten(empty, []) == empty


def test_arrays_are_passed_on_and_not_copied() -> None:
    W = np.arange(6.0).reshape(2, 3)
    assert flatten({"W": W})[0] is W
    assert unflatten({"W": 0}, [W])["W"] is W


def test_dictionaries_keep_the_order_of_insertion() -> None:
    assert flatten({"b": 1, "a": 2}) == [1, 2]
    assert list(unflatten({"b": 0, "a": 0}, [1, 2])) == ["b", "a"]
    assert flatten(OrderedDict(z=1, a=2)) == [1, 2]


def test_tree_map_goes_leaf_by_leaf_through_several_trees() -> None:
    params = Model(Layer(np.array([1.0, 2.0]), 3.0), [None, 4.0])
    grads = Model(Layer(np.array([0.5, 0.5]), 1.0), [None, 1.0])
    moved = tree_map(lambda w, g: w - g, params, grads)
    np.testing.assert_array_equal(moved.first.W, [0.5, 1.5])
    assert moved.first.b == 2.0
    assert moved.rest == [None, 3.0]


@pytest.mark.parametrize("leaves", [[], [1], [1, 2, 3]])
def test_unflatten_wants_one_leaf_for_each_place(leaves: list[int]) -> None:
    with pytest.raises(ValueError, match=f"has 2 leaves, but {len(leaves)} "):
        unflatten({"W": 0, "b": 0}, leaves)


@pytest.mark.parametrize("other", [{"W": 1}, {"W": 1, "b": 2, "c": 3}])
def test_tree_map_wants_trees_with_as_many_leaves(other: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="argument 2"):
        tree_map(lambda w, g: w - g, {"W": 0, "b": 0}, other)
