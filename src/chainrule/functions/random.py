"""Random integers and orders that are functions of their arguments: no state, so any engine gives the same bits.

The generator is Philox 4x32 with ten rounds: J. Salmon, M. Moraes, R. Dror, D. Shaw (2011), "Parallel random numbers:
as easy as 1, 2, 3".
"""

from typing import Any

import numpy as np

from chainrule.errors import InputError

__all__ = ["MULTIPLIERS", "ROUNDS", "WEYL", "permutation", "philox"]

Array = Any

ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85  # what the key grows by in each round
_WORD = 0xFFFFFFFF
_LONGEST = 2**32


def philox(counter: tuple[Array, Array, Array, Array], key: tuple[int, int]) -> tuple[Array, Array, Array, Array]:
    """Four random words of 32 bits for each counter of four words; words are integers of type uint64.

    Example:
        >>> [hex(word) for word in philox((np.uint64(0),) * 4, (0, 0))]
        ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    c0, c1, c2, c3 = counter
    for turn in range(ROUNDS):
        k0, k1 = ((word + turn * step) & _WORD for word, step in zip(key, WEYL, strict=True))
        first, second = c0 * np.uint64(MULTIPLIERS[0]), c2 * np.uint64(MULTIPLIERS[1])
        c0, c1, c2, c3 = (
            (second >> 32) ^ c1 ^ np.uint64(k0),
            second & _WORD,
            (first >> 32) ^ c3 ^ np.uint64(k1),
            first & _WORD,
        )
    return c0, c1, c2, c3


def permutation(n: int, seed: int, stream: int) -> Array:
    """Return 0 to n - 1 in the order that a seed and the number of a stream decide (both 0 to 2^64 - 1).

    R. Durstenfeld's shuffle (1964, Algorithm 235) "inside out": number i takes a random place j <= i, and what was
    there goes to place i. With a random r of 64 bits, j is floor(r (i + 1) / 2^64), so that no place is preferred by
    more than (i + 1) / 2^64.

    Raises:
        InputError: n is negative or above 2^32.

    Example:
        >>> permutation(5, seed=7, stream=1)
        array([1, 3, 2, 4, 0])
    """
    if not 0 <= n <= _LONGEST:
        raise InputError(f"an order of {n} numbers was asked for; there may be 0 to {_LONGEST}")
    order = [0] * n
    for i, j in enumerate(_places(n, seed, stream)):
        order[i] = order[j]
        order[j] = i
    return np.array(order, np.int64)


def _places(n: int, seed: int, stream: int) -> list[int]:
    """For each i a random place up to it. A counter serves two numbers: it is i // 2, with the stream above it."""
    block = np.arange((n + 1) // 2, dtype=np.uint64)
    counter = block, np.zeros_like(block), np.uint64(stream & _WORD), np.uint64(stream >> 32)
    words = np.stack(philox(counter, (seed & _WORD, seed >> 32)), axis=1).reshape(-1, 2)[:n]
    low, high = words[:, 0], words[:, 1]
    bound = np.arange(1, n + 1, dtype=np.uint64)
    places: list[int] = ((high * bound + (low * bound >> 32)) >> 32).tolist()
    return places
