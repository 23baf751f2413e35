"""The building blocks are exact, with fused instructions and without."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from chainrule.execute.llvm.elementary.double_word import (
    DoubleWord,
    divide,
    fast_two_sum,
    product,
    residual,
    square_root,
    two_product,
    two_sum,
)
from kernels import DTYPES, TARGETS, lanes_kernel

targets = pytest.mark.parametrize("target", TARGETS)
dtypes = pytest.mark.parametrize("dtype", DTYPES)


def numbers(dtype: Any, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.ldexp(rng.uniform(-1, 1, 200), rng.integers(-12, 12, 200)).astype(dtype)


def parts(function: Any, dtype: Any, target: str, *inputs: np.ndarray) -> list[tuple[Fraction, Fraction]]:
    """High and low part, each from a kernel of its own."""
    kernels = [lanes_kernel(lambda *x, i=i: function(*x)[i], dtype, TARGETS[target], len(inputs)) for i in range(2)]
    return [(Fraction(float(a)), Fraction(float(b))) for a, b in zip(*(each(*inputs) for each in kernels), strict=True)]


def fractions(x: np.ndarray) -> list[Fraction]:
    return [Fraction(float(each)) for each in x]


@targets
@dtypes
def test_sums_and_products_are_exact(dtype: Any, target: str) -> None:
    x, y = numbers(dtype, 1), numbers(dtype, 2)
    expected = [a + b for a, b in zip(fractions(x), fractions(y), strict=True)]
    assert [high + low for high, low in parts(two_sum, dtype, target, x, y)] == expected
    larger, smaller = np.where(abs(x) > abs(y), (x, y), (y, x))
    assert [high + low for high, low in parts(fast_two_sum, dtype, target, larger, smaller)] == expected
    expected = [a * b for a, b in zip(fractions(x), fractions(y), strict=True)]
    assert [high + low for high, low in parts(two_product, dtype, target, x, y)] == expected


@targets
@dtypes
def test_residual_of_a_quotient_is_exact(dtype: Any, target: str) -> None:
    x, y = numbers(dtype, 3), numbers(dtype, 4)
    quotient = x / y
    rest = lanes_kernel(residual, dtype, TARGETS[target], 3)(x, quotient, y)
    exact = [a - b * c for a, b, c in zip(fractions(x), fractions(quotient), fractions(y), strict=True)]
    assert fractions(rest) == exact


@targets
@dtypes
def test_quotients_products_and_roots_have_nearly_twice_the_digits(dtype: Any, target: str) -> None:
    x, y = numbers(dtype, 5), numbers(dtype, 6)
    bound = Fraction(2) ** (3 - 2 * np.finfo(dtype).nmant)

    def double(a: Any, b: Any) -> tuple[DoubleWord, DoubleWord]:
        return two_product(a, b), two_product(a, a)  # two double words

    pairs = zip(fractions(x), fractions(y), strict=True)
    exact = [(a * b, a * a) for a, b in pairs]
    for got, (p, q) in zip(parts(lambda a, b: divide(*double(a, b)), dtype, target, x, y), exact, strict=True):
        assert abs(sum(got) * q / p - 1) < bound
    for got, (p, q) in zip(parts(lambda a, b: product(*double(a, b)), dtype, target, x, y), exact, strict=True):
        assert abs(sum(got) / (p * q) - 1) < bound
    for got, (_, q) in zip(parts(lambda a, b: square_root(double(a, b)[1]), dtype, target, x, y), exact, strict=True):
        assert abs(sum(got) ** 2 / q - 1) < bound
