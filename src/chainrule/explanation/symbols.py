"""What stands in a gate, and its formula: two tables by op, and what constants do to them.

An operation with a constant operand is a gate of one input, as in the lecture: ``1 + x`` is the gate +1, ``1 / x`` the
gate 1/x, ``x**2`` the gate x².
"""

import math
from collections.abc import Callable, Mapping, Sequence
from types import EllipsisType
from typing import Any

from chainrule.explanation.notation import bound, number, superscript, typographic
from chainrule.graph import Node
from chainrule.graph.keys import ArrayIndex, Key, Slice

__all__ = ["formula", "symbol"]

Params = Mapping[str, Any]


# --- symbols ------------------------------------------------------------------------------------------------


def symbol(node: Node, constants: Sequence[float | None]) -> str:
    """Return what stands in the circle of a node, given the operands that are constant numbers.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> symbol(x + 1, [None, 1.0]), symbol(1 / x, [1.0, None]), symbol(x**2, [None, 2.0])
        ('+1', '1/x', 'x²')
    """
    places = [i for i, constant in enumerate(constants) if constant is not None]
    if len(places) == 1 and len(constants) == 2 and node.op.kind == "elementwise":
        return _beside(node, places[0], constants[places[0]] or 0.0)
    row = _WITH_PARAMS.get(node.op.name)
    return row(node.params) if row else node.op.symbol


def _beside(node: Node, i: int, constant: float) -> str:
    """The symbol with the constant that is operand ``i``."""
    row = _WITH_CONSTANT.get((node.op.name, i))
    return typographic(row(constant) if row else f"{node.op.symbol} {number(constant)}")


def _signed(c: float, plus: str = "+", minus: str = "-") -> str:
    """``+1`` or ``-1``."""
    negative = math.copysign(1, c) < 0
    return f"{minus if negative else plus}{number(-c if negative else c)}"


def _to_the(c: float) -> str:
    return f"x{superscript(int(c))}" if float(c).is_integer() and abs(c) < 100 else f"x^{number(c)}"


_WITH_CONSTANT: Mapping[tuple[str, int], Callable[[float], str]] = {
    ("add", 0): _signed,
    ("add", 1): _signed,
    ("subtract", 0): lambda c: f"{number(c)}−x",
    ("subtract", 1): lambda c: _signed(c, "-", "+"),
    ("multiply", 0): lambda c: f"×{number(c)}",
    ("multiply", 1): lambda c: f"×{number(c)}",
    ("divide", 0): lambda c: f"{number(c)}/x",
    ("divide", 1): lambda c: f"÷{number(c)}",
    ("power", 0): lambda c: f"{number(c)}ˣ",
    ("power", 1): _to_the,
}


def _key(key: Key, arrays: Sequence[str] = ()) -> str:
    """``[:, 0]``; index arrays by their names where those are given."""
    return f"[{', '.join(_key_part(part, arrays) for part in key)}]"


def _key_part(part: int | Slice | ArrayIndex | EllipsisType | None, arrays: Sequence[str]) -> str:
    if isinstance(part, Slice):
        ends = ["" if each is None else str(each) for each in part]
        return ":".join(ends if part.step is not None else ends[:2])
    if isinstance(part, ArrayIndex):
        return arrays[part.position] if arrays else "·"
    return "..." if part is Ellipsis else str(part)


_WITH_PARAMS: Mapping[str, Callable[[Params], str]] = {
    "index": lambda params: _key(params["key"]),
    "astype": lambda params: f"{params['dtype']}",
    "transpose": lambda params: "xᵀ",
    "reshape": lambda params: "reshape",
    "broadcast_to": lambda params: "repeat",
    "concatenate": lambda params: "join",
    "index_set": lambda params: f"{_key(params['key'])} =",
    "index_add": lambda params: f"{_key(params['key'])} +=",
    "log_softmax": lambda params: "log softmax",
    "inv": lambda params: "x⁻¹",
}


# --- formulas -----------------------------------------------------------------------------------------------


def formula(node: Node, operands: Sequence[str]) -> str:
    """Return how a node is computed, written with the given names or numbers of its operands.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node
        >>> x = input_node("x", (), np.dtype(float))
        >>> formula(x * x, ["3", "-4"]), formula(x**2, ["x", "2"])
        ('3 × (-4)', 'x²')
    """
    if node.op.name == "power" and operands[1].lstrip("-").isdigit():
        return f"{bound(operands[0])}{superscript(int(operands[1]))}"
    if node.op.name in _FORMULAS:
        first = operands[0] if _FORMULAS[node.op.name].startswith("{0} ") else bound(operands[0])
        return _FORMULAS[node.op.name].format(first, *map(bound, operands[1:]))
    if node.op.name in _WRITTEN:
        return _WRITTEN[node.op.name](node.params, *operands)
    called = _CALLED.get(node.op.name, node.op.name)
    return f"{called}({', '.join([*operands, *_keywords(node)])})"


_FORMULAS: Mapping[str, str] = {
    # arithmetic
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} × {1}",
    "divide": "{0} / {1}",
    "power": "{0}^{1}",
    "floor_divide": "{0} // {1}",
    "remainder": "{0} mod {1}",
    "negative": "-{0}",
    "reciprocal": "1 / {0}",
    "square": "{0}²",
    "absolute": "|{0}|",
    # comparison and logic
    "less": "{0} < {1}",
    "less_equal": "{0} ≤ {1}",
    "equal": "{0} = {1}",
    "not_equal": "{0} ≠ {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} ≥ {1}",
    "logical_and": "{0} and {1}",
    "logical_or": "{0} or {1}",
    "logical_not": "not {0}",
    # arrays
    "transpose": "{0}ᵀ",
    "matmul": "{0} @ {1}",
    "inv": "{0}⁻¹",
}

_WRITTEN: Mapping[str, Callable[..., str]] = {
    "index": lambda params, x, *arrays: f"{x}{_key(params['key'], arrays)}",
    "index_set": lambda params, x, value, *arrays: f"{x} with {_key(params['key'], arrays)} = {value}",
    "index_add": lambda params, x, value, *arrays: f"{x} with {_key(params['key'], arrays)} += {value}",
    "astype": lambda params, x: f"{params['dtype']}({x})",
}

_CALLED: Mapping[str, str] = {"sigmoid": "σ", "maximum": "max", "minimum": "min", "arctan2": "atan2"}


def _keywords(node: Node) -> list[str]:
    """The params that a reader wants to see, such as the axes that a function works along if they are not all."""
    if node.op.kind == "reduction":
        axes = node.params["axes"]
        return [] if len(axes) == node.inputs[0].ndim else [f"axis={_axes(axes)}"]
    return [f"{name}={value}" for name, value in node.params.items()]


def _axes(axes: tuple[int, ...]) -> str:
    return str(axes[0]) if len(axes) == 1 else str(axes)
