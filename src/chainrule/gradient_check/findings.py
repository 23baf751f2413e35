"""What is wrong with a gradient: the first of the rows of ``FINDINGS`` that fits, each a question with its answer."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from chainrule.gradient_check.comparison import Comparison, entry_name
from chainrule.gradient_check.factors import CONSTANTS, factors_of_entries

__all__ = ["explain_shape", "explain_values"]

SHOWN = 5  # entries in a message
CLOSE = 1e-4  # relative difference up to which a ratio is taken for a known factor

Finding = Callable[[Comparison, Sequence[int]], str | None]


def explain_values(comparison: Comparison, counts: Sequence[int]) -> str:
    """Say what is wrong, with the worst entries.

    Args:
        comparison: the two gradients.
        counts: numbers of entries by which a mean may have divided.
    """
    sentence = next(filter(None, (finding(comparison, counts) for finding in FINDINGS)))
    return "\n".join([f"the gradient by {comparison.name} {sentence}", *_worst(comparison)])


def explain_shape(name: str, gradient: Any, shape: tuple[int, ...], numerical: Any) -> str:
    """Say what is wrong with the shape of a gradient.

    Args:
        name: the argument.
        gradient: the gradient to be checked.
        shape: of the argument, which the gradient should have too.
        numerical: the numerical derivatives in this shape; NaN where they were not computed.
    """
    found = np.shape(gradient)
    sentence = f"the gradient by {name} has shape {list(found)}, and {name} itself {list(shape)}"
    for advice, mended in _mended_shapes(np.asarray(gradient), shape):
        known = ~np.isnan(numerical)
        if np.shape(mended) == shape and np.allclose(mended[known], numerical[known], rtol=1e-3, atol=1e-6):
            return f"{sentence}; it is right when {advice}"
    return f"{sentence}; it must have one entry for each entry of {name}"


def _mended_shapes(gradient: Any, shape: tuple[int, ...]) -> Iterator[tuple[str, Any]]:
    if gradient.ndim > 1:
        yield "transposed: write g.T", gradient.T
    if gradient.size == np.prod(shape, dtype=int):
        yield f"reshaped: write g.reshape({', '.join(map(str, shape))})", gradient.reshape(shape)
    if gradient.ndim > len(shape):
        extra = tuple(range(gradient.ndim - len(shape)))
        axes = f"axis={extra[0]}" if len(extra) == 1 else f"axis={extra}"
        yield f"added up over the samples: write g.sum({axes})", gradient.sum(axis=extra)
        yield f"averaged over the samples: write g.mean({axes})", gradient.mean(axis=extra)
    if gradient.ndim == 0 and len(shape) > 0:
        yield "copied to every entry, which all have the same", np.broadcast_to(gradient, shape)


# --- findings -------------------------------------------------------------------------------------------------


def _no_derivative(c: Comparison, counts: Sequence[int]) -> str | None:
    """At a kink nobody is to blame."""
    if not c.unexcused or np.any(c.wrong):
        return None
    index = c.unexcused[0]
    left, right, jump = c.kinks[index]
    what = f"where the function jumps by {jump:.6g}" if jump else "a kink of the function"
    return (
        f"cannot be checked at {entry_name(c.name, index)} = {c.x[index]:.6g}, {what}: "
        f"its slope is {left:.6g} from the left and {right:.6g} from the right, and the gradient "
        f"{c.gradient[index]:.6g} is not between them; check it at another point"
    )


def _not_finite(c: Comparison, counts: Sequence[int]) -> str | None:
    unknown = c.wrong & ~np.isfinite(c.numerical)
    if np.any(unknown):
        return (
            f"cannot be checked numerically at {_number(unknown)}: the function is not finite there or right beside, "
            "or changes too much within the least steps; check it at another point"
        )
    bad = c.wrong & ~np.isfinite(c.gradient)
    if not np.any(bad):
        return None
    return (
        f"is {c.gradient[bad][0]} at {_number(bad)}, where the function has a finite slope: look for 0/0, inf - inf or "
        "0 times inf"
    )


def _zero(c: Comparison, counts: Sequence[int]) -> str | None:
    nothing = not np.any(c.gradient[c.checked])
    return "is 0 everywhere, although the function does depend on it" if nothing else None


def _constant_factor(c: Comparison, counts: Sequence[int]) -> str | None:
    """The same ratio everywhere: a sign, a known number, a number of samples, or any other."""
    ratio = _common_ratio(c)
    if ratio is None:
        return None
    if _equal(c, ratio, -1.0):
        return "has the wrong sign everywhere: multiply it by -1"
    known = _known_factor(c, ratio, counts)
    if known is not None:
        return known
    if c.gradient.size == 1 and _factor_of_entries(c, counts):
        return None
    return f"is {ratio:.6g} times the numerical one everywhere: a constant factor {1 / ratio:.6g} is missing"


def _known_factor(c: Comparison, ratio: float, counts: Sequence[int]) -> str | None:
    samples = {str(n): float(n) for n in counts}
    for text, number in {**CONSTANTS, **samples}.items():
        factor = f"-{text}" if ratio < 0 else text
        mean = f" ({text} entries: is one a sum and the other a mean?)" if text in samples else ""
        if _equal(c, abs(ratio), number):
            return f"is {factor} times the numerical one everywhere: divide it by {factor}{mean}"
        if _equal(c, abs(ratio), 1 / number):
            return f"is the numerical one divided by {factor} everywhere: multiply it by {factor}{mean}"
    return None


def _factor_of_entries(c: Comparison, counts: Sequence[int]) -> str | None:
    """A factor that depends on the argument or on the value, such as the 1 - s of a sigmoid."""
    if not np.all(np.isfinite(c.gradient[c.checked])):
        return None
    for text, factor in factors_of_entries(c.x, c.value, c.name):
        for sign, minus in ((1.0, ""), (-1.0, " and a minus sign")):
            if _agree(c, sign * c.gradient * factor, c.numerical):
                return f"lacks the factor {text}{minus}"
            if _agree(c, c.gradient, sign * c.numerical * factor):
                return f"has the factor {text}{minus} too much"
    return None


def _transposed(c: Comparison, counts: Sequence[int]) -> str | None:
    square = c.x.ndim == 2 and c.x.shape[0] == c.x.shape[1]
    return "is transposed: write g.T" if square and _agree(c, c.gradient.T, c.numerical) else None


def _permuted(c: Comparison, counts: Sequence[int]) -> str | None:
    """The right numbers, at other places."""
    order, target = np.argsort(c.gradient, axis=None), np.argsort(c.numerical, axis=None)
    sorted_gradient = np.empty_like(c.gradient)
    sorted_gradient.reshape(-1)[target] = c.gradient.reshape(-1)[order]
    if c.x.size < 3 or not np.all(c.checked) or not _agree(c, sorted_gradient, c.numerical):
        return None
    wrong = int(np.flatnonzero(c.wrong)[0])
    there = int(order[np.flatnonzero(target == wrong)[0]])
    place, source = (entry_name(c.name, _index(c, flat)) for flat in (wrong, there))
    return f"has the right numbers in another order: that of {place} stands at {source}"


def _term(c: Comparison, counts: Sequence[int]) -> str | None:
    """A term that is missing or too much: a constant, or a multiple of the argument, as from a penalty."""
    used = c.checked
    difference = (c.gradient - c.numerical)[used]
    if difference.size < 3 or not np.all(np.isfinite(difference)):
        return None
    for text, shape in ((f" {c.name}", c.x[used]), ("", np.ones_like(difference))):
        size = float(difference @ shape / (shape @ shape)) if np.any(shape) else 0.0
        if np.allclose(difference, size * shape, rtol=CLOSE, atol=float(np.max(c.allowed[used]))):
            return f"{'lacks' if size < 0 else 'has'} the term {abs(size):.6g}{text}{'' if size < 0 else ' too much'}"
    return None


def _some_entries(c: Comparison, counts: Sequence[int]) -> str:
    wrong, checked = int(np.count_nonzero(c.wrong)), int(np.count_nonzero(c.checked))
    if wrong < checked:
        return f"is wrong at {wrong} of {checked} entries and right at the others"
    return "is wrong everywhere, and not by one factor"


FINDINGS: tuple[Finding, ...] = (
    _no_derivative,
    _not_finite,
    _zero,
    _constant_factor,
    _factor_of_entries,
    _transposed,
    _permuted,
    _term,
    _some_entries,
)


# --- comparing numbers ----------------------------------------------------------------------------------------


def _common_ratio(c: Comparison) -> float | None:
    """Gradient divided by numerical gradient, if it is the same everywhere."""
    used = c.checked & (np.abs(c.numerical) > c.allowed)
    if not np.any(used):
        return None
    ratio = float(np.median(c.gradient[used] / c.numerical[used]))
    return ratio if ratio and _agree(c, c.gradient / ratio, c.numerical) else None


def _equal(c: Comparison, ratio: float, number: float) -> bool:
    return abs(ratio - number) <= max(CLOSE, 3 * c.tolerance) * abs(number)


def _agree(c: Comparison, mended: Any, numerical: Any) -> bool:
    """Would the gradients agree at all entries that were compared?"""
    used = c.checked
    size = np.maximum(np.abs(mended), np.abs(numerical))[used]
    return bool(np.all(np.abs(mended - numerical)[used] <= c.allowed[used] + max(CLOSE, c.tolerance) * size))


def _index(c: Comparison, flat: int) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(flat, c.x.shape))


def _number(entries: Any) -> str:
    count = int(np.count_nonzero(entries))
    return "1 entry" if count == 1 else f"{count} entries"


def _worst(c: Comparison) -> list[str]:
    """The worst entries, one on each line."""
    distance = np.where(c.wrong, np.abs(c.gradient - c.numerical), -1.0)
    worst = np.argsort(np.where(np.isnan(distance), np.inf, distance), axis=None)[::-1]
    shown = [_index(c, int(flat)) for flat in worst[: min(SHOWN, int(np.count_nonzero(c.wrong)))]]
    names = [entry_name(c.name, index) for index in shown]
    width = max(map(len, names), default=0)
    rows = zip(names, shown, strict=True)
    return [
        f"  {name:<{width}}  gradient {c.gradient[index]:<12.6g} numerical {c.numerical[index]:.6g}"
        for name, index in rows
    ]
