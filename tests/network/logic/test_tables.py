"""Truth tables by name, by outputs, by mapping."""

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.network.logic import NAMES, truth_table


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("AND", "0001"),
        ("or", "0111"),
        ("Nand", "1110"),
        ("NOR", "1000"),
        ("XOR", "0110"),
        ("xnor", "1001"),
        ("NOT", "10"),
        ("IMPLIES", "1101"),
        ("MAJORITY", "00010111"),
        ("MAJORITY3", "00010111"),
        ("MAJORITY2", "0001"),
        ("AND1", "01"),
        (" and3 ", "00000001"),
        ("XOR3", "01101001"),
        ("NOR3", "10000000"),
    ],
)
def test_names(name: str, outputs: str) -> None:
    assert truth_table(name) == truth_table(outputs) == tuple(map(int, outputs))


def test_every_name_has_a_table() -> None:
    assert {"AND", "OR", "NAND", "NOR", "XOR", "XNOR", "NOT", "IMPLIES", "MAJORITY"} == set(NAMES)
    assert all(set(truth_table(name)) == {0, 1} for name in NAMES)
    assert len(truth_table("XOR8")) == 256


@pytest.mark.parametrize("table", [[0, 0, 0, 1], (False, False, False, True), np.array([0, 0, 0, 1]), [0.0, 0, 0, 1.0]])
def test_outputs(table: list[int]) -> None:
    result = truth_table(table)
    assert result == (0, 0, 0, 1)
    assert all(type(output) is int for output in result)


def test_mapping_in_any_order() -> None:
    assert truth_table({(1, 1): 1, (0, 0): 0, (1, 0): 0, (0, 1): 1}) == (0, 1, 0, 1)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("XRO", r"no logic function 'XRO' \(did you mean XOR\?\); the names are AND, OR"),
        ("", "no logic function ''"),
        ("0 1 1 0", "or give the outputs of all rows, as 0110"),
        ("AND0", "no logic function"),
        ("AND9", "AND may have 1 to 8 inputs, not 9"),
        ("AND999", "AND may have 1 to 8 inputs, not 999"),
        ("NOT2", "NOT has 1 input, not 2"),
        ("IMPLIES3", "IMPLIES has 2 inputs, not 3"),
        ("011", "2, 4, 8 ... or 256 outputs, one for each row, not 3"),
        ([], "not 0"),
        ([1], "not 1"),
        ([0] * 512, "not 512"),
        ([0, 2], "row 1 has 2"),
        ([0, 1, 0, float("nan")], "row 3 has nan"),
        ([0, "1"], "row 1 has '1'"),
        ([0, None], "row 1 has None"),
        ({}, "not 0"),
        ({0: 0, 1: 1}, "zeros and ones"),
        ({(0,): 0}, r"no output for \(1,\)"),
        (np.eye(2), r"row 0 has array"),
        (None, "of type NoneType"),
        (5, "of type int"),
        ({(0, 0): 0, (0, 1): 1, (1, 0): 1}, r"no output for \(1, 1\)"),
        ({(0,): 0, (1,): 1, (2,): 1}, "zeros and ones"),
        ({(0,): 0, (1,): 3}, "row 1 has 3"),
    ],
)
def test_refused(table: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        truth_table(table)  # type: ignore[arg-type]
