"""What a check found: as data, as text, as JSON and as a page."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from chainrule.checking.blame import Kind

__all__ = ["Check", "Curve", "Finding"]


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
class Check:
    """Where a function breaks in the given ranges.

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

    @property
    def ok(self) -> bool:
        """Was nothing found?"""
        return not self.findings

    def to_text(self, *, color: bool = False) -> str:
        """Return the findings for a terminal, under a plot of the error if one number varies."""
        from chainrule.checking.text import text

        return text(self, color=color)

    def to_html(self) -> str:
        """Return a page that is complete in itself."""
        from chainrule.checking.html import page

        return page(self)

    def to_json(self) -> str:
        """Return everything as JSON; infinities and NaN are texts."""
        return json.dumps(_plain({**asdict(self), "ok": self.ok}), ensure_ascii=False, indent=2, allow_nan=False)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Check of {self.title}: {len(self.findings)} findings>"

    def _repr_html_(self) -> str:
        from chainrule.checking.html import fragment

        return fragment(self)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain(value.tolist())
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value
