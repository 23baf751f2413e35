"""Heights: distances are kept, and the sum of squares is the least possible."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from chainrule.explanation.heights import MARGIN, heights, spread

PLACES = st.lists(st.floats(-100, 100), min_size=1, max_size=6)


@given(PLACES, st.floats(0, 50))
def test_spread_keeps_order_and_distances(wanted: list[float], distance: float) -> None:
    places = spread(wanted, [distance] * (len(wanted) - 1))
    assert all(b - a >= distance - 1e-9 for a, b in itertools.pairwise(places))


@pytest.mark.parametrize("seed", range(5))
def test_spread_is_the_least_squares_solution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    wanted, distances = rng.normal(0, 10, 5), rng.uniform(1, 9, 4)
    limits = [{"type": "ineq", "fun": lambda y, i=i: y[i + 1] - y[i] - distances[i]} for i in range(4)]
    best = minimize(lambda y: np.sum((y - wanted) ** 2), np.sort(wanted) * 2, constraints=limits, tol=1e-12).x
    np.testing.assert_allclose(spread(list(wanted), list(distances)), best, atol=1e-4)


def test_what_is_far_apart_stays_where_it_is() -> None:
    assert spread([0.0, 30.0, 100.0], [10.0, 10.0]) == [0.0, 30.0, 100.0]


def test_a_chain_is_level_and_two_inputs_stand_around_it() -> None:
    before, after = [[], [], [0, 1], [2]], [[2], [2], [3], []]
    y = heights([50, 50, 40, 20], before, after, [[0, 1], [2], [3]])
    assert y[2] == y[3] == (y[0] + y[1]) / 2
    assert y[1] - y[0] == 50 + MARGIN
    assert y[0] == 25
