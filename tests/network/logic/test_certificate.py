"""Contradictions: those of the lecture, and that they are ones."""

import pytest

from chainrule.network.logic import Certificate
from chainrule.network.logic.certificate import find_certificate

XOR = Certificate(ones=((1, 0), (0, 1)), zeros=((1, 1), (0, 0)), with_bias=True, strict=True)


def test_the_four_rows_of_xor_are_found() -> None:
    assert find_certificate([(0, 1), (1, 0)], [(0, 0), (1, 1)], strict=True) == XOR


@pytest.mark.parametrize(
    ("ones", "zeros"),
    [([(1, 1)], [(0, 0), (0, 1), (1, 0)]), ([(0, 0), (0, 1), (1, 0), (1, 1)], []), ([], [(0,), (1,)])],
)
def test_nothing_contradicts_what_a_neuron_computes(ones: list[tuple[int, ...]], zeros: list[tuple[int, ...]]) -> None:
    assert find_certificate(ones, zeros, strict=True) is None


def test_with_bias() -> None:
    assert XOR.inequalities == ("w1 + b > 0.5", "w2 + b > 0.5", "w1 + w2 + b <= 0.5", "b <= 0.5")
    assert XOR.contradiction == ("w1 + w2 + 2*b > 1", "w1 + w2 + 2*b <= 1")


def test_without_bias_as_in_the_lecture() -> None:
    lecture = XOR.without_bias()
    assert lecture.inequalities == ("w1 > 0.5", "w2 > 0.5", "w1 + w2 <= 0.5")
    assert lecture.contradiction == ("w1 + w2 > 1", "w1 + w2 <= 0.5")
    assert str(lecture).split("\n") == [
        "(1, 0) -> 1 needs w1 > 0.5",
        "(0, 1) -> 1 needs w2 > 0.5",
        "(1, 1) -> 0 needs w1 + w2 <= 0.5",
        "together: w1 + w2 > 1 and w1 + w2 <= 0.5",
    ]


def test_the_other_convention() -> None:
    other = Certificate(XOR.ones, XOR.zeros, with_bias=False, strict=False).without_bias()
    assert other.inequalities == ("w1 >= 0.5", "w2 >= 0.5", "w1 + w2 < 0.5")
    assert other.contradiction == ("w1 + w2 >= 1", "w1 + w2 < 0.5")
