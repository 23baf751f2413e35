"""The order of the samples of an epoch, in IR: the same bits as ``chainrule.functions.random.permutation``."""

from collections.abc import Sequence

from llvmlite import ir

from chainrule.functions.random import MULTIPLIERS, ROUNDS, WEYL

__all__ = ["emit_permutation"]

_INDEX = ir.IntType(64)
_WORD = ir.IntType(32)
_PRODUCT = ir.IntType(128)
_POINTER = ir.PointerType()
_FUNCTION = "chainrule.permutation"


def emit_permutation(builder: ir.IRBuilder, order: ir.Value, n: ir.Value, seed: ir.Value, stream: ir.Value) -> None:
    """Write 0 to n - 1 as 64-bit integers to ``order``, shuffled as seed and stream (64 bits each) decide."""
    function = builder.module.globals.get(_FUNCTION) or _define(builder.module)
    builder.call(function, [order, n, seed, stream])


def _define(module: ir.Module) -> ir.Function:
    """A loop over pairs of numbers: one counter of Philox gives 128 bits, which are enough for two."""
    kind = ir.FunctionType(ir.VoidType(), [_POINTER, _INDEX, _INDEX, _INDEX])
    function = ir.Function(module, kind, _FUNCTION)
    function.linkage = "internal"
    order, n, seed, stream = function.args
    entry, head, even, odd, done = (function.append_basic_block() for _ in range(5))
    builder = ir.IRBuilder(entry)
    key = _words(builder, seed)
    above = _words(builder, stream)
    builder.branch(head)
    builder.position_at_end(head)
    i = builder.phi(_INDEX)
    builder.cbranch(builder.icmp_signed("<", i, n), even, done)
    builder.position_at_end(even)
    block = _words(builder, builder.lshr(i, _INDEX(1)))
    first, second = _philox(builder, [*block, *above], key)
    _place(builder, order, i, first)
    following = builder.add(i, _INDEX(1))
    builder.cbranch(builder.icmp_signed("<", following, n), odd, done)
    builder.position_at_end(odd)
    _place(builder, order, following, second)
    i.add_incoming(_INDEX(0), entry)
    i.add_incoming(builder.add(i, _INDEX(2)), odd)
    builder.branch(head)
    builder.position_at_end(done)
    builder.ret_void()
    return function


def _place(builder: ir.IRBuilder, order: ir.Value, i: ir.Value, random: ir.Value) -> None:
    """Number i takes the place j = floor(random (i + 1) / 2^64), and what was there goes to place i."""
    bound = builder.add(i, _INDEX(1))
    product = builder.mul(builder.zext(random, _PRODUCT), builder.zext(bound, _PRODUCT))
    j = builder.trunc(builder.lshr(product, _PRODUCT(64)), _INDEX)
    here, there = (builder.gep(order, [each], source_etype=_INDEX) for each in (i, j))
    builder.store(builder.load(there, typ=_INDEX), here)
    builder.store(i, there)


def _philox(builder: ir.IRBuilder, counter: Sequence[ir.Value], key: Sequence[ir.Value]) -> tuple[ir.Value, ir.Value]:
    """Four random words, as two of 64 bits."""
    c0, c1, c2, c3 = counter
    for turn in range(ROUNDS):
        k0, k1 = (builder.add(word, _WORD(turn * step % 2**32)) for word, step in zip(key, WEYL, strict=True))
        (low0, high0), (low1, high1) = (
            _words(builder, builder.mul(builder.zext(word, _INDEX), _INDEX(factor)))
            for word, factor in zip((c0, c2), MULTIPLIERS, strict=True)
        )
        c0, c1, c2, c3 = builder.xor(builder.xor(high1, c1), k0), low1, builder.xor(builder.xor(high0, c3), k1), low0
    return _joined(builder, c0, c1), _joined(builder, c2, c3)


def _words(builder: ir.IRBuilder, value: ir.Value) -> tuple[ir.Value, ir.Value]:
    """The low and the high half of 64 bits."""
    return builder.trunc(value, _WORD), builder.trunc(builder.lshr(value, _INDEX(32)), _WORD)


def _joined(builder: ir.IRBuilder, low: ir.Value, high: ir.Value) -> ir.Value:
    return builder.or_(builder.zext(low, _INDEX), builder.shl(builder.zext(high, _INDEX), _INDEX(32)))
