"""Methods and attributes of arrays on traced arrays."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import TraceError
from faithful import check_slope, check_values

A = 3 * np.sin(np.arange(1.0, 13.0)).reshape(3, 4)
REFUSED = {
    "argpartition", "base", "byteswap", "ctypes", "data", "device", "dump", "dumps", "flags", "getfield", "item",
    "itemset", "newbyteorder", "partition", "ptp", "resize", "setfield", "setflags", "strides", "to_device", "tobytes",
    "tofile", "tolist", "tostring", "view",
}  # fmt: skip


@pytest.mark.parametrize("name", [each for each in dir(np.ndarray) if not each.startswith("_")])
def test_every_method_of_numpys_arrays_is_traced_or_refused(name: str) -> None:
    if name in REFUSED:
        with pytest.raises(TraceError, match=rf"x\.{name} is not traced"):
            cr.trace(lambda x: getattr(x, name), A)
    else:
        cr.trace(lambda x: (getattr(x, name), x)[1], A)


def test_what_arrays_do_not_have_traced_arrays_do_not_have_either() -> None:
    def f(x: Any) -> Any:
        assert not hasattr(x, "foo")
        assert not hasattr(x, "__array_interface__")
        return x

    cr.trace(f, A)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x.sum(0), x.prod(), x.max(axis=1, keepdims=True), x.min()),
        lambda x: (x.mean(0), x.std(axis=1, ddof=1), x.var()),
        lambda x: (x.cumsum(), x.cumprod(1)),
        lambda x: (x.T, x.mT, x.real, x.transpose(), x.swapaxes(0, 1)),
        lambda x: (x.reshape(4, 3), x.reshape((2, -1)), x.ravel(), x.flatten()),
        lambda x: (x[None].squeeze(), x.repeat(2), x.take([0, 2], axis=0), x.diagonal(), x.trace()),
        lambda x: (x.dot(x.T), x.clip(0, 1), x.conj(), x.conjugate(), x.copy()),
        lambda x: (x.compress([True, False, True], axis=0), (x > 0).choose([x, -x])),
        lambda x: (list(x.flat), x.flat[3], x.flat[::2]),
        lambda x: x * x.nbytes / x.itemsize / x.size,
    ],
)
def test_methods(function: Any) -> None:
    check_values(function, [A])
    check_slope(function, [A])


@pytest.mark.parametrize(
    "function",
    [
        lambda x: (x.all(), x.any(axis=0), x.argmax(), x.argmin(0), x.argsort(axis=0), x.nonzero()),
        lambda x: (x.round(1), x.imag, x.astype(int), x.astype("f4"), x.astype(bool), x.astype(float, copy=False)),
        lambda x: np.sort(x[0]).searchsorted([0.0, 1.0]),
    ],
)
def test_methods_without_a_slope(function: Any) -> None:
    check_values(function, [A])


def fill(x: Any) -> Any:
    y = x * 1
    y.fill(x[0, 0])
    return y


def sort(x: Any) -> Any:
    y = x * 1
    y.sort(axis=0)
    return y


def put(x: Any) -> Any:
    y = x * 1
    y.put([0, -1], [x[1, 1], 2.0])
    return y


def flat(x: Any) -> Any:
    y = x * 1
    y.flat[::5] = x[0, 1]
    y.T.flat[1] = 3
    return y


@pytest.mark.parametrize("function", [fill, sort, put, flat])
def test_methods_that_change_the_array(function: Any) -> None:
    check_values(function, [A])
    check_slope(function, [A])


def test_flat_knows_its_length() -> None:
    check_values(lambda x: x * len(x.flat), [A])
