import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import StandardScaler

from chainrule.data import Standardizer
from chainrule.errors import DataError, ShapeError


def test_it_agrees_with_scikit_learn():
    X = np.random.default_rng(0).normal(5, [1, 1e-3, 1e6], size=(50, 3))
    assert np.allclose(Standardizer.fit(X).transform(X), StandardScaler().fit_transform(X), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("size", [5e-310, 1e-300, 1e-160, 1.0, 1e160, 1.7e308])
def test_it_is_right_at_every_scale(size):
    column = np.array([1.0, -1.0, 1.0, 0.25]) * size
    with mpmath.workdps(50):
        exact = [mpmath.mpf(number) for number in column]
        mean = mpmath.fsum(exact) / 4
        scale = mpmath.sqrt(mpmath.fsum((number - mean) ** 2 for number in exact) / 4)
        expected = [float((number - mean) / scale) for number in exact]
    standardized = Standardizer.fit(column[:, None]).transform(column[:, None])[:, 0]
    if size > 1e-307:
        assert standardized == pytest.approx(expected, rel=1e-14)
    else:  # a subnormal spread is taken for none
        assert np.abs(standardized).max() < 1e-307


@pytest.mark.parametrize("value", [0.0, -0.0, 0.1, 1e300, 5e-324, -7.0])
@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_constant_columns_become_zero(value, rows):
    X = np.full((rows, 1), value)
    standardizer = Standardizer.fit(X)
    assert standardizer.mean == value
    assert standardizer.scale == 1.0
    assert not standardizer.transform(X).any()


def test_rounding_noise_is_constant_too():
    assert Standardizer.fit([[0.3], [0.1 + 0.2]]).scale == 1.0
    assert Standardizer.fit([[1e14], [1e14 + 1]]).scale == pytest.approx(0.5)


@given(st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=20))
@settings(derandomize=True, max_examples=100, deadline=None)
def test_the_way_back(numbers):
    X = np.array(numbers)
    standardizer = Standardizer.fit(X)
    back = standardizer.inverse_transform(standardizer.transform(X))
    assert np.allclose(back, X, rtol=1e-12, atol=1e-14 * np.abs(X).max())


def test_a_target_has_one_mean_and_scale():
    standardizer = Standardizer.fit([1.0, 3.0])
    assert standardizer.mean.shape == standardizer.scale.shape == ()
    assert standardizer.transform([5.0]).tolist() == [3.0]


def test_no_columns_are_allowed():
    assert Standardizer.fit(np.ones((3, 0))).transform(np.ones((2, 0))).shape == (2, 0)


def test_bad_values_and_shapes():
    with pytest.raises(DataError, match=r"\(0, 2\)"):
        Standardizer.fit(np.ones((0, 2)))
    with pytest.raises(DataError, match="2 are not"):
        Standardizer.fit([[1.0, np.nan], [np.inf, 1.0]])
    with pytest.raises(ShapeError, match=r"\(N, 2\); got the shape \(1, 3\)"):
        Standardizer.fit([[1.0, 2.0]]).transform([[1.0, 2.0, 3.0]])
