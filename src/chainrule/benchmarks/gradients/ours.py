"""chainrule: the function as it stands, with NumPy."""

from collections.abc import Callable
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.benchmarks.cases import Gradient
from chainrule.benchmarks.gradients.formulas import FORMULAS, split

__all__ = ["call"]

Array = Any


def call(case: Gradient, arrays: dict[str, Array], threads: int) -> Callable[[], Any]:
    """Return the call of value and gradient."""
    del threads  # from the environment
    params, data = split(arrays)
    compiled: Callable[[Any], Any] = getattr(cr, "compile", lambda function: function)
    function = compiled(cr.value_and_grad(FORMULAS[case.formula](np)))
    return lambda: function(params, data)
