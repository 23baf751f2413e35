"""``stabilize`` and ``stabilize=``: the stable form where it is wanted, what is written where it is not."""

import re
from typing import Any

import numpy as np
import pytest

import chainrule as cr


def softplus(x: Any) -> Any:
    return np.log(1 + np.exp(x))


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def cross_entropy(z: Any, y: Any) -> Any:
    """Softmax by exp and sum, cross-entropy by the logarithm of a probability."""
    p = np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)
    return -np.log(p[np.arange(len(y)), y])


def test_values() -> None:
    assert cr.stabilize(softplus)(1000.0) == 1000.0
    assert cr.stabilize(lambda x: (1 - np.cos(x)) / x**2)(1e-9) == 0.5
    np.testing.assert_array_equal(cr.stabilize(softplus)(np.array([-1000.0, 1000.0])), [0.0, 1000.0])


def test_trees_and_keywords() -> None:
    f = cr.stabilize(lambda w, scale=1.0: {"loss": scale * softplus(w["a"])})
    assert f({"a": 1000.0}, scale=2.0) == {"loss": 2000.0}


def test_decisions_are_made_anew_in_each_call() -> None:
    f = cr.stabilize(lambda x: softplus(x) if x > 0 else x)
    assert f(1000.0) == 1000.0
    assert f(-1.0) == -1.0


def test_methods() -> None:
    class Model:
        @cr.stabilize
        def score(self, x: Any) -> Any:
            return softplus(x)

    assert Model().score(1000.0) == 1000.0


def test_every_derivative_is_that_of_the_stable_form() -> None:
    x = np.array([-1000.0, 0.0, 1000.0])
    slopes = [0.0, 0.5, 1.0]
    np.testing.assert_array_equal(cr.elementwise_grad(softplus)(x), slopes)
    np.testing.assert_array_equal(cr.jacobian(softplus)(x), np.diag(slopes))
    np.testing.assert_array_equal(cr.jvp(softplus, x, np.ones(3)), [[0.0, np.log(2), 1000.0], slopes])
    np.testing.assert_array_equal(cr.vjp(softplus, x)[1](np.ones(3))[0], slopes)
    assert cr.grad(softplus)(1000.0) == 1.0
    assert cr.value_and_grad(softplus)(1000.0) == (1000.0, 1.0)
    total = lambda x: np.sum(softplus(x))  # noqa: E731
    np.testing.assert_array_equal(cr.hessian(total)(x), np.diag([0.0, 0.25, 0.0]))
    np.testing.assert_array_equal(cr.hvp(total, x, np.ones(3)), [0.0, 0.25, 0.0])
    np.testing.assert_array_equal(cr.compile(cr.value_and_grad(total))(x)[1], slopes)
    assert cr.compile(softplus)(1000.0) == 1000.0


@pytest.mark.parametrize("f", [softplus, sigmoid, lambda x: np.exp(x) - 1, lambda x: np.sqrt(x * x + 1)])
@pytest.mark.parametrize("x", [-800.0, -1.5, 1e-9, 0.3, 800.0])
def test_what_is_written_bit_by_bit(f: Any, x: float) -> None:
    with np.errstate(all="ignore"):
        written = f(np.float64(x))
    assert cr.value_and_grad(f, stabilize=False)(x)[0] == written
    assert cr.jvp(f, x, 1.0, stabilize=False)[0] == written
    assert cr.vjp(f, x, stabilize=False)[0] == written


def test_slopes_of_what_is_written() -> None:
    assert np.isnan(cr.grad(softplus, stabilize=False)(1000.0))
    assert np.isnan(cr.elementwise_grad(softplus, stabilize=False)(np.array([1000.0]))[0])
    assert np.isnan(cr.jacobian(softplus, stabilize=False)(np.array([1000.0]))[0, 0])
    assert np.isnan(cr.hessian(softplus, stabilize=False)(1000.0))
    assert np.isnan(cr.hvp(softplus, 1000.0, 1.0, stabilize=False))
    assert cr.compile(softplus, stabilize=False)(1000.0) == np.inf


def test_compiled_functions_are_those_of_the_interpreter() -> None:
    x = np.random.default_rng(0).normal(size=(50, 4)) * 300
    y = np.random.default_rng(1).integers(0, 4, 50)
    value, slopes = cr.value_and_grad(lambda z: np.mean(cross_entropy(z, y)))(x)
    fast_value, fast_slopes = cr.compile(cr.value_and_grad(lambda z: np.mean(cross_entropy(z, y))))(x)
    assert np.isfinite(value)
    np.testing.assert_allclose(fast_value, value, rtol=1e-14)
    np.testing.assert_allclose(fast_slopes, slopes, rtol=1e-12, atol=1e-18)


def test_report() -> None:
    f = cr.stabilize(softplus)
    assert str(f.report) == "softplus: nothing to rewrite"
    f(1000.0)
    (rewrite,) = f.report.rewrites
    assert (rewrite.name, rewrite.before, rewrite.after) == ("softplus", "log(1 + exp(x))", "softplus(x)")
    assert re.fullmatch(r".*test_stabilized\.py:\d+", rewrite.where)
    assert rewrite.bits_before == pytest.approx(62, abs=1)
    assert rewrite.bits_after == 0
    text = str(f.report)
    assert "softplus: 1 rewrite" in text
    assert "log(1 + exp(x))\n  -> softplus(x)" in text
    assert "bits of error 62 -> 0" in text


def test_report_of_the_latest_call() -> None:
    f = cr.stabilize(lambda x: np.exp(x) - 1 if x > 0 else np.log(1 + x))
    f(1e-9)
    assert [each.name for each in f.report.rewrites] == ["expm1"]
    f(-1e-9)
    assert [each.name for each in f.report.rewrites] == ["log1p"]


def test_report_in_notebooks() -> None:
    f = cr.stabilize(lambda x: np.where(x < 5, np.exp(x) - 1, x))
    f(1e-9)
    html = f.report._repr_html_()
    assert html.startswith("<table>")
    assert "<code>expm1(x)</code>" in html
    assert "<lambda>" not in html


def test_within_other_functions() -> None:
    assert cr.grad(cr.stabilize(softplus), stabilize=False)(1000.0) == 1.0
    assert cr.compile(cr.stabilize(softplus), stabilize=False)(1000.0) == 1000.0


def test_traces_and_explanations_show_what_is_written() -> None:
    assert [node.op.name for node in cr.trace(softplus, 1.0).nodes if node.inputs] == ["exp", "add", "log"]
    assert float(cr.explain("log(1 + exp(x))", x=1000).value) == np.inf
    assert float(cr.explain("log(1 + exp(x))", x=1000, stabilize=True).value) == 1000.0


@pytest.mark.parametrize("optimizer", ["gradient_descent", "adam"])
def test_training_from_naive_formulas(optimizer: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 5)) * 1e4
    y = (X @ rng.normal(size=(5, 3))).argmax(axis=1)
    naive, library = (cr.Network([5, 4, 3], "tanh", "softmax", seed=1) for _ in range(2))
    naive.fit(X, y, epochs=3, loss=cross_entropy, optimizer=optimizer, progress=False)
    library.fit(X, y, epochs=3, optimizer=optimizer, progress=False)
    for name, expected in library.params.items():
        assert np.all(np.isfinite(naive.params[name]))
        np.testing.assert_allclose(naive.params[name], expected, rtol=1e-5, atol=1e-6)


def test_not_a_function() -> None:
    with pytest.raises(cr.errors.InputTypeError):
        cr.stabilize(3)  # type: ignore[arg-type]
