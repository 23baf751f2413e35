"""Heights of the slots of a layered layout: chains straight, distances kept."""

from collections.abc import Sequence
from itertools import pairwise

__all__ = ["heights", "spread"]

MARGIN = 8.0  # between two slots
SWEEPS = 8


def heights(
    sizes: Sequence[float],
    before: Sequence[Sequence[int]],
    after: Sequence[Sequence[int]],
    order: Sequence[Sequence[int]],
) -> list[float]:
    """Return the height of the center of every slot, the least being half of its size.

    Layer by layer, backward and forward in turn, each slot moves as near to the mean of its neighbors as its own
    layer allows. The last sweep is forward, so that what has one input stands level with it.

    Args:
        sizes: how high each slot is.
        before: its neighbors in the layer before.
        after: its neighbors in the layer after.
        order: the slots of each layer, from top to bottom.
    """
    y = [0.0] * len(sizes)
    for layer in order:
        for i, place in zip(layer, spread([0.0] * len(layer), _distances(layer, sizes)), strict=True):
            y[i] = place
    for _ in range(SWEEPS):
        for neighbors, layers in ((after, order[::-1]), (before, order)):
            for layer in layers:
                wanted = [_mean([y[j] for j in neighbors[i]], y[i]) for i in layer]
                for i, place in zip(layer, spread(wanted, _distances(layer, sizes)), strict=True):
                    y[i] = place
    top = min(y[i] - sizes[i] / 2 for i in range(len(sizes)))
    return [each - top for each in y]


def spread(wanted: Sequence[float], distances: Sequence[float]) -> list[float]:
    """Return the places nearest to the wanted ones that keep their order and at least these distances.

    Least squares with an order: what is left after taking off the distances must not decrease, and the best
    non-decreasing sequence comes from pooling adjacent violators (Ayer and others, 1955).

    Example:
        >>> spread([0.0, 0.0, 9.0], [2.0, 2.0])
        [-1.0, 1.0, 9.0]
    """
    offsets = [0.0]
    for distance in distances:
        offsets.append(offsets[-1] + distance)
    pools: list[tuple[float, int]] = []  # mean and number of entries
    for place, offset in zip(wanted, offsets, strict=False):
        pools.append((place - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (mean, count), (other, more) = pools.pop(-2), pools.pop()
            pools.append(((mean * count + other * more) / (count + more), count + more))
    level = [mean for mean, count in pools for _ in range(count)]
    return [each + offset for each, offset in zip(level, offsets, strict=False)]


def _distances(layer: Sequence[int], sizes: Sequence[float]) -> list[float]:
    return [(sizes[i] + sizes[j]) / 2 + MARGIN for i, j in pairwise(layer)]


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
