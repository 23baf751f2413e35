r"""A graph as a formula in LaTeX: the templates of ``ops.py``, put into one another with the parentheses they need."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from chainrule.graph.keys import key_text
from chainrule.graph.node import Node
from chainrule.graph.show import Drawable, computed, labels

__all__ = ["BINDINGS", "latex"]

# How strongly each input must bind to stand without parentheses where the template does not enclose it; ATOM: as
# strongly as a symbol or a function, so that it can carry an exponent.
ATOM = 6
BINDINGS: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "add": (2, 3),
        "subtract": (2, 3),
        "multiply": (4, 4),
        "power": (ATOM, 0),
        "floor_divide": (4, 5),
        "remainder": (4, 4),
        "negative": (3,),
        "square": (ATOM,),
        "hypot": (ATOM, ATOM),
        "xlogy": (4, 0),
        **dict.fromkeys(("less", "less_equal", "equal", "not_equal", "greater", "greater_equal"), (2, 2)),
        **dict.fromkeys(("logical_and", "logical_or", "logical_xor"), (1, 1)),
        "logical_not": (ATOM,),
        **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"), (2, 2)),
        "invert": (ATOM,),
        **dict.fromkeys(("sum", "prod", "any", "all"), (3,)),
        "transpose": (ATOM,),
        "index": (ATOM,),
        "index_set": (ATOM, 1),
        "index_add": (ATOM, 1),
        "matmul": (4, 4),
        "inv": (ATOM,),
        "det": (5,),
        "solve": (ATOM, 4),
    }
)


def latex(graph: Drawable) -> str:
    r"""The formula; what is used more than once or has the user's name gets a line of its own.

    Example:
        >>> import numpy as np
        >>> from chainrule.graph import Graph, input_node
        >>> x, y = (input_node(name, (), np.dtype(float)) for name in "xy")
        >>> print(latex(Graph((x, y), ((x + y) * y,))))
        \left(x + y\right) \, y
    """
    formulas = _Formulas(graph)
    lines = [rf"{formulas.symbols[node]} &= {formulas.of(node)}" for node in formulas.lines]
    results = [formulas.part(node, 0) for node in graph.outputs]
    last = results[0] if len(results) == 1 else r"\left(" + ", ".join(results) + r"\right)"
    if not lines:
        return last
    return r"\begin{aligned}" + "\n" + " \\\\\n".join([*lines, f"&{last}"]) + "\n" + r"\end{aligned}"


class _Formulas:
    """LaTeX of a graph's nodes; a node with a line of its own is written by its symbol."""

    def __init__(self, graph: Drawable) -> None:
        uses = graph.uses()
        self.lines = [node for node in computed(graph) if len(uses[node]) > 1 or (node.name and uses[node])]
        names = labels(graph)
        own = [*graph.inputs, *self.lines]
        self.symbols = {node: _symbol(names[node]) for node in own}
        numbers = (node for node in graph.nodes if node.op.name == "constant" and node not in self.symbols)
        self.numbers = {node: _number(names[node]) for node in numbers}

    def part(self, node: Node, binding: int) -> str:
        """The node inside a formula that binds this strongly."""
        if node in self.symbols:
            return self.symbols[node]
        if node.op.name == "astype":
            return self.part(node.inputs[0], binding)
        formula, precedence = self.numbers.get(node) or (self.of(node), node.op.precedence)
        return rf"\left({formula}\right)" if precedence < binding else formula

    def of(self, node: Node) -> str:
        """The formula of one node."""
        bindings = BINDINGS.get(node.op.name, ())
        parts = [self.part(each, bindings[i] if i < len(bindings) else 0) for i, each in enumerate(node.inputs)]
        template = r"{0} \cdot {1}" if node.op.name == "multiply" and parts[1][0].isdigit() else node.op.latex
        formula = template.format(*parts, all=", ".join(parts))
        if "key" in node.params:
            first = 1 if node.op.name == "index" else 2  # index arrays come after the array and new values
            return formula.replace(r"[\cdot]", f"[{key_text(node.params['key'], parts[first:])}]")
        return formula


# --- symbols and numbers ------------------------------------------------------------------------------------

_GREEK = frozenset(
    ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi", "pi",
     "rho", "sigma", "tau", "phi", "chi", "psi", "omega")
)  # fmt: skip
_SPECIAL = str.maketrans({each: f"\\{each}" for each in "_&%$#{}"})


def _symbol(label: str) -> str:
    """``w1`` as w with an index, ``delta`` as a Greek letter, a long name upright, ``%3`` as t with an index."""
    name, _, number = label.partition("%")
    if not name:
        return f"t_{{{number}}}"
    stem = name.rstrip("0123456789")
    index = name[len(stem) :] + (f"[{number}]" if number else "")
    return f"{_letter(stem)}_{{{index}}}" if index else _letter(stem)


def _letter(stem: str) -> str:
    if stem in _GREEK:
        return f"\\{stem}"
    return stem if len(stem) == 1 and stem.isalpha() else rf"\mathrm{{{stem.translate(_SPECIAL)}}}"


def _number(digits: str) -> tuple[str, int]:
    """A constant and how strongly it binds: -2 like a difference, 1e-05 like a product."""
    if digits in ("inf", "-inf", "nan"):
        return digits.replace("inf", r"\infty").replace("nan", r"\mathrm{nan}"), 2 if digits[0] == "-" else ATOM
    scientific = re.fullmatch(r"(-?[\d.]+)e([+-]\d+)", digits)
    if scientific:
        return rf"{scientific[1]} \cdot 10^{{{int(scientific[2])}}}", 2 if digits[0] == "-" else 4
    if digits[0].isalpha():
        return rf"\mathrm{{{digits}}}", ATOM
    return digits, 2 if digits[0] == "-" else ATOM
