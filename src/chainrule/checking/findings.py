"""What a check found, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chainrule.checking.blame import Kind

__all__ = ["Curve", "Facts", "Finding"]


@dataclass(frozen=True)
class Finding:
    """One way in which the function breaks.

    Attributes:
        dtype: float32 or float64.
        kind: overflow, underflow, division by zero, invalid (such as inf - inf), undefined (mathematics has no value
            either), cancellation, or rounding: a rounding error that is magnified.
        formula: of the node at fault.
        where: its file and line, or "" for the text of a formula.
        lost: how many bits of the result are wrong, at the worst input.
        at: the first bad input, next to a good one where there is one; of several stretches that of the widest.
        stretches: where one number varies, the first and the last bad input of each stretch.
        worst: the worst input found.
        value: of the function there.
        truth: what it is to be.
        stable: the stable form of the function, which is right at ``at`` and ``worst``; "" if none is known.
    """

    dtype: str
    kind: Kind
    formula: str
    where: str
    lost: float
    at: Mapping[str, Any]
    stretches: tuple[tuple[float, float], ...]
    worst: Mapping[str, Any]
    value: Any
    truth: Any
    stable: str


@dataclass(frozen=True)
class Curve:
    """The error over the range of one number.

    Attributes:
        dtype: float32 or float64.
        x: the arguments, in order.
        bits: the bits of error at each.
    """

    dtype: str
    x: tuple[float, ...]
    bits: tuple[float, ...]


@dataclass(frozen=True)
class Facts:
    """Where a function breaks in the given ranges, as data.

    Attributes:
        title: the function, as it was written.
        ranges: for each argument its bounds.
        most: how many wrong bits were allowed.
        findings: the ways in which it breaks.
        errors: for each dtype the greatest error found, in bits.
        inputs: how many were tried in each dtype.
        excluded: for each dtype what no input in the ranges can cause, by interval bounds.
        variable: the argument that varies, if it is one number.
        curves: the error along its range, for each dtype.
    """

    title: str
    ranges: Mapping[str, tuple[Any, Any]]
    most: float
    findings: tuple[Finding, ...]
    errors: Mapping[str, float]
    inputs: int
    excluded: Mapping[str, tuple[Kind, ...]]
    variable: str | None
    curves: tuple[Curve, ...]
