"""Local gradients as formulas, one row for each op: what stands beside the number in a step.

``{0}`` and ``{1}`` are the names of the operands (digits where they are constant), ``{out}`` the name of the value.
"""

from collections.abc import Mapping, Sequence

from chainrule.explanation.notation import number, superscript
from chainrule.graph import Node

__all__ = ["DOWNSTREAM_FORMULAS", "LOCAL_FORMULAS", "downstream_formula", "local_formula"]

_LONGEST = 24  # characters; a longer formula explains nothing

LOCAL_FORMULAS: Mapping[str, tuple[str, ...]] = {
    # arithmetic
    "add": ("1", "1"),  # c + x -> 1
    "subtract": ("1", "-1"),
    "multiply": ("{1}", "{0}"),  # a x -> a
    "divide": ("1/{1}", "-{0}/{1}²"),  # 1/x -> -1/x²
    "power": ("{1}·{0}^({1}-1)", "{out}·ln {0}"),
    "negative": ("-1",),
    "reciprocal": ("-1/{0}²",),
    "square": ("2·{0}",),
    "absolute": ("sign({0})",),
    "sqrt": ("1/(2·{out})",),
    "cbrt": ("1/(3·{out}²)",),
    "hypot": ("{0}/{out}", "{1}/{out}"),
    # exponentials and logarithms
    "exp": ("e^{0}",),  # e^x -> e^x
    "exp2": ("{out}·ln 2",),
    "expm1": ("e^{0}",),
    "log": ("1/{0}",),
    "log2": ("1/({0}·ln 2)",),
    "log10": ("1/({0}·ln 10)",),
    "log1p": ("1/(1+{0})",),
    "log1mexp": ("1/(1-e^-{0})",),
    "logaddexp": ("σ({0}-{1})", "σ({1}-{0})"),
    "xlogy": ("ln {1}", "{0}/{1}"),
    # trigonometric and hyperbolic
    "sin": ("cos {0}",),
    "cos": ("-sin {0}",),
    "tan": ("1+{out}²",),
    "arcsin": ("1/√(1-{0}²)",),
    "arccos": ("-1/√(1-{0}²)",),
    "arctan": ("1/(1+{0}²)",),
    "sinh": ("cosh {0}",),
    "cosh": ("sinh {0}",),
    "tanh": ("1-{out}²",),
    "arcsinh": ("1/√({0}²+1)",),
    "arccosh": ("1/√({0}²-1)",),
    "arctanh": ("1/(1-{0}²)",),
    # functions of neural networks and statistics
    "sigmoid": ("(1-{out})·{out}",),
    "softplus": ("σ({0})",),
    "erf": ("2/√π·e^-{0}²",),
    "erfc": ("-2/√π·e^-{0}²",),
    # reductions
    "sum": ("1",),
    "logsumexp": ("e^({0}-{out})",),
    # of two vectors
    "matmul": ("{1}", "{0}"),
}

DOWNSTREAM_FORMULAS: Mapping[str, tuple[str, ...]] = {  # where the local gradient is no number, the whole product
    "matmul": ("upstream @ {1}ᵀ", "{0}ᵀ @ upstream"),
    "transpose": ("upstreamᵀ",),
}


def local_formula(node: Node, i: int, operands: Sequence[str], out: str) -> str:
    """Return the formula of the local gradient by operand ``i``, or "" where there is no short one.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> local_formula(1 / x, 1, ["1", "x"], "f"), local_formula(x**3, 0, ["x", "3"], "f")
        ('-1/x²', '3·x²')
    """
    if node.op.name == "power" and i == 0 and operands[1].lstrip("-").isdigit():
        return _power_by_base(operands[0], int(operands[1]))
    return _filled(LOCAL_FORMULAS, node, i, operands, out)


def downstream_formula(node: Node, i: int, operands: Sequence[str]) -> str:
    """Return the formula of the downstream gradient by operand ``i`` where the local gradient is a matrix, or ""."""
    return _filled(DOWNSTREAM_FORMULAS, node, i, operands, "")


def _filled(table: Mapping[str, tuple[str, ...]], node: Node, i: int, operands: Sequence[str], out: str) -> str:
    rows = table.get(node.op.name)
    text = rows[i].format(*operands, out=out) if rows else ""
    return text if len(text) <= _LONGEST else ""


def _power_by_base(base: str, exponent: int) -> str:
    """``x²`` -> ``2·x``."""
    if exponent in (0, 1):
        return number(exponent)
    return f"{exponent}·{base}" if exponent == 2 else f"{exponent}·{base}{superscript(exponent - 1)}"
