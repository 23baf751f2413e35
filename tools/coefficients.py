"""Write the constants of the native engine's elementary functions: ``python tools/coefficients.py``.

Each polynomial is found by the exchange algorithm in ``minimax.py`` from the row below that defines it. The page that
is written says the error of each, measured on other points than those it was found on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import mpmath
from mpmath import mpf

from minimax import Problem, greatest_error, minimax, round_to

DIGITS = 60
PRECISIONS = {"float32": 24, "float64": 53}
SHORT = {"float32": 15, "float64": 41}  # bits of a constant whose product with an exponent is exact
PAGE = Path(__file__).parents[1] / "src/chainrule/execute/llvm/elementary/coefficients.py"
HEAD = '''"""Constants of the elementary functions, in hexadecimal. Written by ``tools/coefficients.py``: do not edit.

Polynomials have their coefficients from the lowest power on. The error of each is in bits: the greatest distance from
the function that it stands for is 2 to the power of minus that number, relative to what is said beside it.
"""

from chainrule.execute.llvm.elementary.formats import Table

__all__ = [
{names}
]
'''

Real = Callable[[mpf], mpf]


@dataclass(frozen=True)
class Fit:
    """A polynomial p(x) near target(x) for low <= x <= high, its degree in each format, and what its error counts in.

    The weighted error is ``share(x) * abs(p(x) - target(x))``.
    """

    name: str
    formula: str
    error: str
    target: Real
    share: Real
    low: mpf
    high: mpf
    float32: int
    float64: int

    def problem(self) -> Problem:
        """What ``minimax`` solves."""
        return Problem(self.target, lambda x: abs(self.share(x)), mpf(self.low), mpf(self.high))

    def degree(self, format: str) -> int:
        """The degree in one format."""
        return {"float32": self.float32, "float64": self.float64}[format]


@dataclass(frozen=True)
class Constant:
    """A number as the sum of ``parts`` floats; with ``short``, all but the last leave room for a product."""

    name: str
    formula: str
    value: Callable[[], mpf]
    parts: int
    short: bool = False


def fits() -> Iterator[Fit]:
    """All polynomials."""
    ln2 = mpmath.log(2)
    half_octave = {"low": -ln2 / 2, "high": ln2 / 2}
    yield Fit(
        name="EXP",
        formula="(e^r - 1 - r) / r² for abs(r) <= ln(2) / 2",
        error="e^r",
        target=lambda r: (mpmath.expm1(r) - r) / r**2,
        share=lambda r: r**2 / mpmath.exp(r),
        float32=4,
        float64=9,
        **half_octave,
    )
    yield Fit(
        name="EXPM1",
        formula="(e^r - 1 - r) / r² for abs(r) <= ln(2) / 2",
        error="e^r - 1",
        target=lambda r: (mpmath.expm1(r) - r) / r**2,
        share=lambda r: r**2 / mpmath.expm1(r),
        float32=5,
        float64=10,
        **half_octave,
    )
    yield Fit(
        name="EXP2",
        formula="(2^f - 1) / f for abs(f) <= 1/2",
        error="2^f",
        target=lambda f: mpmath.expm1(f * ln2) / f,
        share=lambda f: f / 2**f,
        low=mpf(-1) / 2,
        high=mpf(1) / 2,
        float32=5,
        float64=10,
    )
    yield Fit(
        name="LOG",
        formula="(ln(1 + f) - f + f²/2) / f³ for 1 + f between √½ and √2",
        error="ln(1 + f)",
        target=lambda f: (mpmath.log1p(f) - f + f * f / 2) / f**3,
        share=lambda f: f**3 / mpmath.log1p(f),
        low=mpmath.sqrt(0.5) - 1,
        high=mpmath.sqrt(2) - 1,
        float32=7,
        float64=18,
    )
    yield Fit(
        name="TANH",
        formula="(tanh(x) / x - 1) / z, z = x², for 0 <= x <= 1",
        error="tanh(x)",
        target=lambda z: (_tanh_quotient(z) - 1) / z,
        share=lambda z: z / _tanh_quotient(z),
        low=mpf(0),
        high=mpf(1),
        float32=6,
        float64=14,
    )


def _tanh_quotient(z: mpf) -> mpf:
    return mpmath.tanh(mpmath.sqrt(z)) / mpmath.sqrt(z)


CONSTANTS = (
    Constant("LN2", "ln 2, the first part short", lambda: mpmath.log(2), 2, short=True),
    Constant("LOG2_E", "1 / ln 2", lambda: 1 / mpmath.log(2), 2),
    Constant("LOG10_E", "1 / ln 10", lambda: 1 / mpmath.log(10), 2),
    Constant("LOG10_2", "lg 2, the first part short", lambda: mpmath.log(2, 10), 2, short=True),
)


def page() -> str:
    """The whole page."""
    with mpmath.workdps(DIGITS):
        blocks = {each.name: _constant(each) for each in CONSTANTS} | {each.name: _polynomial(each) for each in fits()}
    names = "\n".join(f'    "{name}",' for name in sorted(blocks, key=_natural))
    return HEAD.replace("{names}", names) + "".join(f"\n{block}" for block in blocks.values())


def _natural(name: str) -> list[object]:
    """The order in which LOG2 comes before LOG10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def _constant(constant: Constant) -> str:
    columns = {format: _parts(constant, format) for format in PRECISIONS}
    return f"# {constant.formula}\n" + _table(constant.name, columns)


def bits_of_parts(constant: Constant, format: str) -> list[int]:
    """How many bits each part of a constant has."""
    full, short = PRECISIONS[format], SHORT[format]
    return [short if constant.short else full] * (constant.parts - 1) + [full]


def _parts(constant: Constant, format: str) -> list[mpf]:
    rest, parts = constant.value(), []
    for bits in bits_of_parts(constant, format):
        parts.append(round_to(rest, bits))
        rest -= parts[-1]
    return parts


def _polynomial(fit: Fit) -> str:
    problem = fit.problem()
    columns = {format: minimax(problem, fit.degree(format), bits) for format, bits in PRECISIONS.items()}
    errors = [f"{float(-mpmath.log(greatest_error(problem, column), 2)):.1f}" for column in columns.values()]
    return f"# {fit.formula}\n# error: {' and '.join(errors)} bits of {fit.error}\n" + _table(fit.name, columns)


def _table(name: str, columns: dict[str, list[mpf]]) -> str:
    lines = "".join(
        f"    {format}=(\n" + "".join(f'        "{float(each).hex()}",\n' for each in column) + "    ),\n"
        for format, column in columns.items()
    )
    return f"{name} = Table(\n{lines})\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
