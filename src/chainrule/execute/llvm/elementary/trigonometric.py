"""sin, cos, tan: the angle less a multiple of a quarter turn, then a polynomial for each of sine and cosine."""

from chainrule.execute.llvm.elementary.angles import reduce_angle
from chainrule.execute.llvm.elementary.coefficients import COS, SIN
from chainrule.execute.llvm.elementary.double_word import DoubleWord, divide, fast_two_sum
from chainrule.execute.llvm.elementary.lanes import Bits, Lanes, absolute, multiply_add, where
from chainrule.execute.llvm.elementary.polynomial import polynomial

__all__ = ["cos", "sin", "tan"]


def sin(x: Lanes) -> Lanes:
    """Sine."""
    quadrant, r = reduce_angle(absolute(x))
    return _in_quadrant(quadrant, r, _sign(x))


def cos(x: Lanes) -> Lanes:
    """Cosine, as the sine of an angle greater by a quarter turn."""
    quadrant, r = reduce_angle(absolute(x))
    return _in_quadrant(quadrant + 1, r, x.unit.integer(0))


def tan(x: Lanes) -> Lanes:
    """Tangent; -1 / tan of the rest after an odd number of quarter turns."""
    quadrant, r = reduce_angle(absolute(x))
    sine, cosine = _sine_of_rest(r), _cosine_of_rest(r)
    odd = (quadrant & 1).equals(1)
    numerator = fast_two_sum(where(odd, cosine.high, sine.high), where(odd, cosine.low, sine.low))
    denominator = fast_two_sum(where(odd, sine.high, cosine.high), where(odd, sine.low, cosine.low))
    high, low = divide(numerator, denominator)
    flip = (quadrant << (x.unit.format.bits - 1)) ^ _sign(x)
    return ((high + low).bits() ^ flip).number()


def _in_quadrant(quadrant: Bits, r: DoubleWord, sign: Bits) -> Lanes:
    """The sine of r and so many quarter turns, with its sign changed by a pattern of signs."""
    sine, cosine = _sine_of_rest(r), _cosine_of_rest(r)
    value = where((quadrant & 1).equals(1), cosine.high + cosine.low, sine.high + sine.low)
    flip = ((quadrant & 2) << (r.high.unit.format.bits - 2)) ^ sign
    return (value.bits() ^ flip).number()


def _sine_of_rest(r: DoubleWord) -> DoubleWord:
    z = r.high * r.high
    return DoubleWord(r.high, multiply_add(r.high * z, polynomial(SIN, z), r.low))


def _cosine_of_rest(r: DoubleWord) -> DoubleWord:
    z = r.high * r.high
    high, rest = fast_two_sum(1.0, z * -0.5)
    return DoubleWord(high, multiply_add(z * z, polynomial(COS, z), multiply_add(-r.high, r.low, rest)))


def _sign(x: Lanes) -> Bits:
    """The pattern of -0 where x is negative, else of 0."""
    return x.bits() & (1 << (x.unit.format.bits - 1))
