"""Functions of rows: what the interpreter computes, the same bits for a row whatever comes with it."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.llvm import board
from chainrule.execute.llvm.entry import OTHER_FORM, Doors
from chainrule.layers.dense import ACTIVATIONS, run_layers
from chainrule.network.answers import _compiled

LARGE = (300, 400, 300, 7)  # so many weights that members share columns


def rows(n: int, width: int, dtype: Any = np.float32) -> Any:
    return np.random.default_rng(n).normal(size=(n, width)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("widths", [(1, 1, 2), (3, 17, 1), (5, 70, 33, 4), LARGE])
@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 13, 500, 1100])
def test_rows_are_computed_as_interpreted(widths: tuple[int, ...], n: int, dtype: Any) -> None:
    net = cr.Network(widths, "tanh", "sigmoid", dtype=dtype)
    X = rows(n, widths[0], dtype)
    found, expected = net.forward(X), run_layers(net.architecture, net.params, X)
    close = {"rtol": 1e-4, "atol": 1e-5} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-13}
    for layer in expected.z:
        assert found.z[layer].dtype == dtype
        np.testing.assert_allclose(found.z[layer], expected.z[layer], **close)
        np.testing.assert_allclose(found.a[layer], expected.a[layer], **close)
    assert net.predict(X).tobytes() == found.a[net.n_layers].tobytes()


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_every_output_has_machine_code(output: str) -> None:
    net = cr.Network((4, 6, 3), "gelu", output, dtype="float64")
    X = rows(5, 4, np.float64)
    expected = run_layers(net.architecture, net.params, X).a[2]
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("widths", [(5, 70, 33, 4), LARGE])
def test_the_bits_of_a_row_do_not_depend_on_the_others(widths: tuple[int, ...]) -> None:
    net = cr.Network(widths, "relu", "softmax")
    X = rows(1100, widths[0])
    every = net.predict(X)
    for n in (1, 2, 3, 4, 11, 200, 700):
        assert net.predict(X[17 : 17 + n]).tobytes() == every[17 : 17 + n].tobytes()
    assert net.predict(X[17]).tobytes() == every[17].tobytes()


def test_bits_do_not_depend_on_helpers(monkeypatch: Any) -> None:
    net = cr.Network(LARGE, "relu", "softmax")
    X = rows(1100, LARGE[0])
    for _ in range(20):  # until helpers are awake
        together = [net.predict(X[:n]) for n in (1, 2, 8, 100, 1100)]
    monkeypatch.setattr(board, "members", lambda: 1)
    _compiled.cache_clear()
    alone = cr.Network(LARGE, "relu", "softmax")
    for shared, n in zip(together, (1, 2, 8, 100, 1100), strict=True):
        assert shared.tobytes() == alone.predict(X[:n]).tobytes()
    _compiled.cache_clear()


def test_where_objects_cannot_be_read_addresses_are_given(monkeypatch: Any) -> None:
    net = cr.Network((4, 6, 3), "relu", "softmax")
    X = rows(9, 4)
    expected, function = net.predict(X), _compiled(net.architecture, net.dtype, "activations")
    monkeypatch.setattr(function, "_doors", Doors(lambda *_: OTHER_FORM, lambda *_: OTHER_FORM))
    assert net.predict(X).tobytes() == expected.tobytes()
    assert net.predict(X[2]).tobytes() == expected[2].tobytes()


def test_long_tables_are_computed_in_parts(monkeypatch: Any) -> None:
    net = cr.Network((4, 6, 3), "relu", "softmax")
    X = rows(100, 4)
    expected, function = net.predict(X), _compiled(net.architecture, net.dtype, "activations")
    monkeypatch.setattr("chainrule.execute.llvm.rowwise.row_function._MOST", 1000)
    monkeypatch.setattr(function, "_most", 7)
    assert net.predict(X).tobytes() == expected.tobytes()
    X[93, 1] = np.nan
    with pytest.raises(cr.errors.InputError, match="NaN or infinite"):
        net.predict(X)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("n", [1, 3, 33, 1000])
def test_samples_that_are_not_finite_are_refused_wherever_they_are(bad: float, n: int) -> None:
    net = cr.Network((67, 6, 3), "relu", "softmax")
    for at in ((0, 0), (n - 1, 66), (n // 2, 65)):
        X = rows(n, 67)
        X[at] = bad
        with pytest.raises(cr.errors.InputError, match="X is NaN or infinite in 1 place"):
            net.predict(X)
        X[at] = 3e38  # finite, and forgotten is what was not
        assert net.predict(X).shape == (n, 3)


@pytest.mark.parametrize(
    "given",
    [
        lambda X: X.astype(np.float64),
        lambda X: np.asfortranarray(X),
        lambda X: np.repeat(X, 2, axis=1)[:, ::2],
        lambda X: X.astype(">f4"),
        lambda X: X.tolist(),
    ],
    ids=["float64", "columns", "strided", "big-endian", "list"],
)
def test_any_array_of_numbers_is_taken(given: Any) -> None:
    net = cr.Network((4, 6, 3), "relu", "softmax")
    X = rows(9, 4)
    assert net.predict(given(X)).tobytes() == net.predict(X).tobytes()


def test_parameters_are_read_in_every_call() -> None:
    net = cr.Network((2, 1), dtype="float64")
    X = np.ones((3, 2))
    net.W[1] = [[1.0, 2.0]]
    assert net.predict(X)[0, 0] == 3.0
    net.W[1][0, 0] = 5.0
    assert net.predict(X)[0, 0] == 7.0
    net.b[1] = [1.0]
    assert net.predict(X)[0, 0] == 8.0
    net._params._arrays["W1"] = np.ones((4, 2))[::4]  # lies otherwise
    assert net.predict(X)[0, 0] == 3.0
