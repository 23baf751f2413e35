"""Gradients of functions that return one number."""

from typing import Any

from chainrule import trees
from chainrule.graph.expressions import total
from chainrule.pipeline.call import Function, named_like, run_call, stable, trace_call
from chainrule.pipeline.elementwise import elementwise_output
from chainrule.tracing.arguments import Wrt, require_function, select
from chainrule.transforms.differentiate import gradient_graph

__all__ = ["elementwise_grad", "grad", "value_and_grad"]


def grad(f: Function, wrt: Wrt = 0, *, stabilize: bool = True) -> Function:
    r"""Return the function that computes the gradient of ``f``.

    Args:
        f: a plain NumPy function that returns one real number.
        wrt: by which argument: its position, its name, or a tuple of these. An argument may be an array or a dict,
            list, tuple or dataclass of arrays; the gradient has the same form. One that a call leaves out has its
            default value. Python's integers are real numbers, also in a dict or list; integers of NumPy are integers,
            and have no gradient.
        stabilize: formulas that overflow or cancel, such as log(1 + exp(x)), are replaced by equal ones that do not
            (:func:`stabilize`), before and after differentiation. False computes what is written, as IEEE 754 has it.

    Returns:
        A function of the same arguments that returns :math:`\partial f / \partial x`; a tuple of gradients if
        ``wrt`` is a tuple. Outside of a function's domain, where the value is NaN, the gradient has no meaning.

    Raises:
        DifferentiationError: the value is not one real number, or the argument is an integer array.
        InputTypeError: ``f`` is no function; the text of a formula becomes one by :func:`formula`.
        TraceError: the function does something that cannot be traced; names the line.

    Example:
        >>> import chainrule as cr
        >>> def f(x, y, z):
        ...     return (x + y) * z
        >>> cr.grad(f, wrt=("x", "y", "z"))(-2.0, 5.0, -4.0)
        (np.float64(-4.0), np.float64(-4.0), np.float64(3.0))
        >>> cr.grad(cr.grad(lambda x: x**3))(2.0)
        np.float64(12.0)
    """
    require_function(f, "grad")
    both = value_and_grad(f, wrt, stabilize=stabilize)
    return named_like(f, lambda *args, **kwargs: both(*args, **kwargs)[1])


def value_and_grad(f: Function, wrt: Wrt = 0, *, has_aux: bool = False, stabilize: bool = True) -> Function:
    """Return the function that computes the value of ``f`` and its gradient in one sweep; arguments as in :func:`grad`.

    Args:
        f: a plain NumPy function that returns one real number.
        wrt: by which argument.
        has_aux: ``f`` returns a pair, the number and something else (arrays of any form), which is passed through:
            the result is ``((value, something else), gradient)``.
        stabilize: as in :func:`grad`.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.value_and_grad(lambda w: np.sum(w * w))(np.array([1.0, 2.0]))
        (np.float64(5.0), array([2., 4.]))
    """
    require_function(f, "value_and_grad")

    def value_and_slopes(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = select(f, wrt, args, kwargs)
        traced = trace_call(chosen, stabilize)
        outputs = traced.graph.outputs
        first = traced.graph.with_outputs(outputs[:1] if has_aux else outputs)
        gradients = gradient_graph(first, traced.graph.inputs[: len(chosen.leaves)])
        both = stable(traced.graph.with_outputs([*outputs, *gradients.outputs]), stabilize, chosen.leaves)
        values = run_call(both, chosen, traced)
        return trees.unflatten(traced.result, values[: len(outputs)]), chosen.form(values[len(outputs) :])

    return named_like(f, value_and_slopes)


def elementwise_grad(f: Function, wrt: Wrt = 0, *, stabilize: bool = True) -> Function:
    """Return the function that computes the derivative of an elementwise function at every entry.

    ``f`` must map arrays entry by entry, as ``np.sin`` does: the result has the shape of the argument, and its entry i
    depends on entry i of the argument only. That is found in the graph, not in the numbers. ``stabilize`` is as in
    :func:`grad`.

    Raises:
        ShapeError: the result has another shape, or ``f`` mixes entries, as ``np.cumsum`` and a softmax do; names the
            line.
        DifferentiationError: the value is not one real array, or the argument is an integer array.

    Example:
        >>> import chainrule as cr
        >>> import numpy as np
        >>> cr.elementwise_grad(np.sin)(np.array([0.0, np.pi]))
        array([ 1., -1.])
        >>> cr.elementwise_grad(lambda x: x - np.max(x))(np.array([1.0, 2.0]))
        Traceback (most recent call last):
        ...
        chainrule.errors.ShapeError: ... mixes entries: entry [0] of its value depends on entries [0] to [1] of x, ...
    """
    require_function(f, "elementwise_grad")

    def slopes(*args: Any, **kwargs: Any) -> Any:
        chosen = select(f, wrt, args, kwargs)
        traced = trace_call(chosen, stabilize)
        graph, count = traced.graph, len(chosen.leaves)
        output = elementwise_output(f, graph, count, [*chosen.leaves, *traced.captured])
        summed = graph.with_outputs([total(output, range(output.ndim))])
        gradients = gradient_graph(summed, graph.inputs[:count])
        return chosen.form(run_call(stable(gradients, stabilize, chosen.leaves), chosen, traced))

    return named_like(f, slopes)
