"""``check``: where a function breaks in the given ranges, in float32 and in float64."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.checking.bounds import excluded
from chainrule.checking.findings import Curve, Finding
from chainrule.checking.remedy import stable_form
from chainrule.checking.result import Check
from chainrule.checking.runs import Runner
from chainrule.checking.samples import Box, box_of
from chainrule.checking.search import Region, Sample, regions, samples, value_of
from chainrule.errors import InputError
from chainrule.formulas import Formula, formula
from chainrule.tracing.arguments import require_function

__all__ = ["check", "checked"]


def check(
    f: str | Callable[..., Any],
    /,
    *,
    bits: float = 10.0,
    dtypes: Sequence[str] = ("float32", "float64"),
    **ranges: Any,
) -> Check:
    """Find the inputs for which a function overflows, divides by 0, cancels, or loses its digits in another way.

    The function runs at some hundred points of the ranges: evenly spread ones, random floats of all sizes, and where a
    divisor changes its sign. Each result is compared with the true one, computed in intervals of as many bits as it
    takes; for a wrong one, the way back through the graph ends at the node at fault, and bisection at the first input
    with that fault. Interval bounds that count rounding errors say what cannot happen at all.

    Args:
        f: a plain NumPy function that returns real numbers, or a formula such as ``"log(1 + exp(x))"``.
        bits: how many wrong bits are allowed.
        dtypes: of float32, float64 and float16 those to look at.
        **ranges: for each argument ``(low, high)``, or a number to fix it. Bounds may be arrays, of one shape or a
            number: then the argument is an array, and they hold for its entries. An argument that is left out has its
            default value.

    Returns:
        What was found, as data, and as text when it is printed.

    Raises:
        FormulaError: the formula cannot be read.
        InputError: an argument has no range, or an empty one, or the function returns no real number.
        TraceError: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> found = cr.check("log(1 + exp(x))", x=(0, 1000), dtypes=["float64"])
        >>> for finding in found.findings:
        ...     print(finding.kind, "in", finding.formula, "from", finding.at["x"])
        overflow in exp(x) from 709.7827128933841
    """
    return checked(f, ranges, bits=bits, dtypes=dtypes)


def checked(f: str | Callable[..., Any], ranges: Mapping[str, Any], *, bits: float, dtypes: Sequence[str]) -> Check:
    """What ``check`` does, for ranges in a dict, which may have any names."""
    function = formula(f) if isinstance(f, str) else f
    require_function(function, "check")
    arguments = _arguments(function, ranges)
    findings: list[Finding] = []
    curves: list[Curve] = []
    errors, ruled_out = {}, {}
    for name in dtypes:
        dtype = _float(name)
        box, runner = box_of(arguments, dtype), Runner(function, dtype)
        tried = samples(runner, box, bits)
        findings += [_finding(region, box, name, bits) for region in regions(runner, box, tried, bits)]
        errors[name] = max(each.run.error for each in tried)
        ruled_out[name] = excluded(tried[0].run.graph, box)
        if box.single is not None:
            curves.append(_curve(name, box.single, tried))
    box = box_of(arguments, np.dtype(float))
    shown = {name: (box.low[name][()], box.high[name][()]) for name in box.low}
    return Check(
        _title(function), shown, bits, tuple(findings), errors, len(tried), ruled_out, box.single, tuple(curves)
    )


def _float(name: str) -> np.dtype[Any]:
    if name not in ("float16", "float32", "float64"):
        raise InputError(f"check knows float16, float32 and float64, not {name!r}")
    return np.dtype(name)


def _arguments(function: Callable[..., Any], ranges: Mapping[str, Any]) -> dict[str, Any]:
    """The ranges in the order of the parameters."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):  # some functions in C have no signature
        return dict(ranges)
    named = [name for name, each in parameters.items() if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)]
    open_ended = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    unknown = [name for name in ranges if name not in named and not open_ended]
    if unknown:
        raise InputError(f"the function has no argument {', '.join(unknown)}; it has {', '.join(named) or 'none'}")
    missing = [name for name in named if name not in ranges and parameters[name].default is inspect.Parameter.empty]
    if missing:
        example = ", ".join(f"{name}=(-1, 1)" for name in missing)
        raise InputError(f"{', '.join(missing)} has no range; add {example}, or a number to fix it")
    return {name: ranges[name] for name in [*named, *ranges] if name in ranges}


def _title(function: Callable[..., Any]) -> str:
    if isinstance(function, Formula):
        return function.text
    name = getattr(function, "__name__", "f").replace("<lambda>", "f")
    try:
        return f"{name}({', '.join(inspect.signature(function).parameters)})"
    except (TypeError, ValueError):
        return name


def _finding(region: Region, box: Box, dtype: str, most: float) -> Finding:
    fault, first, worst = region.fault, region.first, region.worst
    name = box.single
    value, truth = value_of(worst)
    return Finding(
        dtype,
        *fault,
        lost=worst.run.error,
        at=dict(first.point),
        stretches=tuple((float(a.point[name]), float(b.point[name])) for a, b in region.stretches if name is not None),
        worst=dict(worst.point),
        value=value,
        truth=truth,
        stable=stable_form(worst.run, first.run, most) if worst.run.error > most else "",
    )


def _curve(dtype: str, name: str, tried: Sequence[Sample]) -> Curve:
    return Curve(dtype, tuple(float(each.point[name]) for each in tried), tuple(each.run.error for each in tried))
