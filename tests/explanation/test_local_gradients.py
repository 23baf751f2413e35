"""Each local gradient that is shown as a formula is the derivative: checked with mpmath, as are the rows' names."""

import re

import mpmath as mp
import numpy as np
import pytest

import chainrule as cr
from chainrule.execute.interpret import value_of
from chainrule.explanation.local_gradients import DOWNSTREAM_FORMULAS, LOCAL_FORMULAS, local_formula
from chainrule.explanation.steps import BackwardStep
from chainrule.graph import OPS

INSIDE = {"arccosh": 1.7, "log1mexp": -0.7}
NAMES = {"ln": mp.log, "sqrt": mp.sqrt, "sin": mp.sin, "cos": mp.cos, "sinh": mp.sinh, "cosh": mp.cosh, "π": mp.pi}
NAMES |= {"e": mp.e, "sign": mp.sign, "σ": lambda x: 1 / (1 + mp.exp(-x))}
EXACT = {  # the ops that mpmath calls differently, or has not
    "arcsin": mp.asin, "arccos": mp.acos, "arctan": mp.atan, "arcsinh": mp.asinh, "arccosh": mp.acosh,
    "arctanh": mp.atanh, "add": mp.fadd, "subtract": mp.fsub, "multiply": mp.fmul, "divide": mp.fdiv,
    "negative": mp.fneg, "absolute": mp.fabs, "reciprocal": lambda x: 1 / x, "square": lambda x: x**2,
    "exp2": lambda x: 2**x, "log2": lambda x: mp.log(x, 2), "log1mexp": lambda x: mp.log(1 - mp.exp(x)),
    "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)), "xlogy": lambda x, y: x * mp.log(y),
    "sigmoid": NAMES["σ"], "softplus": lambda x: mp.log(1 + mp.exp(x)),
}  # fmt: skip
ELEMENTWISE = [
    (name, i) for name in LOCAL_FORMULAS for i in range(OPS[name].arity or 0) if OPS[name].kind == "elementwise"
]


def python(formula: str) -> str:
    """The formula as Python code."""
    for text, code in (("²", "**2"), ("·", "*"), ("^", "**"), ("√π", "√(π)"), ("√", "sqrt")):
        formula = formula.replace(text, code)
    return re.sub(r"\b(ln|sinh?|cosh?) (\w+)", r"\1(\2)", formula)


@pytest.mark.parametrize(("name", "i"), ELEMENTWISE)
def test_the_formula_is_the_derivative(name: str, i: int) -> None:
    exact = EXACT.get(name) or getattr(mp, name)
    point = [mp.mpf(INSIDE.get(name, 0.6)), mp.mpf(1.3)][: OPS[name].arity]
    with mp.workdps(30):
        slope = mp.diff(exact, tuple(point), tuple(int(k == i) for k in range(len(point))))
        values = {**NAMES, "out": exact(*point), **dict(zip("xy", point, strict=False))}
        shown = eval(python(LOCAL_FORMULAS[name][i].format("x", "y", out="out")), values)
        assert mp.almosteq(shown, slope, rel_eps=mp.mpf(10) ** -9)


def test_there_is_a_formula_for_every_input() -> None:
    for table in (LOCAL_FORMULAS, DOWNSTREAM_FORMULAS):
        assert {name: len(rows) for name, rows in table.items()} == {name: OPS[name].arity for name in table}


@pytest.mark.parametrize(
    ("exponent", "formula"),
    [("2", "2·x"), ("3", "3·x²"), ("-1", "-1·x⁻²"), ("1", "1"), ("0", "0"), ("0.5", "0.5·x^(0.5-1)")],
)
def test_powers(exponent: str, formula: str) -> None:
    (node,) = (node for node in cr.trace(lambda x: x ** float(exponent), 2.0).nodes if node.op.name == "power")
    assert local_formula(node, 0, ["x", exponent], "f") == formula


def test_a_long_formula_is_left_out() -> None:
    explanation = cr.explain(lambda a: a["a long name"] / a["another name"], {"a long name": 1.0, "another name": 2.0})
    (step,) = (step for step in explanation.steps if isinstance(step, BackwardStep))
    assert [flow.formula for flow in step.flows] == ["1/a['another name']", ""]


def test_products_of_matrices() -> None:
    a, b, g = (np.arange(4.0).reshape(2, 2) + shift for shift in (0, 5, 7))
    names = {"a": a, "b": b, "upstream": g}
    rows = [eval(row.format("a", "b").replace("ᵀ", ".T"), names) for row in DOWNSTREAM_FORMULAS["matmul"]]
    value = value_of("matmul", [a, b], {})
    for down, of in zip(rows, (lambda da: (a + da) @ b, lambda db: a @ (b + db)), strict=True):
        for index in np.ndindex(2, 2):
            unit = np.zeros((2, 2))
            unit[index] = 1
            assert np.sum(g * (of(unit) - value)) == pytest.approx(down[index])
