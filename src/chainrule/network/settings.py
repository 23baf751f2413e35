"""The settings of a network and of its training, checked."""

import contextlib
import operator
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from chainrule.errors import InputError
from chainrule.training.loop import Samples

__all__ = ["at_most_threads", "kept_aside", "real_dtype", "require_positive", "seed_number", "width_numbers"]


def width_numbers(widths: Iterable[Any]) -> tuple[int, ...]:
    """Widths as Python integers."""
    try:
        return tuple(operator.index(width) for width in widths)
    except TypeError as error:
        raise InputError(f"widths={widths!r}: give a list of whole numbers, such as [64, 128, 10]") from error


def seed_number(seed: Any) -> int:
    """A seed: a whole number from 0 to 2^64 - 1."""
    try:
        number = operator.index(seed)
    except TypeError as error:
        raise InputError(f"seed={seed!r}: give a whole number, so that the run can be repeated") from error
    if not 0 <= number < 2**64:
        raise InputError(f"seed={number}: give a whole number from 0 to 2**64 - 1")
    return number


def real_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """float32 or float64."""
    found = np.dtype(dtype)
    if found not in (np.dtype(np.float32), np.dtype(np.float64)):
        raise InputError(f"dtype={found.name!r}: a network computes in 'float32' or 'float64'")
    return found


def require_positive(**settings: Any) -> None:
    """Whole numbers from 1."""
    for name, value in settings.items():
        if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < 1:
            raise InputError(f"{name}={value!r}: give a whole number, at least 1")


def kept_aside(samples: Samples, share: float, seed: int) -> tuple[Samples, Samples]:
    """Split off a share of the samples, drawn by chance, that training only looks at."""
    count = round(share * len(samples)) if 0 < share < 1 else 0
    if not 0 < count < len(samples):
        raise InputError(
            f"validation={share!r} of {len(samples)} samples leaves nothing on one side; give a share between 0 and 1, "
            "or a pair (X, y)"
        )
    order = np.random.Generator(np.random.Philox(key=[seed, 0])).permutation(len(samples))
    aside, rest = np.sort(order[:count]), np.sort(order[count:])
    return Samples(samples.X[rest], samples.y[rest]), Samples(samples.X[aside], samples.y[aside])


@contextlib.contextmanager
def at_most_threads(threads: int | None) -> Iterator[None]:
    """Limit the threads of NumPy's matrix products for a while."""
    if threads is None:
        yield
        return
    require_positive(threads=threads)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=threads):
        yield
