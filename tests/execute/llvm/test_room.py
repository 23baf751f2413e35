import numpy as np
import pytest

from chainrule.execute.llvm.room import room_for, together

LARGE_PAGE = 2**21


@pytest.mark.parametrize("size", [1, 63, 64, 1000, 2**19 - 1])
def test_small_rooms_begin_with_a_cache_line_and_take_little(size: int) -> None:
    room = room_for(size)
    assert (room.nbytes, room.dtype, room.ctypes.data % 64) == (size, np.uint8, 0)
    assert room.base.nbytes <= size + 64


@pytest.mark.parametrize("size", [2**19, 2**20 + 7, 2**24])
def test_large_rooms_begin_with_a_large_page(size: int) -> None:
    room = room_for(size)
    assert (room.nbytes, room.ctypes.data % LARGE_PAGE) == (size, 0)
    assert room.base.nbytes >= 2**22  # or NumPy does not ask for large pages
    room[[0, -1]] = 1  # all of it is there


def test_arrays_are_copied_side_by_side() -> None:
    arrays = [
        np.arange(6.0).reshape(2, 3).T, np.float32(3), np.array(7), np.zeros((0, 3)), np.ones((500, 300), "f4"),
        np.arange(5, dtype="i8"), np.array([True, False]),
    ]  # fmt: skip
    copies = together(arrays)
    for array, copy in zip(arrays, copies, strict=True):
        np.testing.assert_array_equal(copy, array, strict=True)
        assert copy.flags.c_contiguous
        assert copy.flags.writeable
        assert copy.ctypes.data % 64 == 0
        assert not np.shares_memory(copy, array)
    for k, each in enumerate(copies):
        assert not any(np.shares_memory(each, other) for other in copies[k + 1 :])
    starts = [each.ctypes.data for each in copies if each.size]
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] < sum(each.nbytes for each in copies) + 400 * len(copies)


def test_arrays_of_one_size_fall_into_different_sets_of_a_cache() -> None:
    starts = [each.ctypes.data % 4096 for each in together([np.zeros(1024, "f4")] * 3)]
    assert len(set(starts)) == 3


def test_no_arrays() -> None:
    assert together([]) == []
