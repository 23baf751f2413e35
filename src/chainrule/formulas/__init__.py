"""The second door: a formula as text becomes a plain NumPy function, and nothing else can happen.

::

    text ──> scanner ──> tokens in turn ──> parser ──> postfix program ──> function ──> Formula
             wall 1: characters,            wall 2: the listed             a loop over a stack;
             turns, parentheses, limits     nodes of Python's tree         no eval, no recursion
"""

from chainrule.formulas.function import Formula, formula

__all__ = ["Formula", "formula"]
