"""The committed constants, against their definitions in ``tools/coefficients.py``."""

from typing import Any

import mpmath
import pytest

import coefficients as tool
from chainrule.execute.llvm.elementary import coefficients
from chainrule.execute.llvm.elementary.formats import FLOAT32, FLOAT64, Format
from minimax import greatest_error

SPARE_BITS = 2  # a polynomial may err by a quarter of a rounding error

with mpmath.workdps(tool.DIGITS):
    FITS = list(tool.fits())

formats = pytest.mark.parametrize("format", [FLOAT32, FLOAT64], ids=lambda format: format.name)


@formats
@pytest.mark.parametrize("fit", FITS, ids=lambda fit: fit.name)
def test_polynomial_errs_much_less_than_rounding(fit: Any, format: Format) -> None:
    with mpmath.workdps(tool.DIGITS):
        numbers = [mpmath.mpf(each) for each in getattr(coefficients, fit.name).of(format)]
        bound = mpmath.mpf(2) ** -(fit.bits or format.precision + SPARE_BITS)
        assert greatest_error(fit.problem(), numbers, points=10) < bound


@formats
@pytest.mark.parametrize("constant", tool.CONSTANTS, ids=lambda constant: constant.name)
def test_constant_has_all_its_bits(constant: Any, format: Format) -> None:
    with mpmath.workdps(tool.DIGITS):
        parts = getattr(coefficients, constant.name).of(format)
        bits = sum(tool.bits_of_parts(constant, format.name))
        assert abs(sum(map(mpmath.mpf, parts)) / constant.value() - 1) <= mpmath.mpf(2) ** -bits


@pytest.mark.fuzz
def test_page_is_what_the_tool_writes() -> None:
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()
