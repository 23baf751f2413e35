"""Lists, axes and counts as NumPy's functions are given them."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TraceError
from chainrule.tracing.operands import as_array, as_tracer, axes_of, axis_of, length_along, no_out, plain_integers

X = np.zeros((2, 3, 4))


@pytest.mark.parametrize(("axis", "expected"), [(None, (0, 1, 2)), (-1, (2,)), ((2, 0), (0, 2)), ((), ()), (1, (1,))])
def test_axes(axis: Any, expected: tuple[int, ...]) -> None:
    assert axes_of(X, axis) == expected
    assert length_along(X, axis) == int(np.prod([X.shape[each] for each in expected]))


def test_axes_are_checked_as_in_numpy() -> None:
    assert axis_of(X, -3) == 0
    for axis in (3, -4):
        with pytest.raises(np.exceptions.AxisError):
            axis_of(X, axis)
    with pytest.raises(ValueError, match="repeated axis"):
        axes_of(X, (0, 0))


def test_lists_become_arrays_and_lists_of_traced_numbers_traced_arrays() -> None:
    def f(x: Any) -> Any:
        assert as_array([1, 2]).shape == (2,)
        assert as_array(x) is x
        assert as_array(2.0) == 2
        assert as_array([[x, 1], [2, x]]).shape == (2, 2)
        assert as_tracer([1.0, 2.0], x).shape == (2,)
        return x

    cr.trace(f, 1.0)


def test_counts_are_decisions() -> None:
    graph = cr.trace(lambda n: (plain_integers(n), plain_integers([n, 3]))[0] * 1, np.array([2, 3]))
    assert [guard.value for guard in graph.guards] == [2, 3, 2, 3]


def test_out_is_refused() -> None:
    no_out(None)
    with pytest.raises(TraceError, match="leave it away"):
        no_out(np.zeros(2))
