"""The door to native code: one call that takes Python's own arguments, checks them, computes, and checks the guards.

NumPy's way to the address of an array costs more than a small function does. So the code is given the objects as they
are, and reads in them what NumPy's and CPython's binary interfaces promise to be there: type, data, lengths, flags.
``reads_objects`` finds out once whether the promise holds; elsewhere (PyPy, builds without the lock) the arguments are
taken apart in Python.
"""

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir

from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.targets import host

__all__ = ["ANY", "BY_COLUMNS", "BY_ROWS", "OTHER_FORM", "Doors", "Form", "Guarded", "Record", "doors", "reads_objects"]

OTHER_FORM = -1  # what the code answers to arguments that it was not made for
ANY = -1  # stands for a length that may be any: it is the number of rows
BY_ROWS, BY_COLUMNS = 0x0101, 0x0102  # flags of an array that is aligned and has no gaps, in C's or Fortran's order
_POINTER = ir.PointerType()
_BYTE, _INT32 = ir.IntType(8), ir.IntType(32)


class _At(IntEnum):
    """Where things stand in Python's objects, in bytes, on 64-bit machines."""

    TYPE = 8
    LENGTH = 16  # of a tuple or list
    TUPLE_ITEMS = 24
    LIST_ITEMS = 24  # a pointer to them
    NUMBER = 16  # of a float or of NumPy's scalars
    DATA = 16  # and on: of an array
    NDIM = 24
    LENGTHS = 32
    DTYPE = 56
    FLAGS = 64


class Record(IntEnum):
    """The words of a record, which says how a program is called."""

    INPUTS = 0  # how many
    FORMS = 1  # pointer to a Form for each
    OUTPUTS = 2  # how many
    SLOTS = 3  # pointer to the place of each output's address
    CODE = 4  # pointer to the function, or 0 to only take the arguments apart
    TABLE = 5  # pointer to its argument
    GUARDS = 6  # how many
    GUARDED = 7  # pointer to a Guarded for each
    ROWS = 8  # what the function is told as the number of rows, unless an argument has a length that may be any


class Form(NamedTuple):
    """What an argument must be; words of 64 bits.

    Attributes:
        type: address of its type.
        dtype: address of the array's dtype; 0 for a number.
        flags: ``BY_ROWS`` or ``BY_COLUMNS``: how the array lies.
        ndim: number of axes.
        lengths: address of their lengths, one of which may be ``ANY``.
        slot: where the address of its entries goes.
    """

    type: int
    dtype: int
    flags: int
    ndim: int
    lengths: int
    slot: int


class Guarded(NamedTuple):
    """A value that the code compares with what was recorded: their addresses, and the size in bytes."""

    value: int
    recorded: int
    size: int


class Doors(NamedTuple):
    """The call, of (tuple of arguments, list of outputs, address of a record).

    It answers 0, ``OTHER_FORM``, or 1 + the number of the first guard that does not hold.

    Attributes:
        short: Python's other threads wait.
        long: they run meanwhile.
    """

    short: Any
    long: Any


@cache
def doors() -> Doors:
    """Return the call in both kinds."""
    address = library_of("entry", host(), ["enter"], _module)
    kinds = ctypes.c_int64, ctypes.py_object, ctypes.py_object, ctypes.c_void_p
    _keep.append(address)
    return Doors(ctypes.PYFUNCTYPE(*kinds)(address["enter"]), ctypes.CFUNCTYPE(*kinds)(address["enter"]))


_keep: list[Any] = []


# --- is everything where it is looked for? ----------------------------------------------------------------------


@cache
def reads_objects() -> bool:
    """Whether Python's objects are laid out as ``_At`` says."""
    if platform.python_implementation() != "CPython" or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    if not getattr(sys, "_is_gil_enabled", lambda: True)():
        return False
    probe = np.arange(6.0).reshape(2, 3)
    number, single, pair = 1.25, np.float32(0.5), (probe, None)
    listed = [pair, probe]
    return (
        _word(probe, _At.TYPE) == id(np.ndarray)
        and _word(probe, _At.DATA) == probe.ctypes.data
        and ctypes.c_int32.from_address(id(probe) + _At.NDIM).value == 2
        and list((ctypes.c_int64 * 2).from_address(_word(probe, _At.LENGTHS))) == [2, 3]
        and _word(probe, _At.DTYPE) == id(probe.dtype) == id(np.dtype(np.float64))
        and ctypes.c_int32.from_address(id(probe) + _At.FLAGS).value == probe.flags.num
        and ctypes.c_double.from_address(id(number) + _At.NUMBER).value == 1.25
        and ctypes.c_float.from_address(id(single) + _At.NUMBER).value == 0.5
        and (_word(pair, _At.LENGTH), _word(pair, _At.TUPLE_ITEMS)) == (2, id(probe))
        and ctypes.c_int64.from_address(_word(listed, _At.LIST_ITEMS) + 8).value == id(probe)
    )


def _word(value: object, at: int) -> int:
    return ctypes.c_int64.from_address(id(value) + at).value


# --- the code ---------------------------------------------------------------------------------------------------


def _module() -> ir.Module:
    module = ir.Module("entry")
    function = ir.Function(module, ir.FunctionType(INDEX, [_POINTER] * 3), "enter")
    _Entry(function).emit()
    return module


class _Entry:
    def __init__(self, function: ir.Function) -> None:
        self._arguments, self._outputs, self._record = function.args
        self._builder = ir.IRBuilder(function.append_basic_block())
        self._rows = self._builder.alloca(INDEX)

    def emit(self) -> None:
        builder = self._builder
        builder.store(self._recorded(Record.ROWS), self._rows)
        count = self._recorded(Record.INPUTS)
        self._require_same(self._load(self._arguments, _At.LENGTH), count)
        with counted(builder, 0, count, name="input") as index:
            self._take(index)
        self._show_outputs()
        code = self._recorded(Record.CODE)
        with builder.if_then(builder.icmp_unsigned("!=", code, INDEX(0))):
            kind = ir.FunctionType(ir.VoidType(), [_POINTER, INDEX])
            program = builder.inttoptr(code, ir.PointerType(kind))
            builder.call(program, [self._recorded(Record.TABLE, _POINTER), builder.load(self._rows, typ=INDEX)])
        self._check_guards()
        builder.ret(INDEX(0))

    def _take(self, index: ir.Value) -> None:
        """Check one argument and note where its entries stand."""
        builder = self._builder
        place = builder.gep(self._arguments, [builder.mul(index, INDEX(8))], source_etype=_BYTE)
        value = self._load(place, _At.TUPLE_ITEMS, _POINTER)
        form = self._nth(Record.FORMS, index, Form)
        expected = {name: self._load(form, 8 * k) for k, name in enumerate(Form._fields)}
        self._require_same(self._load(value, _At.TYPE), expected["type"])
        slot = builder.inttoptr(expected["slot"], _POINTER)
        with builder.if_else(builder.icmp_unsigned("==", expected["dtype"], INDEX(0))) as (is_number, is_array):
            with is_number:
                builder.store(builder.gep(value, [INDEX(_At.NUMBER)], source_etype=_BYTE), slot)
            with is_array:
                self._check_array(value, expected)
                builder.store(self._load(value, _At.DATA, _POINTER), slot)

    def _check_array(self, value: ir.Value, expected: dict[str, ir.Value]) -> None:
        builder = self._builder
        self._require_same(self._load(value, _At.DTYPE), expected["dtype"])
        self._require_same(builder.sext(self._load(value, _At.NDIM, _INT32), INDEX), expected["ndim"])
        wanted = expected["flags"]
        self._require_same(builder.and_(builder.sext(self._load(value, _At.FLAGS, _INT32), INDEX), wanted), wanted)
        lengths = self._load(value, _At.LENGTHS, _POINTER), builder.inttoptr(expected["lengths"], _POINTER)
        with counted(builder, 0, expected["ndim"], name="axis") as axis:
            found, needed = (self._load(builder.gep(each, [axis], source_etype=INDEX), 0) for each in lengths)
            is_any = builder.icmp_signed("==", needed, INDEX(ANY))
            builder.store(builder.select(is_any, found, builder.load(self._rows, typ=INDEX)), self._rows)
            self._require_same(builder.select(is_any, needed, found), needed)

    def _show_outputs(self) -> None:
        """Note where the entries of the results go."""
        builder = self._builder
        items = self._load(self._outputs, _At.LIST_ITEMS, _POINTER)
        slots = self._recorded(Record.SLOTS, _POINTER)
        with counted(builder, 0, self._recorded(Record.OUTPUTS), name="output") as index:
            output = self._load(builder.gep(items, [index], source_etype=INDEX), 0, _POINTER)
            slot = self._load(builder.gep(slots, [index], source_etype=INDEX), 0, _POINTER)
            builder.store(self._load(output, _At.DATA, _POINTER), slot)

    def _check_guards(self) -> None:
        builder = self._builder
        with counted(builder, 0, self._recorded(Record.GUARDS), name="guard") as index:
            guarded = self._nth(Record.GUARDED, index, Guarded)
            value, recorded = (self._load(guarded, 8 * k, _POINTER) for k in range(2))
            with counted(builder, 0, self._load(guarded, 16), name="byte") as place:
                found, needed = (
                    self._load(builder.gep(each, [place], source_etype=_BYTE), 0, _BYTE) for each in (value, recorded)
                )
                with self._unless_same(found, needed):
                    builder.ret(builder.add(index, INDEX(1)))

    # --- words --------------------------------------------------------------------------------------------------

    def _load(self, pointer: ir.Value, at: int, kind: ir.Type = INDEX) -> ir.Value:
        place = self._builder.gep(pointer, [INDEX(at)], source_etype=_BYTE)
        return self._builder.load(place, typ=kind)

    def _recorded(self, word: Record, kind: ir.Type = INDEX) -> ir.Value:
        return self._load(self._record, 8 * word, kind)

    def _nth(self, word: Record, index: ir.Value, kind: type[NamedTuple]) -> ir.Value:
        size = INDEX(len(kind._fields))
        place = self._builder.mul(index, size)
        return self._builder.gep(self._recorded(word, _POINTER), [place], source_etype=INDEX)

    def _require_same(self, found: ir.Value, needed: ir.Value) -> None:
        with self._unless_same(found, needed):
            self._builder.ret(INDEX(OTHER_FORM))

    @contextmanager
    def _unless_same(self, found: ir.Value, needed: ir.Value) -> Iterator[None]:
        """A branch that returns, where two values differ."""
        builder = self._builder
        differs, same = builder.append_basic_block("differs"), builder.append_basic_block("same")
        builder.cbranch(builder.icmp_unsigned("!=", found, needed), differs, same)
        builder.position_at_end(differs)
        yield
        builder.position_at_end(same)
