"""Evaluations against scikit-learn's metrics."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from chainrule.errors import InputError
from chainrule.network.evaluation import ClassEvaluation, QuantityEvaluation, evaluation_from

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)
QUANTITIES = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=2, max_size=30)
LABELS = ("a", "b", "c", "d")


def with_zero(rates):
    return [0.0 if rate is None else rate for rate in rates]


@given(PAIRS)
def test_classes_agree_with_scikit_learn(pairs):
    y, predicted = np.array(pairs).T
    found = ClassEvaluation.of(y, predicted, LABELS, loss=0.5)
    given = {"labels": range(4), "average": None, "zero_division": 0}
    assert found.n == len(pairs)
    assert found.accuracy == pytest.approx(metrics.accuracy_score(y, predicted))
    assert np.array_equal(found.confusion, metrics.confusion_matrix(y, predicted, labels=range(4)))
    assert with_zero(found.precision) == pytest.approx(metrics.precision_score(y, predicted, **given))
    assert with_zero(found.recall) == pytest.approx(metrics.recall_score(y, predicted, **given))
    assert sum(count for *_, count in found.confused) == found.n - found.n_right


@given(QUANTITIES)
def test_quantities_agree_with_scikit_learn(pairs):
    y, predicted = np.array(pairs).T
    found = QuantityEvaluation.of(y, predicted, loss=0.5)
    assert found.rmse == pytest.approx(metrics.root_mean_squared_error(y, predicted), rel=1e-9)
    assert found.mae == pytest.approx(metrics.mean_absolute_error(y, predicted), rel=1e-9)
    if np.ptp(y) > max(1e-3 * np.abs(y).max(), 1e-150):  # below it scikit-learn's squares vanish
        assert found.r2 == pytest.approx(metrics.r2_score(y, predicted), rel=1e-6)


def test_a_rate_of_nothing_is_none_and_shown_as_a_dash():
    found = ClassEvaluation.of([0, 0], [0, 0], ("a", "b"), loss=0.0)
    assert (found.precision, found.recall) == ((1.0, None), (1.0, None))
    assert str(found).splitlines()[-1].split() == ["b", "0", "-", "-"]


def test_the_most_frequent_confusion_comes_first():
    found = ClassEvaluation.of([0, 1, 1, 1, 2], [1, 0, 0, 1, 2], LABELS[:3], loss=1.0)
    assert found.confused == [("b", "a", 2), ("a", "b", 1)]


def test_a_constant_target_has_no_r2():
    found = QuantityEvaluation.of([2.0, 2.0], [2.0, 3.0], loss=1.0)
    assert found.r2 is None
    assert "constant target" in str(found)


def test_perfect_predictions():
    assert QuantityEvaluation.of([1.0, 2.0], [1.0, 2.0], loss=0.0) == QuantityEvaluation(0.0, 2, 0.0, 0.0, 1.0)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_distances_hold_at_every_scale(scale):
    found = QuantityEvaluation.of(np.array([1.0, 3.0]) * scale, np.array([1.0, 2.0]) * scale, loss=0.5)
    assert (found.rmse / scale, found.r2) == (pytest.approx(0.5**0.5), pytest.approx(0.5))


EXAMPLES = [
    ClassEvaluation.of([0, 1, 1], [0, 1, 0], ("a", 2.5), loss=0.3),
    QuantityEvaluation.of([1.0, 2.0], [1.0, 4.0], loss=0.5),
    QuantityEvaluation.of([1.0, 1.0], [1.0, 4.0], loss=0.5),
]


@pytest.mark.parametrize("evaluation", EXAMPLES)
def test_an_evaluation_survives_json(evaluation):
    assert evaluation_from(json.loads(json.dumps(evaluation.to_dict()))) == evaluation


@pytest.mark.parametrize("evaluation", EXAMPLES)
def test_an_evaluation_is_immutable(evaluation):
    with pytest.raises(dataclasses.FrozenInstanceError):
        evaluation.loss = 0.0


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"kind": "magic"},
        {"kind": "classification"},
        {"kind": "classification", "loss": 0, "classes": ["a", "b"], "confusion": [[1]]},
        {"kind": "classification", "loss": 0, "classes": ["a"], "confusion": 5},
        {"kind": "regression", "loss": "much", "n": 1, "rmse": 1, "mae": 1, "r2": None},
        {"kind": []},
    ],
)
def test_figures_of_something_else_are_an_error(figures):
    with pytest.raises(InputError, match="not the figures of an evaluation"):
        evaluation_from(figures)


def test_of_many_classes_those_with_the_most_errors_are_listed():
    y = np.arange(100)
    shown = str(ClassEvaluation.of([*y, 99, 99], [*y, 0, 1], range(100), loss=0.0)).splitlines()
    assert len(shown) == 1 + 1 + 30 + 1
    assert shown[-2].split() == ["99", "3", "1.00", "0.33", "0", "(1),", "1", "(1)"]
    assert shown[-1] == "and 70 more classes"
