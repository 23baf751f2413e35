"""Two layers by hand: the lecture's XOR, and every other function."""

import itertools
import random

import numpy as np
import pytest

from chainrule.errors import InputError, ShapeError
from chainrule.network.logic import two_layer

X = [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_xor_as_in_the_lecture() -> None:
    network = two_layer("XOR")
    assert [h.weights.tolist() for h in network.hidden] == [[1, 1], [0.4, 0.4]]
    assert [h.bias for h in network.hidden] == [0, 0]
    assert (network.output.weights.tolist(), network.output.bias) == ([1, -1], 0)
    values = network.forward(X)
    np.testing.assert_array_equal(values.z[1], [[0, 0], [1, 0.4], [1, 0.4], [2, 0.8]])
    np.testing.assert_array_equal(values.a[1], [[0, 0], [1, 0], [1, 0], [1, 1]])
    np.testing.assert_array_equal(values.z[2], [[0], [1], [1], [0]])
    np.testing.assert_array_equal(values.a[2], [[0], [1], [1], [0]])
    np.testing.assert_array_equal(values.a[0], X)
    np.testing.assert_array_equal(network.predict(X), [0, 1, 1, 0])


@pytest.mark.parametrize("n_inputs", [1, 2, 3])
def test_every_function(n_inputs: int) -> None:
    inputs = list(itertools.product((0, 1), repeat=n_inputs))
    for outputs in itertools.product((0, 1), repeat=2**n_inputs):
        check(inputs, outputs)


@pytest.mark.parametrize("n_inputs", [4, 6, 8])
def test_larger_functions(n_inputs: int) -> None:
    inputs = list(itertools.product((0, 1), repeat=n_inputs))
    draw = random.Random(n_inputs)
    for _ in range(3):
        check(inputs, tuple(draw.randint(0, 1) for _ in inputs))
    check(inputs, tuple(sum(x) % 2 for x in inputs))


def check(inputs: list[tuple[int, ...]], outputs: tuple[int, ...]) -> None:
    """The network computes the table with few neurons, and no net input is near the threshold."""
    network = two_layer(outputs)
    values = network.forward(inputs)
    assert tuple(network.predict(inputs)) == outputs
    assert len(network.hidden) <= max(len(outputs) // 2, len(inputs[0]))
    for z in values.z.values():
        assert np.all(abs(z - 0.5) > 0.005)


def test_parity_needs_as_many_neurons_as_inputs() -> None:
    assert len(two_layer("XOR8").hidden) == 8


def test_constants_need_no_hidden_neuron() -> None:
    network = two_layer("1111")
    assert network.hidden == ()
    assert network.forward(X).a[1].shape == (4, 0)
    assert str(network) == "y = step(1)"


def test_no_rows() -> None:
    assert two_layer("XOR").predict(np.empty((0, 2))).shape == (0,)


def test_refused() -> None:
    with pytest.raises(ShapeError, match=r"shape \(2,\)"):
        two_layer("XOR").predict([0, 1])
    with pytest.raises(ShapeError, match=r"\(1, 3\)"):
        two_layer("XOR").predict([[0, 1, 1]])
    with pytest.raises(InputError, match="no logic function"):
        two_layer("XORN")
