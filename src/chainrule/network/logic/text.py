"""Weighted sums as text."""

from collections.abc import Iterable

__all__ = ["weighted_sum"]


def weighted_sum(terms: Iterable[tuple[float, str]]) -> str:
    """Write a sum of coefficients times names; the name of a constant is empty, zeros are left out.

    Example:
        >>> weighted_sum([(0.4, "x1"), (-1, "x2"), (0, "x3"), (2, "")])
        '0.4*x1 - x2 + 2'
        >>> weighted_sum([(0, "x1")])
        '0'
    """
    text = ""
    for coefficient, name in terms:
        if coefficient:
            sign = "-" if coefficient < 0 else "+"
            size = f"{abs(coefficient):g}"
            term = size if not name else name if size == "1" else f"{size}*{name}"
            text += f" {sign} {term}" if text else f"{sign.strip('+')}{term}"
    return text or "0"
