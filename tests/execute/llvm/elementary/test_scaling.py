from typing import Any

import numpy as np
import pytest

from chainrule.execute.llvm.elementary.lanes import Lanes
from chainrule.execute.llvm.elementary.scaling import integer_bits, integer_number, nearest_integer, scale, split_octave
from kernels import DTYPES, TARGETS, lanes_kernel

targets = pytest.mark.parametrize("target", TARGETS)
dtypes = pytest.mark.parametrize("dtype", DTYPES)


@targets
@dtypes
def test_scale_rounds_once(dtype: Any, target: str) -> None:
    limits = np.finfo(dtype)
    k = np.arange(limits.minexp - limits.nmant - 3, limits.maxexp + 3).astype(dtype)
    x = np.random.default_rng(0).uniform(-2, 2, k.size).astype(dtype)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(lanes_kernel(scale, dtype, TARGETS[target], 2)(x, k), np.ldexp(x, k.astype(int)))


@targets
@dtypes
def test_integers_in_the_bits_of_a_float(dtype: Any, target: str) -> None:
    def there_and_back(x: Lanes) -> Lanes:
        rounder = x.unit.number(x.unit.format.rounder).bits()
        return integer_number(integer_bits(nearest_integer(x, 3.0)) - rounder)

    x = np.linspace(-300, 300, 77).astype(dtype)
    np.testing.assert_array_equal(lanes_kernel(there_and_back, dtype, TARGETS[target])(x), np.rint(3 * x))


@targets
@dtypes
def test_split_octave_takes_every_positive_number_apart(dtype: Any, target: str) -> None:
    limits = np.finfo(dtype)
    x = np.ldexp(dtype(1.2345), np.arange(limits.minexp - limits.nmant, limits.maxexp))
    exponent, mantissa = (lanes_kernel(lambda x, i=i: split_octave(x)[i], dtype, TARGETS[target])(x) for i in (0, 1))
    fraction, power = np.frexp(x)
    np.testing.assert_array_equal(exponent, power - 1)
    np.testing.assert_array_equal(mantissa, 2 * fraction)
