"""Value and gradient of the competitors that are always there, against SciPy."""

import numpy as np
import pytest
from scipy import optimize, special

from chainrule.benchmarks.cases import Gradient, find_case
from chainrule.benchmarks.data import prepared
from chainrule.benchmarks.gradients import by_hand
from chainrule.benchmarks.gradients.formulas import FORMULAS, flat, split
from chainrule.benchmarks.subject import subject

SMALL = {
    "rosenbrock": Gradient("rosenbrock", (10,), ""),
    "log_sum_exp": Gradient("log_sum_exp", (50,), ""),
    "logistic": Gradient("logistic", (40, 6), ""),
    "two_layer": Gradient("two_layer", (8, 4, 6, 1), ""),
}


@pytest.mark.parametrize("formula", SMALL)
def test_gradient_by_hand_is_that_of_differences(formula):
    arrays = prepared(SMALL[formula])
    params, data = split(arrays)
    function, names = FORMULAS[formula](np), sorted(params) if isinstance(params, dict) else None
    shapes = [np.shape(params[name]) for name in names] if names else [params.shape]

    def of_vector(x):
        parts = np.split(x, np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1])
        parts = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
        return function(dict(zip(names, parts, strict=True)) if names else parts[0], data)

    start = np.concatenate([np.ravel(params[name]) for name in names]) if names else params
    value, *gradient = flat(*by_hand.call(SMALL[formula], arrays, 1)())
    assert value == pytest.approx(of_vector(start), rel=1e-12)
    np.testing.assert_allclose(gradient, optimize.approx_fprime(start, of_vector, 1e-7), rtol=1e-4, atol=1e-4)


def test_functions_of_scipy_have_the_same_values():
    x = prepared(SMALL["rosenbrock"])["x"]
    expected = np.append(optimize.rosen(x), optimize.rosen_der(x))
    np.testing.assert_allclose(flat(*by_hand.call(SMALL["rosenbrock"], {"x": x}, 1)()), expected, rtol=1e-12)
    x = prepared(SMALL["log_sum_exp"])["x"]
    expected = np.append(special.logsumexp(x), special.softmax(x))
    np.testing.assert_allclose(flat(*by_hand.call(SMALL["log_sum_exp"], {"x": x}, 1)()), expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["rosenbrock", "logistic-1000", "two-layer"])
def test_chainrule_computes_what_is_computed_by_hand(name):
    case = find_case(f"gradients/{name}")
    assert subject(case, prepared(case), "chainrule", 1).results["error"] < 1e-9
