"""Which arguments are arrays and numbers, and as what native code is given them."""

from typing import Any

import numpy as np

from chainrule.tracing import Tracer
from chainrule.tracing.recording import is_number

__all__ = ["handed", "is_array"]


def is_array(leaf: Any) -> bool:
    """Is it an array or a number, which a function is traced with? Python's True and False are neither."""
    return isinstance(leaf, (np.ndarray, np.generic, Tracer)) or (is_number(leaf) and not isinstance(leaf, bool))


def handed(leaf: Any) -> type:
    """The type in which native code is given the leaf."""
    if isinstance(leaf, np.ndarray):
        return np.ndarray
    if isinstance(leaf, np.generic):
        return type(leaf)
    return float if isinstance(leaf, float) else np.asarray(leaf).dtype.type
