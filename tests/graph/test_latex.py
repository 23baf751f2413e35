r"""Graphs as formulas: parentheses where they are needed, and only there."""

import itertools
import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import OPS, Graph, constant, input_node
from chainrule.graph.latex import BINDINGS, latex

F8 = np.dtype(float)
MATRIX = np.array([[2.0, 1.0], [1.0, 3.0]])

NUMBERS: list[tuple[Callable[..., Any], str]] = [
    (lambda a, b, c: (a - b) - c, "a - b - c"),
    (lambda a, b, c: a - (b - c), r"a - \left(b - c\right)"),
    (lambda a, b, c: a + (b + c), r"a + \left(b + c\right)"),
    (lambda a, b: -(a + b), r"-\left(a + b\right)"),
    (lambda a, b: -(a * b), r"-a \, b"),
    (lambda a, b: (-a) * b, r"\left(-a\right) \, b"),
    (lambda a, b: a * (-b), r"a \, \left(-b\right)"),
    (lambda a, b: a + (-b), r"a + \left(-b\right)"),
    (lambda a, b: a - (-b), r"a - \left(-b\right)"),
    (lambda a, b: -a + b, "-a + b"),
    (lambda a, b: (a * b) ** 2, r"\left(a \, b\right)^{2}"),
    (lambda x: (-x) ** 2, r"\left(-x\right)^{2}"),
    (lambda x: -(x**2), "-x^{2}"),
    (lambda a, b: (a**b) ** 2, r"\left(a^{b}\right)^{2}"),
    (lambda a, b: a ** (b**2), "a^{b^{2}}"),
    (lambda a, b: 2 ** (a + b), "2^{a + b}"),
    (lambda a, b, c: a / (b * c), r"\frac{a}{b \, c}"),
    (lambda a, b: (a / b) ** 2, r"\left(\frac{a}{b}\right)^{2}"),
    (lambda a, b: (a + b) / 2, r"\frac{a + b}{2}"),
    (lambda a, b, c: (a + b) * c, r"\left(a + b\right) \, c"),
    (lambda a, b: a % b + 1, r"\left(a \bmod b\right) + 1"),
    (lambda a, b: (a * b) % 2, r"a \, b \bmod 2"),
    (lambda a, b: a // (a * b), r"\lfloor a / \left(a \, b\right) \rfloor"),
    (lambda a: np.exp(a) ** 2, r"\left(e^{a}\right)^{2}"),
    (lambda a: np.exp2(-a), "2^{-a}"),
    (lambda a: np.abs(a) ** 2, r"\left|a\right|^{2}"),
    (lambda a: np.sqrt(a + 1), r"\sqrt{a + 1}"),
    (lambda a: np.sin(a) ** 2, r"\sin(a)^{2}"),
    (lambda a, b: np.square(a + b), r"\left(a + b\right)^2"),
    (lambda a, b: np.hypot(a + b, a), r"\sqrt{\left(a + b\right)^2 + a^2}"),
    (lambda a: np.reciprocal(a), r"\frac{1}{a}"),
    (lambda a, b: np.maximum(a, b + 1), r"\max(a, b + 1)"),
    (lambda a, b: np.where(a > b, a, b), r"\operatorname{where}(a > b, a, b)"),
    (lambda a, b: cr.functions.xlogy(a + b, a), r"\left(a + b\right) \ln(a)"),
    (lambda a, b: np.logaddexp(a, b), r"\ln(e^{a} + e^{b})"),
    (lambda a, b: np.logical_and(a < b, np.logical_or(a > 1, b > 1)), r"a < b \wedge \left(a > 1 \vee b > 1\right)"),
    (lambda a, b: np.logical_not(a < b), r"\neg \left(a < b\right)"),
    (lambda a: -2.0 * a, r"\left(-2\right) \, a"),
    (lambda a: a * 2.0, r"a \cdot 2"),
    (lambda a: (-2.0) ** a, r"\left(-2\right)^{a}"),
    (lambda a: 1e-5 * a, r"1 \cdot 10^{-5} \, a"),
    (lambda a: 1e-5**a, r"\left(1 \cdot 10^{-5}\right)^{a}"),
    (lambda a: a + np.inf, r"a + \infty"),
    (lambda a: a - np.inf, r"a - \infty"),
]  # fmt: skip

ARRAYS: list[tuple[Callable[..., Any], str]] = [
    (lambda A, v: A @ v, "A v"),
    (lambda A, v: (A + A) @ v, r"\left(A + A\right) v"),
    (lambda A: A.T @ A, "A^T A"),
    (lambda A: (A + 1).T, r"\left(A + 1\right)^T"),
    (lambda A: np.linalg.inv(A) ** 2, r"\left(A^{-1}\right)^{2}"),
    (lambda A: np.linalg.inv(A.T), r"\left(A^T\right)^{-1}"),
    (lambda A, v: np.linalg.solve(A, v + 1), r"A^{-1} \left(v + 1\right)"),
    (lambda A: np.linalg.det(A + 1), r"\det \left(A + 1\right)"),
    (lambda v: np.sum(v * v), r"\sum v \, v"),
    (lambda v: np.sum(v + 1), r"\sum \left(v + 1\right)"),
    (lambda v: -np.sum(v), r"-\sum v"),
    (lambda v: np.sum(v) * np.max(v), r"\left(\sum v\right) \, \max(v)"),
    (lambda v: np.sum(v) + np.prod(v), r"\sum v + \prod v"),
    (lambda v: np.sum(v) ** 2, r"\left(\sum v\right)^{2}"),
    (lambda v: cr.functions.logsumexp(v), r"\ln \sum e^{v}"),
    (lambda v: v[0] * v[::-1], r"v[0] \, v[::-1]"),
    (lambda v: v[[1, 0]], "v[[1, 0]]"),
    (lambda v: (v + 1)[0], r"\left(v + 1\right)[0]"),
    (lambda v: np.concatenate([v, v * v]), r"[v, v \, v]"),
    (lambda v: np.einsum("i,i->", v, v), r"\operatorname{einsum}(v, v)"),
    (lambda v: v.astype("f4") + v.astype("f4"), "v + v"),
    (lambda v: (v + 1).astype("f4") * 2, r"\left(v + 1\right) \cdot 2"),
    (lambda v: v * np.array([1, 2.5]), "v \\, [1. , 2.5]"),
    (lambda v: v * np.ones((4, 2)), r"v \, \mathrm{float64[4, 2]}"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "expected"), NUMBERS, ids=[expected for _, expected in NUMBERS])
def test_formulas_of_numbers(function: Callable[..., Any], expected: str) -> None:
    arguments = [np.float64(i + 2) for i in range(function.__code__.co_argcount)]
    assert latex(cr.trace(function, *arguments)) == expected


@pytest.mark.parametrize(("function", "expected"), ARRAYS, ids=[expected for _, expected in ARRAYS])
def test_formulas_of_arrays(function: Callable[..., Any], expected: str) -> None:
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    arguments = [MATRIX if name == "A" else np.ones(2) for name in names]
    assert latex(cr.trace(function, *arguments)) == expected


def test_named_and_repeated_values_get_a_line() -> None:
    def f(x: Any, w: Any) -> Any:
        z = x * w
        s = cr.functions.sigmoid(z)
        return s * (1 - s) + (z + 1) ** 2

    assert latex(cr.trace(f, 1.0, 2.0)) == "\n".join(
        [
            r"\begin{aligned}",
            r"z &= x \, w \\",
            r"s &= \sigma(z) \\",
            r"&s \, \left(1 - s\right) + \left(z + 1\right)^{2}",
            r"\end{aligned}",
        ]
    )


def test_repeated_values_without_a_name() -> None:
    assert latex(cr.trace(lambda x: (lambda y: y * y)(np.sin(x)), 1.0)) == "\n".join(
        [r"\begin{aligned}", r"t_{1} &= \sin(x) \\", r"&t_{1} \, t_{1}", r"\end{aligned}"]
    )


def test_several_results() -> None:
    assert latex(cr.trace(lambda x: (x + 1, x * x), 1.0)) == r"\left(x + 1, x \, x\right)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x", "x"),
        ("w1", "w_{1}"),
        ("delta", r"\delta"),
        ("theta12", r"\theta_{12}"),
        ("rate", r"\mathrm{rate}"),
        ("my_rate", r"\mathrm{my\_rate}"),
        ("params['W']", r"\mathrm{params['W']}"),
        ("a{b}#1", r"\mathrm{a\{b\}\#}_{1}"),
    ],
)
def test_symbols(name: str, expected: str) -> None:
    x = input_node(name, (), F8)
    assert latex(Graph((x,), (x,))) == expected


def test_names_that_are_taken_twice_are_told_apart() -> None:
    def f(x: Any) -> Any:
        for _ in range(3):
            x = x * x
        return x

    assert latex(cr.trace(f, 1.0)).splitlines()[1:3] == [r"x_{[1]} &= x \, x \\", r"x_{[2]} &= x_{[1]} \, x_{[1]} \\"]


def test_constants_as_results() -> None:
    x = input_node("x", (), F8)
    assert latex(Graph((x,), (constant(-2.5),))) == "-2.5"


def test_every_open_place_of_a_template_has_a_binding() -> None:
    """A place is open if something else than a bracket or a comma stands beside it."""
    for op in OPS.values():
        places = [field for _, field, _, _ in string.Formatter().parse(op.latex) if field and field.isdigit()]
        marked = op.latex.format(*("\0" for _ in places), all="\0").replace(r"\left", "").replace(r"\right", "")
        marked = (
            marked.replace(r"\lfloor", "(").replace(r"\rfloor", ")").replace(r"\lceil", "(").replace(r"\rceil", ")")
        )
        pieces = [piece.strip() for piece in marked.split("\0")]
        ends = [(a[-1:], b[:1]) for a, b in itertools.pairwise(pieces)]
        for i, (before, after) in enumerate(ends):
            if op.kind == "source" or op.name == "astype":
                continue
            enclosed = before in set("({[,|") and after in set(")}],|")
            binding = BINDINGS.get(op.name, ())[i : i + 1] or (0,)
            assert enclosed or binding[0] > 0, (op.name, i)


def test_bindings_belong_to_primitives() -> None:
    assert set(BINDINGS) <= set(OPS)
    assert all(len(bindings) <= (OPS[name].arity or 2) for name, bindings in BINDINGS.items())
