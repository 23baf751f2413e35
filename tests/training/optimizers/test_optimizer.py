"""What holds for every optimizer: immutable, out of place, of the same dtypes, and plain enough to be traced."""

import dataclasses
import math

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.training.optimizers import AdaGrad, Adam, AdamW, Momentum, RAdam, RMSProp
from chainrule.training.optimizers.by_name import OPTIMIZERS
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.trees import flatten, tree_map

KINDS = list(dict.fromkeys(OPTIMIZERS.values()))
ALL = [*(kind() for kind in KINDS), Momentum(nesterov=True), RMSProp(momentum=0.9), RAdam(beta2=0.5)]

every = pytest.mark.parametrize("optimizer", ALL, ids=str)


class Opaque(np.lib.mixins.NDArrayOperatorsMixin):
    """An array that can be computed with, but not looked into: what a traced array is to an optimizer."""

    def __init__(self, value):
        self.value = np.asarray(value)

    dtype = property(lambda self: self.value.dtype)
    shape = property(lambda self: self.value.shape)

    def astype(self, dtype):
        return Opaque(self.value.astype(dtype))

    def __array_ufunc__(self, ufunc, method, *inputs, out=None):
        assert method == "__call__"
        assert out is None, "computed in place"
        return Opaque(ufunc(*map(value_of, inputs)))

    def __array_function__(self, function, types, args, kwargs):
        assert function is np.where
        return Opaque(function(*map(value_of, args), **kwargs))

    def _forbidden(self, *_, **__):
        pytest.fail("looked into a traced array")

    __array__ = __bool__ = __float__ = __int__ = __index__ = __setitem__ = __iter__ = __len__ = _forbidden


def value_of(argument):
    return argument.value if isinstance(argument, Opaque) else argument


def example(dtype):
    random = np.random.default_rng(0)
    params = {"W": [random.normal(size=(3, 2)).astype(dtype), None], "b": (np.array(0.5, dtype=dtype),)}
    gradients = tree_map(lambda leaf: random.normal(size=leaf.shape).astype(dtype), params)
    return params, gradients


@every
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_and_shapes_stay(optimizer, dtype):
    params, gradients = example(dtype)
    state = optimizer.init(params)
    before = [(leaf.dtype, leaf.shape) for leaf in flatten((params, state))]
    for _ in range(3):
        params, state = optimizer.step(params, gradients, state)
    assert [(leaf.dtype, leaf.shape) for leaf in flatten((params, state))] == before


@pytest.mark.parametrize("kind", KINDS)
def test_numpy_numbers_as_settings_do_not_widen_float32(kind):
    optimizer = kind(learning_rate=np.float64(0.1))
    params, gradients = example(np.float32)
    params, _ = optimizer.step(params, gradients, optimizer.init(params))
    assert {leaf.dtype for leaf in flatten(params)} == {np.dtype(np.float32)}
    assert type(optimizer.learning_rate) is float


@every
def test_nothing_given_is_changed(optimizer):
    params, gradients = example(np.float64)
    state = optimizer.init(params)
    given = flatten((params, gradients, state))
    copies = [np.array(leaf) for leaf in given]
    for leaf in given:
        leaf.flags.writeable = False
    optimizer.step(params, gradients, state)
    assert all(np.array_equal(leaf, copy) for leaf, copy in zip(given, copies, strict=True))


@every
def test_a_step_can_be_traced(optimizer):
    params, gradients = example(np.float32)
    state = optimizer.init(params)
    opaque_params, opaque_state = tree_map(Opaque, (params, state))
    for _ in range(3):
        params, state = optimizer.step(params, gradients, state)
        opaque_params, opaque_state = optimizer.step(opaque_params, tree_map(Opaque, gradients), opaque_state)
    leaves = flatten((opaque_params, opaque_state))
    assert all(isinstance(leaf, Opaque) for leaf in leaves)
    for leaf, expected in zip(leaves, flatten((params, state)), strict=True):
        assert leaf.value.tobytes() == np.asarray(expected).tobytes()


@every
def test_it_finds_the_minimum_of_a_bowl(optimizer):
    slows_down = isinstance(optimizer, AdaGrad)
    optimizer = dataclasses.replace(optimizer, learning_rate=0.5 if slows_down else 0.05)
    params = {"w": np.array([1.0, -2.0])}
    state = optimizer.init(params)
    for _ in range(500):
        params, state = optimizer.step(params, {"w": np.array([1.0, 3.0]) * params["w"]}, state)
    assert np.abs(params["w"]).max() < 1e-3


@every
def test_zero_gradients_and_empty_trees(optimizer):
    params = {"w": np.zeros((2, 0)), "b": np.array([0.0, -0.0])}
    moved, _ = optimizer.step(params, tree_map(np.zeros_like, params), optimizer.init(params))
    assert np.array_equal(moved["b"], [0.0, 0.0])
    assert moved["w"].shape == (2, 0)
    assert optimizer.step({}, {}, optimizer.init({}))[0] == {}


@every
def test_a_learning_rate_of_0_stands_still(optimizer):
    params, gradients = example(np.float64)
    still = dataclasses.replace(optimizer, learning_rate=0)
    moved, _ = still.step(params, gradients, still.init(params))
    assert all(np.array_equal(one, other) for one, other in zip(flatten(moved), flatten(params), strict=True))


@every
def test_values_and_protocol(optimizer):
    assert isinstance(optimizer, Optimizer)
    assert optimizer == type(optimizer)(**dataclasses.asdict(optimizer))
    with pytest.raises(dataclasses.FrozenInstanceError):
        optimizer.learning_rate = 1.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rate", [-1e-9, math.nan, math.inf, "0.1", None, 1j])
def test_bad_learning_rates(kind, rate):
    with pytest.raises(InputError, match=rf"learning_rate of {kind.__name__} must be a finite number .* got "):
        kind(learning_rate=rate)


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (Momentum, "momentum", 1.0),
        (Momentum, "momentum", -0.1),
        *[
            (kind, name, value)
            for kind in (Adam, AdamW)
            for name in ("beta1", "beta2")
            for value in (-0.1, 1, math.nan)
        ],
        *[(kind, "epsilon", value) for kind in (Adam, AdamW) for value in (0, -1e-8, math.inf)],
        (AdamW, "weight_decay", -0.1),
    ],
)
def test_bad_settings(kind, name, value):
    with pytest.raises(InputError, match=f"{name} of {kind.__name__} must be .* got {value}"):
        kind(**{name: value})
