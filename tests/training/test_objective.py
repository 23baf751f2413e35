"""Which loss belongs to which output, and what a function of the user's own takes and returns."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from chainrule import functions
from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import ACTIVATIONS, Architecture, run_layers
from chainrule.training.objective import LOSSES, objective_for

RNG = np.random.default_rng(1)


def architecture(output: str, width: int = 3) -> Architecture:
    return Architecture((4, width), "relu", output)


def layers_of(output: str) -> Any:
    params = {"W1": RNG.normal(size=(3, 4)), "b1": RNG.normal(size=3)}
    return run_layers(architecture(output), params, RNG.normal(size=(5, 4)))


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_the_usual_loss(output: str) -> None:
    usual = {"sigmoid": "binary_cross_entropy", "softmax": "categorical_cross_entropy"}.get(output, "squared_error")
    assert objective_for(architecture(output)) is LOSSES[usual]


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_cross_entropies_take_logits_and_squared_error_takes_activations(output: str) -> None:
    layers, y = layers_of(output), np.eye(3)[[0, 1, 2, 1, 0]]
    usual = objective_for(architecture(output))
    assert np.array_equal(usual.per_sample(layers, y), usual.loss(layers.z[1], y))
    squared = objective_for(architecture(output), "squared_error")
    assert np.array_equal(squared.per_sample(layers, y), functions.squared_error(layers.a[1], y))


@pytest.mark.parametrize(("output", "taken"), [("softmax", "z"), ("sigmoid", "z"), ("identity", "a"), ("tanh", "a")])
def test_a_function_of_the_users_takes_what_the_usual_loss_takes(output: str, taken: str) -> None:
    layers, given = layers_of(output), []

    def mine(said: Any, y: Any) -> Any:
        given.append(said)
        return np.mean(np.abs(said - y), axis=-1)

    objective = objective_for(architecture(output), mine)
    objective.per_sample(layers, np.zeros((5, 3)))
    assert given[0] is getattr(layers, taken)[1]
    assert objective.name == "mine"
    assert objective_for(architecture(output), partial(mine)).name == "function"


@pytest.mark.parametrize(
    ("loss", "found"),
    [
        (lambda z, y: np.mean((z - y) ** 2), "shape []"),
        (lambda z, y: (z - y) ** 2, "shape [5, 3]"),
        (lambda z, y: np.mean((z - y) ** 2, axis=0), "shape [3]"),
        (lambda z, y: None, "NoneType"),
        (lambda z, y: 0.5, "float"),
    ],
)
def test_a_loss_is_one_number_for_each_sample(loss: Any, found: str) -> None:
    objective = objective_for(architecture("identity"), loss)
    with pytest.raises(ShapeError) as caught:
        objective.per_sample(layers_of("identity"), np.zeros((5, 3)))
    assert f"the loss <lambda> returned {found} for 5 samples; return one number for each" in str(caught.value)
    assert "shape [5]: the mean over the outputs (axis=-1)" in str(caught.value)


@pytest.mark.parametrize("loss", ["mse", "", 3, ["squared_error"], True])
def test_unknown_losses(loss: Any) -> None:
    with pytest.raises(InputError, match=r"squared_error, binary_.* function that takes logits and y"):
        objective_for(architecture("softmax"), loss)
    with pytest.raises(InputError, match="function that takes predictions and y and returns one number for each"):
        objective_for(architecture("identity"), loss)


@pytest.mark.parametrize(
    ("loss", "output", "usual"),
    [
        ("binary_cross_entropy", "softmax", "categorical_cross_entropy"),
        ("binary_cross_entropy", "identity", "squared_error"),
        ("categorical_cross_entropy", "sigmoid", "binary_cross_entropy"),
        ("categorical_cross_entropy", "relu", "squared_error"),
    ],
)
def test_losses_that_do_not_fit_the_output(loss: str, output: str, usual: str) -> None:
    with pytest.raises(InputError, match=f"has output='{output}'; change one of the two, or take loss='{usual}'"):
        objective_for(architecture(output), loss)


def test_correct_answers_are_counted_by_logits() -> None:
    z = np.array([[2.0, 1.0, 0.0], [0.0, 1.0, 3.0], [1.0, 1.0, 0.0]])
    right_class, right_side = LOSSES["categorical_cross_entropy"].correct, LOSSES["binary_cross_entropy"].correct
    assert right_class is not None
    assert right_side is not None
    assert right_class(z, np.array([0, 1, 0])).tolist() == [True, False, True]
    assert right_class(z, np.eye(3)[[0, 1, 0]]).tolist() == [True, False, True]
    assert right_side(z, np.array([[1, 1, 0], [1, 1, 1], [1, 1, 0]])).tolist() == [True, False, True]
    assert right_side(np.array([[-1.0], [0.0], [1.0]]), np.array([[0], [0], [1]])).tolist() == [True, True, True]
    assert LOSSES["squared_error"].correct is None
