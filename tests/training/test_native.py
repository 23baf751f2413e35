"""Steps in machine code: the same as those of the interpreter, whatever the number of threads."""

import itertools
import tracemalloc
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import DivergenceError
from chainrule.execute.llvm.steps import native_steps
from chainrule.layers.dense import ACTIVATIONS, Architecture
from chainrule.layers.initializers import initial_parameters
from chainrule.training.interpreted import Interpreted
from chainrule.training.native import Native, NotNativeError
from chainrule.training.objective import LOSSES, objective_for
from chainrule.training.optimizers import Adam, AdamW, GradientDescent, Momentum, RMSProp, Scheduled
from chainrule.training.optimizers.by_name import OPTIMIZERS
from chainrule.training.samples import Samples
from chainrule.training.schedules import SCHEDULES

RANDOM = np.random.default_rng(0)
QUANTITIES = [
    cr.functions.absolute_error,
    cr.functions.huber_error,
    cr.functions.log_cosh_error,
    cr.functions.pinball_error,
    cr.functions.hinge_loss,
    cr.functions.focal_loss,
    cr.functions.poisson_loss,
    cr.functions.gamma_loss,
    cr.functions.tweedie_loss,
    cr.functions.negative_binomial_loss,
]


def samples(architecture: Architecture, dtype: Any, n: int = 23) -> Samples:
    X = RANDOM.normal(size=(n, architecture.widths[0])).astype(dtype)
    units = architecture.widths[-1]
    if architecture.output == "softmax":
        return Samples(X, RANDOM.integers(0, units, n))
    targets = RANDOM.random((n, units)) if architecture.output == "sigmoid" else RANDOM.normal(size=(n, units))
    return Samples(X, targets.astype(dtype))


def engines(
    architecture: Architecture, optimizer: Any, data: Samples, batch_size: int, loss: Any = None, threads: int = 1
) -> tuple[Native, Interpreted]:
    params = initial_parameters(architecture, 0, data.X.dtype)
    parts = architecture, objective_for(architecture, loss), optimizer, params
    return Native(*parts, data, batch_size, threads), Interpreted(*parts)


def assert_alike(architecture: Architecture, optimizer: Any, dtype: Any, loss: Any = None, batch_size: int = 7) -> None:
    data = samples(architecture, dtype)
    native, interpreted = engines(architecture, optimizer, data, batch_size, loss)
    found, expected = (each.epochs(data, batch_size, 3, 1, 3) for each in (native, interpreted))
    assert found.failure is expected.failure is None
    close = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(found.sums, expected.sums, **close)
    for name, theta in native.params().items():
        assert theta.dtype == dtype
        np.testing.assert_allclose(theta, interpreted.params()[name], **close)
    sums = native.evaluate(native.params(), data)
    np.testing.assert_allclose(sums, interpreted.evaluate(native.params(), data), **close)


@pytest.mark.parametrize("activation", [name for name in ACTIVATIONS if name != "softmax"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_activation_learns_as_interpreted(activation: str, dtype: Any) -> None:
    assert_alike(Architecture((4, 6, 5, 3), activation, "softmax"), GradientDescent(0.1), dtype)


@pytest.mark.parametrize("output", ["identity", "sigmoid", "softmax", "tanh"])
@pytest.mark.parametrize(
    "optimizer",
    [
        *(kind() for kind in OPTIMIZERS.values()),
        Momentum(0.05, nesterov=True),
        RMSProp(momentum=0.9),
        *(Scheduled(AdamW(), schedule, steps=9) for schedule in SCHEDULES.values()),
    ],
    ids=repr,
)
def test_every_optimizer_and_output_learns_as_interpreted(optimizer: Any, output: str) -> None:
    assert_alike(Architecture((4, 6, 3), "tanh", output), optimizer, np.float64)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_learns_as_interpreted(loss: str) -> None:
    output = (LOSSES[loss].outputs or ("identity",))[0]
    assert_alike(Architecture((4, 6, 2), "relu", output), Adam(), np.float64, loss)


@pytest.mark.parametrize("loss", QUANTITIES, ids=lambda loss: loss.__name__)
def test_losses_of_quantities_in_machine_code(loss: Any) -> None:
    assert_alike(Architecture((4, 6, 2), "tanh", "identity"), GradientDescent(0.01), np.float64, loss)


@pytest.mark.parametrize("widths", [(1, 1), (1, 1, 1), (3, 17, 1), (33, 16, 15, 2), (5, 64, 65, 4), (2, 130, 3)])
@pytest.mark.parametrize("batch_size", [1, 5, 23])
def test_any_widths_and_batch_sizes(widths: tuple[int, ...], batch_size: int) -> None:
    assert_alike(Architecture(widths, "tanh", "identity"), Momentum(0.01), np.float64, batch_size=batch_size)


def test_a_loss_of_the_users_own_in_machine_code() -> None:
    def huber(z: Any, y: Any) -> Any:
        size = np.abs(z - y)
        return np.sum(np.where(size < 1, 0.5 * size**2, size - 0.5), axis=1)

    assert_alike(Architecture((4, 6, 2), "tanh", "identity"), Adam(), np.float64, huber)


@pytest.mark.parametrize(
    "loss",
    [
        lambda z, y: np.mean((z - y) ** 2, axis=1) * (1 if len(z) < 5 else 2),
        lambda z, y: np.mean((z - y) ** 2, axis=1) / len(z),
        lambda z, y: np.abs(z - y)[:, 0] if np.max(z) > 0 else np.square(z - y)[:, 0],
    ],
    ids=["counts", "divides by the count", "decides by value"],
)
def test_what_depends_on_the_batch_is_left_to_the_interpreter(loss: Any) -> None:
    architecture = Architecture((4, 6, 2), "tanh", "identity")
    with pytest.raises(NotNativeError):
        engines(architecture, GradientDescent(), samples(architecture, np.float64), 7, loss)


# --- threads ------------------------------------------------------------------------------------------------

CASES = [
    (Architecture((2, 8, 1), "tanh", "sigmoid"), GradientDescent(), 4),
    (Architecture((64, 128, 64, 10), "relu", "softmax"), Adam(), 32),
    (Architecture((16, *[16] * 8, 10), "tanh", "softmax"), GradientDescent(), 24),
    (Architecture((20, 96, 96, 1), "relu", "identity"), AdamW(), 50),
    (Architecture((30, 70, 300, 7), "gelu", "softmax"), Momentum(nesterov=True), 33),
]


@pytest.mark.parametrize(("architecture", "optimizer", "batch_size"), CASES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_number_of_threads_changes_no_bit(
    architecture: Architecture, optimizer: Any, batch_size: int, dtype: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(native_steps, "WORTH_SHARING", 0)
    data = samples(architecture, dtype, 150)

    def run(threads: int) -> list[bytes]:
        engine, _ = engines(architecture, optimizer, data, batch_size, threads=threads)
        sums = engine.epochs(data, batch_size, 5, 1, 2).sums
        scores = engine.evaluate(engine.params(), data)
        return [sums.tobytes(), scores.tobytes(), *(theta.tobytes() for theta in engine.params().values())]

    first = run(1)
    assert all(run(threads) == first for threads in (1, 2, 3, 8))


def test_turns_of_any_length_change_no_bit(monkeypatch: Any) -> None:
    """A crew that is sent away after a step goes on where it was."""

    class Restless:
        """Another number of threads after a moment."""

        def __init__(self, members: int) -> None:
            self._turns = itertools.cycle((members, 1, 2))
            self.note(0, 0.0)

        def note(self, steps: int, seconds: float) -> None:
            del steps, seconds
            self.members, self.seconds = next(self._turns), 1e-5

    architecture = Architecture((20, 64, 10), "relu", "softmax")
    data = samples(architecture, np.float32, 500)
    monkeypatch.setattr(native_steps, "WORTH_SHARING", 0)
    ends = []
    for pace in (native_steps.Pace, Restless):
        monkeypatch.setattr(native_steps, "Pace", pace)
        engine, _ = engines(architecture, Adam(), data, 16, threads=3)
        engine._steps.paces.clear()
        sums = engine.epochs(data, 16, 0, 1, 20).sums
        ends.append([sums.tobytes(), *(theta.tobytes() for theta in engine.params().values())])
    assert ends[0] == ends[1]


# --- the rest of the process --------------------------------------------------------------------------------


def test_running_means_that_decay_become_zero() -> None:
    architecture = Architecture((4, 6, 3), "tanh", "softmax")
    data = samples(architecture, np.float32)
    engine, _ = engines(architecture, Momentum(learning_rate=0.0, momentum=0.5), data, 23)
    engine.epochs(data, 23, 0, 1, 1)
    data.X[:] = 0  # from now on no gradient by W1
    engine.epochs(data, 23, 0, 2, 400)
    velocity = engine.memory()[4]
    assert velocity.shape == (4, 6)
    assert not velocity.any()


def test_training_leaves_subnormal_numbers_alone() -> None:
    architecture = Architecture((4, 6, 3), "tanh", "softmax")
    data = samples(architecture, np.float32)
    engine, _ = engines(architecture, GradientDescent(), data, 7)
    engine.epochs(data, 7, 0, 1, 2)
    assert np.float32(1e-40) * np.float32(0.5) > 0


def test_memory_is_parameters_state_and_one_batch_but_no_copy_of_the_data() -> None:
    architecture = Architecture((500, 8, 1), "relu", "identity")
    data = samples(architecture, np.float32, 20_000)  # 40 MB
    engine, _ = engines(architecture, Adam(), data, 32)
    engine.epochs(data, 32, 0, 1, 1)
    tracemalloc.start()
    engine.epochs(data, 32, 0, 2, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_large_batches_and_evaluations_share_their_memory() -> None:
    architecture = Architecture((30, 500, 1), "relu", "identity")
    data = samples(architecture, np.float32, 600)

    def memory(batch_size: int) -> int:
        engine, _ = engines(architecture, GradientDescent(), data, batch_size)
        params = engine.params()
        tracemalloc.start()
        engine.evaluate(params, data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    activations = 512 * 500 * 4  # of one layer
    assert memory(512) + 2 * activations < memory(32)


def test_training_makes_no_copy_of_the_data() -> None:
    X = np.random.default_rng(0).normal(size=(20_000, 500)).astype(np.float32)  # 40 MB
    y = np.arange(20_000) % 2
    net = cr.Network([500, 8, 2], output="softmax")
    net.fit(X, y, epochs=1, progress=False)
    tracemalloc.start()
    net.fit(X, y, epochs=2, progress=False)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes / 2  # with room to begin at large pages


def test_data_is_not_changed() -> None:
    X, y = RANDOM.normal(size=(50, 4)), RANDOM.integers(0, 3, 50)
    X.flags.writeable = y.flags.writeable = False
    before = X.tobytes(), y.tobytes()
    net = cr.Network([4, 5, 3], output="softmax", dtype="float64")
    net.fit(X, y, epochs=2, progress=False)
    assert (X.tobytes(), y.tobytes()) == before


@pytest.mark.parametrize("rate", [1e3, 1e30])
def test_a_loss_that_is_not_finite_is_told_with_its_step(rate: float) -> None:
    architecture = Architecture((4, 6, 1), "relu", "identity")
    data = samples(architecture, np.float64)
    native, interpreted = engines(architecture, GradientDescent(rate), data, 5)
    found, expected = (each.epochs(data, 5, 0, 1, 40) for each in (native, interpreted))
    assert found.failure is not None
    assert expected.failure is not None
    assert found.failure.steps_before == expected.failure.steps_before
    assert len(found.sums) == len(expected.sums)
    assert not np.isfinite(found.failure.loss)


def test_divergence_is_told_by_the_network() -> None:
    net = cr.Network([4, 6, 1], "relu", "identity")
    with pytest.raises(DivergenceError, match="train on with a lower learning rate"):
        net.fit(RANDOM.normal(size=(20, 4)), RANDOM.normal(size=20), 40, 5, GradientDescent(1e10), progress=False)
