"""What a network says, and its gradients, against scikit-learn, finite differences and higher precision."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor

import chainrule as cr
from chainrule.errors import InputError, ShapeError
from chainrule.layers.dense import ACTIVATIONS

SKLEARN = {"identity": "identity", "sigmoid": "logistic", "tanh": "tanh", "relu": "relu"}
N = 12


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def network(widths: Any = (4, 6, 3), activation: str = "tanh", output: str = "softmax", **settings: Any) -> cr.Network:
    net = cr.Network(list(widths), activation, output, **{"dtype": "float64", **settings})
    for layer in range(1, net.n_layers + 1):
        net.b[layer] = rng(layer).normal(size=net.b[layer].shape)
    return net


def samples(net: cr.Network, n: int = N) -> tuple[Any, Any]:
    X = rng(7).normal(size=(n, net.widths[0]))
    if net.architecture.output == "softmax":
        return X, rng(8).permutation(np.arange(n) % net.widths[-1])
    if net.architecture.output == "sigmoid":
        return X, rng(8).integers(0, 2, (n, net.widths[-1]))
    return X, rng(8).normal(size=(n, net.widths[-1]))


def scikit_learn(net: cr.Network, X: Any, y: Any) -> Any:
    """The estimator with the same parameters, whose next step is that of plain gradient descent with rate 1."""
    kind = MLPClassifier if net.architecture.output in ("softmax", "sigmoid") else MLPRegressor
    mlp = kind(
        hidden_layer_sizes=net.widths[1:-1],
        activation=SKLEARN[net.architecture.activation],
        solver="sgd",
        learning_rate_init=1.0,
        momentum=0.0,
        nesterovs_momentum=False,
        alpha=0.0,
        batch_size=len(X),
        shuffle=False,
    )
    if kind is MLPClassifier:
        mlp.partial_fit(X, y, classes=np.unique(y) if y.ndim == 1 else np.arange(y.shape[1]))
    else:
        mlp.partial_fit(X, y)
    mlp.coefs_ = [W.T.copy() for W in net.W]
    mlp.intercepts_ = [b.copy() for b in net.b]
    return mlp


# --- against scikit-learn ---------------------------------------------------------------------------------


@pytest.mark.parametrize("hidden", [(), (6,), (6, 5), (6, 5, 7)])
@pytest.mark.parametrize("activation", SKLEARN)
@pytest.mark.parametrize(
    ("output", "units", "scale"),  # scikit-learn sums over the outputs, and halves the squared error
    [("softmax", 3, 1.0), ("sigmoid", 3, 1 / 3), ("sigmoid", 1, 1.0), ("identity", 3, 2 / 3), ("identity", 1, 2.0)],
)
def test_predictions_and_gradients_are_those_of_scikit_learn(
    hidden: Any, activation: str, output: str, units: int, scale: float
) -> None:
    net = network((4, *hidden, units), activation, output)
    X, y = samples(net)
    y = y[:, 0] if units == 1 else y
    mlp = scikit_learn(net, X, y)
    said = mlp.predict(X) if output == "identity" else mlp.predict_proba(X)
    said = {"identity": np.reshape(said, (N, -1)), "sigmoid": said[..., -units:], "softmax": said}[output]
    np.testing.assert_allclose(net.predict(X), said, rtol=1e-12, atol=1e-14)
    mlp.partial_fit(X, y)
    gradients = net.gradients(X, y)
    moved = [*zip(net.W, gradients.W, [W.T for W in mlp.coefs_], strict=True)]
    moved += zip(net.b, gradients.b, mlp.intercepts_, strict=True)
    for theta, gradient, after in moved:
        np.testing.assert_allclose(gradient, scale * (theta - after), rtol=1e-9, atol=1e-14)


def test_losses_are_those_of_scikit_learn() -> None:
    softmax, sigmoid, identity = (network(output=output) for output in ("softmax", "sigmoid", "identity"))
    X, y = samples(softmax)
    assert softmax.loss(X, y) == pytest.approx(log_loss(y, softmax.predict(X)), rel=1e-12)
    assert softmax.loss(X, np.eye(3)[y]) == pytest.approx(softmax.loss(X, y), rel=1e-14)
    assert softmax.loss(X, np.eye(3)[y], "squared_error") == pytest.approx(
        mean_squared_error(np.eye(3)[y], softmax.predict(X)), rel=1e-12
    )
    X, y = samples(sigmoid)
    columns = [log_loss(y[:, k], sigmoid.predict(X)[:, k]) for k in range(3)]
    assert sigmoid.loss(X, y) == pytest.approx(np.mean(columns), rel=1e-12)
    X, y = samples(identity)
    assert identity.loss(X, y) == pytest.approx(mean_squared_error(y, identity.predict(X)), rel=1e-12)


# --- against finite differences ---------------------------------------------------------------------------


def huber(z: Any, y: Any) -> Any:
    e = np.abs(z - y)
    return np.mean(np.where(e < 1, e * e / 2, e - 1 / 2), axis=-1)


COMBINATIONS = [
    *((activation, "softmax", None) for activation in ACTIVATIONS if activation != "softmax"),
    *(("tanh", output, None) for output in ACTIVATIONS),
    *(("silu", output, "squared_error") for output in ("softmax", "sigmoid", "tanh")),
    *(("gelu", output, huber) for output in ("identity", "sigmoid", "softplus")),
]


@pytest.mark.parametrize(("activation", "output", "loss"), COMBINATIONS)
def test_gradients_are_slopes_of_the_loss(activation: str, output: str, loss: Any) -> None:
    net = network((3, 4, 4, 2), activation, output)
    X, y = samples(net, n=5)
    if output == "softmax" and loss is not None:
        y = np.eye(2)[y]
    gradients = net.gradients(X, y, loss)
    h = 1e-6
    for name, gradient in gradients.items():
        theta = net.params[name]
        for at in np.ndindex(theta.shape):
            middle = theta[at]
            values = []
            for theta[at] in (middle + h, middle - h):
                values.append(net.loss(X, y, loss))
            theta[at] = middle
            assert gradient[at] == pytest.approx((values[0] - values[1]) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "identity"])
@pytest.mark.parametrize("activation", ["relu", "tanh", "gelu", "softplus"])
def test_float32_keeps_the_digits_that_it_has(activation: str, output: str) -> None:
    exact = network((4, 6, 5, 3), activation, output)
    rounded = cr.Network([4, 6, 5, 3], activation, output, dtype=np.float32)
    for layer in range(1, 4):
        rounded.W[layer], rounded.b[layer] = exact.W[layer], exact.b[layer]
    X, y = samples(exact)
    assert rounded.predict(X).dtype == np.float32
    np.testing.assert_allclose(rounded.predict(X), exact.predict(X), rtol=1e-5, atol=1e-6)
    assert rounded.loss(X, y) == pytest.approx(exact.loss(X, y), rel=1e-5)
    for name, gradient in exact.gradients(X, y).items():
        found = rounded.gradients(X, y)[name]
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, gradient, rtol=1e-4, atol=1e-6)


def test_losses_and_gradients_stay_right_where_probabilities_have_rounded_to_0_and_1() -> None:
    net = cr.Network([1, 1], output="sigmoid", dtype="float64")
    net.W[1] = [[40.0]]
    assert net.predict([[1.0]])[0, 0] == 1.0
    assert net.loss([[1.0]], [1]) == pytest.approx(4.248354255291589e-18, rel=1e-12)
    assert net.gradients([[1.0]], [1]).W[1][0, 0] == pytest.approx(-4.248354255291589e-18, rel=1e-12)
    assert net.loss([[1000.0]], [0]) == 40000.0
    assert net.gradients([[-1000.0]], [1]).W[1][0, 0] == 1000.0


def test_overflow_is_an_infinity_and_not_a_warning() -> None:
    net = cr.Network([2, 3, 1], dtype="float32")
    for layer in (1, 2):
        net.W[layer] = np.full(net.W[layer].shape, 3e38)
    assert np.isinf(net.predict([[1.0, 1.0]])).all()
    assert net.loss([[1.0, 1.0]], [0.0]) == np.inf
    assert not np.isfinite(net.gradients([[1.0, 1.0]], [0.0]).W[2]).all()


# --- forward, predict, classify ---------------------------------------------------------------------------


def test_the_network_of_the_lecture_with_widths_4_5_3_1() -> None:
    net = cr.Network(widths=[4, 5, 3, 1], output="sigmoid")
    assert [W.shape for W in net.W] == [(5, 4), (3, 5), (1, 3)]
    assert [b.shape for b in net.b] == [(5,), (3,), (1,)]
    assert net.forward(np.ones(4)).a[1].shape == (5,)
    assert (net.n_layers, net.n_parameters, net.widths) == (3, 47, (4, 5, 3, 1))
    assert sum(array.size for array in net.params.values()) == 47


def test_forward_gives_every_net_input_and_activation() -> None:
    net = network((4, 6, 5, 3), "tanh", "softmax")
    X, _ = samples(net)
    layers = net.forward(X)
    assert layers.a[0] is X
    for layer in (1, 2, 3):
        z = layers.a[layer - 1] @ net.W[layer].T + net.b[layer]
        np.testing.assert_allclose(layers.z[layer], z, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(layers.a[1], np.tanh(layers.z[1]), rtol=1e-15)
    assert np.array_equal(net.predict(X), layers.a[3])
    np.testing.assert_allclose(net.predict(X).sum(axis=1), 1, rtol=1e-15)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "identity"])
def test_one_sample_is_a_row_of_the_batch(output: str) -> None:
    net = network(output=output)
    X, _ = samples(net)
    assert net.predict(X[3]).shape == (3,)
    np.testing.assert_allclose(net.predict(X[3]), net.predict(X)[3], rtol=1e-13)
    assert net.predict(X[:0]).shape == (0, 3)


def test_classes_of_a_softmax_are_numbers() -> None:
    net = network()
    X, _ = samples(net)
    assert np.array_equal(net.classify(X), net.predict(X).argmax(axis=1))
    assert net.classify(X).dtype.kind == "i"
    assert net.classify(X[0]) == net.classify(X)[0]
    assert net.classify(X[:0]).shape == (0,)


def test_a_class_is_told_even_where_the_probability_has_rounded_to_1() -> None:
    net = cr.Network([1, 2], output="softmax")
    net.W[1] = [[200.0], [201.0]]
    assert net.predict([[1000.0]]).tolist() == [[0.0, 1.0]]
    net.W[1] = [[0.0], [1e-4]]
    assert net.predict([[1e-4]])[0, 0] == net.predict([[1e-4]])[0, 1]
    assert net.classify([[1e-4]]).tolist() == [1]


def test_one_sigmoid_answers_0_or_1_and_several_answer_each() -> None:
    one = network((4, 6, 1), output="sigmoid")
    X, _ = samples(one)
    assert np.array_equal(one.classify(X), (one.predict(X)[:, 0] > 0.5).astype(int))
    assert one.classify(X).shape == (N,)
    assert one.classify(X[0]) in (0, 1)
    several = network((4, 6, 3), output="sigmoid")
    assert np.array_equal(several.classify(X), (several.predict(X) > 0.5).astype(int))
    assert several.classify(X[0]).shape == (3,)


@pytest.mark.parametrize("output", ["identity", "tanh", "relu"])
def test_quantities_are_no_classes(output: str) -> None:
    net = network(output=output)
    with pytest.raises(
        InputError, match=f"output='{output}' says quantities, and only predict gives them; to classify"
    ):
        net.classify(np.ones(4))


# --- what it is given -------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", ["forward", "predict", "classify"])
def test_samples_of_another_width_are_refused(call: str) -> None:
    with pytest.raises(ShapeError, match=r"X is \[2, 5\] and a sample of this network has 4 numbers"):
        getattr(network(), call)(np.ones((2, 5)))
    with pytest.raises(InputError, match=r"X is NaN or infinite in 1 place, the first, nan, at \[1\]; remove or fill"):
        getattr(network(), call)([1.0, np.nan, 0.0, 0.0])


@pytest.mark.parametrize("call", ["loss", "gradients"])
def test_losses_take_rows_with_a_target_each(call: str) -> None:
    net = network()
    with pytest.raises(ShapeError, match=r"X is \[4\]; give at least one sample, as rows \[N, 4\]"):
        getattr(net, call)(np.ones(4), [1])
    with pytest.raises(ShapeError, match=r"X is \[0, 4\]; give at least one sample"):
        getattr(net, call)(np.ones((0, 4)), [])
    with pytest.raises(ShapeError, match=r"X holds 2 samples and y is \[1\]; give each one a target"):
        getattr(net, call)(np.ones((2, 4)), [1])
    with pytest.raises(InputError, match="there is no loss 'mse'"):
        getattr(net, call)(np.ones((2, 4)), [1, 2], "mse")
    with pytest.raises(ShapeError, match=r"returned shape \[\] for 2 samples"):
        getattr(net, call)(np.ones((2, 4)), [1, 2], lambda z, y: np.mean(z))


@pytest.mark.parametrize(
    ("widths", "said"),
    [
        ([], r"widths=\[\]: give the number of inputs and then of units of each layer"),
        ([4], r"widths=\[4\]: give"),
        ([4, 0], r"widths=\[4, 0\]: give"),
        ([4, 2.5], r"widths=\[4, 2.5\]: give a list of whole numbers, such as \[64, 128, 10\]"),
        ("4-2", "widths='4-2': give a list of whole numbers"),
        (5, "widths=5: give a list"),
        (None, "widths=None: give a list"),
    ],
)
def test_widths_that_are_none(widths: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        cr.Network(widths)


def test_widths_may_be_any_integers() -> None:
    assert cr.Network(np.array([4, 3])).widths == (4, 3)
    assert cr.Network(iter((4, 3))).widths == (4, 3)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, None, "0"])
def test_seeds_that_are_none(seed: Any) -> None:
    with pytest.raises(InputError, match=rf"seed={seed!r}: give a whole number"):
        cr.Network([2, 1], seed=seed)


@pytest.mark.parametrize("dtype", ["float16", int, "float", None, "abc", ">f4", complex])
def test_dtypes_other_than_float32_and_float64(dtype: Any) -> None:
    if dtype == "float":
        assert cr.Network([2, 1], dtype=dtype).dtype == np.float64
    else:
        with pytest.raises(InputError, match="a network computes in 'float32' or 'float64'"):
            cr.Network([2, 1], dtype=dtype)


# --- what it is -------------------------------------------------------------------------------------------


def test_it_describes_itself() -> None:
    net = cr.Network([4, 5, 3], "tanh", "softmax", seed=7)
    assert repr(net) == ("Network(widths=[4, 5, 3], activation='tanh', output='softmax', seed=7, dtype='float32')")
    lines = str(net).splitlines()
    assert lines[1].split() == ["layer", "1", "5", "tanh", "W[1]", "5x4,", "b[1]", "5"]
    assert lines[2].split()[3] == "softmax"
    assert lines[-1] == "43 parameters, float32"


def test_the_same_seed_gives_the_same_network_and_another_one_another() -> None:
    first, same, other = (cr.Network([4, 5, 3], seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first.W, same.W, strict=True))
    assert not np.array_equal(first.W[1], other.W[1])


def test_copies_are_independent() -> None:
    net = network()
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(twin.W[1], net.W[1])
        twin.W[1][0, 0] += 1
        assert twin.W[1][0, 0] != net.W[1][0, 0]
