"""Polynomials with one table of coefficients for each format."""

from chainrule.execute.llvm.elementary.formats import Table
from chainrule.execute.llvm.elementary.lanes import Lanes, multiply_add

__all__ = ["polynomial"]


def polynomial(table: Table, x: Lanes) -> Lanes:
    """Evaluate by Horner's rule; the coefficients stand in the table from the lowest power on."""
    *lower, highest = table.of(x.unit.format)
    value = x.unit.number(highest)
    for coefficient in reversed(lower):
        value = multiply_add(value, x, coefficient)
    return value
