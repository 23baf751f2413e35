r"""Schedules: by which factor the learning rate is multiplied in the course of training.

A schedule is a function of the share t of the steps that are done, from 0 to 1, in plain NumPy, and is traced into the
step. So a run of 10 epochs and one of 1,000 go through the same course, and any function will do, such as
``lambda t: 1 - t``.

Example:
    >>> import chainrule as cr
    >>> [round(float(cr.schedules.Cosine(warmup=0.5)(t)), 3) for t in (0.0, 0.25, 0.5, 0.75, 1.0)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    >>> net = cr.Network(widths=[2, 8, 1], activation="tanh", output="sigmoid")
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> net.fit(X, y, epochs=100, optimizer=cr.optimizers.Adam(0.2), schedule="one_cycle")["accuracy"][-1]
    1.0
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule.errors import InputError
from chainrule.training.settings import FRACTION, NOT_NEGATIVE, POSITIVE, SHARE, check_settings, named

__all__ = ["SCHEDULES", "Cosine", "Exponential", "Linear", "OneCycle", "Schedule", "StepDecay", "schedule_function"]

Schedule = Callable[[Any], Any]


@dataclass(frozen=True)
class Linear:
    r"""Up to 1 during a warm-up, then down to ``end``, along straight lines.

    .. math::

        s(t) = \begin{cases} t / w & t < w \\ 1 - (1 - e) \, (t - w) / (1 - w) & \text{else} \end{cases}

    Attributes:
        warmup: w, the share of the steps until the full learning rate, less than 1.
        end: e, the factor in the end, 0 or greater; 1 keeps the learning rate after the warm-up.

    Raises:
        InputError: a setting outside of its range.

    Source: Goyal et al. (2017), "Accurate, large minibatch SGD: training ImageNet in 1 hour", section 2.2.

    Example:
        >>> Linear(warmup=0.2, end=0.5)(np.array([0.1, 0.2, 0.6, 1.0]))
        array([0.5 , 1.  , 0.75, 0.5 ])
    """

    warmup: float = 0.0
    end: float = 0.0

    def __post_init__(self) -> None:
        check_settings(self, warmup=FRACTION, end=NOT_NEGATIVE)

    def __call__(self, t: Any) -> Any:
        """Return the factor when a share t of the steps is done."""
        return _after_warmup(t, self.warmup, lambda u: 1 - (1 - self.end) * u)


@dataclass(frozen=True)
class Cosine:
    r"""Up to 1 during a warm-up, then down to ``end`` along half a wave.

    .. math::

        s(t) = \begin{cases} t / w & t < w \\
            e + \frac{1 - e}{2} \left(1 + \cos \left(\pi \frac{t - w}{1 - w}\right)\right) & \text{else} \end{cases}

    Attributes:
        warmup: w, the share of the steps until the full learning rate, less than 1.
        end: e, the factor in the end, 0 or greater.

    Raises:
        InputError: a setting outside of its range.

    Source: Loshchilov and Hutter (2017), "SGDR: stochastic gradient descent with warm restarts", equation 5.

    Example:
        >>> Cosine()(np.array([0.0, 0.5, 1.0]))
        array([1. , 0.5, 0. ])
    """

    warmup: float = 0.0
    end: float = 0.0

    def __post_init__(self) -> None:
        check_settings(self, warmup=FRACTION, end=NOT_NEGATIVE)

    def __call__(self, t: Any) -> Any:
        """Return the factor when a share t of the steps is done."""
        return _after_warmup(t, self.warmup, lambda u: _half_wave(1.0, self.end, u))


@dataclass(frozen=True)
class Exponential:
    r"""From 1 down to ``end``, by the same factor in each step: :math:`s(t) = e^t` with the end e.

    Attributes:
        end: e, the factor in the end, greater than 0.

    Raises:
        InputError: an end that is not greater than 0.

    Example:
        >>> Exponential(end=0.01)(np.array([0.0, 0.5, 1.0]))
        array([1.  , 0.1 , 0.01])
    """

    end: float = 0.01

    def __post_init__(self) -> None:
        check_settings(self, end=POSITIVE)

    def __call__(self, t: Any) -> Any:
        """Return the factor when a share t of the steps is done."""
        return np.exp(math.log(self.end) * t)


@dataclass(frozen=True)
class StepDecay:
    """A stair: each time one of the shares ``at`` is done, the learning rate is multiplied by ``factor``.

    Attributes:
        factor: greater than 0.
        at: shares of the steps, from 0 to 1.

    Raises:
        InputError: a setting outside of its range.

    Example:
        >>> StepDecay(factor=0.1, at=(0.5, 0.75))(np.array([0.0, 0.5, 0.8]))
        array([1.  , 0.1 , 0.01])
    """

    factor: float = 0.1
    at: tuple[float, ...] = (0.5, 0.75)

    def __post_init__(self) -> None:
        check_settings(self, factor=POSITIVE)
        object.__setattr__(self, "at", tuple(self.at))
        if any(not SHARE.contains(share) for share in self.at):
            raise InputError(f"at of StepDecay holds shares of the steps, from 0 to 1; got {self.at}")

    def __call__(self, t: Any) -> Any:
        """Return the factor when a share t of the steps is done."""
        factor = 1.0 + 0.0 * t
        for share in self.at:
            factor = factor * np.where(t >= share, self.factor, 1.0)
        return factor


@dataclass(frozen=True)
class OneCycle:
    """Up from ``start`` to 1, and then down to ``end``, each along half a wave; for large learning rates.

    Attributes:
        peak: the share of the steps at which the factor is 1, greater than 0 and less than 1.
        start: the first factor, 0 or greater.
        end: the last one, 0 or greater.

    Raises:
        InputError: a setting outside of its range.

    Source: Smith and Topin (2018), "Super-convergence: very fast training of neural networks using large learning
    rates"; with waves instead of lines as in PyTorch's ``OneCycleLR``.

    Example:
        >>> OneCycle(peak=0.5, start=0.0, end=0.0)(np.array([0.0, 0.25, 0.5, 0.75, 1.0]))
        array([0. , 0.5, 1. , 0.5, 0. ])
    """

    peak: float = 0.3
    start: float = 0.04
    end: float = 4e-6

    def __post_init__(self) -> None:
        check_settings(self, peak=FRACTION, start=NOT_NEGATIVE, end=NOT_NEGATIVE)
        if self.peak == 0:
            raise InputError("peak of OneCycle must be greater than 0; without a way up write Cosine()")

    def __call__(self, t: Any) -> Any:
        """Return the factor when a share t of the steps is done."""
        up = _half_wave(self.start, 1.0, t / self.peak)
        return np.where(t < self.peak, up, _half_wave(1.0, self.end, (t - self.peak) / (1 - self.peak)))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        "linear": Linear(),
        "cosine": Cosine(warmup=0.05),
        "exponential": Exponential(),
        "step_decay": StepDecay(),
        "one_cycle": OneCycle(),
    }
)


def schedule_function(schedule: str | Schedule) -> Schedule:
    """Return the schedule of a name, or the given function as it is.

    Raises:
        InputError: there is none of this name; a class in place of an object; or no function of one number.

    Example:
        >>> schedule_function("exponential")
        Exponential(end=0.01)
    """
    if isinstance(schedule, str):
        return named("schedule", schedule, SCHEDULES)
    if isinstance(schedule, type) or not callable(schedule):
        raise InputError(
            f"a schedule is a name, an object such as Cosine(), or a function of the share of the steps that are done; "
            f"got {schedule!r}"
        )
    if np.shape(schedule(np.float64(0.5))) != ():
        raise InputError(f"the schedule {schedule!r} returns {schedule(np.float64(0.5))!r} at 0.5; return one number")
    return schedule


def _half_wave(first: float, last: float, u: Any) -> Any:
    """From one factor to another while u goes from 0 to 1, flat at both ends."""
    return last + (first - last) * (1 + np.cos(math.pi * u)) / 2


def _after_warmup(t: Any, warmup: float, course: Schedule) -> Any:
    """A straight way up to 1, then a course from 0 to 1."""
    main = course((t - warmup) / (1 - warmup))
    return np.where(t < warmup, t / warmup, main) if warmup else main
