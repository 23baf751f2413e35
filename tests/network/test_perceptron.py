"""Rosenblatt's neuron: both conventions, the rule step by step, when it ends and when it cannot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.errors import InputError, ShapeError
from chainrule.network.perceptron import Perceptron, Update

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND, OR, NAND, XOR = [0, 0, 0, 1], [0, 1, 1, 1], [1, 1, 1, 0], [0, 1, 1, 0]


# the neuron


def test_the_two_conventions_of_the_lecture() -> None:
    assert Perceptron([0.5, 0.5]).predict(X).tolist() == AND
    assert Perceptron([0.5, 0.5], strict=False).predict(X).tolist() == OR


@pytest.mark.parametrize(("weights", "z", "y"), [((0.4, 0.4), [0, 0.4, 0.4, 0.8], AND), ((1, 1), [0, 1, 1, 2], OR)])
def test_the_neurons_of_the_lecture(weights: tuple[float, float], z: list[float], y: list[int]) -> None:
    neuron = Perceptron(weights)
    np.testing.assert_array_equal(neuron.net_input(X), z)
    np.testing.assert_array_equal(neuron.predict(X), y)
    assert neuron.predict(X).dtype == np.int64


def test_bias_and_threshold() -> None:
    assert Perceptron([-1, -1], bias=2).predict(X).tolist() == NAND
    assert Perceptron([1, 1], threshold=1).predict(X).tolist() == AND
    assert Perceptron([1, 1], threshold=1, strict=False).predict(X).tolist() == OR


def test_one_sample_and_no_samples() -> None:
    neuron = Perceptron([1, 1])
    assert neuron.predict([0, 1]) == 1
    assert neuron.predict(np.empty((0, 2))).shape == (0,)


# learning


def test_each_update_follows_the_rule() -> None:
    record = Perceptron([1.0, 0.0]).fit([[1, 0], [0, 1]], [0, 1], epochs=1, learning_rate=0.5, learn_bias=False)
    assert record.updates == (
        Update(epoch=1, sample=0, x=(1.0, 0.0), target=0, prediction=1, weights=(0.5, 0.0), bias=0.0),
        Update(epoch=1, sample=1, x=(0.0, 1.0), target=1, prediction=0, weights=(0.5, 0.5), bias=0.0),
    )
    assert [update.error for update in record.updates] == [-1, 1]
    assert (record.mistakes, record.converged) == ((2,), False)


@pytest.mark.parametrize("y", [AND, OR, NAND, [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 1, 0]])
@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("learning_rate", [0.01, 0.125, 1.0, 1e6])
def test_learns_what_can_be_separated(y: list[int], strict: bool, learning_rate: float) -> None:
    neuron = Perceptron(strict=strict)
    record = neuron.fit(X, y, learning_rate=learning_rate, epochs=1_000)
    assert record.converged
    assert record.mistakes[-1] == 0
    assert sum(record.mistakes) == len(record.updates)
    assert neuron.predict(X).tolist() == y


def test_xor_is_never_learned() -> None:
    record = Perceptron().fit(X, XOR, epochs=50)
    assert not record.converged
    assert len(record.mistakes) == 50
    assert min(record.mistakes) > 0


def test_without_a_bias_the_learning_rate_matters() -> None:
    assert not Perceptron().fit(X, AND, learn_bias=False).converged
    neuron = Perceptron()
    assert neuron.fit(X, AND, learn_bias=False, learning_rate=0.1).converged
    assert neuron.bias == 0.0
    assert neuron.weights.max() <= 0.5 < neuron.weights.sum()
    assert not Perceptron().fit(X, NAND, learn_bias=False, learning_rate=0.1).converged


def test_learning_goes_on_from_the_present_weights() -> None:
    neuron = Perceptron()
    neuron.fit(X, AND, epochs=2)
    between = neuron.weights
    before = between.copy()
    assert neuron.fit(X, AND).converged
    np.testing.assert_array_equal(between, before)
    assert neuron.fit(X, AND).mistakes == (0,)


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=12))
def test_ends_within_the_bound_of_novikoff(points: list[tuple[int, int]]) -> None:
    """From zero weights with z > 0, at most (R / margin)**2 updates, here with the known neuron 2 x1 - x2 + 0.5 > 0."""
    samples = np.array(points, dtype=float)
    known = np.array([2.0, -1.0, 0.5])
    extended = np.column_stack([samples, np.ones(len(samples))])
    z = extended @ known
    record = Perceptron(threshold=0.0).fit(samples, z > 0, epochs=100_000)
    margin = np.min(np.abs(z)) / np.linalg.norm(known)
    assert record.converged
    assert len(record.updates) <= (extended**2).sum(axis=1).max() / margin**2


def test_the_record_is_readable() -> None:
    text = str(Perceptron().fit(X, AND))
    assert text.split("\n")[1].split() == ["1", "3", "1", "0", "+1", "(1,", "1)", "->", "(1,", "1),", "1"]
    assert text.endswith("6 epochs, 10 updates, no mistake in the last epoch")
    assert str(Perceptron().fit(X, XOR, epochs=5)).endswith("mistakes in the last epoch")


# errors


@pytest.mark.parametrize(
    ("act", "error", "message"),
    [
        (lambda: Perceptron().predict(X), InputError, "no weights yet"),
        (lambda: Perceptron([1, 1]).predict([[1, 2, 3]]), ShapeError, r"\(1, 3\).*\(N, 2\)"),
        (lambda: Perceptron([1, 1]).predict(1.0), ShapeError, r"shape \(\)"),
        (lambda: Perceptron([1, 1]).predict([[1, np.nan]]), InputError, "X must be finite"),
        (lambda: Perceptron([1, 1]).predict([["a", "b"]]), InputError, "X must be numbers"),
        (lambda: Perceptron([1, 1]).predict([[1, 2], [3]]), InputError, "X must be numbers"),
        (lambda: Perceptron([[1, 1]]), ShapeError, "weights must have 1 dimension, not 2"),
        (lambda: Perceptron([1], bias=np.inf), InputError, "bias must be finite"),
        (lambda: Perceptron([1], threshold="a"), InputError, "threshold must be numbers"),
        (lambda: Perceptron().fit(X, [0, 1, 2, 0]), InputError, "0 and 1; y holds 2"),
        (lambda: Perceptron().fit(X, [0, 1]), ShapeError, "4 rows, but y has 2"),
        (lambda: Perceptron().fit(X, [[0], [0], [0], [1]]), ShapeError, "y must have 1 dimension, not 2"),
        (lambda: Perceptron().fit(np.empty((0, 2)), []), InputError, "no samples"),
        (lambda: Perceptron([1, 1, 1]).fit(X, AND), ShapeError, "takes"),
        (lambda: Perceptron().fit(X, AND, epochs=0), InputError, "epochs must be 1 or more"),
        (lambda: Perceptron().fit(X, AND, learning_rate=0), InputError, "learning_rate above 0"),
        (lambda: Perceptron().fit(X, AND, learning_rate=np.nan), InputError, "learning_rate above 0"),
    ],
)
def test_refused(act: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        act()  # type: ignore[operator]
