"""Layered layout, inputs left and output right (Sugiyama, Tagawa and Toda 1981).

1. Layers by the longest path; a long link gets an empty *slot* in every layer that it passes (``layers.py``).
2. Order within the layers: the order of the operands, then mended by sweeps that sort by barycenter (``layers.py``).
3. Heights: each slot as near to its neighbors as the distances within its layer allow (``heights.py``).
4. Columns: each layer has one for its boxes and for the labels of the links that leave them; links bend only between
   columns. So a label can touch neither another label nor a link.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chainrule.explanation.heights import heights
from chainrule.explanation.layers import Slot, layered, ordered

__all__ = ["Box", "Layout", "Link", "Point", "layout"]

Point = tuple[float, float]

ARROW = 12.0  # straight way in front of a box
LABEL = 50.0  # height of a slot that has labels above and below its link
PASSING = 14.0  # height of a slot that a link only passes
_PORTS = 1.0  # how much of a box's height its ports take


@dataclass(frozen=True)
class Box:
    """What is placed.

    Attributes:
        width, height: of the box itself.
        run: room to its right for the label of the link that leaves it.
    """

    width: float
    height: float
    run: float = 0.0


@dataclass(frozen=True)
class Link:
    """From the right side of one box to the left side of another.

    Attributes:
        source, target: positions of the boxes.
        run: room for a label of its own; such a link has a slot to itself. 0: the label stands at the source.
    """

    source: int
    target: int
    run: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Where everything is.

    Attributes:
        centers: of the boxes.
        routes: of the links; where two following points differ in height, an S-curve joins them.
        labels: where the links' labels are centered.
        width, height: of the whole.
    """

    centers: list[Point]
    routes: list[list[Point]]
    labels: list[Point]
    width: float
    height: float


def layout(boxes: Sequence[Box], links: Sequence[Link]) -> Layout:
    """Return where to draw boxes and the links between them.

    Args:
        boxes: in topological order.
        links: those to one box in the order of its operands.

    Example:
        >>> found = layout([Box(10, 20), Box(10, 20)], [Link(0, 1)])
        >>> found.centers[0][0] < found.centers[1][0], found.centers[0][1] == found.centers[1][1]
        (True, True)
    """
    slots, chains = layered(len(boxes), [(link.source, link.target, 2 if link.run else 1) for link in links])
    order = ordered(slots)
    labeled = {chain[1] for link, chain in zip(links, chains, strict=True) if link.run}
    sizes = [_size(i, boxes, labeled) for i in range(len(slots))]
    y = heights(sizes, [slot.before for slot in slots], [slot.after for slot in slots], order)
    runs = {chain[1]: link.run for link, chain in zip(links, chains, strict=True)}
    drawing = _Drawing(boxes, links, slots, chains, y, _columns(boxes, runs, slots, order, y))
    return Layout(
        [drawing.center(i) for i in range(len(boxes))],
        [drawing.route(k) for k in range(len(links))],
        [drawing.label(k) for k in range(len(links))],
        drawing.columns[-1].right,
        max(place + size / 2 for place, size in zip(y, sizes, strict=True)),
    )


def _size(i: int, boxes: Sequence[Box], labeled: set[int]) -> float:
    """How high a slot is: its box, or the labels above and below its link."""
    if i >= len(boxes):
        return LABEL if i in labeled else PASSING
    return max(boxes[i].height, LABEL if boxes[i].run else 0)


# --- columns ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Column:
    """Of one layer: where it begins, where its boxes' room ends, where it ends."""

    left: float
    middle: float
    right: float


def _columns(
    boxes: Sequence[Box],
    runs: Mapping[int, float],
    slots: Sequence[Slot],
    order: Sequence[Sequence[int]],
    y: Sequence[float],
) -> list[_Column]:
    columns: list[_Column] = []
    left = 0.0
    for layer in order:
        inside = [boxes[i] for i in layer if i < len(boxes)]
        middle = left + ARROW + max((box.width for box in inside), default=0)
        right = max(middle + max((box.run for box in inside), default=0), *(left + runs.get(i, 0) for i in layer))
        columns.append(_Column(left, middle, right))
        bends = [abs(y[j] - y[i]) for i in layer for j in slots[i].after]
        left = right + _gap(max(bends, default=0))
    return columns


def _gap(bend: float) -> float:
    """Between two columns: the higher the bends, the more room, so that they are not too steep."""
    return min(8 + 0.45 * bend, 150)


# --- boxes and links in their columns -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawing:
    boxes: Sequence[Box]
    links: Sequence[Link]
    slots: Sequence[Slot]
    chains: Sequence[Sequence[int]]
    y: Sequence[float]
    columns: Sequence[_Column]

    def column(self, slot: int) -> _Column:
        return self.columns[self.slots[slot].layer]

    def center(self, i: int) -> Point:
        """Inputs end where the others of their column end; the last box begins its column; others are centered."""
        column, half = self.column(i), self.boxes[i].width / 2
        if not self.slots[i].before:
            return column.middle - half, self.y[i]
        if not self.slots[i].after:
            return column.left + ARROW + half, self.y[i]
        return (column.left + ARROW + column.middle) / 2, self.y[i]

    def route(self, k: int) -> list[Point]:
        source, *passed, target = self.chains[k]
        start = self.center(source)[0] + self.boxes[source].width / 2
        port_x, port_y = self.port(k)
        through = [(x, self.y[i]) for i in passed for x in (self.column(i).left, self.column(i).right)]
        return [
            (start, self.y[source]),
            (self.column(source).right, self.y[source]),
            *through,
            (self.column(target).left, port_y),
            (port_x, port_y),
        ]

    def port(self, k: int) -> Point:
        """Where a link ends, on the rounded left side of its target: ports from top to bottom as the links come."""
        target = self.links[k].target
        arriving = [i for i, link in enumerate(self.links) if link.target == target]
        arriving.sort(key=lambda i: self.y[self.chains[i][-2]])
        radius = self.boxes[target].height / 2
        dy = radius * _PORTS * (2 * arriving.index(k) - len(arriving) + 1) / max(len(arriving), 2)
        x, y = self.center(target)
        return x - self.boxes[target].width / 2 + radius - math.sqrt(radius**2 - dy**2), y + dy

    def label(self, k: int) -> Point:
        """Over the link's own slot, or between its source and the end of the column."""
        source, first = self.chains[k][:2]
        if self.links[k].run:
            return (self.column(first).left + self.column(first).right) / 2, self.y[first]
        start = self.center(source)[0] + self.boxes[source].width / 2
        return (start + self.column(source).right) / 2, self.y[source]
