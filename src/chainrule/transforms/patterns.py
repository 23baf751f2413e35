"""Patterns: formulas with variables, written as mathematics, ``log(1 + exp(x))``, to be found in graphs and filled in.

A sum is kept as coefficients of terms and a product as powers of factors, so that ``1 - cos(x)`` and ``-cos(x) + 1``
are one pattern, and ``x**2``, ``x * x`` and ``x / (1 / x)`` are, too.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

__all__ = [
    "ONE",
    "WRITTEN",
    "Call",
    "Expression",
    "Product",
    "Sum",
    "Variable",
    "absolute",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "as_expression",
    "cbrt",
    "conditions",
    "cos",
    "cosh",
    "divided",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "floor",
    "function",
    "hypot",
    "inv",
    "isfinite",
    "kept",
    "largest",
    "log",
    "log1mexp",
    "log1p",
    "log2",
    "log_softmax",
    "logaddexp",
    "logsumexp",
    "matmul",
    "maximum",
    "minimum",
    "moved",
    "negative",
    "numbers",
    "power",
    "reals",
    "sigmoid",
    "sign",
    "sin",
    "sinh",
    "softmax",
    "softplus",
    "solve",
    "sqrt",
    "tan",
    "tanh",
    "total",
    "where",
    "xlogy",
]  # fmt: skip

Kind = Literal["real", "number", "condition"]


class Expression:
    """A formula with variables; its operators give larger ones."""

    def __add__(self, other: "Operand") -> "Expression":
        return _sum([(1.0, self), (1.0, as_expression(other))])

    __radd__ = __add__

    def __sub__(self, other: "Operand") -> "Expression":
        return _sum([(1.0, self), (-1.0, as_expression(other))])

    def __rsub__(self, other: "Operand") -> "Expression":
        return _sum([(1.0, as_expression(other)), (-1.0, self)])

    def __neg__(self) -> "Expression":
        return _product([(self, 1)], -1.0)

    def __mul__(self, other: "Operand") -> "Expression":
        return _product([(self, 1), (as_expression(other), 1)])

    __rmul__ = __mul__

    def __truediv__(self, other: "Operand") -> "Expression":
        return _product([(self, 1), (as_expression(other), -1)])

    def __rtruediv__(self, other: "Operand") -> "Expression":
        return _product([(as_expression(other), 1), (self, -1)])

    def __pow__(self, exponent: int) -> "Expression":
        return _product([(self, exponent)])

    def __lt__(self, other: "Operand") -> "Expression":
        return Call("less", (self, as_expression(other)))

    def __gt__(self, other: "Operand") -> "Expression":
        return Call("greater", (self, as_expression(other)))

    def __and__(self, other: "Operand") -> "Expression":
        return Call("logical_and", (self, as_expression(other)))

    def equals(self, other: "Operand") -> "Expression":
        """The question whether two numbers are equal."""
        return Call("equal", (self, as_expression(other)))

    def differs(self, other: "Operand") -> "Expression":
        """The question whether two numbers differ."""
        return Call("not_equal", (self, as_expression(other)))

    @cached_property
    def variables(self) -> frozenset[str]:
        """The names of its variables."""
        return frozenset().union(*(part.variables for part in self.parts))

    @property
    def parts(self) -> tuple["Expression", ...]:
        """What it is directly made of."""
        return ()


Operand = Expression | float


@dataclass(frozen=True)
class Variable(Expression):
    """Stands for any node of its kind: a real array, a number of the code, or a condition."""

    name: str
    kind: Kind = "real"

    @cached_property
    def variables(self) -> frozenset[str]:
        """Its name."""
        return frozenset([self.name])


@dataclass(frozen=True)
class Call(Expression):
    """A primitive applied to expressions; params, such as axes, are those that were found."""

    op: str
    inputs: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it is directly made of."""
        return self.inputs


@dataclass(frozen=True)
class Sum(Expression):
    """A sum of coefficient times term; the number 1 is the term ``ONE``."""

    terms: tuple[tuple[float, Expression], ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it is directly made of."""
        return tuple(term for _, term in self.terms)


@dataclass(frozen=True)
class Product(Expression):
    """A coefficient times powers of factors."""

    coefficient: float
    factors: tuple[tuple[Expression, int], ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it is directly made of."""
        return tuple(factor for factor, _ in self.factors)


ONE = Product(1.0, ())
WRITTEN = Variable("as written")  # in a replacement: what the pattern has matched


def as_expression(value: Operand) -> Expression:
    """The expression of a number."""
    return value if isinstance(value, Expression) else Product(float(value), ())


def _sum(parts: Iterable[tuple[float, Expression]]) -> Expression:
    terms: dict[Expression, float] = {}
    for k, part in parts:
        for coefficient, term in _terms(part):
            terms[term] = terms.get(term, 0.0) + k * coefficient
    left = tuple((k, term) for term, k in terms.items() if k)
    return _product([(left[0][1], 1)], left[0][0]) if len(left) == 1 else Sum(left)


def _terms(part: Expression) -> tuple[tuple[float, Expression], ...]:
    if isinstance(part, Sum):
        return part.terms
    if isinstance(part, Product):
        return ((part.coefficient, _product(part.factors)),)
    return ((1.0, part),)


def _product(parts: Iterable[tuple[Expression, int]], coefficient: float = 1.0) -> Expression:
    factors: dict[Expression, int] = {}
    for part, exponent in parts:
        inner = part.factors if isinstance(part, Product) else ((part, 1),)
        coefficient *= part.coefficient**exponent if isinstance(part, Product) else 1.0
        for factor, power in inner:
            factors[factor] = factors.get(factor, 0) + power * exponent
    left = tuple((factor, power) for factor, power in factors.items() if power)
    return left[0][0] if coefficient == 1 and len(left) == 1 and left[0][1] == 1 else Product(coefficient, left)


# --- the words ----------------------------------------------------------------------------------------------


def reals(names: str) -> list[Variable]:
    """Variables for arrays of real numbers, one for each letter."""
    return [Variable(name) for name in names]


def numbers(names: str) -> list[Variable]:
    """Variables for numbers of the code, one for each letter."""
    return [Variable(name, "number") for name in names]


def conditions(names: str) -> list[Variable]:
    """Variables for conditions, one for each letter."""
    return [Variable(name, "condition") for name in names]


def function(op: str) -> Callable[..., Call]:
    """A primitive as a function of expressions."""

    def call(*inputs: Operand) -> Call:
        return Call(op, tuple(map(as_expression, inputs)))

    call.__name__ = call.__qualname__ = op
    return call


absolute, sign, sqrt, cbrt, hypot = map(function, ("absolute", "sign", "sqrt", "cbrt", "hypot"))
negative, divided, power, maximum, minimum, where = map(
    function, ("negative", "divide", "power", "maximum", "minimum", "where")
)
exp, exp2, expm1, log, log1p, log1mexp = map(function, ("exp", "exp2", "expm1", "log", "log1p", "log1mexp"))
logaddexp, xlogy, sigmoid, softplus = map(function, ("logaddexp", "xlogy", "sigmoid", "softplus"))
erf, erfc, isfinite = map(function, ("erf", "erfc", "isfinite"))
sin, cos, tan, arcsin, arccos = map(function, ("sin", "cos", "tan", "arcsin", "arccos"))
arctan, arctan2 = map(function, ("arctan", "arctan2"))
sinh, cosh, tanh = map(function, ("sinh", "cosh", "tanh"))
arcsinh, arccosh, arctanh = map(function, ("arcsinh", "arccosh", "arctanh"))
total, logsumexp, softmax, log_softmax = map(function, ("sum", "logsumexp", "softmax", "log_softmax"))
matmul, inv, solve = map(function, ("matmul", "inv", "solve"))
largest, floor, log2 = map(function, ("max", "floor", "log2"))

# What is no primitive: a reduction whose axes are still there, of length 1; and entries that are moved or selected.
kept, moved = map(function, ("kept", "moved"))
