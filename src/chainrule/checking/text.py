"""A check for a terminal: the error over the range as a plot of blocks, then what was found, for each dtype."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import numpy as np

from chainrule.checking.blame import KINDS
from chainrule.checking.findings import Facts, Finding
from chainrule.checking.plot import plot

__all__ = ["amount", "arguments", "excluded_text", "places", "ranges_text", "summary", "text", "why"]

_WIDTH = 78
_MOST_STRETCHES = 3


def text(check: Facts, *, color: bool = False) -> str:
    """Return the check as lines of at most 78 characters, but for long formulas."""
    bold = _paint("1", color)
    lines = [bold(check.title) + ranges_text(check)]
    for dtype in check.excluded:
        lines += ["", bold(dtype) + f": {summary(check, dtype)}"]
        lines += [line for curve in check.curves if curve.dtype == dtype for line in plot(curve)]
        lines += [line for each in check.findings if each.dtype == dtype for line in _finding(each, color)]
        if check.excluded[dtype]:
            lines += ["", *_wrapped(excluded_text(check, dtype), "  ")]
    return "\n".join(lines)


def ranges_text(check: Facts) -> str:
    """``, x from -1000 to 1000, y = 2``."""
    parts = []
    for name, (low, high) in check.ranges.items():
        same = np.array_equal(low, high)
        parts.append(f"{name} = {amount(low)}" if same else f"{name} from {amount(low)} to {amount(high)}")
    return "".join(f", {part}" for part in parts)


def summary(check: Facts, dtype: str) -> str:
    """In how many ways it breaks, or how good it is."""
    count = sum(finding.dtype == dtype for finding in check.findings)
    if not count:
        return f"nothing found; at most {check.errors[dtype]:.1f} bits wrong at {check.inputs} inputs"
    return "breaks in 1 way" if count == 1 else f"breaks in {count} ways"


def excluded_text(check: Facts, dtype: str) -> str:
    """What cannot happen, if there is such a thing."""
    *kinds, last = check.excluded[dtype]
    named = f"{', '.join(kinds)} and {last}" if kinds else last
    return f"Excluded for all inputs, by interval bounds: {named}."


def why(finding: Finding) -> str:
    """What went wrong, in words."""
    limits = np.finfo(finding.dtype)
    return KINDS[finding.kind].format(dtype=finding.dtype, greatest=float(limits.max), least=float(limits.tiny))


def places(finding: Finding) -> str:
    """Where: the stretches of the range, and the first bad input."""
    first = f"first at {arguments(finding.at)}"
    shown = [f"from {a:g} to {b:g}" for a, b in finding.stretches if a != b][:_MOST_STRETCHES]
    more = len(finding.stretches) - len(shown)
    if not shown:
        return f"{arguments(finding.at)}{f' and at {more - 1} more' if more > 1 else ''}"
    return f"{' and '.join(shown)}{f' and {more} more' if more else ''}, {first}"


def arguments(point: Any) -> str:
    """``x = 1.5, y = 2``."""
    return ", ".join(f"{name} = {amount(value, exact=True)}" for name, value in point.items())


def amount(value: Any, *, exact: bool = False) -> str:
    """A number, or the first entries of an array."""
    array = np.asarray(value)
    if array.ndim == 0:
        return str(array[()]) if exact else f"{float(array):g}"
    return np.array2string(array, threshold=4, edgeitems=2, precision=None if exact else 4, separator=", ")


# --- findings -------------------------------------------------------------------------------------------------


def _finding(finding: Finding, color: bool) -> Iterator[str]:
    where = f"  {finding.where}" if finding.where else ""
    yield ""
    yield f"  {_paint('31', color)(finding.kind)} in {_paint('1', color)(finding.formula)}{where}"
    yield from _wrapped(why(finding), "    ")
    yield from _wrapped(places(finding), "    ")
    if finding.lost:  # where even the truth is no finite number, nothing is lost
        bits = f"{finding.lost:.0f} of {8 * np.dtype(finding.dtype).itemsize} bits wrong"
        told = f"worst at {arguments(finding.worst)}: {amount(finding.value, exact=True)}, truly"
        yield from _wrapped(f"{told} {amount(finding.truth, exact=True)} ({bits})", "    ")
    if finding.stable:
        yield f"    stable form: {_paint('1', color)(finding.stable)}"


def _wrapped(line: str, indent: str) -> list[str]:
    return wrap(line, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def _paint(code: str, color: bool) -> Any:
    return lambda words: f"\x1b[{code}m{words}\x1b[0m" if color else words
