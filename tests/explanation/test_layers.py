"""Layers and their order."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from chainrule.explanation.layers import Slot, layered, ordered

LINKS = st.lists(st.tuples(st.integers(0, 7), st.integers(1, 3), st.sampled_from([1, 2])), max_size=14)


def crossings(slots: Sequence[Slot], order: Sequence[Sequence[int]]) -> int:
    place = {i: k for layer in order for k, i in enumerate(layer)}
    lines = [(slot.layer, place[i], place[j]) for i, slot in enumerate(slots) for j in slot.after]
    return sum(a[0] == b[0] and (a[1] - b[1]) * (a[2] - b[2]) < 0 for a, b in itertools.combinations(lines, 2))


@given(LINKS)
def test_every_link_runs_through_every_layer_on_its_way(steps: list[tuple[int, int, int]]) -> None:
    links = [(source, source + step, least) for source, step, least in steps]
    slots, chains = layered(12, links)
    for (source, target, least), chain in zip(links, chains, strict=True):
        assert (chain[0], chain[-1]) == (source, target)
        layers = [slots[i].layer for i in chain]
        assert layers == [*range(layers[0], layers[0] + len(layers))]
        assert len(layers) > least
    order = ordered(slots)
    assert sorted(i for layer in order for i in layer) == [*range(len(slots))]
    assert all({slots[i].layer for i in layer} == {k} for k, layer in enumerate(order))


def test_a_tree_is_in_the_order_of_its_operands() -> None:
    slots, _ = layered(7, [(3, 4, 1), (1, 4, 1), (0, 5, 1), (2, 5, 1), (5, 6, 1), (4, 6, 1)])
    assert ordered(slots) == [[0, 2, 3, 1], [5, 4], [6]]


def test_inputs_are_moved_where_that_saves_a_crossing() -> None:
    links = [(0, 2, 1), (2, 3, 2), (2, 4, 2), (3, 5, 1), (1, 5, 1), (5, 6, 1), (4, 6, 1)]  # gelu(x)*y + mish(x)
    slots, _ = layered(7, links)
    assert crossings(slots, ordered(slots)) == 0


def test_the_two_sides_of_a_ladder_are_not_twisted() -> None:
    links = [(0, 3, 1), (1, 2, 1), (2, 5, 1), (3, 4, 1), (4, 6, 1), (5, 6, 1)]
    slots, _ = layered(7, links)
    assert crossings(slots, ordered(slots)) == 0


def test_equal_means_are_tried_in_both_orders() -> None:
    copies = [(0, 1, 1), (2, 3, 1), (1, 4, 2), (3, 4, 2), (1, 5, 2), (3, 6, 2), (1, 8, 2)]
    links = [*copies, (4, 7, 1), (5, 7, 1), (6, 7, 1), (7, 9, 1), (8, 9, 1)]  # where(x>y, x*2, y-1) + log(x)
    slots, _ = layered(10, links)
    assert crossings(slots, ordered(slots)) == 0
