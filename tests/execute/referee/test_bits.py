import itertools
from fractions import Fraction

import numpy as np
import pytest
from mpmath import libmp

from chainrule.execute.referee import bits_of_error
from chainrule.execute.referee.bits import rounded

HALVES = np.arange(2**16, dtype=np.uint16).view(np.float16)
FINITE = np.unique(HALVES[np.isfinite(HALVES)])  # in order, ±0 once


def test_neighbors_are_one_bit_apart():
    for dtype in (np.float16, np.float32, np.float64):
        x = np.array([1.0, -1.0, 0.0, 2.0, np.finfo(dtype).tiny, -np.finfo(dtype).tiny], dtype)
        np.testing.assert_array_equal(bits_of_error(np.nextafter(x, dtype(9)), x), np.ones(6))
        np.testing.assert_array_equal(bits_of_error(x, x), np.zeros(6))


def test_bits_count_the_floats_between():
    rng = np.random.default_rng(0)
    i, j = rng.integers(0, FINITE.size, (2, 1000))
    np.testing.assert_allclose(bits_of_error(FINITE[i], FINITE[j]), np.log2(1 + np.abs(i - j)))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_special_values(dtype):
    width = 8 * np.dtype(dtype).itemsize
    value = np.array([np.nan, np.nan, 1.0, np.inf, 0.0, np.inf, -np.inf], dtype)
    truth = np.array([np.nan, 1.0, np.nan, np.inf, -0.0, np.finfo(dtype).max, np.finfo(dtype).min], dtype)
    np.testing.assert_array_equal(bits_of_error(value, truth), [0, width, width, 0, 0, 1, 1])
    assert width - 2 < bits_of_error(dtype(np.inf), dtype(-np.inf)) < width


def test_the_truth_is_rounded_to_the_dtype_of_the_value():
    assert bits_of_error(np.float32(0.1), 0.1) == 0


def test_rounded_is_the_nearest_half_and_even_in_a_tie():
    rng = np.random.default_rng(0)
    exact = [Fraction(float(x)) for x in FINITE]
    middles = [(a + b) / 2 for a, b in itertools.pairwise(exact)]
    for k in rng.integers(0, len(middles), 500).tolist() + list(range(31_740, 31_750)):  # around 0 as well
        a, b = FINITE[k], FINITE[k + 1]
        even = a if int(a.view(np.uint16)) % 2 == 0 else b
        offset = (exact[k + 1] - exact[k]) / 1024
        for point, nearest in ((middles[k], even), (middles[k] - offset, a), (middles[k] + offset, b)):
            bound = libmp.from_rational(point.numerator, point.denominator, 200)
            assert rounded(bound, np.dtype(np.float16)) == nearest, (point, a, b)


@pytest.mark.parametrize("text", ["1e-323", "2.4703282292062328e-324", "2.47e-324", "1.7976931348623159e308", "5e-330"])
def test_rounded_at_the_ends_of_float64(text):
    for sign in ("", "-"):
        assert rounded(libmp.from_str(sign + text, 300), np.dtype(float)) == float(sign + text)


def test_rounded_float32_overflows_and_underflows_where_float32_does():
    limits = np.finfo(np.float32)
    half_step = libmp.from_float(float(limits.max) * (1 + 2.0**-25))
    assert rounded(half_step, np.dtype(np.float32)) == float(limits.max)
    assert rounded(libmp.from_float(2.0**128), np.dtype(np.float32)) == np.inf
    assert rounded(libmp.from_float(-(2.0**-150)), np.dtype(np.float32)) == 0.0
    assert rounded(libmp.from_float(2.0**-150 * 1.0001), np.dtype(np.float32)) == float(limits.smallest_subnormal)
