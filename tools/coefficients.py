"""Write the constants of the native engine's elementary functions: ``python tools/coefficients.py``.

Each polynomial is found by the exchange algorithm in ``minimax.py`` from the row below that defines it. The page that
is written says the error of each, measured on other points than those it was found on.
"""

import re
import textwrap
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
WIDTH = 120
WORDS = 19  # of 2 / π
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

    The weighted error is ``share(x) * abs(p(x) - target(x))``; it shall be less than a quarter of a rounding error, or
    have at least so many ``bits``.
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
    bits: int | None = None

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
    yield _odd("TANH", "tanh(x)", mpmath.tanh, 1, 6, 14)
    yield _odd("SINH", "sinh(r)", mpmath.sinh, ln2 / 2, 2, 4)
    yield Fit(
        name="COSH",
        formula="(cosh(r) - 1) / z, z = r², for 0 <= r <= ln(2) / 2",
        error="cosh(r)",
        target=lambda z: (mpmath.cosh(mpmath.sqrt(z)) - 1) / z,
        share=lambda z: z,
        low=mpf(0),
        high=(ln2 / 2) ** 2,
        float32=2,
        float64=4,
    )
    yield Fit(
        name="INVERSE_CUBE_ROOT",
        formula="x^(-1/3) for 1 <= x <= 2, where iterations begin",
        error="x^(-1/3)",
        target=lambda x: x ** (-mpf(1) / 3),
        share=lambda x: x ** (mpf(1) / 3),
        low=mpf(1),
        high=mpf(2),
        float32=3,
        float64=3,
        bits=11,
    )
    yield from _error_function_fits()
    yield from _trigonometric_fits()


def _odd(name: str, text: str, function: Real, high: mpf | float, float32: int, float64: int) -> Fit:
    """An odd function as x + x z p(z) with z = x²."""

    def quotient(z: mpf) -> mpf:
        return function(mpmath.sqrt(z)) / mpmath.sqrt(z)

    return Fit(
        name=name,
        formula=f"({text} / x - 1) / z, z = x², for 0 <= x <= {mpmath.nstr(mpf(high), 6)}",
        error=text,
        target=lambda z: (quotient(z) - 1) / z,
        share=lambda z: z / quotient(z),
        low=mpf(0),
        high=mpf(high) ** 2,
        float32=float32,
        float64=float64,
    )


def _error_function_fits() -> Iterator[Fit]:
    yield Fit(
        name="ERF",
        formula="erf(x) / x - 1, a polynomial in z = x², for 0 <= x <= 1",
        error="erf(x)",
        target=lambda z: mpmath.erf(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1,
        share=lambda z: mpmath.sqrt(z) / mpmath.erf(mpmath.sqrt(z)),
        low=mpf(0),
        high=mpf(1),
        float32=6,
        float64=12,
    )
    yield Fit(
        name="LOG_ERFC",
        formula="ln(erfc(x)) for 1 <= x <= 6",
        error="1 - erfc(x)",
        target=lambda x: mpmath.log(mpmath.erfc(x)),
        share=lambda x: mpmath.erfc(x) / mpmath.erf(x),
        low=mpf(1),
        high=mpf(6),
        float32=6,
        float64=17,
    )
    yield Fit(
        name="ERFC",
        formula="(1 + 2x) e^(x²) erfc(x) - 5/4, a polynomial in (x - 3) / (x + 3), for 3/4 <= x <= 27.5",
        error="erfc(x)",
        target=lambda t: _scaled_erfc(_from_quotient(t)) - mpf("1.25"),
        share=lambda t: 1 / _scaled_erfc(_from_quotient(t)),
        low=mpf(-3) / 5,
        high=mpf(49) / 61,
        float32=9,
        float64=20,
    )


def _from_quotient(t: mpf) -> mpf:
    """The x for which t = (x - 3) / (x + 3)."""
    return 3 * (1 + t) / (1 - t)


def _scaled_erfc(x: mpf) -> mpf:
    return (1 + 2 * x) * mpmath.exp(x * x) * mpmath.erfc(x)


def _trigonometric_fits() -> Iterator[Fit]:
    eighth = mpmath.pi / 4 * mpf("1.001")  # a little more than rounding to the nearest multiple of π/2 leaves
    yield _odd("SIN", "sin(x)", mpmath.sin, eighth, 3, 6)
    yield Fit(
        name="COS",
        formula=f"(cos(x) - 1 + z/2) / z², z = x², for 0 <= x <= {mpmath.nstr(eighth, 6)}",
        error="cos(x)",
        target=lambda z: (mpmath.cos(mpmath.sqrt(z)) - 1 + z / 2) / z**2,
        share=lambda z: z**2 / mpmath.cos(mpmath.sqrt(z)),
        low=mpf(0),
        high=eighth**2,
        float32=2,
        float64=5,
    )
    yield from _inverse_fits()


def _inverse_fits() -> Iterator[Fit]:
    yield _odd("ARCTAN", "arctan(x)", mpmath.atan, 1, 8, 19)
    yield _odd("ARCSIN", "arcsin(x)", mpmath.asin, 0.5, 5, 12)
    yield _odd("ARCSINH", "arcsinh(x)", mpmath.asinh, 0.5, 4, 11)
    yield _odd("ARCTANH", "arctanh(x)", mpmath.atanh, 0.5, 5, 12)
    yield Fit(
        name="ARTANH_SERIES",
        formula="(artanh(s) / s - 1 - z/3) / z², z = s², for 0 <= s <= 3 - √8",
        error="artanh(s)",
        target=lambda z: (mpmath.atanh(mpmath.sqrt(z)) / mpmath.sqrt(z) - 1 - z / 3) / z**2,
        share=lambda z: z**2,
        low=mpf(0),
        high=(3 - mpmath.sqrt(8)) ** 2,
        float32=2,
        float64=6,
    )


CONSTANTS = (
    Constant("PI_2", "π / 2", lambda: mpmath.pi / 2, 3),
    Constant("TWO_OVER_PI", "2 / π", lambda: 2 / mpmath.pi, 1),
    Constant("ONE_THIRD", "1 / 3", lambda: mpf(1) / 3, 2),
    Constant("LN2", "ln 2, the first part short", lambda: mpmath.log(2), 2, short=True),
    Constant("LOG2_E", "1 / ln 2", lambda: 1 / mpmath.log(2), 2),
    Constant("LOG10_E", "1 / ln 10", lambda: 1 / mpmath.log(10), 2),
    Constant("LOG10_2", "lg 2, the first part short", lambda: mpmath.log(2, 10), 2, short=True),
)


def page() -> str:
    """The whole page."""
    with mpmath.workdps(DIGITS):
        blocks = {each.name: _constant(each) for each in CONSTANTS} | {each.name: _polynomial(each) for each in fits()}
    blocks["TWO_OVER_PI_WORDS"] = _two_over_pi_words()
    names = "\n".join(f'    "{name}",' for name in sorted(blocks, key=_natural))
    return HEAD.replace("{names}", names) + "".join(f"\n{block}" for block in blocks.values())


def _two_over_pi_words() -> str:
    """What ``huge_angles`` needs for the greatest float64: its exponent is 1023, and 192 bits must follow."""
    with mpmath.workprec(64 * WORDS + 64):
        digits = int(mpmath.floor(mpmath.ldexp(2 / mpmath.pi, 64 * WORDS)))
    words = [0] + [digits >> 64 * i & (2**64 - 1) for i in reversed(range(WORDS))]
    lines = "".join(f"    0x{word:016X},\n" for word in words)
    return f"# the bits of 2 / π, the point behind the first 64\nTWO_OVER_PI_WORDS = (\n{lines})\n"


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
    return f"{name} = Table(\n" + "".join(_column(format, column) for format, column in columns.items()) + ")\n"


def _column(format: str, numbers: list[mpf]) -> str:
    """A string on the same line, on a line of its own, or in pieces: as ruff formats it."""
    words = " ".join(_hexadecimal(float(each)) for each in numbers)
    if len(words) <= WIDTH - len('    float32="",'):
        return f'    {format}="{words}",\n'
    fits = len(words) <= WIDTH - len('        ""')
    lines = [words] if fits else textwrap.wrap(words, WIDTH - len('        " "'))
    spaced = [f"{line} " for line in lines[:-1]] + lines[-1:]
    return f"    {format}=(\n" + "".join(f'        "{line}"\n' for line in spaced) + "    ),\n"


def _hexadecimal(x: float) -> str:
    """As ``float.hex`` writes it, without zeros at the end of the fraction."""
    return re.sub(r"\.?0+p", "p", x.hex())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
