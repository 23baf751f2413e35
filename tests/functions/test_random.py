"""The generator against its authors' known answers; orders: all, and each as often as any other."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from chainrule.errors import InputError
from chainrule.functions.random import permutation, philox

KNOWN = [  # counter, key, answer: the file of known answers that comes with the authors' library Random123
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert [int(word) for word in philox(tuple(map(np.uint64, counter)), tuple(key))] == answer


def test_many_counters_at_once():
    counters = [np.array(column, np.uint64) for column in zip(*(counter for counter, _, _ in KNOWN), strict=True)]
    for row, (_, key, answer) in enumerate(KNOWN):
        assert [int(word[row]) for word in philox(tuple(counters), tuple(key))] == answer


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.integers(0, 200), st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_every_number_is_there_once(n, seed, stream):
    order = permutation(n, seed, stream)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(n))
    assert order.tolist() == exact(n, seed, stream)


def exact(n, seed, stream):
    """The definition in Python's integers."""
    order = list(range(n))
    for i in range(n):
        words = philox(
            (np.uint64(i // 2), np.uint64(0), np.uint64(stream % 2**32), np.uint64(stream >> 32)),
            (seed % 2**32, seed >> 32),
        )
        low, high = (int(word) for word in words[i % 2 * 2 :][:2])
        j = (high << 32 | low) * (i + 1) >> 64
        order[i], order[j] = order[j], i
    return order


@pytest.mark.parametrize("vary", ["seed", "stream"])
def test_all_orders_of_four_are_equally_frequent(vary):
    fixed = {"seed": 3, "stream": 5}
    found = Counter(tuple(permutation(4, **fixed | {vary: i}).tolist()) for i in range(4800))
    counts = [found[order] for order in itertools.permutations(range(4))]
    assert chisquare(counts).pvalue > 0.001


def test_every_place_is_equally_frequent_in_long_orders():
    orders = np.array([permutation(100, seed, 0) for seed in range(400)])
    counts = np.array([np.bincount(orders[:, place] // 10, minlength=10) for place in (0, 1, 50, 98, 99)])
    assert (chisquare(counts, axis=1).pvalue > 0.001).all()


@pytest.mark.parametrize("n", [-1, 2**32 + 1])
def test_impossible_lengths_are_refused(n):
    with pytest.raises(InputError, match=str(n)):
        permutation(n, 0, 0)
