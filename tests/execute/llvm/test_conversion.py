import numpy as np
import pytest

from chainrule.execute.llvm.targets import host
from elementwise_cases import Batch, case


def test_negative_floats_wrap_around_as_unsigned_integers() -> None:
    x = np.tile(np.array([-1.0, -5.5, 300.0]), 9)
    for dtype in (np.uint8, np.uint16, np.uint32, np.uint64):
        found = case("astype", np.float64, params={"dtype": np.dtype(dtype)})
        assert found
        expected = np.tile(np.array([-1, -5, 300]), 9).astype(dtype)
        np.testing.assert_array_equal(Batch([found], host())(found, x), expected)


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_what_no_integer_can_hold_is_the_least_one(dtype: type) -> None:
    limits = np.iinfo(dtype)
    x = np.tile(np.array([np.nan, np.inf, -np.inf, 1e30, float(limits.max) + 1, float(limits.min), -1e30]), 5)
    found = case("astype", np.float64, params={"dtype": np.dtype(dtype)})
    assert found
    for scalars in (False, True):
        np.testing.assert_array_equal(Batch([found], host())(found, x, scalars=scalars), limits.min)
