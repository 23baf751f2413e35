"""Weighted sums as text."""

from chainrule.network.logic.text import weighted_sum


def test_signs_and_ones() -> None:
    assert weighted_sum([(-1, "x1"), (1, "x2"), (-0.5, "x3"), (-2, "")]) == "-x1 + x2 - 0.5*x3 - 2"
    assert weighted_sum([(0, "x1"), (1, "")]) == "1"
    assert weighted_sum([]) == "0"
