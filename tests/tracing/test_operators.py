"""Python's operators and protocols on traced arrays and numbers."""

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from faithful import check_slope, check_values

V = np.array([1.3, -2.2, 3.4])
W = np.array([0.7, 1.9, 2.1])
A = np.arange(12.0).reshape(3, 4) - 4.5

Function = Callable[..., Any]


def swapped(x: Any) -> Any:
    a, b, c = x
    a, b = b, a
    return a - b * c


def starred(x: Any) -> Any:
    first, *others = x
    return first * len(others) + sum(others)


def dot_by_hand(x: Any, y: Any) -> Any:
    total = 0.0
    for a, b in zip(x, y, strict=True):
        total += a * b
    return total


def mixed_in_place(x: Any) -> Any:
    y = x * 1
    y += 1
    y -= [1, 2, 3]
    y *= x
    y /= 2
    y **= 2
    y //= 0.1
    y %= 7
    return y


@pytest.mark.parametrize(
    "function",
    [
        lambda x, y: x + y,
        lambda x, y: x - y,
        lambda x, y: x * y,
        lambda x, y: x / y,
        lambda x, y: y**x,
        lambda x, y: x @ y,
        lambda x, y: x // y,
        lambda x, y: x % y,
        lambda x, y: divmod(x, y),
        lambda x, y: -x + +y,
        lambda x, y: abs(x) - y,
        lambda x, y: (2 + x, 2 - x, 2 * x, 2 / x, 2**y, 6.8 // y, 6.8 % y),
        lambda x, y: (x**2, x**3, y**0.5, y**-1, x**0),
        lambda x, y: divmod(6.8, y),
        lambda x, y: np.ones(3) @ x + x @ np.ones((3, 3)) @ y,
        lambda x, y: np.float64(2) ** x + np.float64(2) * y,
        lambda x, y: np.ones(3) * x + np.ones((2, 1)) - y,
        lambda x, y: [1, 2, 3] * x + (1, 2, 3),
        lambda x, y: x + [y[0], 1, x[1]],  # noqa: RUF005 - a sum of arrays
        lambda x, y: sum(x) + sum(y),
        lambda x, y: max(x) * min(y) + max(x[0], y[0]),
        lambda x, y: math.prod(x) + math.prod(y),
        lambda x, y: sorted(x)[0] * y,
        lambda x, y: list(reversed(list(x))),
        lambda x, y: [a * b for a, b in zip(x, y, strict=True)],
        lambda x, y: {"sum": x + y, "parts": (x, [y])},
        lambda x, y: x * len(y) + x.shape[0] + y.ndim + x.size,
        lambda x, y: copy.copy(x) * copy.deepcopy(y),
        lambda x, y: x[0] if 0 < x[0] < 2 else y[0],
        lambda x, y: x * (y[1] in y) + (7.0 in x),
        lambda x, y: swapped(x) + starred(y),
        lambda x, y: dot_by_hand(x, y),
    ],
)
def test_operators(function: Function) -> None:
    check_values(function, [V, W])
    check_slope(function, [V, W])


def test_in_place_operators() -> None:
    check_values(mixed_in_place, [V])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x > 1, x >= 1, x < 1, x <= 1, x == 1.3, x != 1.3),
        lambda x: (1 > x, np.float64(1) < x, np.ones(3) == x),  # noqa: SIM300 - the number asks first
        lambda x: (x > 0) & (x < 2) | (x == 3) ^ ~(x != 1),
        lambda x: ((x > 0).astype(int) << 2, (x > 0).sum() >> 1),
        lambda x: (x > 0) + (x > 1),
        lambda x: np.logical_not(x > 0),
    ],
)
def test_comparisons_and_logic(function: Function) -> None:
    check_values(function, [V])


@pytest.mark.parametrize("x", [1.26, -1.26, 2.5, -0.5])
def test_rounding_of_numbers(x: float) -> None:
    check_values(lambda x: (round(x, 1), round(x) * 1, math.floor(x) * 1, math.ceil(x) * 1, math.trunc(x) * 1), [x])
    assert cr.grad(lambda x: x * round(x))(x) == round(x)


def test_integers_made_of_numbers_can_count() -> None:
    check_values(lambda x, y: (y[math.floor(x)], y[: round(x)], y[int(x)]), [1.4, V])


def test_integers_are_decisions() -> None:
    graph = cr.trace(lambda x: x * int(x), 2.5)
    assert [guard.value for guard in graph.guards] == [2]
    assert cr.grad(lambda x: x * int(x))(2.5) == 2


def test_float_of_an_integer_is_a_decision() -> None:
    assert [guard.value for guard in cr.trace(lambda n, x: x * float(n), 3, 2.0).guards] == [3]


def test_integers_are_keys_of_dicts() -> None:
    check_values(lambda n, x: {1: x, 2: 2 * x}[n], [2, V])


FORMATS = [
    "{}",
    "{:.9f}",
    "{:10.3e}",
    "{:<12.2f}",
    "{:^+12g}",
    "{:%}",
    "{:012.4f}",
    "{:*>9}",
    "{!s}",
    "{!r}",
    "{:,.1f}",
]


@pytest.mark.parametrize("form", FORMATS)
def test_the_text_of_a_number_shows_it_and_is_no_number(form: str) -> None:
    def f(x: Any) -> Any:
        shown = form.format(x)
        assert "Tracer(" in shown
        assert "2.5" in shown or "250" in shown
        for word in (shown, *shown.split(), *shown.split(",")):
            with pytest.raises(ValueError, match="could not convert string to float"):
                float(word)
        return x

    cr.trace(f, 2.5)


def test_a_format_that_numpy_refuses_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown format code 'd'"):
        cr.trace(lambda x: (f"{x:d}", x)[1], 2.5)
    with pytest.raises(TypeError, match="unsupported format string"):
        cr.trace(lambda x: (f"{x:.3f}", x)[1], np.ones(2))


def test_the_text_of_an_integer_is_a_decision() -> None:
    def f(x: Any) -> Any:
        i = np.argmax(x)
        return {"1 001 True True": x[0]}[f"{i} {i:03d} {i > 0} {np.isfinite(x[0])!s}"]

    assert [guard.value for guard in cr.trace(f, np.array([1.0, 2.0])).guards] == [1, 1, True, True]
    assert cr.grad(f)(np.array([1.0, 2.0])).tolist() == [1.0, 0.0]


def test_a_copy_does_not_share_memory() -> None:
    def f(x: Any) -> Any:
        shallow, deep, y = copy.copy(x), copy.deepcopy([x])[0], x * 1
        shallow[0], deep[1] = 10.0, 20.0
        return np.sum(y * shallow * deep)

    assert cr.grad(f)(np.array([2.0, 3.0])).tolist() == [40.0, 120.0]


def test_length_and_iteration_of_a_number_are_errors_as_in_numpy() -> None:
    with pytest.raises(TypeError, match="len"):
        cr.trace(lambda x: len(x), 1.0)
    with pytest.raises(TypeError):
        cr.trace(lambda x: list(x), 1.0)


def test_nothing_is_equal_to_a_text_or_none() -> None:
    def f(x: Any) -> Any:
        assert (x == "text") is False
        assert (x != "text") is True
        assert (x == None) is False  # noqa: E711 - what a user may write
        return x

    cr.trace(f, 1.0)


def test_what_python_does_not_know_is_pythons_error() -> None:
    with pytest.raises(TypeError, match="unsupported operand"):
        cr.trace(lambda x: x + object(), 1.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        cr.trace(lambda x: x + {}, 1.0)
