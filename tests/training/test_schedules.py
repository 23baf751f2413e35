"""Schedules against the figures of PyTorch's, which are written here as it prints them."""

import math

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.training.schedules import (
    SCHEDULES,
    Cosine,
    Exponential,
    Linear,
    OneCycle,
    StepDecay,
    schedule_function,
)

T = np.linspace(0, 1, 101)


# torch 2.13.0: the learning rates of an SGD with lr=1 after k steps of the scheduler, for the k of 10 steps
COSINE = [1.0, 0.975528258147577, 0.9045084971874737, 0.7938926261462366, 0.6545084971874737, 0.5]
EXPONENTIAL = [1.0, 0.8, 0.64, 0.512, 0.4096, 0.32768]


def test_cosine_is_that_of_pytorch() -> None:
    np.testing.assert_allclose(Cosine()(np.arange(6) / 10), COSINE, rtol=1e-14)


def test_exponential_is_that_of_pytorch() -> None:
    np.testing.assert_allclose(Exponential(end=0.8**10)(np.arange(6) / 10), EXPONENTIAL, rtol=1e-14)


def test_one_cycle_goes_up_to_its_peak_and_down_to_its_end() -> None:
    factors = OneCycle(peak=0.25)(T)
    assert factors[0] == pytest.approx(0.04)
    assert factors[25] == factors.max() == 1
    assert factors[-1] == pytest.approx(4e-6)
    assert (np.diff(factors[:26]) > 0).all()
    assert (np.diff(factors[25:]) < 0).all()
    middle = (0.04 + 1) / 2
    assert OneCycle(peak=0.25)(0.125) == pytest.approx(middle)


def test_stairs() -> None:
    factors = StepDecay(factor=0.5, at=[0.2, 0.4, 0.4])(np.array([0.0, 0.19, 0.2, 0.39, 0.4, 1.0]))
    assert factors.tolist() == [1, 1, 0.5, 0.5, 0.125, 0.125]
    assert StepDecay(at=())(0.7) == 1


@pytest.mark.parametrize("kind", [Linear, Cosine])
def test_a_warm_up_is_a_straight_line_to_1_and_then_comes_the_whole_course(kind: type[Linear | Cosine]) -> None:
    warm = kind(warmup=0.2, end=0.1)
    np.testing.assert_allclose(warm(T[:21]), T[:21] / 0.2, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(warm(T[20:]), kind(end=0.1)((T[20:] - 0.2) / 0.8), rtol=1e-12)
    assert warm(1.0) == pytest.approx(0.1)


def test_a_line_that_stays() -> None:
    assert (Linear(end=1.0)(T) == 1).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_are_values_with_names(name: str) -> None:
    schedule = schedule_function(name)
    assert schedule is SCHEDULES[name]
    assert schedule == type(schedule)(**vars(schedule))
    assert hash(schedule) == hash(type(schedule)(**vars(schedule)))
    assert schedule_function(schedule) is schedule
    assert (schedule(T) >= 0).all()
    assert [float(schedule(t)) for t in T] == schedule(T).tolist()


def test_any_function_of_one_number_is_a_schedule() -> None:
    assert schedule_function(math.sqrt) is math.sqrt


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        ("cosin", "no schedule 'cosin'; there are 'linear', .*did you mean 'cosine'"),
        (0.5, r"a schedule is a name, an object such as Cosine\(\), or a function .*; got 0\.5"),
        (Cosine, "a schedule is a name"),
        (lambda t: [t, t], r"returns \[.*\] at 0\.5; return one number"),
    ],
)
def test_what_is_no_schedule(schedule: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        schedule_function(schedule)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (Linear, {"warmup": 1}, "warmup of Linear must be at least 0 and less than 1; got 1"),
        (Cosine, {"end": -0.1}, "end of Cosine must be .* got -0.1"),
        (Exponential, {"end": 0}, "end of Exponential must be .* greater than 0; got 0"),
        (StepDecay, {"at": (0.5, 1.5)}, r"at of StepDecay holds shares .* got \(0\.5, 1\.5\)"),
        (StepDecay, {"factor": 0}, "factor of StepDecay"),
        (OneCycle, {"peak": 0}, "without a way up write Cosine"),
        (OneCycle, {"peak": 1}, "peak of OneCycle must be"),
    ],
)
def test_bad_settings(kind: type, settings: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        kind(**settings)
