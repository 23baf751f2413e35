"""Learning curves: where points and ticks stand."""

import re

import pytest

from chainrule.cli.report.curves import curves, linear_axis, log_axis
from chainrule.errors import InputError


def points(svg, css):
    path = re.search(rf'class="line {css}" d="M([^"]+)"', svg)[1]
    return [tuple(map(float, point.split())) for point in path.split("L")]


def test_a_log_axis_ends_at_round_numbers_and_writes_powers_of_ten():
    axis = log_axis([0.0031, 1.2])
    assert (axis.place(0.002), axis.place(2.0)) == (0.0, pytest.approx(1.0))
    assert [text for _, text in axis.ticks] == ["0.01", "0.1", "1"]


def test_a_log_axis_of_one_number_has_a_length():
    assert 0 <= log_axis([1.0]).place(1.0) < 1


def test_a_log_axis_has_no_zero():
    with pytest.raises(InputError, match="positive"):
        log_axis([0.0, 1.0])


def test_a_linear_axis():
    axis = linear_axis(0.5, 1.0, 0.1, lambda share: f"{share:.0%}")
    assert [text for _, text in axis.ticks] == ["50%", "60%", "70%", "80%", "90%", "100%"]
    assert (axis.place(0.5), axis.place(0.75)) == (0.0, pytest.approx(0.5))


def test_points_go_from_left_to_right_and_up_with_the_number():
    svg = curves("loss", {"train": [0.0, 0.5, 1.0]}, linear_axis(0.0, 1.0, 0.5, str))
    (x1, y1), (x2, y2), (x3, y3) = points(svg, "train")
    assert x1 < x2 < x3
    assert x2 - x1 == pytest.approx(x3 - x2)
    assert y1 > y2 > y3
    assert y1 - y2 == pytest.approx(y2 - y3)


@pytest.mark.parametrize(
    ("n_epochs", "ticks"), [(1, ["epoch 1"]), (2, ["1", "epoch 2"]), (67, ["1", "20", "40", "epoch 67"])]
)
def test_epochs_are_written_below(n_epochs, ticks):
    svg = curves("loss", {"train": [0.5] * n_epochs}, linear_axis(0.0, 1.0, 1.0, lambda number: ""))
    assert re.findall(r">([^<>]+)</text>", svg) == ticks
