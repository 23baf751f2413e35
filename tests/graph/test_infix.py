import numpy as np
import pytest

import chainrule as cr
from chainrule.graph.infix import infix

VALUES = {name: 0.3 + 0.1 * k for k, name in enumerate("xyzabc")}


@pytest.mark.parametrize(
    "text",
    [
        "log(1 + exp(x))",
        "(x + y)*z",
        "x - (y - z)",
        "x - y - z",
        "x/(y*z)",
        "x/y/z",
        "(x**y)**z",
        "x**y**z",
        "(-x)**y",
        "-x**y",
        "-(x*y)",
        "-(x + y)",
        "x**-y",
        "x*(-y)",
        "-x*y",
        "1 - x*x/2",
        "where(x < 1, x, 2)",
        "(-b - sqrt(b*b - 4*a*c))/(2*a)",
    ],
)
def test_the_text_means_the_same(text):
    f = cr.formula(text)
    arguments = [VALUES[name] for name in f.variables]
    written = infix(cr.trace(f, *arguments).outputs[0])
    again = cr.formula(written)
    with np.errstate(invalid="ignore"):
        same = again(*[VALUES[name] for name in again.variables]), f(*arguments)
    np.testing.assert_array_equal(*same)
    assert len(written) <= len(text) + 2


def test_inner_results_have_the_names_of_the_code():
    def f(x):
        p = 1 / (1 + np.exp(-x))
        return np.log(1 - p)

    assert infix(cr.trace(f, 1.0).outputs[0]) == "log(1 - p)"


def test_what_is_too_long_is_cut_where_it_is_deepest():
    node = cr.trace(
        cr.formula("1 + sin(2 + sin(3 + sin(4 + sin(5 + sin(6 + sin(7 + sin(8 + sin(x))))))))"), 1.0
    ).outputs[0]
    assert infix(node).startswith("1 + sin(2 + ")
    assert "…" in infix(node)
    assert len(infix(node)) <= 60
    assert len(infix(node, longest=3)) > 0


def test_arrays():
    x = np.ones((2, 3))
    shown = [
        infix(node) for node in cr.trace(lambda x: (x.sum(), x.sum(axis=1), x[0] @ x.T, x.reshape(3, 2) + 1), x).outputs
    ]
    assert shown[:2] == ["sum(x)", "sum(x, axis=1)"]
    assert shown[3] == "x + 1"
