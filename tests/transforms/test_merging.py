from typing import Any

import numpy as np

from chainrule import functions, trace, value_and_grad
from compiled import assert_same, kinds_of

X = np.linspace(-1, 2, 600).reshape(30, 20)


def test_a_sum_is_computed_beside_what_else_is_made_of_its_entries() -> None:
    plan = assert_same(lambda x: (np.sum(np.exp(x)), np.exp(x) * 2), X, ulps=8)
    assert len(plan.groups) == 1
    plan = assert_same(trace(value_and_grad(lambda x: np.sum(np.tanh(x) ** 2)), X), X, ulps=8)
    assert len(plan.groups) == 1


def test_two_sums_of_the_same_array_are_one_pass() -> None:
    plan = assert_same(lambda x: (np.sum(x), np.sum(x * x), np.max(x)), X, ulps=8)
    assert len(plan.groups) == 1


def test_what_waits_for_a_sum_is_another_pass() -> None:
    plan = assert_same(lambda x: (x - np.sum(x, axis=0), x * 2), X, ulps=8)
    assert ["sum"] in kinds_of(plan) or len(plan.groups) == 2


def test_an_entry_that_is_read_elsewhere_is_stored_before() -> None:
    i = np.arange(30)[::-1].copy()

    def f(x: Any, i: Any) -> Any:
        y = np.exp(x)
        return y[i] + y

    assert len(assert_same(f, X, i, ulps=8).groups) == 2


def test_functions_with_gradients() -> None:
    def standardized(x: Any) -> Any:
        return np.sum(((x - x.mean(0)) / x.std(0)) ** 3)

    def entropy(x: Any) -> Any:
        p = functions.softmax(x, axis=1)
        return -np.sum(p * np.log(p))

    def euler(x: Any) -> Any:
        for _ in range(5):
            x = x + 0.01 * np.stack([x[1], -np.sin(x[0])])
        return np.sum(x**2)

    for f, x in ((standardized, X), (entropy, X), (euler, X[:2].copy()), (functions.logsumexp, X)):
        assert_same(trace(value_and_grad(f), x), x, ulps=2000)
