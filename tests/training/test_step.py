"""A training step is one graph, and takes the steps of the textbook."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
import textbook
from chainrule.execute.interpret import interpret
from chainrule.layers.dense import Architecture
from chainrule.layers.initializers import initial_parameters
from chainrule.training.objective import objective_for
from chainrule.training.optimizers import Adam, GradientDescent, Momentum
from chainrule.training.step import evaluator, stepper, training_step
from chainrule.trees import flatten

RNG = np.random.default_rng(2)
F64 = np.dtype(np.float64)


def targets(output: str, n: int, width: int) -> tuple[Any, Any]:
    """As the step takes them, and as the textbook does."""
    if output == "softmax":
        labels = RNG.integers(0, width, n)
        return labels, np.eye(width)[labels]
    y = RNG.normal(size=(n, width)) if output == "identity" else RNG.integers(0, 2, (n, width)).astype(float)
    return y, y


def descend(rate: float) -> Any:
    def step(theta: Any, g: Any, state: Any) -> Any:
        return theta - rate * g, state

    return step


def with_momentum(rate: float, mu: float) -> Any:
    def step(theta: Any, g: Any, v: Any) -> Any:
        v = mu * (0 if v is None else v) + g
        return theta - rate * v, v

    return step


def adam(rate: float, beta1: float, beta2: float, epsilon: float) -> Any:
    def step(theta: Any, g: Any, state: Any) -> Any:
        t, m, v = (0, 0.0, 0.0) if state is None else state
        t, m, v = t + 1, beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        return theta - rate * m_hat / (np.sqrt(v_hat) + epsilon), (t, m, v)

    return step


OPTIMIZERS = {
    "gradient descent": (GradientDescent(learning_rate=0.3), descend(0.3)),
    "momentum": (Momentum(learning_rate=0.1, momentum=0.8), with_momentum(0.1, 0.8)),
    "Adam": (Adam(learning_rate=0.01, beta1=0.8, beta2=0.95), adam(0.01, 0.8, 0.95, 1e-8)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize(
    ("widths", "hidden", "output"),
    [
        ((4, 3), "relu", "softmax"),
        ((4, 5, 3), "tanh", "softmax"),
        ((4, 6, 5, 2), "sigmoid", "sigmoid"),
        ((4, 6, 5, 1), "relu", "identity"),
        ((4, 6, 5, 4, 2), "softplus", "identity"),
    ],
)
def test_50_steps_equal_those_of_the_textbook(optimizer: str, widths: Any, hidden: str, output: str) -> None:
    ours, theirs = OPTIMIZERS[optimizer]
    architecture = Architecture(widths, hidden, output)
    params = initial_parameters(architecture, 0, F64)
    expected, memory = dict(params), dict.fromkeys(params)
    state = ours.init(params)
    step = stepper(architecture, objective_for(architecture), ours)
    for number in range(50):
        n = 7 if number % 5 else 3  # the graph is made for two batch sizes
        X = RNG.normal(size=(n, 4))
        y, numbers = targets(output, n, widths[-1])
        params, state, _ = step(params, state, X, y)
        gradients = textbook.gradients(expected, X, numbers, hidden, output)
        for name, g in gradients.items():
            expected[name], memory[name] = theirs(expected[name], g, memory[name])
    for name, theta in params.items():
        np.testing.assert_allclose(theta, expected[name], rtol=1e-12, atol=1e-12)


def traced(architecture: Architecture, optimizer: Any, X: Any, y: Any) -> tuple[Any, Any]:
    params = initial_parameters(architecture, 0, X.dtype)
    args = (params, optimizer.init(params), X, y, X.dtype.type(1 / len(X)))
    return cr.trace(training_step(architecture, objective_for(architecture), optimizer), *args), args


@pytest.mark.parametrize("optimizer", [GradientDescent(), Momentum(nesterov=True), Adam(), cr.optimizers.AdamW()])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_loss_gradient_and_update_are_one_graph(optimizer: Any, dtype: Any) -> None:
    architecture = Architecture((4, 5, 3), "relu", "softmax")
    X, y = RNG.normal(size=(6, 4)).astype(dtype), np.array([0, 1, 2, 0, 1, 2])
    graph, args = traced(architecture, optimizer, X, y)
    assert len(graph.inputs) == len(flatten(args))
    assert len(graph.outputs) == len(flatten(args[:2])) + 2  # parameters and state, loss and correct answers
    assert not graph.guards
    for before, after in zip(graph.inputs, graph.outputs[: len(flatten(args[:2]))], strict=False):
        assert (after.shape, after.dtype) == (before.shape, before.dtype)
    step = stepper(architecture, objective_for(architecture), optimizer)
    for found, expected in zip(interpret(graph, flatten(args)), flatten(step(*args[:-1])), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_the_graph_holds_the_update_and_nothing_but_products_of_the_forward_and_backward_sweep() -> None:
    X, y = RNG.normal(size=(6, 4)), RNG.normal(size=(6, 1))
    graph, _ = traced(Architecture((4, 5, 3, 1), "relu", "identity"), GradientDescent(learning_rate=0.25), X, y)
    products = [node for node in graph.nodes if node.op.name == "matmul"]
    assert len(products) == 3 + 3 + 2  # forward; by each W; by each a but the input
    for theta, updated in zip(graph.inputs, graph.outputs, strict=False):
        if theta.name.startswith("params"):
            assert updated.op.name == "subtract"
            assert updated.inputs[0] is theta


def test_python_code_runs_once_for_each_batch_size() -> None:
    calls = []

    def mine(z: Any, y: Any) -> Any:
        calls.append(z.shape)
        if z.shape[0] > 4:  # shapes are known while tracing
            return np.mean((z - y) ** 2, axis=-1)
        return np.mean(np.abs(z - y), axis=-1)

    architecture = Architecture((4, 5, 2), "tanh", "identity")
    params = initial_parameters(architecture, 0, F64)
    step = stepper(architecture, objective_for(architecture, mine), GradientDescent(learning_rate=0.1))
    for n in (6, 6, 3, 6, 3, 3):
        X, y = RNG.normal(size=(n, 4)), RNG.normal(size=(n, 2))
        moved, _, score = step(params, {}, X, y)
        difference = params_to_prediction(params, X) - y
        losses = np.mean(difference**2 if n > 4 else abs(difference), axis=1)
        assert float(score.loss) == pytest.approx(float(np.sum(losses)))
        params = moved
    assert calls == [(6, 2), (3, 2)]


def params_to_prediction(params: Any, X: Any) -> Any:
    return np.tanh(X @ params["W1"].T + params["b1"]) @ params["W2"].T + params["b2"]


def test_a_decision_by_value_is_traced_anew_when_it_changes() -> None:
    def mine(z: Any, y: Any) -> Any:
        return np.mean((z - y) ** 2, axis=-1) if np.max(np.abs(z - y)) < 1 else np.mean(np.abs(z - y), axis=-1)

    architecture = Architecture((1, 1), "relu", "identity")
    step = stepper(architecture, objective_for(architecture, mine), GradientDescent(learning_rate=0.5))
    params = {"W1": np.array([[2.0]]), "b1": np.array([0.0])}
    X = np.array([[1.0]])
    near, _, _ = step(params, {}, X, np.array([[1.5]]))
    far, _, _ = step(params, {}, X, np.array([[0.0]]))
    again, _, _ = step(params, {}, X, np.array([[1.5]]))
    assert near["b1"] == again["b1"] == pytest.approx(-0.5 * 2 * 0.5)
    assert far["b1"] == pytest.approx(-0.5)


def test_the_score_is_a_sum_over_the_batch() -> None:
    architecture = Architecture((4, 3), "relu", "softmax")
    params = initial_parameters(architecture, 0, F64)
    X, y = RNG.normal(size=(9, 4)), RNG.integers(0, 3, 9)
    score = evaluator(architecture, objective_for(architecture))(params, X, y)
    p = textbook.softmax(X @ params["W1"].T + params["b1"])
    assert float(score.loss) == pytest.approx(-np.sum(np.log(p[np.arange(9), y])))
    assert int(score.correct) == np.sum(p.argmax(axis=1) == y)
