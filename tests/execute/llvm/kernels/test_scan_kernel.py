"""Running sums and products."""

from typing import Any

import numpy as np
import pytest

from compiled import assert_same
from kernels import TARGETS

SHAPES = [(7,), (1,), (5, 6), (3, 40), (40, 3), (3, 4, 21), (2, 1, 5), (1, 1), (17, 1)]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i4", "u1", "?", "i8"])
def test_bit_for_bit_as_numpy(target: str, dtype: str) -> None:
    arrays = [(np.cos(np.arange(np.prod(shape))) * 3).reshape(shape).astype(dtype) for shape in SHAPES]

    def f(*arrays: Any) -> Any:
        scans = (np.cumsum, np.cumprod)
        return tuple(scan(x, axis=axis) for x in arrays for axis in range(x.ndim) for scan in scans)

    assert_same(f, *arrays, target=TARGETS[target])


def test_views() -> None:
    x = np.cos(np.arange(60.0)).reshape(12, 5)
    assert_same(lambda x: (np.cumsum(x.T, axis=0), np.cumsum(x.T[::-1], axis=1), np.cumsum(x[::-1, 1])[::-1] * 2), x)
    assert_same(lambda x: (np.cumsum(x[:0], axis=0), np.cumsum(x[:, :0], axis=1)), x)
