"""Memory in large pages: what is large lies in one piece that begins with a page of 2 MiB.

A processor keeps the places of some hundred pages at hand. The rows of a wide matrix lie on as many pages of 4 KiB, and
the search for their places takes longer than what is computed with them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.execute.llvm.buffers import ALIGNMENT

__all__ = ["room_for", "together"]

_PAGE = 2**21  # bytes
_FEW = 2**19  # bytes that lie on few small pages
_ADVISED = 2**22  # bytes from which on NumPy asks the system for large pages
_SHIFT = 4 * ALIGNMENT  # from array to array, so that their entries of the same index fall into different cache sets

Array = np.ndarray[Any, Any]


def room_for(size: int) -> Array:
    """Return that many bytes, not initialized, that begin with a cache line, and with a large page if they are many.

    Example:
        >>> room_for(100).ctypes.data % 64
        0
    """
    start, least = (ALIGNMENT, 0) if size < _FEW else (_PAGE, _ADVISED)
    block = np.empty(max(size, least) + start, np.uint8)
    first = -block.ctypes.data % start
    return block[first : first + size]


def together(arrays: Sequence[Array]) -> list[Array]:
    """Return copies without gaps, in rows, that lie one behind the other in one piece of memory.

    Example:
        >>> together([np.ones((2, 3)), np.arange(4)])[1]
        array([0, 1, 2, 3])
    """
    sizes = [-(-each.nbytes // ALIGNMENT) * ALIGNMENT + _SHIFT for each in arrays]
    room = room_for(sum(sizes))
    copies: list[Array] = []
    for array, size, end in zip(arrays, sizes, np.cumsum(sizes), strict=True):
        copy = room[end - size : end - size + array.nbytes].view(array.dtype).reshape(array.shape)
        copy[...] = array
        copies.append(copy)
    return copies
