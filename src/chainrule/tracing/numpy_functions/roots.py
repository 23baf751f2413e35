"""The square root in lengths and standard deviations."""

import numpy as np

from chainrule.tracing.operands import Array

__all__ = ["root"]


def root(squares: Array) -> Array:
    """Return the square root of a sum of squares, whose subgradient at 0 is 0: a length is least there."""
    return np.where(squares == 0, 0, np.sqrt(squares))
