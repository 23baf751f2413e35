"""The reductions: one table, rows in the order of ``graph/ops.py``."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.elementwise.instructions import INSTRUCTIONS
from chainrule.execute.llvm.elementwise.work import Work

__all__ = ["REDUCTIONS", "Join", "Reduction", "State", "chosen"]

Dtype = np.dtype[Any]
State = tuple[ir.Value, ...]  # a value and, where it is asked for, its position
Join = Callable[[Work, State, State], State]


@dataclass(frozen=True)
class Reduction:
    """One reduction.

    Attributes:
        identity: what changes no value that it is joined with, for a dtype.
        join: how two states become one.
        take: how a state takes an entry that comes after all of its own.
        has_position: the value is where an entry stands.
    """

    identity: Callable[[Dtype], float]
    join: Join
    take: Join
    has_position: bool = False


def _fold(op: str, identity: Callable[[Dtype], float]) -> Reduction:
    """A reduction by an elementwise primitive."""

    def join(work: Work, state: State, other: State) -> State:
        build = INSTRUCTIONS[op].column(work.dtype.kind)
        assert build is not None
        return (build(work, *state, *other),)

    return Reduction(identity, join, join)


def _place(how: str, identity: Callable[[Dtype], float]) -> Reduction:
    """The first position of an extreme entry; NaN is the most extreme of all."""

    def join(work: Work, state: State, other: State) -> State:
        builder = work.builder
        tie = builder.not_(builder.or_(_beats(work, how, state[0], other[0]), _beats(work, how, other[0], state[0])))
        earlier = builder.and_(tie, builder.icmp_signed("<", other[1], state[1]))
        return chosen(work, builder.or_(_beats(work, how, other[0], state[0]), earlier), other, state)

    def take(work: Work, state: State, entry: State) -> State:
        return chosen(work, _beats(work, how, entry[0], state[0]), entry, state)

    return Reduction(identity, join, take, has_position=True)


def _beats(work: Work, how: str, x: ir.Value, y: ir.Value) -> ir.Value:
    """Whether x is more extreme than y."""
    if work.dtype.kind != "f":
        return work.compare(how, x, y)
    builder = work.builder
    return builder.and_(builder.fcmp_unordered(how, x, y), builder.fcmp_ordered("ord", y, y))


def chosen(work: Work, mask: ir.Value, yes: State, no: State) -> State:
    """One of two states, lane by lane."""
    return tuple(work.builder.select(mask, *pair) for pair in zip(yes, no, strict=True))


def _least(dtype: Dtype) -> float:
    if dtype.kind == "f":
        return -math.inf
    return 0 if dtype.kind == "b" else int(np.iinfo(dtype).min)


def _greatest(dtype: Dtype) -> float:
    if dtype.kind == "f":
        return math.inf
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)


REDUCTIONS: Mapping[str, Reduction] = MappingProxyType(
    {
        "sum": _fold("add", lambda dtype: 0),
        "prod": _fold("multiply", lambda dtype: 1),
        "max": _fold("maximum", _least),
        "min": _fold("minimum", _greatest),
        "any": _fold("logical_or", lambda dtype: False),
        "all": _fold("logical_and", lambda dtype: True),
        "argmax": _place(">", _least),
        "argmin": _place("<", _greatest),
    }
)
