"""Random numbers: one stream for each purpose, so that what one part draws never moves what another part gets.

The generator is counter-based: J. Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3" (Philox). Its key
is the user's seed and the purpose, so any stream can be had at any time, without drawing those before it.
"""

from enum import IntEnum

import numpy as np

__all__ = ["Purpose", "random_stream", "stream_number"]


class Purpose(IntEnum):
    """What random numbers are for."""

    INITIAL_WEIGHTS = 0
    ORDER_OF_SAMPLES = 1
    VALIDATION = 2


def stream_number(purpose: Purpose, number: int = 0) -> int:
    """The number of the stream for a purpose, and for the layer or epoch of a number (below 2^32)."""
    return (purpose << 32) + number


def random_stream(seed: int, purpose: Purpose, number: int = 0) -> np.random.Generator:
    """Return the stream of a seed (0 to 2^64 - 1) for a purpose, and for the layer or epoch of a number (below 2^32).

    Example:
        >>> random_stream(7, Purpose.VALIDATION, number=1).permutation(5)
        array([1, 0, 2, 4, 3])
    """
    return np.random.Generator(np.random.Philox(key=np.array([seed, stream_number(purpose, number)], np.uint64)))
