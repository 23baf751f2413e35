"""Loops and choices between pieces of code, written around Python functions that write the pieces."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from llvmlite import ir

from chainrule.execute.llvm.sizes import INDEX, Size, as_value, plus

__all__ = ["choose", "count_up", "counted", "repeat"]

Values = Sequence[ir.Value]


def repeat(
    builder: ir.IRBuilder, begin: Size, end: Size, step: int, carried: Values, body: Callable[[Size, Values], Values]
) -> Values:
    """Run ``body(index, carried)`` for begin, begin + step ... below end; each turn gets what the last one returned.

    Turns are counted while the code is written if both limits are known: no turn and one turn need no loop.
    """
    if isinstance(begin, int) and isinstance(end, int) and end - begin <= step:
        return body(begin, carried) if begin < end else carried

    def turn(index: ir.Value, values: Values) -> tuple[Size, Values]:
        results = body(index, values)
        return plus(builder, index, step), results

    return _loop(builder, begin, end, carried, turn)


def count_up(builder: ir.IRBuilder, begin: Size, end: Size, body: Callable[[Size], Size]) -> None:
    """Run ``body(index)``, which says how far it came, from begin until end is reached."""
    if isinstance(begin, int) and isinstance(end, int) and begin >= end:
        return
    _loop(builder, begin, end, (), lambda index, _: (plus(builder, index, body(index)), ()))


def _loop(
    builder: ir.IRBuilder,
    begin: Size,
    end: Size,
    carried: Values,
    turn: Callable[[ir.Value, Values], tuple[Size, Values]],
) -> Values:
    """A loop whose end is tested at the end of a turn, and before the first one if there may be none."""
    starts = (as_value(begin), *carried)
    before, inside, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    guarded = not (isinstance(begin, int) and isinstance(end, int))
    if guarded:
        builder.cbranch(builder.icmp_signed("<", starts[0], as_value(end)), inside, after)
    else:
        builder.branch(inside)
    builder.position_at_end(inside)
    phis = [builder.phi(each.type) for each in starts]
    following, results = turn(phis[0], phis[1:])
    nexts, last = (as_value(following), *results), builder.block
    builder.cbranch(builder.icmp_signed("<", nexts[0], as_value(end)), inside, after)
    builder.position_at_end(after)
    ends = [builder.phi(each.type) for each in carried]
    for phi, first, next_ in zip(phis, starts, nexts, strict=True):
        phi.add_incoming(first, before)
        phi.add_incoming(next_, last)
    for phi, first, next_ in zip(ends, carried, results, strict=True):
        phi.add_incoming(next_, last)
        if guarded:
            phi.add_incoming(first, before)
    return ends


def choose(builder: ir.IRBuilder, cases: Sequence[tuple[ir.Value, Callable[[], Size]]]) -> Size:
    """Run the first case whose condition holds, the last one whatever its condition, and return the size it returns."""
    if len(cases) == 1:
        return cases[0][1]()
    condition, body = cases[0]
    yes, no, after = (builder.append_basic_block() for _ in range(3))
    builder.cbranch(condition, yes, no)
    ends = []
    for block, run in ((yes, body), (no, lambda: choose(builder, cases[1:]))):
        builder.position_at_end(block)
        result = as_value(run())
        ends.append((result, builder.block))
        builder.branch(after)
    builder.position_at_end(after)
    phi = builder.phi(INDEX)
    for result, block in ends:
        phi.add_incoming(result, block)
    return phi


@contextmanager
def counted(builder: ir.IRBuilder, start: Size, stop: Size, step: int = 1, name: str = "i") -> Iterator[ir.Value]:
    """A loop: the body is written for the index that it gives, from ``start`` while index + step <= stop."""
    if isinstance(start, int) and isinstance(stop, int) and (stop - start) // step == 1:
        yield INDEX(start)
        return
    before = builder.block
    head = builder.append_basic_block(f"{name}.head")
    body = builder.append_basic_block(f"{name}.body")
    after = builder.append_basic_block(f"{name}.after")
    last = builder.sub(as_value(stop), INDEX(step)) if not isinstance(stop, int) else INDEX(stop - step)
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(INDEX, name)
    index.add_incoming(as_value(start), before)
    builder.cbranch(builder.icmp_signed("<=", index, last), body, after)
    builder.position_at_end(body)
    yield index
    index.add_incoming(builder.add(index, INDEX(step)), builder.block)
    builder.branch(head)
    builder.position_at_end(after)
