"""``stabilize``: a NumPy function in its stable form, and the report of what was done."""

import functools
from collections.abc import Callable
from typing import Any

from chainrule import trees
from chainrule.execute.interpret import Program
from chainrule.pipeline.call import Function
from chainrule.pipeline.call_form import CallForm
from chainrule.pipeline.stability_report import StabilityReport, report_of
from chainrule.tracing import replay, trace_leaves
from chainrule.tracing.arguments import require_function
from chainrule.tracing.traced import Traced, parameter_names
from chainrule.transforms.stabilize import Stabilized
from chainrule.transforms.stabilize import stabilize as stable_form

__all__ = ["Stable", "stabilize"]


class Stable:
    """A function that computes its formulas in their stable forms; made by :func:`stabilize`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> softplus = cr.stabilize(lambda x: np.log(1 + np.exp(x)))
        >>> softplus(1000.0)
        np.float64(1000.0)
    """

    def __init__(self, f: Function) -> None:
        functools.update_wrapper(self, f)
        self._function = f
        self._latest: tuple[Traced, Stabilized, list[Any]] | None = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        form = CallForm(args, kwargs)
        traced = trace_leaves(self._of_leaves(form), form.leaves, self._names(form))
        stable = stable_form(traced.graph, is_final=not form.is_traced)
        arguments = [*form.leaves, *traced.captured]
        if form.is_traced:
            return trees.unflatten(traced.result, replay(stable.graph, arguments))
        self._latest = traced, stable, arguments
        return trees.unflatten(traced.result, Program(stable.graph).run(arguments))

    @property
    def report(self) -> StabilityReport:
        """What was rewritten in the latest call, and the bits of error there; ``str`` makes it a text to be read."""
        name = getattr(self._function, "__name__", type(self._function).__name__)
        return StabilityReport(name, ()) if self._latest is None else report_of(name, *self._latest)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """Bind it to an object as a function is, so that methods can be stabilized."""
        return self if instance is None else functools.partial(self, instance)

    def _of_leaves(self, form: CallForm) -> Callable[..., Any]:
        def of_leaves(*arrays: Any) -> Any:
            args, kwargs = form.filled(arrays)
            return self._function(*args, **kwargs)

        return of_leaves

    def _names(self, form: CallForm) -> list[str]:
        return form.names(parameter_names(self._function, form.args, form.kwargs))


def stabilize(f: Function) -> Stable:
    """Return a function that does the same as ``f``, with formulas that lose digits replaced by equal ones.

    ``log(1 + exp(x))`` overflows for x = 1000, ``1 - cos(x)`` is 0 for x = 1e-9, ``sqrt(x + 1) - sqrt(x)`` is 0 for
    x = 1e16: mathematically, none of them does. In the stable form they do not. Gradients and compiled functions take
    it anyway (``stabilize=False`` switches it off there).

    Args:
        f: a plain NumPy function.

    Returns:
        A function of the same arguments. Its ``report`` says what became of the formulas in its latest call.

    Raises:
        InputTypeError: ``f`` is no function.
        TraceError: when it is called: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.stabilize(lambda x: (1 - np.cos(x)) / x**2)(1e-9)
        np.float64(0.5)
    """
    require_function(f, "stabilize")
    return Stable(f)
