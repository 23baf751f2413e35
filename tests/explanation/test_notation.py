"""How numbers are written: nothing is hidden, nothing is longer than needed."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.explanation.notation import array_text, number, plain, short, typographic


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "-0"), (1.0, "1"), (-12.0, "-12"), (0.36787944, "0.3679"), (1.3678794, "1.368"),
        (9999.6, "10000"), (123456.0, "123456"), (12345.678, "12346"), (1e6, "1e+06"), (0.0001234567, "0.0001235"),
        (0.00001234567, "1.235e-05"), (1e-300, "1e-300"), (5e-324, "4.941e-324"),
        (np.float32(3.783506e-44), "3.784e-44"),
        (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"), (True, "True"), (np.bool_(False), "False"),
        (7, "7"), (np.int64(123456789), "123456789"), (np.float16(0.1), "0.09998"),
    ],
)  # fmt: skip
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_right_to_four_digits(x: float) -> None:
    shown = Fraction(number(x))  # the greatest floats round to texts that no float can hold
    assert abs(shown - Fraction(x)) <= Fraction("5.1e-4") * abs(Fraction(x))
    assert len(number(x)) <= 11


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([]), "[]"),
        (np.array(2.0), "2"),
        (np.array([True, False]), "[True, False]"),
        (np.array([[1.0, -0.5]]), "[[1, -0.5]]"),
        (np.arange(7.0), "[7]: min 0, mean 3, max 6"),
        (np.full((3, 4), np.nan), "[3, 4]: min nan, mean nan, max nan"),
    ],
)
def test_array_text(value: np.ndarray, text: str) -> None:
    assert array_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5, "2.5"),
        (np.array([1.0, 2.0, 3.0]), "[1, 2, 3]"),
        (np.arange(4.0), "(4), mean 1.5"),
        (np.zeros((2, 0)), "2×0"),
        (np.zeros((2, 5), int), "2×5"),
        (np.full(8, 1e300), "(8), mean 1e+300"),
    ],
)
def test_short(value: np.ndarray, text: str) -> None:
    assert short(value) == text


@given(st.recursive(st.floats(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_plain_is_json(value: object) -> None:
    json.dumps(plain(value), allow_nan=False)


def test_plain_keeps_minus_zero_and_what_is_no_number() -> None:
    assert str(plain(np.array([-0.0, 1.0]))) == "[-0.0, 1.0]"
    assert plain({"a": (None, "b", np.float32(0.5), np.bool_(True), 3)}) == {"a": [None, "b", 0.5, True, 3]}


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("-2 + 5 = 3", "−2 + 5 = 3"),
        ("3 × (-4) = -12", "3 × (−4) = −12"),
        ("[-1, -2]: 1e-05", "[−1, −2]: 1e−05"),
        ("x - y, -inf, -1/x²", "x − y, −inf, −1/x²"),
        ("p['a-b'] - p['-c']", "p['a-b'] − p['-c']"),
    ],
)
def test_typographic(text: str, better: str) -> None:
    assert typographic(text) == better
