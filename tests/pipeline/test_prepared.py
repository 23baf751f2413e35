"""Prepared functions run their graph, and are traced again only when a decision turns out otherwise."""

from typing import Any

import numpy as np
import pytest

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
