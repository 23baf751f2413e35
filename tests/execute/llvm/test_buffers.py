"""Places in memory: two values that live at the same time never share one."""

import itertools

import numpy as np
import pytest

from chainrule.execute.llvm.buffers import ALIGNMENT, Life, placed
from chainrule.graph import input_node


def life(size: int, first: int, last: int) -> Life:
    return Life(input_node("", (size,), np.dtype(np.int8)), first, last)


def test_a_chain_takes_turns_in_two_places() -> None:
    buffers = placed([life(100, k, k + 1) for k in range(50)])
    assert buffers.size == 2 * 128
    assert buffers.unshared == 50 * 128


def test_nothing_takes_no_memory() -> None:
    assert placed([]).size == placed([life(0, 0, 3), life(0, 1, 2)]).size == 0


@pytest.mark.parametrize("seed", range(20))
def test_values_that_live_together_do_not_overlap(seed: int) -> None:
    random = np.random.default_rng(seed)
    lives = [life(int(random.integers(0, 1000)), k, int(random.integers(k, 40))) for k in range(40)]
    buffers = placed(lives)
    for one, other in itertools.combinations(lives, 2):
        if one.first <= other.last and other.first <= one.last:
            starts = buffers.offsets[one.node], buffers.offsets[other.node]
            assert starts[0] + one.size <= starts[1] or starts[1] + other.size <= starts[0]
    assert all(offset % ALIGNMENT == 0 for offset in buffers.offsets.values())
    assert max(buffers.offsets[each.node] + each.size for each in lives) <= buffers.size <= buffers.unshared
