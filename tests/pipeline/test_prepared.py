"""Prepared functions run their graph, and are traced again only when a decision turns out otherwise."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.pipeline import prepared


def counted(function: Any) -> Any:
    def run(*args: Any) -> Any:
        run.calls += 1
        return function(*args)

    run.calls = 0
    return run


def test_the_function_itself_is_called_once() -> None:
    f = counted(lambda params, x: {"sum": params["w"] * x + 1.0, "rest": (x, None)})
    run = prepared(f, {"w": 2.0}, np.ones(3))
    for scale in (1.0, 5.0):
        found = run({"w": scale}, np.arange(3.0))
        assert np.array_equal(found["sum"], scale * np.arange(3.0) + 1)
        assert np.array_equal(found["rest"][0], np.arange(3.0))
        assert found["rest"][1] is None
    assert f.calls == 1


def test_another_decision_is_traced_again() -> None:
    f = counted(lambda x: np.sin(x) if x > 0 else -x)
    run = prepared(f, 1.0)
    assert [float(run(x)) for x in (2.0, -2.0, -3.0, 0.5)] == pytest.approx([np.sin(2.0), 2.0, 3.0, np.sin(0.5)])
    assert f.calls == 3  # for 1, -2 and 0.5


def test_a_mask_is_a_decision() -> None:
    f = counted(lambda x: np.sum(x[x > 0]))
    run = prepared(f, np.array([1.0, -1.0]))
    assert float(run(np.array([3.0, -1.0]))) == 3.0
    assert float(run(np.array([3.0, 4.0]))) == 7.0
    assert f.calls == 2


def test_another_number_of_arrays_is_an_error() -> None:
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        prepared(lambda x, y: x + y, 1.0, 2.0)(1.0)


def bent(x: Any) -> Any:
    return x * x if x > 1 else 3 * x


@pytest.mark.parametrize(
    "slope",
    [
        cr.grad(bent),
        lambda x: cr.value_and_grad(bent)(x)[1],
        lambda x: cr.jvp(bent, x, np.ones_like(x))[1],
        lambda x: cr.vjp(bent, x)[1](np.ones_like(x))[0],
        cr.jacobian(bent),
        lambda x: cr.grad(lambda w: cr.grad(bent)(w) * w)(x) - (2 * x if x > 1 else 0 * x),
    ],
    ids=["grad", "value_and_grad", "jvp", "vjp", "jacobian", "grad of grad"],
)
def test_a_decision_within_a_gradient_is_one_of_the_whole(slope: Any) -> None:
    run = prepared(slope, np.array(0.5))
    assert [float(run(np.array(x))) for x in (0.5, 2.0, 4.0, -1.0)] == [3.0, 4.0, 8.0, 3.0]


def test_a_decision_is_kept_by_every_order_of_gradient() -> None:
    run = prepared(lambda x: np.sum(cr.hessian(bent)(x)), np.array(0.5))
    assert [float(run(np.array(x))) for x in (0.5, 2.0, 0.5)] == [0.0, 2.0, 0.0]
