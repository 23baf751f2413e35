"""Layers of a drawing, the slots in them, and their order from top to bottom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

__all__ = ["Slot", "layered", "ordered"]

_SWEEPS = 8
_ATTEMPTS = 12
_FEW = 200  # slots up to which further attempts are worth their time


@dataclass
class Slot:
    """A place in a layer: of a box, or of a link that passes.

    Attributes:
        layer: its number, from the left.
        before: its neighbors in the layer before, in the order of the operands.
        after: its neighbors in the layer after.
    """

    layer: int
    before: list[int] = field(default_factory=list)
    after: list[int] = field(default_factory=list)


# --- layers -------------------------------------------------------------------------------------------------


def layered(count: int, links: Sequence[tuple[int, int, int]]) -> tuple[list[Slot], list[list[int]]]:
    """Return the slots, those of the boxes first, and for each link the slots that it runs through.

    Args:
        count: how many boxes there are; in topological order.
        links: source, target, and how many layers the link takes at least.
    """
    slots = [Slot(layer) for layer in _layers(count, links)]
    chains = []
    for source, target, _ in links:
        passed = range(slots[source].layer + 1, slots[target].layer)
        chain = [source, *range(len(slots), len(slots) + len(passed)), target]
        slots += [Slot(layer) for layer in passed]
        for a, b in pairwise(chain):
            slots[a].after.append(b)
            slots[b].before.append(a)
        chains.append(chain)
    return slots, chains


def _layers(count: int, links: Sequence[tuple[int, int, int]]) -> list[int]:
    """The longest way from an input."""
    layers = [0] * count
    for source, target, least in sorted(links, key=lambda link: link[1]):
        layers[target] = max(layers[target], layers[source] + least)
    return layers


# --- order within the layers --------------------------------------------------------------------------------


def ordered(slots: Sequence[Slot]) -> list[list[int]]:
    """Return the slots of each layer from top to bottom, in an order with few crossings.

    The first attempt starts with the order of the operands, the others with inputs in an order drawn by chance.
    """
    start = _by_operands(slots)
    best, fewest = _mended(slots, start)
    chance = np.random.default_rng(0)
    for _ in range(_ATTEMPTS if fewest and len(slots) <= _FEW else 0):
        shuffled = [[start[0][i] for i in chance.permutation(len(start[0]))], *start[1:]]
        order, crossings = _mended(slots, shuffled)
        if crossings < fewest:
            best, fewest = order, crossings
    return best


def _mended(slots: Sequence[Slot], order: list[list[int]]) -> tuple[list[list[int]], int]:
    """The best of some sweeps, and its crossings."""
    best, fewest = order, _crossings(slots, order)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        order = _swept(slots, order, forward=sweep % 2 == 0, turned=sweep % 4 >= 2)
        crossings = _crossings(slots, order)
        if crossings < fewest:
            best, fewest = order, crossings
    return best, fewest


def _by_operands(slots: Sequence[Slot]) -> list[list[int]]:
    """Depth first from the end, first operand on top: a tree is drawn without crossings."""
    order: list[list[int]] = [[] for _ in range(max(slot.layer for slot in slots) + 1)]
    seen: set[int] = set()
    for end in (i for i, slot in enumerate(slots) if not slot.after):
        waiting = [end]
        while waiting:
            i = waiting.pop()
            if i not in seen:
                seen.add(i)
                order[slots[i].layer].append(i)
                waiting += reversed(slots[i].before)
    return order


def _swept(slots: Sequence[Slot], order: Sequence[Sequence[int]], *, forward: bool, turned: bool) -> list[list[int]]:
    """Sort each layer by the mean position of the neighbors in the layer that was sorted before.

    Equal means keep their order, or turn it around: what one order cannot mend, the other often can.
    """
    position = {i: float(k) for layer in order for k, i in enumerate(layer)}
    new = [list(layer) for layer in order]
    for layer in new if forward else reversed(new):
        wanted = {i: _barycenter(i, slots[i].before if forward else slots[i].after, position) for i in layer}
        if turned:
            layer.reverse()
        layer.sort(key=wanted.__getitem__)
        position.update((i, float(k)) for k, i in enumerate(layer))
    return new


def _barycenter(i: int, neighbors: Sequence[int], position: dict[int, float]) -> float:
    return sum(position[each] for each in neighbors) / len(neighbors) if neighbors else position[i]


def _crossings(slots: Sequence[Slot], order: Sequence[Sequence[int]]) -> int:
    position = {i: k for layer in order for k, i in enumerate(layer)}
    total = 0
    for layer in order:
        ends = [(position[i], position[j]) for i in layer for j in slots[i].after]
        a, b = np.array(ends, dtype=int).reshape(-1, 2).T
        total += int(np.sum((a[:, None] < a) & (b[:, None] > b)))
    return total
