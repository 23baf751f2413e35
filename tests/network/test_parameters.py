"""W and b by layer: views that can be written, and what may stand in them."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError, ShapeError


def network(dtype: str = "float32") -> cr.Network:
    return cr.Network([4, 5, 3], output="softmax", dtype=dtype)


def test_entries_are_written_in_place() -> None:
    net = network()
    net.W[1][0, 0] = 5
    net.b[2][:] += 1
    net.W[2] *= 2
    assert net.W[1][0, 0] == net.params["W1"][0, 0] == 5
    assert np.array_equal(net.params["b2"], np.ones(3))
    assert np.array_equal(net.W[2], 2 * network().W[2])
    assert net.forward(np.zeros(4)).z[2].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_assigned_is_copied_in_the_dtype_of_the_network(dtype: str) -> None:
    net, given = network(dtype), np.arange(20.0).reshape(4, 5).T
    net.W[1] = given
    assert net.W[1].dtype == dtype
    assert net.W[1].flags.f_contiguous
    given[:] = 0
    assert np.array_equal(net.W[1], np.arange(20.0).reshape(4, 5).T)
    net.b[1] = [1, 2, 3, 4, 5]
    assert np.array_equal(net.forward(np.zeros(4)).z[1], [1, 2, 3, 4, 5])


def test_two_networks_do_not_share_memory() -> None:
    first, second = network(), network()
    second.W[1] = first.W[1]
    second.W[1][0, 0] = 7
    assert first.W[1][0, 0] != 7


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (np.zeros((4, 5)), ShapeError, r"W\[1\] is \[5, 4\] and the new value is \[4, 5\]"),
        (0.0, ShapeError, r"W\[1\] is \[5, 4\] and the new value is \[\]"),
        (np.zeros(4), ShapeError, r"new value is \[4\]"),
        ("a", InputError, r"W\[1\] holds text, such as 'a', where real numbers are needed$"),
        (np.zeros((5, 4)) + 1j, InputError, r"W\[1\] holds complex numbers"),
        (np.full((5, 4), np.nan), InputError, r"W\[1\] is NaN or infinite in 20 places, the first, nan, at \[0, 0\]"),
        (np.full((5, 4), 1e39), InputError, r"W\[1\] holds 20 numbers beyond float32, the first, 1e\+39, at"),
        (None, InputError, r"W\[1\] holds objects, such as None"),
    ],
)
def test_values_that_do_not_fit_change_nothing(value: Any, error: Any, said: str) -> None:
    net, before = network(), network().W[1]
    with pytest.raises(error, match=said):
        net.W[1] = value
    assert np.array_equal(net.W[1], before)


@pytest.mark.parametrize("layer", [0, 3, -1, 1.0, "1", None, True, slice(1, 2)])
def test_layers_are_numbered_from_1(layer: Any) -> None:
    net = network()
    for kind in ("W", "b"):
        with pytest.raises(InputError, match=rf"there is no {kind}\[.*numbered from 1 to 2"):
            getattr(net, kind)[layer]
        with pytest.raises(InputError, match="numbered from 1 to 2"):
            getattr(net, kind)[layer] = 0


def test_numpy_integers_number_layers_too() -> None:
    net = network()
    assert net.W[np.int64(1)] is net.W[1]


def test_parameters_are_a_mapping_by_name() -> None:
    net = network()
    assert list(net.params) == ["W1", "b1", "W2", "b2"]
    assert len(net.params) == 4
    assert net.params["W2"] is net.W[2]
    assert "W3" not in net.params
    assert {name: array.shape for name, array in net.params.items()}["b2"] == (3,)
    assert len(net.W) == len(net.b) == 2
    assert repr(net.params) == "Parameters(W1 [5, 4], b1 [5], W2 [3, 5], b2 [3])"
    assert repr(net.W) == "W[1..2]: [5, 4], [3, 5]"


def test_gradients_have_the_same_form() -> None:
    net = network()
    gradients = net.gradients(np.ones((2, 4)), [0, 1])
    assert list(gradients) == list(net.params)
    assert [array.shape for array in gradients.W] == [array.shape for array in net.W]
    gradients.W[1] = np.zeros((5, 4))
    assert net.W[1].any()
