"""The competitors that are always there predict alike."""

import numpy as np
import pytest

from chainrule.benchmarks.cases import find_case
from chainrule.benchmarks.data import prepared
from chainrule.benchmarks.subject import subject


@pytest.mark.parametrize("competitor", ["chainrule", "numpy", "scikit-learn"])
@pytest.mark.parametrize("name", ["inference/digits-1", "inference/mnist-like-32"])
def test_predictions_are_those_of_the_formula(competitor, name):
    case = find_case(name)
    assert subject(case, prepared(case), competitor, 1).results["error"] < 1e-6


def test_a_second_call_does_not_change_what_the_first_returned():
    from chainrule.benchmarks.inference.by_hand import predictor

    case = find_case("inference/digits-32")
    arrays = prepared(case)
    predict = predictor(case.net, arrays, 1)
    first = predict(arrays["X"])
    copy = first.copy()
    predict(1 - arrays["X"])
    np.testing.assert_array_equal(first, copy)
