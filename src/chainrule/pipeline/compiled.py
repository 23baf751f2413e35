"""``compile``: a NumPy function becomes machine code."""

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chainrule.execute.llvm.native import Otherwise
from chainrule.pipeline.call import Function, stable
from chainrule.pipeline.call_form import CallForm
from chainrule.pipeline.compile_report import CompileReport, report_of
from chainrule.pipeline.taking import taker
from chainrule.pipeline.variants import Branches, Table, Variant
from chainrule.tracing import Traced, trace_leaves
from chainrule.tracing.arguments import require_function
from chainrule.tracing.traced import parameter_names

__all__ = ["Compiled", "compile"]

_Latest = tuple[Variant, Branches, Callable[[Any, Any], tuple[Any, ...] | None] | None]  # the last one says how to take


class Compiled:
    """A function that runs as machine code; made by :func:`compile`.

    Example:
        >>> import chainrule as cr
        >>> square = cr.compile(lambda x: x * x)
        >>> square(3.0)
        np.float64(9.0)
    """

    def __init__(self, f: Function, is_stable: bool) -> None:
        functools.update_wrapper(self, f)
        self._function = f
        self._is_stable = is_stable
        self._table = Table()
        self._latest: _Latest | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        latest = self._latest
        if latest is None:
            return self._call(args, kwargs)
        variant, _, take = latest
        leaves: Any = args
        if take is not None:
            leaves = take(args, kwargs)
        if leaves is None or (kwargs and take is None):
            return self._call(args, kwargs)
        try:
            values = variant.native(leaves)
        except Exception:  # on a way that this call does not go, anything may happen
            return self._call(args, kwargs)
        if isinstance(values, list):
            return variant.result(values)
        if values is None:
            return self._call(args, kwargs)
        return self._otherwise(args, kwargs, latest, values)

    @property
    def report(self) -> CompileReport:
        """What became of the function so far: kernels, memory, decisions. ``str`` makes it a text to be read."""
        return report_of(getattr(self._function, "__name__", type(self._function).__name__), self._table.every())

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind it to an object as a function is, so that methods can be compiled."""
        return self if instance is None else functools.partial(self, instance)

    def _otherwise(self, args: tuple[Any, ...], kwargs: dict[str, Any], latest: "_Latest", found: Otherwise) -> Any:
        """Go on with the variant for the decision that was made otherwise."""
        variant, branches, take = latest
        other = branches.other(variant, found)
        if other is None:
            return self._called(CallForm(args, kwargs), branches, None)
        self._latest = other, branches, take
        return self(*args, **kwargs)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        form = CallForm(args, kwargs)
        if form.is_traced:
            return self._function(*args, **kwargs)
        branches = self._table[form.key]
        return self._called(form, branches, branches.latest)

    def _called(self, form: CallForm, branches: Branches, variant: Variant | None) -> Any:
        result = branches.call(form, lambda: self._traced(form), variant)
        if branches.latest is not None:
            self._latest = branches.latest, branches, taker(form.args, form.kwargs)
        return result

    def _traced(self, form: CallForm) -> Traced:
        def of_leaves(*arrays: Any) -> Any:
            some_args, some_kwargs = form.filled(arrays)
            return self._function(*some_args, **some_kwargs)

        names = form.names(parameter_names(self._function, form.args, form.kwargs))
        traced = trace_leaves(of_leaves, form.leaves, names)
        return replace(traced, graph=stable(traced.graph, self._is_stable, form.leaves))


def compile(f: Function, *, stabilize: bool = True) -> Compiled:
    """Return a function that does the same as ``f`` in machine code, with the same arguments.

    ``f`` is traced at the first call, and again for every other form of call: other shapes, dtypes, containers, or
    other arguments that are no arrays. Each way through its ``if`` and ``while`` becomes a variant of its own; which of
    them is right is checked in every call. Results differ from NumPy's by rounding only.

    What ``f`` takes from elsewhere, such as an array that it uses without being given it, is taken as it is then.

    Args:
        f: a plain NumPy function, also one that :func:`grad` and its like have made.
        stabilize: formulas that overflow or cancel are replaced by equal ones that do not (:func:`stabilize`). False
            computes what is written.

    Returns:
        A function of NumPy arrays that returns NumPy arrays. Its ``report`` says what became of ``f``.

    Raises:
        InputTypeError: ``f`` is no function; the text of a formula becomes one by :func:`formula`.
        TraceError: when it is called: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> def f(w):
        ...     return np.sum(np.exp(w) * w)
        >>> fast = cr.compile(cr.value_and_grad(f))
        >>> fast(np.array([0.0, 1.0]))
        (np.float64(2.718281828459045), array([1.        , 5.43656366]))
    """
    require_function(f, "compile")
    return Compiled(f, stabilize)
