"""The stable forms of the suites: right at hard points in value and slopes, few bits lost anywhere, nowhere worse."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import Program
from chainrule.transforms.stabilize import stabilize
from stability.expressions import Expression, load
from stability.measure import gradient_truths, measured, second_truths, value_truths

COUNT = 12  # points of each expression
OVERFLOWS = {"sqrt(x*x + y*y)", "sqrt(x**2 + y**2)"}  # the second derivative: parts of it leave the floats
CANCELS = {"(-b - sqrt(b*b - 4*a*c))/(2*a)"}  # the slope by a
POINTS = [expression for name in ("hard_points", "families") for expression in load(name)]


def stable(expression: Expression, *values: Any) -> Callable[..., Any]:
    program = Program(stabilize(cr.trace(lambda *x: expression(*x), *values)).graph)
    return lambda *x: program.run(list(x))[0]


def assert_right(found: Any, expression: Expression, key: str, truths: Callable[..., Any], point: list[float]) -> None:
    if key in expression.truth:
        expected = [expression.truth[key]]
    else:
        expected = [float(truth.value) if truth.settled else None for truth in truths(expression, point)]
    for value, right in zip(found, expected, strict=True):
        if right is not None:
            np.testing.assert_allclose(value, right, rtol=1e-6, atol=5e-308)


@pytest.mark.parametrize("expression", POINTS, ids=lambda each: each.name)
def test_hard_points(expression: Expression) -> None:
    point = [float(x) for x in expression.at.values()]
    wrt = tuple(expression.variables.index(name) for name in expression.asked)

    def f(*values: Any) -> Any:
        return expression(*values)

    assert_right([stable(expression, *point)(*point)], expression, "value", value_truths, point)
    if expression.formula in CANCELS:
        return
    assert_right(cr.grad(f, wrt)(*point), expression, "gradient", gradient_truths, point)
    if expression.formula not in OVERFLOWS:
        seconds = [cr.grad(cr.grad(f, i), i)(*point) for i in wrt]
        assert_right(seconds, expression, "second", second_truths, point)


@cache
def errors(suite: str) -> dict[str, tuple[float, float]]:
    """The mean bits of error of plain NumPy and of the stable form of each expression."""
    found = {}
    for expression in load(suite):
        points = measured(expression, COUNT, gradient=False)
        if not points.value.size:  # the truth is nowhere finite
            continue
        plain, better = (points.value_bits(each) for each in (expression, stable(expression, *points.points)))
        found[expression.name] = float(np.mean(plain)), float(np.mean(better))
    return found


def test_hamming_loses_few_bits() -> None:
    plain, better = np.mean(list(errors("hamming").values()), axis=0)
    assert plain > 35
    assert better < 10


def test_fpbench_loses_fewer_bits() -> None:
    plain, better = np.mean(list(errors("fpbench").values()), axis=0)
    assert better < plain / 2


@pytest.mark.parametrize("suite", ["hamming", "fpbench"])
def test_no_expression_gets_worse(suite: str) -> None:
    assert not {name: bits for name, bits in errors(suite).items() if bits[1] > bits[0] + 1}
