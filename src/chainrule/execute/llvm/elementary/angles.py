"""An angle as a multiple of a quarter turn and a rest.

Up to a bound, π/2 is the sum of three floats, of which multiples are taken away exactly (Cody and Waite, 1980). Beyond,
``huge_angles`` does it in integers.
"""

from typing import NamedTuple

from llvmlite import ir

from chainrule.execute.llvm.elementary.coefficients import PI_2, TWO_OVER_PI
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, residual, two_product
from chainrule.execute.llvm.elementary.formats import Table
from chainrule.execute.llvm.elementary.huge_angles import reduction_beyond
from chainrule.execute.llvm.elementary.lanes import Bits, Lanes, multiply_add
from chainrule.execute.llvm.elementary.scaling import integer_bits, nearest_integer

__all__ = ["Angle", "reduce_angle"]

_BOUND = Table(float32="0x1p+12", float64="0x1p+26")  # so that a multiple has half as many bits as the format or less


class Angle(NamedTuple):
    """k π/2 + r.high + r.low; the last two bits of ``quadrant`` are those of k."""

    quadrant: Bits
    r: DoubleWord


def reduce_angle(x: Lanes) -> Angle:
    """Split an angle that is not negative so that the rest is at most π/4, give or take a little."""
    (two_over_pi,) = TWO_OVER_PI.of(x.unit.format)
    k = nearest_integer(x, two_over_pi)
    first, second, third = (x.unit.number(part) for part in PI_2.of(x.unit.format))
    multiple, rest = two_product(k, second)
    high, low = fast_two_sum(residual(x, k, first), -multiple)
    angle = Angle(integer_bits(k), fast_two_sum(high, multiply_add(-k, third, low - rest)))
    return _with_huge(x, angle)


def _with_huge(x: Lanes, angle: Angle) -> Angle:
    """Reduce in integers if an angle is beyond the bound: the only branch in any elementary function."""
    unit, builder = x.unit, x.unit.builder
    (bound,) = _BOUND.of(unit.format)
    values = [angle.quadrant.value, angle.r.high.value, angle.r.low.value]
    before, rare, after = builder.block, builder.append_basic_block("huge"), builder.append_basic_block("reduced")
    builder.cbranch((x > bound).any(), rare, after).set_weights([1, 1_000_000])
    builder.position_at_end(rare)
    anew = builder.call(reduction_beyond(bound, unit), [x.value, *values])
    replaced = [builder.extract_value(anew, i) for i in range(3)]
    builder.branch(after)
    builder.position_at_end(after)
    quadrant, high, low = (
        _join(builder, before, value, rare, new) for value, new in zip(values, replaced, strict=True)
    )
    return Angle(Bits(unit, quadrant), DoubleWord(Lanes(unit, high), Lanes(unit, low)))


def _join(builder: ir.IRBuilder, before: ir.Block, old: ir.Value, rare: ir.Block, new: ir.Value) -> ir.Value:
    phi = builder.phi(old.type)
    phi.add_incoming(old, before)
    phi.add_incoming(new, rare)
    return phi
