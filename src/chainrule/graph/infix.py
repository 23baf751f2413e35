"""A node as one line of a formula, ``log(1 + exp(x))``: what users wrote, up to what they gave a name."""

from collections.abc import Mapping
from types import MappingProxyType

from chainrule.graph.node import Node
from chainrule.graph.show import call_text, digits

__all__ = ["infix"]

_SUM, _PRODUCT, _SIGN, _POWER, _ATOM = 2, 4, 5, 6, 7

# The sign, how strongly it binds, and how strongly its operands must bind to stand without parentheses.
_SIGNS: Mapping[str, tuple[str, int, int, int]] = MappingProxyType(
    {
        "add": (" + ", _SUM, _SUM, _SUM + 1),
        "subtract": (" - ", _SUM, _SUM, _SUM + 1),
        "multiply": ("*", _PRODUCT, _PRODUCT, _PRODUCT + 1),
        "divide": ("/", _PRODUCT, _PRODUCT, _PRODUCT + 1),
        "floor_divide": ("//", _PRODUCT, _PRODUCT, _PRODUCT + 1),
        "remainder": (" % ", _PRODUCT, _PRODUCT, _PRODUCT + 1),
        "matmul": (" @ ", _PRODUCT, _PRODUCT, _PRODUCT + 1),
        "power": ("**", _POWER, _ATOM, _SIGN),
        **{name: (f" {sign} ", 1, _SUM, _SUM) for name, sign in (("less", "<"), ("less_equal", "<="), ("equal", "=="))},
        **{name: (f" {sign} ", 1, _SUM, _SUM) for name, sign in (("greater", ">"), ("greater_equal", ">="))},
        "not_equal": (" != ", 1, _SUM, _SUM),
    }
)
_LONGEST = 60  # characters; what is longer is shortened where it is deepest
_INVISIBLE = {"astype", "broadcast_to", "reshape"}  # changes no number


def infix(node: Node, *, longest: int = _LONGEST) -> str:
    """Return the formula of a node; inner results stand under the names that they have in the code.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import input_node, make
        >>> x = input_node("x", (), np.dtype(float))
        >>> infix(make("log", 1 + make("exp", -x)) * (x - 1))
        'log(1 + exp(-x))*(x - 1)'
    """
    for depth in range(12, 0, -1):
        text = _written(node, depth, is_root=True)[0]
        if len(text) <= longest:
            return text
    return node.name or f"{node.op.name}(…)"


def _written(node: Node, depth: int, is_root: bool = False) -> tuple[str, int]:
    """The text, and how strongly it binds."""
    name = node.op.name
    if name == "constant":
        text = digits(node)
        return text, _SIGN if text.startswith("-") else _ATOM
    if name == "input" or (node.name and not is_root):
        return node.name or "…", _ATOM
    if name in _INVISIBLE:
        return _written(node.inputs[0], depth, is_root)
    if not depth:
        return "…", _ATOM
    if name == "negative":
        return f"-{_operand(node.inputs[0], depth, _PRODUCT)}", _SIGN if depth else _ATOM
    if name == "square":
        return f"{_operand(node.inputs[0], depth, _ATOM)}**2", _POWER
    if name in _SIGNS:
        sign, binds, left, right = _SIGNS[name]
        first, second = node.inputs
        return f"{_operand(first, depth, left)}{sign}{_operand(second, depth, right)}", binds
    operands = {each: _written(each, depth - 1)[0] for each in node.inputs}
    if node.op.kind == "reduction":
        return f"{name}({operands[node.inputs[0]]}{_axes(node)})", _ATOM
    return call_text(node, operands), _ATOM


def _axes(node: Node) -> str:
    """Along which axes, if not along all."""
    axes = node.params["axes"]
    if len(axes) == node.inputs[0].ndim:
        return ""
    return f", axis={axes[0] if len(axes) == 1 else axes}"


def _operand(node: Node, depth: int, needed: int) -> str:
    text, binds = _written(node, depth - 1)
    return text if binds >= needed else f"({text})"
