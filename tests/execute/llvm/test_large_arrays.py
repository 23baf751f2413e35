"""Arrays of more entries and bytes than 32 bits can count."""

import os

import numpy as np
import pytest

from chainrule.execute.llvm.native import NativeFunction
from chainrule.graph import Graph, input_node, make
from chainrule.graph.keys import Slice

_COUNT = 2**31 + 2**20 + 3
_NEEDED = 4 * 2**30 + 2**30  # bytes

pytestmark = pytest.mark.fuzz


def free_memory() -> int:
    """In bytes; 0 where nobody knows."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


@pytest.fixture(scope="module")
def large() -> np.ndarray:
    """More than 2^31 bytes, all 0 but the first and the last."""
    if free_memory() < _NEEDED:
        pytest.skip(f"{_NEEDED / 2**30:.0f} GB of memory are needed")
    x = np.zeros(_COUNT, np.int8)
    x[0], x[-1] = 1, 5
    return x


def test_more_than_31_bits_of_entries(large: np.ndarray) -> None:
    x = input_node("x", large.shape, large.dtype)
    total, place = make("sum", x, axes=(0,), keepdims=False), make("argmax", x, axes=(0,), keepdims=False)
    last = make("index", x, key=(_COUNT - 1,))
    back = make("sum", make("index", x, key=(Slice(None, -3, -1),)), axes=(0,), keepdims=False)
    found = NativeFunction(Graph((x,), (total, place, last, back))).run([large])
    assert [int(each) for each in found] == [6, _COUNT - 1, 5, 5]


def test_every_entry_is_written(large: np.ndarray) -> None:
    x = input_node("x", large.shape, large.dtype)
    (found,) = NativeFunction(Graph((x,), (x + 1,))).run([large])
    assert (found[0], found[1], found[-2], found[-1]) == (2, 1, 1, 6)
    assert np.count_nonzero(found == 1) == _COUNT - 2


def test_three_gigabytes_of_float32() -> None:
    if free_memory() < 4 * 2**30:
        pytest.skip("4 GB of memory are needed")
    count = 8 * 10**8
    large = np.ones(count, np.float32)
    large[-1] = 3
    x = input_node("x", large.shape, large.dtype)
    total = make("sum", x * x + 1, axes=(0,), keepdims=False)
    (found,) = NativeFunction(Graph((x,), (total,))).run([large])
    assert abs(float(found) - (2.0 * count + 8)) <= 2 * np.spacing(np.float32(found))
