"""autograd: the function as it stands, with its twin of NumPy."""

from collections.abc import Callable
from typing import Any

from chainrule.benchmarks.cases import Gradient
from chainrule.benchmarks.gradients.formulas import FORMULAS, split

__all__ = ["call"]

Array = Any


def call(case: Gradient, arrays: dict[str, Array], threads: int) -> Callable[[], Any]:
    """Return the call of value and gradient."""
    del threads  # OpenBLAS takes them from the environment
    import autograd
    import autograd.numpy

    params, data = split(arrays)
    function = autograd.value_and_grad(FORMULAS[case.formula](autograd.numpy))
    return lambda: function(params, data)
