from collections.abc import Callable
from typing import Any

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st

from accuracy import inputs, largest_error
from chainrule.functions import (
    elu,
    gelu,
    hard_sigmoid,
    identity,
    leaky_relu,
    log_sigmoid,
    mish,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    step,
    tanh,
)

Function = Callable[[Any], Any]


def mp_sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z)) if z >= 0 else mp.exp(z) / (1 + mp.exp(z))


def mp_softplus(z: Any) -> Any:
    return max(z, mp.mpf(0)) + mp.log1p(mp.exp(-abs(z)))


def mp_elu(z: Any) -> Any:
    return z if z > 0 else mp.expm1(z)


def mp_selu(z: Any) -> Any:
    scale, alpha = mp.mpf(1.0507009873554805), mp.mpf(1.6732632423543772)
    return scale * (z if z > 0 else alpha * mp.expm1(z))


REFERENCES: dict[Function, Function] = {
    sigmoid: mp_sigmoid,
    softplus: mp_softplus,
    log_sigmoid: lambda z: -mp_softplus(-z),
    tanh: mp.tanh,
    hard_sigmoid: lambda z: min(max(z + 3, mp.mpf(0)), mp.mpf(6)) / 6,
    relu: lambda z: max(z, mp.mpf(0)),
    leaky_relu: lambda z: z if z > 0 else mp.mpf(0.01) * z,
    elu: mp_elu,
    selu: mp_selu,
    silu: lambda z: z * mp_sigmoid(z),
    gelu: lambda z: z * mp.erfc(min(-z / mp.sqrt(2), mp.mpf(100))) / 2,
    mish: lambda z: z * mp.tanh(mp_softplus(z)),
}
GATED = (silu, gelu, mish)

LIMITS: dict[Function, list[float]] = {  # at -inf, -0, 0, inf
    sigmoid: [0.0, 0.5, 0.5, 1.0],
    softplus: [0.0, np.log(2), np.log(2), np.inf],
    log_sigmoid: [-np.inf, -np.log(2), -np.log(2), 0.0],
    tanh: [-1.0, 0.0, 0.0, 1.0],
    hard_sigmoid: [0.0, 0.5, 0.5, 1.0],
    relu: [0.0, 0.0, 0.0, np.inf],
    leaky_relu: [-np.inf, 0.0, 0.0, np.inf],
    elu: [-1.0, 0.0, 0.0, np.inf],
    selu: [-1.0507009873554805 * 1.6732632423543772, 0.0, 0.0, np.inf],
    silu: [0.0, 0.0, 0.0, np.inf],
    gelu: [0.0, 0.0, 0.0, np.inf],
    mish: [0.0, 0.0, 0.0, np.inf],
    identity: [-np.inf, 0.0, 0.0, np.inf],
}


def name(value: Any) -> str | None:
    return getattr(value, "__name__", None)


# --- accuracy -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32], ids=name)
@pytest.mark.parametrize("function", REFERENCES, ids=name)
def test_rounded_correctly_at_all_exponents(function: Function, dtype: Any) -> None:
    assert largest_error(function, REFERENCES[function], inputs(dtype)) <= 0.5005


@pytest.mark.parametrize("function", [each for each in REFERENCES if each not in GATED], ids=name)
def test_right_to_two_ulp_at_all_exponents_in_float64(function: Function) -> None:
    assert largest_error(function, REFERENCES[function], inputs(np.float64)) <= 2


@pytest.mark.parametrize(
    ("function", "low", "bound"),
    [
        (silu, -708.0, 3),
        (mish, -708.0, 3),
        (gelu, -2.0, 6),
        (silu, -760.0, 400),
        (mish, -760.0, 400),
        (gelu, -760.0, 1500),
    ],
)
def test_gated_functions_in_float64(function: Function, low: float, bound: float) -> None:
    """The gate is subnormal from -708 down; the rounding of z/√2 costs gelu up to z² ulp."""
    assert largest_error(function, REFERENCES[function], inputs(np.float64, low)) <= bound


@pytest.mark.parametrize("function", LIMITS, ids=name)
def test_limits(function: Function) -> None:
    np.testing.assert_allclose(function([-np.inf, -0.0, 0.0, np.inf]), LIMITS[function], rtol=1e-15, atol=0)
    assert np.isnan(function(np.nan))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_increasing(a: float, b: float) -> None:
    low, high = sorted([a, b])
    for function in (sigmoid, softplus, log_sigmoid, tanh, relu, hard_sigmoid, identity, step):
        assert function(low) <= function(high)


def test_agree_with_scipy() -> None:
    z = np.linspace(-30, 30, 1001)
    np.testing.assert_allclose(sigmoid(z), scipy.special.expit(z), rtol=1e-15)
    np.testing.assert_allclose(log_sigmoid(z), scipy.special.log_expit(z), rtol=1e-15)
    np.testing.assert_allclose(softplus(z), np.logaddexp(0, z), rtol=1e-15)
    np.testing.assert_allclose(gelu(z[z > -5]), z[z > -5] * scipy.special.ndtr(z[z > -5]), rtol=1e-13)


# --- the numbers of the lecture -----------------------------------------------------------------------------


def test_sigmoid_printout() -> None:
    z = [-1000, -100, -10, 0, 10, 100, 1000]
    expected = [0, 3.72007598e-44, 4.53978687e-05, 0.5, 0.999954602, 1, 1]
    np.testing.assert_allclose(sigmoid(z), expected, rtol=3e-9)
    assert str(sigmoid(np.float32(-100))) == "3.8e-44"
    assert float(sigmoid(np.float32(-100))) == pytest.approx(3.783506e-44, rel=1e-6)
    assert float(sigmoid(np.float32(-10))) == pytest.approx(4.539786e-05, rel=2e-7)


@pytest.mark.parametrize(("dtype", "one", "zero"), [(np.float32, 17.33, -103.98), (np.float64, 36.75, -745.14)])
def test_sigmoid_becomes_one_and_zero_where_nothing_is_nearer(dtype: Any, one: float, zero: float) -> None:
    assert sigmoid(dtype(one)) == 1 > sigmoid(dtype(one - 0.02))
    assert sigmoid(dtype(zero)) == 0 < sigmoid(dtype(zero + 0.02))


def test_tanh_is_a_stretched_sigmoid() -> None:
    z = np.linspace(-20, 20, 4001)
    np.testing.assert_allclose(tanh(z), 2 * sigmoid(2 * z) - 1, rtol=0, atol=3.4e-16)
    assert tanh([-1000, 1000]).tolist() == [-1, 1]


def test_softplus_by_cases() -> None:
    assert softplus(1000.0) == 1000
    assert softplus(-40.0) == pytest.approx(4.2484e-18, rel=1e-5)


def test_logarithms_of_sigmoid_and_its_complement() -> None:
    assert log_sigmoid(-800.0) == -800
    assert log_sigmoid(-50.0) == -50
    assert -softplus(37.0) == -37


@pytest.mark.parametrize(
    ("w", "threshold", "strict", "outputs"),
    [
        ((0.5, 0.5), 0.5, True, [0, 0, 0, 1]),  # AND
        ((0.5, 0.5), 0.5, False, [0, 1, 1, 1]),  # OR
        ((0.4, 0.4), 0.5, True, [0, 0, 0, 1]),
        ((1.0, 1.0), 0.5, True, [0, 1, 1, 1]),
    ],
)
def test_both_conventions_of_the_step(w: Any, threshold: float, strict: bool, outputs: list[int]) -> None:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert step(X @ np.array(w), threshold, strict).tolist() == outputs


def test_xor_by_two_layers_of_steps() -> None:
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    h = step(X @ np.array([[1.0, 0.4], [1.0, 0.4]]), strict=True)
    assert step(h @ np.array([1.0, -1.0]), strict=True).tolist() == [0, 1, 1, 0]


# --- details ------------------------------------------------------------------------------------------------


def test_step_is_zero_or_one_in_the_dtype_of_its_argument() -> None:
    assert step(np.float32([0.4, 0.5, np.nan, np.inf])).dtype == np.float32
    assert step([0.4, 0.5, np.nan, np.inf]).tolist() == [0, 1, 0, 1]
    assert step(np.float32(0.4), threshold=0.4, strict=True) == 0
    assert type(step(1)) is np.float64


def test_leaky_relu_and_elu_take_their_parameter() -> None:
    assert leaky_relu([-2.0, 3.0], 0.5).tolist() == leaky_relu([-2.0, 3.0], slope=0.5).tolist() == [-1, 3]
    assert elu([-np.inf, 3.0], alpha=2.0).tolist() == [-2, 3]


def test_selu_keeps_mean_zero_and_variance_one() -> None:
    z = np.linspace(-12, 12, 200001)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    assert np.sum(selu(z) * density) == pytest.approx(0, abs=1e-8)
    assert np.sum(selu(z) ** 2 * density) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize(("function", "least"), [(silu, -0.2784645), (gelu, -0.1699712), (mish, -0.3088434)])
def test_least_value_of_the_gated_functions(function: Function, least: float) -> None:
    assert np.min(function(np.linspace(-3, 0, 30001))) == pytest.approx(least, abs=1e-6)
