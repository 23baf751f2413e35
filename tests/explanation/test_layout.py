"""The layout on its own: places, routes and labels of boxes that stand for nothing."""

import pytest

from chainrule.explanation.layout import Box, Link, layout

GATE = Box(40, 40, 60)


def test_a_link_ends_where_its_boxes_are() -> None:
    found = layout([GATE, GATE], [Link(0, 1)])
    (start, *_, end) = found.routes[0]
    assert start == (found.centers[0][0] + 20, found.centers[0][1])
    assert end == (found.centers[1][0] - 20, found.centers[1][1])


def test_a_label_stands_between_its_box_and_the_next_column() -> None:
    found = layout([GATE, GATE], [Link(0, 1)])
    (x, y) = found.labels[0]
    assert found.centers[0][0] + 20 + 30 == pytest.approx(x)
    assert y == found.centers[0][1]


def test_a_link_with_a_label_of_its_own_has_a_row_of_its_own() -> None:
    found = layout([Box(8, 8), GATE, GATE], [Link(0, 1, 50), Link(0, 2, 50)])
    (_, above), (_, below) = found.labels
    assert below - above >= 50


def test_ports_are_from_top_to_bottom_as_the_links_come() -> None:
    found = layout([GATE, GATE, GATE, GATE], [Link(0, 3), Link(1, 3), Link(2, 3)])
    ports = [route[-1] for route in found.routes]
    assert sorted(y for _, y in ports) == [
        y for _, y in sorted(ports, key=lambda port: found.routes[ports.index(port)][0][1])
    ]
    assert len({y for _, y in ports}) == 3
    for x, y in ports:  # on the circle
        center_x, center_y = found.centers[3]
        assert (x - center_x) ** 2 + (y - center_y) ** 2 == pytest.approx(20**2)


def test_a_box_alone() -> None:
    found = layout([Box(30, 20)], [])
    assert (found.routes, found.labels) == ([], [])
    assert found.width >= 30
    assert found.height == 20
