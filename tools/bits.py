"""Writes docs/bits.md: how many bits formulas lose as they are written, and in their stable form.

Run: PYTHONPATH=src:tests python tools/bits.py docs/bits.md
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stability.expressions import Expression, load
from stability.measure import Bits, measure

POINTS = 32
SUITES = {
    "hamming": "Herbie's Hamming set",
    "fpbench": "FPBench, straight-line expressions",
}
HEAD = f"""# Bits of error

How many bits formulas lose in float64 as they are written (plain NumPy, and the derivative of what is written), and in
the stable form that chainrule finds. Each number is a mean over {POINTS} points at which value and gradient are finite;
within its ranges each float is equally likely. Bits are log₂(1 + n), where n floats lie between result and truth; a NaN
in the place of a number counts 64. Written by `tools/bits.py`.
"""
COLUMNS = "| expression | value | stable value | gradient | stable gradient |\n|---|---|---|---|---|"


def page() -> Iterator[str]:
    """The lines of the page."""
    yield HEAD
    for suite, title in SUITES.items():
        rows = {each: found for each in load(suite) if (found := measure(each, POINTS))}
        yield f"## {title}\n"
        yield COLUMNS
        yield _row("**mean**", Bits(*np.mean(list(rows.values()), axis=0)))
        yield from (_row(_name(expression), bits) for expression, bits in rows.items())
        yield ""
        worse = sum(bits.stable_value > bits.value + 1 for bits in rows.values())
        yield f"The value of {worse} of the {len(rows)} is worse by more than one bit in the stable form.\n"


def _name(expression: Expression) -> str:
    """The formula, if it is short and complete."""
    whole = not expression.let and len(expression.formula) <= 60
    return f"`{expression.formula}`" if whole else expression.name


def _row(name: str, bits: Bits) -> str:
    return f"| {name} | {' | '.join(f'{each:.1f}' for each in bits)} |"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(page()).rstrip() + "\n", encoding="utf-8")
