"""The vocabulary of formulas: functions, constants, letters, and advice for what is often written instead."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from chainrule import functions

__all__ = ["ADVICE", "CONSTANTS", "FUNCTIONS", "GREEK", "OTHER_NAMES", "Function"]


class Function(NamedTuple):
    """What a formula applies: a callable and how many operands it takes."""

    call: Callable[..., Any]
    arity: int


_NUMPY = {
    1: "exp expm1 log log1p log2 log10 sqrt cbrt square abs sign floor ceil sum mean "
    "sin cos tan arcsin arccos arctan asin acos atan sinh cosh tanh arcsinh arccosh arctanh",
    2: "maximum minimum power hypot arctan2 logaddexp",
    3: "where",
}
_OWN = {
    1: "sigmoid log_sigmoid softplus relu leaky_relu elu selu silu gelu mish hard_sigmoid step "
    "softmax log_softmax logsumexp log1pexp log1mexp erf erfc",
    2: "xlogy",
}

FUNCTIONS = {
    name: Function(getattr(library, name), arity)
    for library, table in ((np, _NUMPY), (functions, _OWN))
    for arity, names in table.items()
    for name in names.split()
}
FUNCTIONS |= {"max": FUNCTIONS["maximum"], "min": FUNCTIONS["minimum"]}

CONSTANTS = {"pi": np.pi}

GREEK = "αβγδεζηθικλμνξρστυφχψωΓΔΘΛΞΠΣΦΨΩ"  # neither π, the constant, nor what looks Latin (Α, Β, ο ...)

OTHER_NAMES = {
    "ln": "log",
    "lg": "log10",
    "ld": "log2",
    "exponential": "exp",
    "pow": "power",
    "atan2": "arctan2",
    "sgn": "sign",
    "swish": "silu",
    "logistic": "sigmoid",
    "root": "sqrt",
}

ADVICE = {
    # powers, products and quotients
    "^": "write ** for powers",
    "×": "write *",
    "·": "write *",
    "⋅": "write *",
    "∙": "write *",
    "∗": "write *",
    "÷": "write /",
    "//": "write floor(a / b)",
    "%": "write a - b*floor(a / b) for the remainder of a / b",
    # signs, roots, constants
    "−": "write - (the minus sign of the keyboard)",
    "–": "write - (the minus sign of the keyboard)",
    "—": "write - (the minus sign of the keyboard)",
    "√": "write sqrt(x)",
    "|": "write abs(x) for |x|",
    "π": "write pi",
    # comparisons and logic
    "=": "write only the right side of an assignment; to compare write ==",
    "=<": "write <=",
    "=>": "write >=",
    "<>": "write !=",
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "&": "write a * b for 'a and b'",
    "and": "write a * b for 'a and b'",
    "or": "write maximum(a, b) for 'a or b'",
    "not": "write 1 - a for 'not a'",
    "if": "write where(condition, a, b)",
    "else": "write where(condition, a, b)",
    "True": "write 1",
    "False": "write 0",
    # what belongs to programs
    "'": "a formula has no text in quotes",
    '"': "a formula has no text in quotes",
    "[": "write ( and ) to group; a formula has no lists and no indices",
    "]": "write ( and ) to group; a formula has no lists and no indices",
    "{": "write ( and ) to group",
    "}": "write ( and ) to group",
    "#": "a formula has no comments",
    "!": "write != for not equal; a formula has no factorial",
    ".": "a point stands only inside of a number; a formula has no attributes",
    "_": "a name begins with a letter",
}
