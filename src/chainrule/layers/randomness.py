"""Random numbers: one stream for each purpose, so that what one part draws never moves what another part gets.

The generator is counter-based: J. Salmon et al. (2011), "Parallel random numbers: as easy as 1, 2, 3" (Philox). Its key
is the user's seed and the purpose, so any stream can be had at any time, without drawing those before it.
"""

from enum import IntEnum

import numpy as np

__all__ = ["Purpose", "random_stream"]


class Purpose(IntEnum):
    """What random numbers are for."""

    INITIAL_WEIGHTS = 0
    ORDER_OF_SAMPLES = 1
    VALIDATION = 2


def random_stream(seed: int, purpose: Purpose, number: int = 0) -> np.random.Generator:
    """Return the stream of a seed (0 to 2^64 - 1) for a purpose, and for the layer or epoch of a number (below 2^32).

    Example:
        >>> random_stream(7, Purpose.ORDER_OF_SAMPLES, number=1).permutation(5)
        array([4, 0, 1, 2, 3])
        >>> random_stream(7, Purpose.ORDER_OF_SAMPLES, number=2).permutation(5)
        array([1, 2, 0, 4, 3])
    """
    return np.random.Generator(np.random.Philox(key=np.array([seed, (purpose << 32) + number], np.uint64)))
