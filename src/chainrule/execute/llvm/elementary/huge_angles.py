"""Angles of any size as quarter turns and a rest, in integers.

An angle is m 2^e with an integer m. Of the bits of 2/π only 192 count: those before make multiples of a full turn,
those after are too small. Their product with m is the number of quarter turns, with its fraction.

Source: M. H. Payne and R. N. Hanek (1983), "Radian reduction for trigonometric functions", ACM SIGNUM Newsletter 18.
"""

from collections.abc import Sequence

from llvmlite import ir

from chainrule.execute.llvm.elementary.coefficients import PI_2, TWO_OVER_PI_WORDS
from chainrule.execute.llvm.elementary.double_word import DoubleWord, fast_two_sum, product
from chainrule.execute.llvm.elementary.formats import FLOAT32, FLOAT64
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit, call

__all__ = ["reduction_beyond"]

_WORD, _TWO_WORDS = ir.IntType(64), ir.IntType(128)
_TABLE = "chainrule.two_over_pi"
_FIRST_EXPONENT = 1013  # as it is stored, of the numbers for which the table counts from its first bit on
_LOW_BITS = 2**11 - 1  # what a float64 cannot hold of a signed word


def reduction_beyond(bound: float, unit: Unit) -> ir.Function:
    """The function (x, quadrant, high, low) -> {quadrant, high, low} that does the lanes with x > bound anew.

    A module has it once for each type. It is called so rarely that it takes one lane after the other.
    """
    module = unit.builder.module
    name = f"chainrule.reduce_huge_angles.{unit.suffix()}"
    if name in module.globals:
        return module.globals[name]
    results = [unit.bits_type, unit.type, unit.type]
    function = ir.Function(module, ir.FunctionType(ir.LiteralStructType(results), [unit.type, *results]), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    function.attributes.add("cold")
    _write(function, unit, bound)
    return function


def _write(function: ir.Function, unit: Unit, bound: float) -> None:
    builder = ir.IRBuilder(function.append_basic_block())
    x, *values = function.args
    values = _over_lanes(builder, unit, bound, x, values) if unit.is_vector else _anew(builder, unit, bound, x, values)
    result = ir.Constant(function.ftype.return_type, ir.Undefined)
    for i, value in enumerate(values):
        result = builder.insert_value(result, value, i)
    builder.ret(result)


def _over_lanes(
    builder: ir.IRBuilder, unit: Unit, bound: float, x: ir.Value, values: Sequence[ir.Value]
) -> list[ir.Value]:
    before, body, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    builder.branch(body)
    builder.position_at_end(body)
    index, *old = (builder.phi(type) for type in (_WORD, *(value.type for value in values)))
    lane = [builder.extract_element(each, index) for each in (x, *old)]
    changed = _anew(builder, unit, bound, lane[0], lane[1:])
    new = [builder.insert_element(*pair, index) for pair in zip(old, changed, strict=True)]
    following = builder.add(index, _WORD(1))
    for phi, first, other in zip((index, *old), (_WORD(0), *values), (following, *new), strict=True):
        phi.add_incoming(first, before)
        phi.add_incoming(other, body)
    builder.cbranch(builder.icmp_unsigned("<", following, _WORD(unit.lanes)), body, after)
    builder.position_at_end(after)
    return new


def _anew(builder: ir.IRBuilder, unit: Unit, bound: float, x: ir.Value, values: Sequence[ir.Value]) -> list[ir.Value]:
    """One lane: what was found for it, or if it is beyond the bound, the result of this page."""
    beyond = builder.fcmp_ordered(">", x, unit.format.type(bound))
    return [builder.select(beyond, *pair) for pair in zip(_reduced(builder, unit, x), values, strict=True)]


def _reduced(builder: ir.IRBuilder, unit: Unit, x: ir.Value) -> tuple[ir.Value, ir.Value, ir.Value]:
    """Quadrant, high and low part of one number; what is computed in float64 is rounded to the format of the unit."""
    narrow = unit.format is FLOAT32
    double = Lanes(Unit(builder, unit.target, FLOAT64.type), builder.fpext(x, FLOAT64.type) if narrow else x)
    quadrant, turns = _quarter_turns(double)
    quarter = DoubleWord(*(double.unit.number(part) for part in PI_2.of(FLOAT64)[:2]))
    angle = product(turns, quarter)
    high, low = fast_two_sum(angle.high + (double - double), angle.low)  # infinity minus itself is NaN
    if not narrow:
        return quadrant, high.value, low.value
    short = builder.fptrunc(high.value, FLOAT32.type)
    rest = builder.fsub(high.value, builder.fpext(short, FLOAT64.type))
    return builder.trunc(quadrant, ir.IntType(32)), short, builder.fptrunc(rest, FLOAT32.type)


def _quarter_turns(x: Lanes) -> tuple[ir.Value, DoubleWord]:
    """The nearest number of quarter turns, of which the last two bits count, and what is missing to the exact one."""
    builder = x.unit.builder
    high, middle, low = _fixed_point(builder, x.bits().value)
    quadrant = builder.lshr(builder.add(high, _WORD(2**61)), _WORD(62))
    upper, lower = _shifted(builder, high, middle, _WORD(2)), _shifted(builder, middle, low, _WORD(2))
    top = builder.sitofp(builder.and_(upper, _WORD(~_LOW_BITS)), FLOAT64.type)
    rest = builder.uitofp(builder.and_(upper, _WORD(_LOW_BITS)), FLOAT64.type)
    sum_high, sum_low = fast_two_sum(Lanes(x.unit, top), Lanes(x.unit, rest))
    sum_low = sum_low + Lanes(x.unit, builder.uitofp(lower, FLOAT64.type)) * 2.0**-64
    return quadrant, DoubleWord(sum_high * 2.0**-64, sum_low * 2.0**-64)


def _fixed_point(builder: ir.IRBuilder, pattern: ir.Value) -> list[ir.Value]:
    """2/π times the number with this pattern, modulo 4, as three words, the point behind the second bit."""
    fraction_bits = FLOAT64.fraction_bits
    exponent = builder.lshr(pattern, _WORD(fraction_bits))
    fraction = builder.and_(pattern, _WORD(2**fraction_bits - 1))
    m = builder.zext(builder.or_(fraction, _WORD(2**fraction_bits)), _TWO_WORDS)
    carry: ir.Value = _TWO_WORDS(0)
    words = []
    start = builder.sub(exponent, _WORD(_FIRST_EXPONENT))
    start = builder.select(
        builder.icmp_signed(">", start, _WORD(0)), start, _WORD(0)
    )  # of what is not beyond the bound
    for word in reversed(_window(builder, start)):
        partial = builder.add(builder.mul(m, builder.zext(word, _TWO_WORDS)), carry)
        words.append(builder.trunc(partial, _WORD))
        carry = builder.lshr(partial, _TWO_WORDS(64))
    return words[::-1]


def _window(builder: ir.IRBuilder, start: ir.Value) -> list[ir.Value]:
    """192 bits of the table, from bit ``start`` on, as three words."""
    table = _table(builder.module)
    first, shift = builder.lshr(start, _WORD(6)), builder.and_(start, _WORD(63))
    places = [builder.add(first, _WORD(i)) for i in range(4)]
    words = [builder.load(builder.gep(table, [place], source_etype=_WORD), typ=_WORD) for place in places]
    return [_shifted(builder, words[i], words[i + 1], shift) for i in range(3)]


def _shifted(builder: ir.IRBuilder, word: ir.Value, following: ir.Value, count: ir.Value) -> ir.Value:
    """Shift to the left; bits of the following word come in from the right."""
    return call(builder, "llvm.fshl.i64", _WORD, word, following, count)


def _table(module: ir.Module) -> ir.GlobalVariable:
    if _TABLE in module.globals:
        return module.globals[_TABLE]
    type = ir.ArrayType(_WORD, len(TWO_OVER_PI_WORDS))
    table = ir.GlobalVariable(module, type, _TABLE)
    table.linkage = "internal"
    table.global_constant = True
    table.initializer = ir.Constant(type, list(TWO_OVER_PI_WORDS))
    return table
