import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.data import held_out_split
from chainrule.errors import DataError, InputError


@given(st.integers(2, 200), st.floats(0.01, 0.99), st.integers(0, 2**64))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_the_two_parts_are_all_rows_once_and_neither_is_empty(n_rows, held_out, seed):
    train, test = held_out_split(n_rows, held_out=held_out, seed=seed)
    assert sorted([*train, *test]) == list(range(n_rows))
    assert len(train) > 0
    assert len(test) > 0
    assert abs(len(test) - n_rows * held_out) <= 1


@given(st.lists(st.integers(0, 5), min_size=2, max_size=80), st.floats(0.05, 0.95))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_each_class_with_two_rows_is_in_both_parts(labels, held_out):
    if max(map(labels.count, labels)) < 2:
        with pytest.raises(DataError, match="no class has 2 rows; give more"):
            held_out_split(len(labels), held_out=held_out, stratify=labels)
        return
    train, test = held_out_split(len(labels), held_out=held_out, stratify=labels)
    assert sorted([*train, *test]) == list(range(len(labels)))
    for label in set(labels):
        there = [labels[row] for row in test].count(label)
        here = [labels[row] for row in train].count(label)
        assert here >= 1
        assert there >= (here + there >= 2)
        assert abs(there - held_out * (here + there)) <= 1


def test_the_rows_of_a_seed_never_change():
    assert held_out_split(10, seed=0)[1].tolist() == [0, 8]
    assert held_out_split(10, seed=1)[1].tolist() == [0, 2]
    assert held_out_split(6, held_out=0.5, stratify=["b", "a", "b", "a", "b", "a"])[1].tolist() == [0, 3, 5]


def test_every_row_is_held_out_equally_often():
    counts = np.zeros(10)
    for seed in range(1000):
        counts[held_out_split(10, held_out=0.3, seed=seed)[1]] += 1
    assert counts.sum() == 3000
    assert np.all(np.abs(counts - 300) < 4 * np.sqrt(1000 * 0.3 * 0.7))


@pytest.mark.parametrize("held_out", [0, 1, -0.1, 1.5, float("nan")])
def test_the_share_is_between_0_and_1(held_out):
    with pytest.raises(InputError, match="between 0 and 1"):
        held_out_split(10, held_out=held_out)


def test_bad_seeds_labels_and_sizes():
    with pytest.raises(InputError, match="-1"):
        held_out_split(10, seed=-1)
    with pytest.raises(InputError, match="each of the 10 rows"):
        held_out_split(10, stratify=[1, 2])
    for n_rows in (0, 1):
        with pytest.raises(DataError, match=f"{n_rows} row.* cannot be split"):
            held_out_split(n_rows)
    with pytest.raises(DataError, match="no class has 2 rows; give more"):
        held_out_split(2, stratify=["a", "b"])
