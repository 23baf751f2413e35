"""Index keys as data."""

from typing import Any

import numpy as np
import pytest

from chainrule.graph.keys import ArrayIndex, Key, Slice, indexed_shape, key_text, numpy_key

ROWS = np.array([0, 2])

CASES: list[tuple[Key, tuple[Any, ...], str]] = [
    ((1,), (1,), "1"),
    ((Slice(1, None, None),), (slice(1, None),), "1:"),
    ((Slice(None, None, -1), 0), (slice(None, None, -1), 0), "::-1, 0"),
    ((..., None, -1), (..., None, -1), "..., None, -1"),
    ((ArrayIndex(0), Slice(None, 2, None)), (ROWS, slice(None, 2)), "rows, :2"),
    ((), (), ""),
]


@pytest.mark.parametrize(("key", "expected", "text"), CASES)
def test_keys(key: Key, expected: tuple[Any, ...], text: str) -> None:
    found = numpy_key(key, [ROWS])
    assert all(one is other or one == other for one, other in zip(found, expected, strict=True))
    assert key_text(key, ["rows"]) == text
    assert isinstance(hash(key), int)


@pytest.mark.parametrize(("key", "expected", "text"), CASES)
def test_shapes(key: Key, expected: tuple[Any, ...], text: str) -> None:
    del text
    assert indexed_shape((3, 4), key, [ROWS.shape]) == np.zeros((3, 4))[expected].shape


def test_large_arrays_cost_nothing() -> None:
    assert indexed_shape((10**9, 10**9), (Slice(None, None, 2), 5), []) == (5 * 10**8,)
