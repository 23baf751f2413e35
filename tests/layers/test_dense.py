"""Layers in the lecture's notation: shapes, values of every activation function, and names that are not there."""

import re
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError
from chainrule.layers.dense import ACTIVATIONS, Architecture, activation_function, run_layers

SELU_SCALE, SELU_ALPHA = mp.mpf("1.0507009873554804934193349852946"), mp.mpf("1.6732632423543772848170429916717")


def mp_sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def mp_softplus(z: Any) -> Any:
    return mp.log1p(mp.exp(z))


FORMULAS = {
    "identity": lambda z: z,
    "sigmoid": mp_sigmoid,
    "tanh": mp.tanh,
    "relu": lambda z: max(z, mp.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else z / 100,
    "elu": lambda z: z if z > 0 else mp.expm1(z),
    "selu": lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * mp.expm1(z)),
    "softplus": mp_softplus,
    "silu": lambda z: z * mp_sigmoid(z),
    "gelu": lambda z: z * mp.ncdf(z),
    "mish": lambda z: z * mp.tanh(mp_softplus(z)),
    "hard_sigmoid": lambda z: min(max(z + 3, mp.mpf(0)), mp.mpf(6)) / 6,
}


def mp_softmax(row: list[Any]) -> list[Any]:
    total = mp.fsum(mp.exp(z) for z in row)
    return [mp.exp(z) / total for z in row]


def mp_network(params: dict[str, Any], x: Any, hidden: str, output: str) -> list[Any]:
    """The prediction for one sample, in 30 digits."""
    a = [mp.mpf(float(each)) for each in x]
    n_layers = len(params) // 2
    for layer in range(1, n_layers + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        z = [
            mp.fsum(mp.mpf(float(w)) * each for w, each in zip(row, a, strict=True)) + mp.mpf(float(bias))
            for row, bias in zip(W, b, strict=True)
        ]
        name = output if layer == n_layers else hidden
        a = mp_softmax(z) if name == "softmax" else [FORMULAS[name](each) for each in z]
    return a


def example(widths: tuple[int, ...], dtype: Any = np.float64) -> tuple[dict[str, Any], Any]:
    rng = np.random.default_rng(5)
    shapes = Architecture(widths, "relu", "identity").parameter_shapes()
    params = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    return params, (2 * rng.normal(size=(3, widths[0]))).astype(dtype)


def test_every_activation_function_is_covered() -> None:
    assert set(FORMULAS) | {"softmax"} == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 1e-13), (np.float32, 2e-5)])
def test_values_are_those_of_arithmetic_in_30_digits(name: str, dtype: Any, close: float) -> None:
    for hidden, output in {("tanh", name), (name if name != "softmax" else "relu", "identity")}:
        params, X = example((3, 4, 4, 2), dtype)
        layers = run_layers(Architecture((3, 4, 4, 2), hidden, output), params, X)
        with mp.workdps(30):
            expected = np.array([[float(each) for each in mp_network(params, x, hidden, output)] for x in X])
        assert layers.a[3].dtype == dtype
        np.testing.assert_allclose(layers.a[3], expected, rtol=close, atol=close)


@pytest.mark.parametrize("widths", [(3, 2), (3, 4, 2), (3, 4, 5, 2), (3, 1, 5, 4, 2)])
def test_shapes_of_every_layer(widths: tuple[int, ...]) -> None:
    params, X = example(widths)
    architecture = Architecture(widths, "tanh", "softmax")
    layers = run_layers(architecture, params, X)
    assert layers.a[0] is X
    assert list(layers.z) == list(range(1, architecture.n_layers + 1))
    assert [layers.a[layer].shape for layer in layers.a] == [(3, width) for width in widths]
    assert [layers.z[layer].shape for layer in layers.z] == [(3, width) for width in widths[1:]]
    one = run_layers(architecture, params, X[1])
    for layer in layers.z:
        np.testing.assert_allclose(one.z[layer], layers.z[layer][1], rtol=1e-14, atol=1e-15)
        np.testing.assert_allclose(one.a[layer], layers.a[layer][1], rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(("kind", "layer"), [("z", 0), ("z", 3), ("a", 3), ("a", -1), ("z", "1")])
def test_a_layer_that_is_not_there(kind: str, layer: Any) -> None:
    params, X = example((3, 4, 2))
    layers = run_layers(Architecture((3, 4, 2), "tanh", "softmax"), params, X)
    message = re.escape(f"there is no {kind}[{layer!r}]: layers with weights are numbered from 1 to 2, and a[0] is the")
    with pytest.raises(InputError, match=message):
        getattr(layers, kind)[layer]
    assert layer not in getattr(layers, kind)
    assert getattr(layers, kind).get(layer) is None


def test_the_network_of_the_lecture_with_widths_4_5_3_1() -> None:
    architecture = Architecture((4, 5, 3, 1), "relu", "sigmoid")
    assert architecture.n_layers == 3
    assert architecture.n_parameters == 47
    assert architecture.shapes == ((5, 4), (3, 5), (1, 3))
    assert list(architecture.parameter_shapes().items())[:3] == [("W1", (5, 4)), ("b1", (5,)), ("W2", (3, 5))]
    assert architecture.activations == ("relu", "relu", "sigmoid")


def test_a_network_is_a_composite_of_its_layers() -> None:
    params, X = example((3, 4, 5, 2))

    def f(layer: int, a: Any) -> Any:
        return np.tanh(a @ params[f"W{layer}"].T + params[f"b{layer}"])

    layers = run_layers(Architecture((3, 4, 5, 2), "tanh", "tanh"), params, X)
    assert np.array_equal(layers.a[3], f(3, f(2, f(1, X))))


def test_infinities_pass_through() -> None:
    params, X = example((3, 4, 2))
    params["b1"] = np.array([np.inf, -np.inf, 0.0, 0.0])
    a = run_layers(Architecture((3, 4, 2), "sigmoid", "identity"), params, X).a
    assert np.array_equal(a[1][:, :2], [[1.0, 0.0]] * 3)
    assert np.isfinite(a[2]).all()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Relu", "there is no activation function 'Relu'; there are identity, .* did you mean 'relu'?"),
        ("sigmod", "did you mean 'sigmoid'?"),
        ("linear", "no activation function 'linear'"),
        (None, "no activation function None"),
        (["relu"], "no activation function"),
        (cr.functions.relu, "no activation function <function"),
    ],
)
def test_unknown_activation_functions(name: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        activation_function(name)
    for names in ((name, "identity"), ("relu", name)):
        with pytest.raises(InputError, match=said):
            Architecture((2, 3, 1), *names)


@pytest.mark.parametrize("widths", [(), (3,), (3, 0), (0, 3), (3, -1), (3, 2.0), (3, "2"), (3, True), (3, None)])
def test_widths_that_are_none(widths: Any) -> None:
    with pytest.raises(InputError, match=r"give the number of inputs and then of units of each layer.*\[64, 128, 10\]"):
        Architecture(widths, "relu", "identity")


def test_softmax_is_for_the_output_and_for_more_than_one_unit() -> None:
    with pytest.raises(InputError, match="mixes the units of a layer; it is meant for the output"):
        Architecture((3, 4, 2), "softmax", "identity")
    with pytest.raises(InputError, match=r"a single unit is always 1; .* write output='sigmoid'"):
        Architecture((3, 4, 1), "relu", "softmax")
