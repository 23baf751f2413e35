"""Initial parameters: the variance of each rule, repeatable, and one layer independent of the others."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from chainrule.layers.dense import ACTIVATIONS, Architecture
from chainrule.layers.initializers import initial_parameters


def initial(widths: tuple[int, ...], activation: str = "relu", output: str = "identity", seed: int = 0) -> Any:
    return initial_parameters(Architecture(widths, activation, output), seed, np.dtype(np.float64))


VARIANCES = {  # of the weights into 100 units from 300
    **dict.fromkeys(["relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "mish"], 2 / 300),
    **dict.fromkeys(["identity", "sigmoid", "tanh", "hard_sigmoid", "softmax"], 2 / 400),
    "selu": 1 / 300,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_weights_are_normal_with_the_variance_of_their_rule(name: str) -> None:
    W = initial((300, 100), output=name)["W1"]
    assert W.var() == pytest.approx(VARIANCES[name], rel=0.03)
    assert stats.kstest(W.ravel() / np.sqrt(VARIANCES[name]), "norm").pvalue > 0.01


def test_hidden_layers_follow_their_function_and_the_last_its_own() -> None:
    params = initial((300, 100, 300), "relu", "softmax")
    assert params["W1"].var() == pytest.approx(2 / 300, rel=0.03)
    assert params["W2"].var() == pytest.approx(2 / 400, rel=0.03)


@pytest.mark.parametrize("name", ["relu", "tanh", "selu", "gelu"])
def test_activations_neither_vanish_nor_explode_over_ten_layers(name: str) -> None:
    params = initial((200,) * 11, name, name)
    a = np.random.default_rng(0).normal(size=(50, 200))
    f = ACTIVATIONS[name]
    for layer in range(1, 11):
        a = f(a @ params[f"W{layer}"].T + params[f"b{layer}"])
    assert 0.05 < np.sqrt(np.mean(a**2)) < 5


def test_biases_are_zero_and_dtypes_are_kept() -> None:
    params = initial_parameters(Architecture((3, 4, 2), "relu", "identity"), 0, np.dtype(np.float32))
    assert not params["b1"].any()
    assert not params["b2"].any()
    assert {array.dtype.name for array in params.values()} == {"float32"}
    assert all(array.flags.c_contiguous and array.flags.writeable for array in params.values())


def test_a_layer_does_not_depend_on_the_others() -> None:
    short, long = initial((3, 4, 2)), initial((3, 4, 2, 7))
    assert np.array_equal(short["W1"], long["W1"])
    assert not np.array_equal(initial((3, 4, 3, 4))["W1"], initial((3, 4, 3, 4))["W3"])


def test_the_seed_decides() -> None:
    seeds = [0, 1, 2**53, 2**53 + 1, 2**63, 2**63 + 1, 2**64 - 1]
    found = [initial((3, 4), seed=seed)["W1"] for seed in seeds]
    assert len({each.tobytes() for each in found}) == len(seeds)
    assert np.array_equal(found[1], initial((3, 4), seed=1)["W1"])
