"""Logic functions as truth tables: the outputs for all inputs in counting order, x1 the most significant."""

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from chainrule.errors import InputError

__all__ = ["NAMES", "Inputs", "TruthTable", "all_inputs", "n_inputs_of", "truth_table"]

Inputs = tuple[int, ...]
TruthTable = str | Iterable[int] | Mapping[Inputs, int]

_MOST_INPUTS = 8

_RULES: dict[str, tuple[int, Callable[[Inputs], bool]]] = {  # the usual number of inputs, and when the output is 1
    "AND": (2, lambda x: all(x)),
    "OR": (2, lambda x: any(x)),
    "NAND": (2, lambda x: not all(x)),
    "NOR": (2, lambda x: not any(x)),
    "XOR": (2, lambda x: sum(x) % 2 == 1),
    "XNOR": (2, lambda x: sum(x) % 2 == 0),
    "MAJORITY": (3, lambda x: 2 * sum(x) > len(x)),
    "NOT": (1, lambda x: not x[0]),
    "IMPLIES": (2, lambda x: x[0] <= x[1]),
}
_FIXED = ("NOT", "IMPLIES")  # the others are defined for any number of inputs

NAMES = tuple(_RULES)


def truth_table(table: TruthTable) -> tuple[int, ...]:
    """Return the outputs of a logic function for all inputs in counting order: (0, 0), (0, 1), (1, 0), (1, 1).

    Args:
        table: one of `NAMES` in any case, with the number of inputs behind it where it is not the usual one ("AND3");
            or the outputs themselves, 0 or 1, as a sequence or as a text ("0110"); or a mapping from inputs to output.
            A function has 1 to 8 inputs.

    Raises:
        InputError: the name is unknown, or the outputs are not all 0 or 1, not complete, or too many.

    Example:
        >>> truth_table("XOR")
        (0, 1, 1, 0)
        >>> truth_table("majority3")
        (0, 0, 0, 1, 0, 1, 1, 1)
        >>> truth_table({(0,): 1, (1,): 0})
        (1, 0)
    """
    if isinstance(table, str) and not re.fullmatch("[01]+", table):
        return _from_name(table)
    if isinstance(table, Mapping):
        return _from_mapping(table)
    if not isinstance(table, Iterable):
        raise InputError(f"a truth table is a name, outputs or a mapping, but this is of type {type(table).__name__}")
    return _checked(list(map(int, table)) if isinstance(table, str) else list(table))


def all_inputs(n_inputs: int) -> list[Inputs]:
    """All inputs in counting order.

    Example:
        >>> all_inputs(2)
        [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return list(itertools.product((0, 1), repeat=n_inputs))


def n_inputs_of(outputs: tuple[int, ...]) -> int:
    """The number of inputs of a truth table."""
    return len(outputs).bit_length() - 1


def _from_name(name: str) -> tuple[int, ...]:
    match = re.fullmatch("([A-Z]+)([1-9][0-9]{0,2})?", name.strip().upper())
    if match is None or match[1] not in _RULES:
        likely = difflib.get_close_matches(name.upper(), NAMES, n=1)
        hint = f" (did you mean {likely[0]}?)" if likely else ""
        raise InputError(
            f"there is no logic function {name!r}{hint}; the names are {', '.join(NAMES)}, most also with a number of "
            "inputs, as AND3; or give the outputs of all rows, as 0110"
        )
    usual, rule = _RULES[match[1]]
    n_inputs = int(match[2] or usual)
    if match[1] in _FIXED and n_inputs != usual:
        raise InputError(f"{match[1]} has {usual} {'input' if usual == 1 else 'inputs'}, not {n_inputs}")
    if n_inputs > _MOST_INPUTS:
        raise InputError(f"{match[1]} may have 1 to {_MOST_INPUTS} inputs, not {n_inputs}")
    return tuple(int(rule(x)) for x in all_inputs(n_inputs))


def _from_mapping(table: Mapping[Inputs, int]) -> tuple[int, ...]:
    first = next(iter(table), ())
    n_inputs = len(first) if isinstance(first, tuple) else 0
    expected = all_inputs(n_inputs) if 1 <= n_inputs <= _MOST_INPUTS else []
    missing = [x for x in expected if x not in table]
    if missing or len(table) != len(expected):
        example = f"; there is no output for {missing[0]}" if missing else ""
        raise InputError(f"a truth table has one output for each of the 2**n inputs of 1 to 8 zeros and ones{example}")
    return _checked([table[x] for x in expected])


def _checked(outputs: list[Any]) -> tuple[int, ...]:
    n_inputs = len(outputs).bit_length() - 1
    if len(outputs) != 2**n_inputs or not 1 <= n_inputs <= _MOST_INPUTS:
        raise InputError(f"a truth table has 2, 4, 8 ... or 256 outputs, one for each row, not {len(outputs)}")
    for row, output in enumerate(outputs):
        if not np.isscalar(output) or output not in (0, 1):
            raise InputError(f"an output of a truth table is 0 or 1; row {row} has {output!r}")
    return tuple(map(int, outputs))
