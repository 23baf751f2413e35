"""``check_grad``: is this gradient right, and if not, what is wrong with it?"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.errors import DifferentiationError, GradientCheckError, InputError
from chainrule.gradient_check.comparison import Comparison, compare
from chainrule.gradient_check.findings import explain_shape, explain_values
from chainrule.pipeline import grad
from chainrule.pipeline.call import named_like
from chainrule.tracing.arguments import Selected, Wrt, require_function, select

__all__ = ["GradientCheck", "check_grad"]


@dataclass(frozen=True)
class GradientCheck:
    """A gradient that agrees with the numerical one.

    Attributes:
        largest_error: the largest difference at all entries, relative to the entry.
        entries: how many entries were compared.
        kinks: how many more have no derivative, at a kink or a jump; there the gradient is one of the slopes between
            left and right.
        method: what it was compared with: "complex step", which is exact, or "central differences".

    Example:
        >>> check_grad(lambda x: x * abs(x), 2.0)
        GradientCheck(largest_error=..., entries=1, kinks=0, method='central differences')
    """

    largest_error: float
    entries: int
    kinks: int
    method: str

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        agreement = f"the gradient agrees with the {self.method} at {_count(self.entries)}, to {self.largest_error:.1e}"
        if not self.kinks:
            return agreement
        return (
            f"{agreement}; at {_count(self.kinks)} the function has a kink or a jump, and the gradient is a slope of "
            "either side"
        )


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


def check_grad(
    f: Callable[..., Any],
    *args: Any,
    gradient: Callable[..., Any] | None = None,
    wrt: Wrt = 0,
    tolerance: float | None = None,
    entries: int = 200,
    **kwargs: Any,
) -> GradientCheck:
    """Compare a gradient with numerical derivatives, and say what is wrong with it.

    A numerical derivative is a central difference, extrapolated to the step 0, with an estimate of its error, and taken
    in float64 whatever the dtype; or, if the function takes complex numbers and is analytic, the complex step, which
    has no error but rounding.

    Args:
        f: a plain NumPy function that returns one real number, or works entry by entry as ``np.tanh`` does; then
            the derivative of each entry is checked.
        *args: where to check; ordinary values, such as random numbers, tell most.
        gradient: a function of the same arguments that returns the gradient as derived by hand. Without it, the
            gradient of :func:`grad` is checked.
        wrt: by which argument: its position, its name, or a tuple of these; arguments may be trees of arrays.
        tolerance: relative; by default 1e-6, for float32 1e-3, for float16 3e-2.
        entries: of an array with more than these so many are drawn, always the same.
        **kwargs: keyword arguments of ``f``.

    Raises:
        GradientCheckError: the gradient is wrong. The message says how: its shape, its sign, a constant factor, a
            factor that differs from entry to entry, a missing term, some entries; and shows the worst of them.
        InputTypeError: ``f`` or ``gradient`` is no function.
        InputError: the function is random, or returns an array without working entry by entry.
        DifferentiationError: the argument is an integer array.

    Source: C. J. F. Ridders (1982), "Accurate computation of F'(x) and F'(x) F''(x)"; W. Squire and G. Trapp (1998),
    "Using complex variables to estimate derivatives of real functions", SIAM Review.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> x = np.array([0.3, -1.2, 2.0])
        >>> print(cr.check_grad(lambda x: np.sum(np.tanh(x)), x))
        the gradient agrees with the complex step at 3 entries, to ...
        >>> cr.check_grad(cr.functions.sigmoid, x, gradient=cr.functions.sigmoid)
        Traceback (most recent call last):
        ...
        chainrule.errors.GradientCheckError: the gradient by z lacks the factor 1 - s, s being the value ...
          z[2]  gradient 0.880797     numerical 0.104994
          z[0]  gradient 0.574443     numerical 0.244458
          z[1]  gradient 0.231475     numerical 0.177894
    """
    require_function(f, "check_grad")
    if gradient is not None:
        require_function(gradient, "gradient= of check_grad")
    chosen = select(f, wrt, args, kwargs)
    _check_real(chosen)
    with np.errstate(all="ignore"):
        _check_value(chosen)
        leaves = _leaves((gradient or grad(_summed(f), wrt))(*args, **kwargs), chosen)
        return _result(_compared(chosen, leaves, tolerance, entries), _counts(args, kwargs))


def _result(comparisons: Sequence[Comparison], counts: Sequence[int]) -> GradientCheck:
    """What was found, if all is right."""
    for comparison in comparisons:
        if np.any(comparison.wrong) or comparison.unexcused:
            raise GradientCheckError(explain_values(comparison, counts))
    return GradientCheck(
        largest_error=max((each.largest_error for each in comparisons), default=0.0),
        entries=sum(int(np.count_nonzero(each.checked)) for each in comparisons),
        kinks=sum(len(each.kinks) for each in comparisons),
        method="complex step" if all(each.complex_step for each in comparisons) else "central differences",
    )


def _summed(f: Callable[..., Any]) -> Callable[..., Any]:
    """The sum of an elementwise function, whose gradient has the derivatives of all entries."""
    return named_like(f, lambda *args, **kwargs: np.sum(f(*args, **kwargs)))


def _check_real(chosen: Selected) -> None:
    for leaf, name in zip(chosen.leaves, chosen.names, strict=True):
        if np.asarray(leaf).dtype.kind != "f":
            raise DifferentiationError(
                f"{name} is {np.asarray(leaf).dtype} and has no gradient; write {name}.astype(float)"
            )


def _check_value(chosen: Selected) -> None:
    """The value must be a number, or an array of the one argument's shape."""
    value = chosen.call(*chosen.leaves)
    shapes = [np.shape(leaf) for leaf in chosen.leaves]
    if not isinstance(value, (int, float, np.ndarray, np.generic)):
        raise InputError(f"the function returned {type(value).__name__}; only a number or an array can be checked")
    if np.shape(value) != () and shapes != [np.shape(value)]:
        raise InputError(
            f"the function returns an array of shape {list(np.shape(value))}; only a number has a gradient: "
            "check the sum of its value"
        )


def _leaves(given: Any, chosen: Selected) -> list[Any]:
    """The arrays of the gradient, one for each array of the argument."""
    leaves = [np.array(given)] if len(chosen.leaves) == 1 and isinstance(given, list) else trees.flatten(given)
    if len(leaves) != len(chosen.leaves):
        raise GradientCheckError(
            f"the gradient has {len(leaves)} arrays and the argument {len(chosen.leaves)}: "
            f"{', '.join(chosen.names)}; give the gradient the same form"
        )
    return leaves


def _compared(chosen: Selected, gradients: Sequence[Any], tolerance: float | None, entries: int) -> list[Comparison]:
    comparisons = []
    for position, (name, x, gradient) in enumerate(zip(chosen.names, chosen.leaves, gradients, strict=True)):
        f, shape = _of_one_array(chosen, position), np.shape(x)
        fits = np.shape(gradient) == shape
        found = compare(name, f, x, gradient if fits else np.zeros(shape), _drawn(shape, entries), tolerance)
        if not fits:
            raise GradientCheckError(explain_shape(name, gradient, shape, found.numerical))
        comparisons.append(found)
    return comparisons


def _of_one_array(chosen: Selected, position: int) -> Callable[[Any], Any]:
    """The function with all arrays but one in place."""
    return lambda moved: chosen.call(*chosen.leaves[:position], moved, *chosen.leaves[position + 1 :])


def _drawn(shape: tuple[int, ...], entries: int) -> list[tuple[int, ...]]:
    """The indices of all entries, or of some of them, always the same."""
    size = math.prod(shape)
    flat = np.arange(size) if size <= entries else np.sort(np.random.default_rng(0).permutation(size)[:entries])
    return [tuple(int(i) for i in np.unravel_index(each, shape)) for each in flat]


def _counts(args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[int]:
    """Numbers by which a mean over the arguments may divide: lengths of axes and numbers of entries."""
    shapes = [np.shape(leaf) for leaf in trees.flatten((args, kwargs))]
    return sorted({n for shape in shapes for n in (*shape, math.prod(shape)) if n > 1})
