from typing import Any

import numpy as np
import pytest

from chainrule.execute.llvm.elementary.lanes import Lanes, absolute, copy_sign, multiply_add, where
from kernels import DTYPES, TARGETS, lanes_kernel

X = [-np.inf, -2.5, -0.0, 0.0, 1.0, 3.5, np.inf, np.nan]

FORMULAS = {  # in Lanes and in NumPy
    "numbers on both sides": (lambda x: 2.0 - (1.0 + x * 3.0 - 0.5) / 4.0, lambda x: 2.0 - (1.0 + x * 3.0 - 0.5) / 4.0),
    "1 / x": (lambda x: 1.0 / -x, lambda x: 1.0 / -x),
    "at most, NaN stays": (lambda x: x.at_most(1.0), lambda x: np.minimum(x, 1.0)),
    "at least, NaN stays": (lambda x: x.at_least(1.0), lambda x: np.maximum(x, 1.0)),
    "comparisons": (
        lambda x: where((x < 0.0) | (x >= 3.0), 1.0, where((x <= 0.0) ^ (x > 2.0), x, where(~x.equals(1.0), 5.0, 6.0))),
        lambda x: np.where(
            (x < 0.0) | (x >= 3.0), 1.0, np.where((x <= 0.0) ^ (x > 2.0), x, np.where(~np.equal(x, 1.0), 5.0, 6.0))
        ),
    ),
    "signs": (lambda x: copy_sign(absolute(x) + 1.0, x), lambda x: np.copysign(np.abs(x) + 1.0, x)),
    "multiply_add": (lambda x: multiply_add(x, 2.0, 1.0), lambda x: x * 2.0 + 1.0),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_mean_what_they_mean_in_numpy(formula: str, dtype: Any, target: str) -> None:
    ours, theirs = FORMULAS[formula]
    x = np.tile(np.array(X, dtype), 5)[:37]
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(lanes_kernel(ours, dtype, TARGETS[target])(x), theirs(x))


def test_constants_are_rounded_to_the_format() -> None:
    values = lanes_kernel(lambda x: x + 0.1, np.float32, TARGETS[next(iter(TARGETS))])(np.zeros(5, np.float32))
    np.testing.assert_array_equal(values, np.float32(0.1))


def test_bits() -> None:
    def swapped(x: Lanes) -> Lanes:
        return ((((x.bits() << 1) >> 1) | 0) ^ (x.bits() & 0) + 0).number()

    x = np.array([-1.5, 2.0, -np.inf, 1e-40] * 5, np.float32)
    np.testing.assert_array_equal(lanes_kernel(swapped, np.float32, TARGETS[next(iter(TARGETS))])(x), np.abs(x))
