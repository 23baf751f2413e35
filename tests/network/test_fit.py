"""Training: it learns, repeats itself to the bit, and can be stopped, interrupted and taken up again."""

import itertools
import signal
import threading
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

import chainrule as cr
from chainrule.errors import DivergenceError, ShapeError
from chainrule.execute.interpret import Program
from chainrule.layers.randomness import Purpose, random_stream
from chainrule.training.engine import order_of
from chainrule.training.history import History

RNG = np.random.default_rng(0)
X = RNG.normal(size=(43, 4))
CLASSES = (X @ RNG.normal(size=(4, 3))).argmax(axis=1)
QUANTITY = np.sin(X[:, 0]) + X[:, 1]
DESCENT = cr.optimizers.GradientDescent(learning_rate=0.1)


def network(output: str = "softmax", units: int = 3, **settings: Any) -> cr.Network:
    return cr.Network([4, 6, units], "tanh", output, **settings)


def fit(net: cr.Network, y: Any = CLASSES, **settings: Any) -> History:
    return net.fit(X, y, **{"epochs": 3, "batch_size": 8, "progress": False, **settings})


def bits(net: cr.Network) -> list[bytes]:
    return [array.tobytes() for array in net.params.values()]


# --- the lecture ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gradient_descent_with_learning_rate_1_is_the_line_that_the_lecture_prints(dtype: str) -> None:
    net = network(dtype=dtype)
    before, gradients = dict(net.params), net.gradients(X, CLASSES)
    fit(net, epochs=1, batch_size=len(X), optimizer=cr.optimizers.GradientDescent(learning_rate=1.0))
    for name, theta in net.params.items():
        close = 1e-14 if dtype == "float64" else 1e-6
        np.testing.assert_allclose(theta, before[name] - gradients[name], rtol=close, atol=close)


XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


@pytest.mark.parametrize(
    ("hidden", "seed"), [*((2, seed) for seed in (0, 1, 2, 4, 6)), *((8, seed) for seed in range(5))]
)
def test_xor_is_learnt_with_one_hidden_layer(hidden: int, seed: int) -> None:
    net = cr.Network([2, hidden, 1], "tanh", "sigmoid", seed=seed)
    history = net.fit(*XOR, epochs=200, optimizer=cr.optimizers.Adam(learning_rate=0.1), progress=False)
    assert net.classify(XOR[0]).tolist() == XOR[1]
    assert history["accuracy"][-1] == 1.0
    assert history["loss"][-1] < 0.1


def test_xor_cannot_be_learnt_without_one() -> None:
    net = cr.Network([2, 1], output="sigmoid")
    net.fit(*XOR, epochs=200, optimizer=cr.optimizers.Adam(learning_rate=0.1), progress=False)
    assert net.loss(*XOR) == pytest.approx(np.log(2), rel=1e-3)


# --- it learns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["gradient_descent", "momentum", "adam", "adamw"])
@pytest.mark.parametrize(("output", "units", "y"), [("softmax", 3, CLASSES), ("sigmoid", 1, CLASSES > 0)])
def test_every_optimizer_learns_classes(optimizer: str, output: str, units: int, y: Any) -> None:
    history = fit(network(output, units), y, epochs=40, optimizer=optimizer)
    assert history["loss"][-1] < history["loss"][0] / 1.2
    assert history["accuracy"][-1] > 0.6


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_quantity_is_learnt_in_the_dtype_of_the_network(dtype: str) -> None:
    net = network("identity", 1, dtype=dtype)
    history = fit(net, QUANTITY, epochs=60, optimizer=cr.optimizers.Adam(learning_rate=0.03))
    assert net.loss(X, QUANTITY) < 0.05 < history["loss"][0]
    assert {array.dtype.name for array in net.params.values()} == {dtype}
    assert all(array.flags.forc and array.flags.writeable for array in net.params.values())
    assert "accuracy" not in history.names


def test_the_last_incomplete_batch_is_used_and_weighs_by_its_samples() -> None:
    net = network(dtype="float64")
    order = order_of(len(X), seed=0, epoch=1)
    rows, rest = order[:40], order[40:]
    params = dict(net.params)
    expected = []
    for part in (rows, rest):
        expected.append(len(part) * net.loss(X[part], CLASSES[part]))
        gradients = net.gradients(X[part], CLASSES[part])
        for layer in (1, 2):
            net.W[layer] -= 0.1 * gradients.W[layer]
            net.b[layer] -= 0.1 * gradients.b[layer]
    again = network(dtype="float64")
    history = fit(again, epochs=1, batch_size=40, optimizer=DESCENT)
    assert history["loss"] == pytest.approx([sum(expected) / len(X)], rel=1e-13)
    for name in params:
        np.testing.assert_allclose(again.params[name], net.params[name], rtol=1e-13, atol=1e-15)


def test_a_batch_size_beyond_the_samples_takes_them_all() -> None:
    whole, beyond = network(), network()
    fit(whole, batch_size=len(X))
    fit(beyond, batch_size=10**9)
    assert bits(whole) == bits(beyond)


@pytest.mark.parametrize("output", ["softmax", "sigmoid", "identity"])
def test_one_sample_is_enough(output: str) -> None:
    net = network(output)
    y = [2] if output == "softmax" else [[0.0, 1.0, 1.0]]
    history = net.fit(X[:1], y, epochs=50, optimizer=DESCENT, progress=False)
    assert history["loss"][-1] < history["loss"][0]


def test_a_class_that_never_occurs_and_a_target_that_never_changes() -> None:
    net = network()
    fit(net, np.ones(len(X), int), epochs=60)
    assert set(net.classify(X)) == {1}
    net = network("identity", 1)
    fit(net, np.full(len(X), 3.0), epochs=60, optimizer=cr.optimizers.Adam(learning_rate=0.05))
    assert net.loss(X, np.full(len(X), 3.0)) < 0.1


def test_a_learning_rate_of_zero_changes_nothing_but_the_history() -> None:
    net = network(dtype="float64")
    before = bits(net)
    history = fit(net, optimizer=cr.optimizers.GradientDescent(learning_rate=0.0))
    assert bits(net) == before
    assert history["loss"] == pytest.approx([net.loss(X, CLASSES)] * 3, rel=1e-13)


def test_a_loss_of_the_users_own() -> None:
    def wanted(logits: Any, y: Any) -> Any:
        if logits.shape[-1] != 3:
            return np.sum(logits, axis=-1)
        right = np.take_along_axis(logits, y[:, None], axis=-1)[:, 0]
        return np.log(np.sum(np.exp(logits), axis=-1)) - right

    ours, theirs = network(dtype="float64"), network(dtype="float64")
    assert ours.loss(X, CLASSES, wanted) == pytest.approx(theirs.loss(X, CLASSES), rel=1e-13)
    own, usual = fit(ours, loss=wanted), fit(theirs)
    for name in ours.params:
        np.testing.assert_allclose(ours.params[name], theirs.params[name], rtol=1e-9, atol=1e-12)
    assert own["accuracy"] == usual["accuracy"]


def test_a_loss_that_decides_by_value_decides_anew_for_each_batch() -> None:
    def hard(z: Any, y: Any) -> Any:
        e = np.abs(z - y)[:, 0]
        return e if np.mean(e) > 0.5 else e * e

    net, by_hand = network("identity", 1, dtype="float64"), network("identity", 1, dtype="float64")
    fit(net, QUANTITY, epochs=4, optimizer=DESCENT, loss=hard)
    decided = []
    for epoch in range(1, 5):
        order = order_of(len(X), 0, epoch)
        for rows in np.split(order, range(8, len(X), 8)):
            decided.append(float(np.mean(np.abs(by_hand.predict(X[rows])[:, 0] - QUANTITY[rows]))) > 0.5)
            gradients = by_hand.gradients(X[rows], QUANTITY[rows], hard)
            for layer in (1, 2):
                by_hand.W[layer] -= 0.1 * gradients.W[layer]
                by_hand.b[layer] -= 0.1 * gradients.b[layer]
    assert {(False, True), (True, False)} <= set(itertools.pairwise(decided))
    for name in net.params:
        np.testing.assert_allclose(net.params[name], by_hand.params[name], rtol=1e-10, atol=1e-12)


def test_a_loss_of_the_whole_batch_is_refused() -> None:
    net = network("identity", 1)
    with pytest.raises(ShapeError, match=r"returned shape \[\] for 8 samples; return one number for each sample"):
        fit(net, QUANTITY, loss=lambda z, y: np.mean((z - y) ** 2))


# --- the same bits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"validation": (X[:5], CLASSES[:5])},
        {"progress": True},
        {"callbacks": [lambda history: np.random.default_rng().random()]},
        {"threads": 1},
        {"threads": 2},
    ],
    ids=["again", "validation", "progress", "callbacks", "1 thread", "2 threads"],
)
def test_the_same_seed_gives_the_same_bits(settings: Any) -> None:
    first, second = network(), network()
    fit(first, optimizer="adam")
    fit(second, optimizer="adam", **settings)
    assert bits(first) == bits(second)
    assert first.history["loss"] == second.history["loss"]


def test_threads_do_not_change_the_bits_of_large_products() -> None:
    large, y = RNG.normal(size=(512, 784)).astype(np.float32), RNG.integers(0, 10, 512)
    found = []
    for allowed, threads in (
        (1, None),
        (2, None),
        (2, 1),
        (2, 2),
    ):  # with 1 and 2, OpenBLAS rounds this one differently
        with threadpool_limits(allowed):
            net = cr.Network([784, 512, 10], output="softmax")
            net.fit(large, y, epochs=1, batch_size=512, threads=threads, progress=False)
            found.append(bits(net))
    assert found[0] == found[1] == found[2] == found[3]


def test_another_seed_gives_another_order() -> None:
    first, second = network(), network()
    fit(first, seed=0)
    fit(second, seed=1)
    assert bits(first) != bits(second)


@pytest.mark.parametrize("given", [X.tolist(), np.asfortranarray(X), X[::-1][::-1], np.repeat(X, 2, axis=1)[:, ::2]])
def test_the_layout_of_the_samples_does_not_matter(given: Any) -> None:
    first, second = network(), network()
    fit(first)
    second.fit(given, CLASSES.tolist(), epochs=3, batch_size=8, progress=False)
    assert bits(first) == bits(second)


def test_samples_are_never_written() -> None:
    fixed, y = X.astype(np.float32), CLASSES.copy()
    fixed.flags.writeable = y.flags.writeable = False
    fit(network(), y)
    network().fit(fixed, y, epochs=2, progress=False, validation=0.2)


# --- going on ---------------------------------------------------------------------------------------------


def test_training_goes_on_where_it_ended() -> None:
    once, twice = network(), network()
    whole = fit(once, epochs=5, optimizer=DESCENT)
    parts = [fit(twice, epochs=epochs, optimizer=DESCENT) for epochs in (2, 3)]
    assert bits(once) == bits(twice)
    assert [len(part) for part in parts] == [2, 3]
    assert parts[0]["loss"] + parts[1]["loss"] == whole["loss"] == twice.history["loss"]
    assert twice.history["epoch"] == [1, 2, 3, 4, 5]


def test_a_loaded_network_goes_on_to_the_same_bits(tmp_path: Any) -> None:
    net = network()
    fit(net)
    net.save(tmp_path / "net")
    loaded = cr.load(tmp_path / "net")
    fit(net)
    fit(loaded)
    assert bits(net) == bits(loaded)
    assert net.history["loss"] == loaded.history["loss"]


def test_what_was_taken_from_the_network_before_does_not_change() -> None:
    net = network()
    W, copy = net.W[1], net.W[1].copy()
    fit(net)
    assert np.array_equal(W, copy)
    assert not np.array_equal(net.W[1], copy)


# --- validation -------------------------------------------------------------------------------------------


def test_validation_figures_are_those_after_the_epoch() -> None:
    net = network(dtype="float64")
    aside = RNG.normal(size=(9, 4)), RNG.integers(0, 3, 9)
    losses, shares = [], []

    def look(history: History) -> None:
        losses.append(net.loss(*aside))
        shares.append(float(np.mean(net.classify(aside[0]) == aside[1])))

    history = fit(net, validation=aside, callbacks=[look])
    assert history["validation_loss"] == pytest.approx(losses, rel=1e-13)
    assert history["validation_accuracy"] == pytest.approx(shares, rel=1e-13)


def test_a_share_is_kept_aside_and_not_trained_on() -> None:
    net, by_hand = network(), network()
    history = fit(net, validation=0.25, seed=5)
    rows = random_stream(5, Purpose.VALIDATION).permutation(len(X))
    aside, rest = np.sort(rows[:11]), np.sort(rows[11:])
    expected = by_hand.fit(X[rest], CLASSES[rest], 3, 8, validation=(X[aside], CLASSES[aside]), seed=5, progress=False)
    assert bits(net) == bits(by_hand)
    assert history["validation_loss"] == expected["validation_loss"]


# --- callbacks --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [True, np.True_])
def test_training_stops_when_a_callback_says_true(answer: Any) -> None:
    calls: list[int] = []
    net = network()
    callbacks = [lambda history: answer if len(history) == 2 else None, lambda history: calls.append(len(history))]
    history = fit(net, epochs=9, callbacks=callbacks)
    assert len(history) == len(net.history) == 2
    assert calls == [1, 2]


@pytest.mark.parametrize("answer", [False, None, 1, "yes", 0.5])
def test_training_goes_on_when_it_says_anything_else(answer: Any) -> None:
    assert len(fit(network(), callbacks=(lambda history: answer for _ in range(1)))) == 3


def test_callbacks_see_the_network_as_it_is_and_may_change_it(tmp_path: Any) -> None:
    net = network()
    fit(net, epochs=1)
    seen = []

    def save_and_clip(history: History) -> None:
        seen.append((len(net.history), net.history["epoch"][-1], history["epoch"][-1]))
        net.b[1] = np.zeros(6)
        net.W[1][:] = np.clip(net.W[1], -0.5, 0.5)
        net.save(tmp_path / f"{len(history)}")

    fit(net, epochs=2, callbacks=[save_and_clip], optimizer=DESCENT)
    assert seen == [(2, 2, 1), (3, 3, 2)]
    assert not net.b[1].any()
    assert np.abs(net.W[1]).max() == 0.5
    first = cr.load(tmp_path / "1")
    assert first.history["epoch"] == [1, 2]
    fit(first, epochs=1, callbacks=[lambda history: False], optimizer=DESCENT)
    first.b[1] = np.zeros(6)
    first.W[1] = np.clip(first.W[1], -0.5, 0.5)
    assert bits(first) == bits(net)


def test_an_exception_of_a_callback_leaves_what_has_been_learnt() -> None:
    net, whole = network(), network()

    def fail(history: History) -> None:
        if len(history) == 2:
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        fit(net, callbacks=[fail], optimizer=DESCENT)
    fit(whole, epochs=2, optimizer=DESCENT)
    assert bits(net) == bits(whole)
    assert net.history["loss"] == whole.history["loss"]
    fit(net, epochs=1, optimizer=DESCENT)
    assert net.history["epoch"] == [1, 2, 3]


# --- interruption -----------------------------------------------------------------------------------------


def test_an_interrupt_within_an_epoch_keeps_the_steps_before_it() -> None:
    net = cr.Network([4, 32, 3], "tanh", "softmax", seed=0)
    many = np.tile(X, (20_000, 1))
    before = bits(net)
    interrupt = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    fit(net, epochs=1)  # so that the machine code is there
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        net.fit(many, np.tile(CLASSES, 20_000), epochs=100, batch_size=4, progress=False)
    interrupt.join()
    assert bits(net) != before
    assert all(np.isfinite(array).all() for array in net.params.values())
    assert len(fit(net)) == 3


def test_an_interrupt_within_a_step_keeps_the_steps_before_it(monkeypatch: Any) -> None:
    net, reference = network(), network()
    run, calls = Program.run, []

    def interrupted(program: Program, arguments: Any) -> Any:
        calls.append(program)
        if len(calls) == 10:  # an epoch has 6 steps
            raise KeyboardInterrupt
        return run(program, arguments)

    def decides(z: Any, y: Any) -> Any:  # by value, so that the interpreter takes the steps
        return -np.log(cr.functions.softmax(z))[np.arange(len(y)), y] if np.max(z) < 1e9 else z[:, 0]

    monkeypatch.setattr(Program, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fit(net, optimizer=DESCENT, loss=decides)
    monkeypatch.undo()
    fit(reference, epochs=1, optimizer=DESCENT, loss=decides)
    assert net.history["loss"] == reference.history["loss"]
    assert bits(net) != bits(reference)
    assert net.loss(X, CLASSES) < reference.loss(X, CLASSES)
    fit(net, epochs=1)
    assert net.history["epoch"] == [1, 2]


# --- divergence -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [1e3, 1e10, 1e20, 1e38])
@pytest.mark.parametrize("batch_size", [8, 43])
@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("epochs", [1, 30])
def test_huge_learning_rates_leave_a_network_whose_loss_is_finite(
    rate: float, batch_size: int, activation: str, epochs: int
) -> None:
    net = cr.Network([4, 6, 1], activation)
    optimizer = cr.optimizers.GradientDescent(learning_rate=rate)
    try:
        fit(net, QUANTITY, epochs=epochs, batch_size=batch_size, optimizer=optimizer)
    except DivergenceError as error:
        said = str(error)
        assert f"with {optimizer}. The parameters are back at the start of epoch {len(net.history) + 1}; " in said
        assert "train on with a lower learning rate, or standardize" in said
    else:
        assert epochs == 1
    assert all(np.isfinite(array).all() for array in net.params.values())
    assert np.isfinite(net.loss(X, QUANTITY))


def test_after_divergence_parameters_and_history_belong_together() -> None:
    net, sane = network("identity", 1), network("identity", 1)
    wild = cr.optimizers.GradientDescent(learning_rate=30.0)
    fit(net, QUANTITY, epochs=2, optimizer=DESCENT)
    with pytest.raises(DivergenceError, match=r"in epoch \d+ with") as caught:
        fit(net, QUANTITY * 1e10, epochs=100, optimizer=wild)
    fit(sane, QUANTITY, epochs=2, optimizer=DESCENT)
    again = len(net.history) - 2
    assert f"back at the start of epoch {again + 1};" in str(caught.value)
    if again:
        fit(sane, QUANTITY * 1e10, epochs=again, optimizer=wild)
    assert bits(net) == bits(sane)
    assert net.history["loss"] == sane.history["loss"]


def test_samples_that_overflow_before_the_first_step() -> None:
    net, before = network("identity", 1), bits(network("identity", 1))
    with pytest.raises(DivergenceError) as caught:
        fit(net, np.full(len(X), 1e30))
    assert str(caught.value).startswith(
        "the loss became inf in epoch 1, before the first step: with these parameters the"
    )
    assert bits(net) == before
    assert len(net.history) == 0


def test_parameters_that_become_infinite_behind_a_relu() -> None:
    net = cr.Network([1, 1, 1], "relu")
    net.W[1], net.W[2] = [[1.0]], [[3e5]]
    with pytest.raises(DivergenceError, match="parameters became infinite in epoch 1 with GradientDescent"):
        net.fit([[1e5]], [0.0], epochs=1, optimizer=cr.optimizers.GradientDescent(1e30), progress=False)
    assert net.W[1] == 1.0


def test_an_infinite_validation_loss_is_told_and_does_not_stop() -> None:
    net = network("identity", 1)
    history = fit(net, QUANTITY, validation=(X[:2], [1e30, 0.0]))
    assert history["validation_loss"] == [np.inf] * 3
