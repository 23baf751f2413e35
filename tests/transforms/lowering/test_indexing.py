from typing import Any

import numpy as np

from compiled import assert_same, kinds_of

X = np.arange(40.0).reshape(8, 5)


def chosen(numbers: Any) -> Any:
    return lambda x: (x[numbers] * 2, x.T[1:, numbers] + x.T[1:2, numbers])


def put(numbers: Any) -> Any:
    values = np.arange(numbers.size)[:, None]

    def f(x: Any) -> Any:
        one, two = x * 1, x * 1
        one[numbers] = values
        np.add.at(two, numbers, values)
        return one, two

    return f


def test_known_index_arrays_that_count_are_slices() -> None:
    for i in ([3, 4, 5, 0, 1], [7, 5, 3, 1], [0], [-1, -2, -3, 2, 3], [6, 7, 0, 1, 2, 3, 4, 5], [2, 1, 0]):
        for f in (chosen(np.array(i)), put(np.array(i))):
            plan = assert_same(f, X)
            assert "gather" not in plan.roles.values()
            assert "scatter" not in plan.roles.values()


def test_those_with_repeats_or_many_leaps_are_not() -> None:
    for i in ([3, 3, 3], [0, 5, 1, 4, 2, 6, 3, 0, 7, 1]):
        plans = [assert_same(f, X) for f in (chosen(np.array(i)), put(np.array(i)))]
        assert "gather" in plans[0].roles.values()
        assert "scatter" in plans[1].roles.values()


def test_values_that_are_written_one_run_after_the_other_and_meet() -> None:
    assert_same(put(np.array([0, 1, 2, 1, 2, 3])), X)


def test_cheap_values_are_computed_where_they_are_assigned() -> None:
    def f(x: Any) -> Any:
        y = x * 0
        y[1:] += x[1:] * x[:-1]
        y[:-1] -= x[1:] + x[0, 0]
        return y

    assert len(assert_same(f, X).groups) == 1


def test_dear_values_are_not() -> None:
    def f(x: Any) -> Any:
        y = x * 2
        y[1:] = np.exp(x[1:] / 40)
        return y

    assert kinds_of(assert_same(f, X, ulps=4)) == [["divide", "exp"], ["multiply", "index_set"]]


def test_what_is_computed_outside_of_the_window_does_not_count() -> None:
    def f(x: Any) -> Any:
        y = x * 1
        y[1:] = 1 / x[:-1]
        return y

    assert_same(f, np.array([1.0, 2.0, np.inf, 0.0, -0.0, np.nan]))
