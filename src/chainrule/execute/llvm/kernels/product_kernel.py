"""A kernel that begins with a matrix product: the elementwise rest is done while its results are in registers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.kernels.axes import Access
from chainrule.execute.llvm.kernels.body import evaluate
from chainrule.execute.llvm.kernels.elsewhere import Elsewhere, Spot
from chainrule.execute.llvm.kernels.memory import Memory, Place
from chainrule.execute.llvm.kernels.short_rows import are_short, by_many_rows
from chainrule.execute.llvm.product import (
    Finish,
    Operand,
    Panels,
    emit_pack,
    emit_product,
    pack_blocks,
    packed_entries,
    scratch_entries,
)
from chainrule.execute.llvm.registers import lanes_of, memory_type
from chainrule.execute.llvm.sizes import Size, as_value
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node, input_node
from chainrule.transforms.fuse import Group, Plan

__all__ = ["Form", "Packed", "emit_packing", "emit_product_kernel", "packed_factors"]


class Form(Enum):
    """How the kernel of a product is written.

    Attributes:
        PLAIN: for many rows; threads share them.
        FEW: for many rows, with code of its own for few.
        BY_COLUMNS: the same, and threads share columns.
    """

    PLAIN = 0
    FEW = 1
    BY_COLUMNS = 2


@dataclass(frozen=True)
class Packed:
    """The second factor of a product, copied into panels beforehand.

    Attributes:
        matrix: the factor.
        memory: a value that stands for the memory of the panels.
    """

    matrix: Node
    memory: Node


def packed_factors(plan: Plan, target: Target) -> dict[Node, Packed]:
    """The second factors whose columns do not lie side by side, by the factor."""
    packed: dict[Node, Packed] = {}
    for group in plan.groups:
        matrix = group.product.inputs[1] if group.product is not None and len(group.domain) == 2 else None
        if matrix is not None and matrix.shape[1] > 1 and plan.views[matrix].strides[1] != 1:
            inner, columns = matrix.shape
            entries = packed_entries(target, memory_type(matrix.dtype), columns, inner)
            packed[matrix] = Packed(matrix, input_node("packed", (entries,), matrix.dtype))
    return packed


def emit_packing(memory: Memory, target: Target, access: Access, packed: Packed, blocks: tuple[Size, Size]) -> int:
    """Write the copying of a second factor into its panels; the units are blocks of columns. Return their number."""
    inner, columns = packed.matrix.shape
    factor = _operand(memory, access)
    emit_pack(memory.builder, target, factor, columns, inner, memory.pointers[packed.memory], blocks)
    return pack_blocks(target, factor.type, columns)


def emit_product_kernel(
    memory: Memory,
    target: Target,
    group: Group,
    reads: Mapping[Node, Access],
    writes: Mapping[Node, Access],
    elsewhere: Mapping[Node, Elsewhere],
    packed: Packed | None,
    scratch: ir.Value,
    bounds: tuple[Size, Size],
    form: Form = Form.PLAIN,
) -> int:
    """Write the product and what follows it. Return the bytes of scratch.

    The units are the rows of the result; of a stack of products, the entries of its first axis. In the form by columns
    they are ``column_blocks``.
    """
    product = group.product
    assert product is not None
    a, b = product.inputs
    after = [node for node in group.nodes if node is not product]
    far = [access for each in elsewhere.values() for access in each.accesses]
    accesses = [*(reads[node] for node in reads), *writes.values(), *far]
    kind = memory_type(product.dtype)
    inner, columns = memory.sizes(a.shape[-1]), memory.sizes(group.domain[-1])
    row_axis = len(group.domain) - 2
    lanes = target.lanes(product.dtype.itemsize)
    others = [each for each in accesses if each.node not in (a, b)]
    short = form is Form.PLAIN and not far and are_short(group.domain, lanes, others)

    def one_product(entries: Mapping[Access, Size], rows: tuple[Size, Size], blocks: Any = None) -> None:
        def finish(builder: ir.IRBuilder, i: ir.Value, j: ir.Value, value: ir.Value, mask: ir.Value | None) -> None:
            place = Place(memory.step(entries, row_axis, i), row_axis + 1, {})
            spot = Spot(target, memory, place, j, lanes_of(value), mask)

            def read(node: Node) -> ir.Value:
                return memory.read(reads[node], place, j, spot.lanes, mask)

            values = evaluate(spot, after, read, elsewhere, {product: value})
            for node, access in writes.items():
                memory.write(access, place, j, values[node], mask)

        first = _operand(memory, reads[a], entries)
        second = _operand(memory, reads[b], entries) if packed is None else _panels(memory, packed, inner)

        def multiply(rows: tuple[Size, Size], finish: Finish) -> None:
            sizes = rows, columns, inner
            few = form is not Form.PLAIN
            emit_product(memory.builder, target, first, second, *sizes, finish, scratch, few=few, blocks=blocks)

        if short:
            by_many_rows(memory.builder, product.dtype, group.domain[1], lanes, rows, multiply, finish)
        else:
            multiply(rows, finish)

    def stack(axis: int, entries: Mapping[Access, Size]) -> None:
        if axis == row_axis:
            one_product(entries, (0, memory.sizes(group.domain[axis])) if axis else bounds)
            return
        with counted(memory.builder, *(bounds if axis == 0 else (0, memory.sizes(group.domain[axis])))) as index:
            stack(axis + 1, memory.step(entries, axis, index))

    if form is Form.BY_COLUMNS:
        one_product(memory.start(accesses), (0, memory.sizes(group.domain[0])), bounds)
    else:
        stack(0, memory.start(accesses))
    transposed = reads[a].strides[-2] == 1
    return scratch_entries(target, kind, a.shape[-1], transposed) * product.dtype.itemsize


def _panels(memory: Memory, packed: Packed, inner: Size) -> Panels:
    return Panels(memory.pointers[packed.memory], memory_type(packed.matrix.dtype), inner)


def _operand(memory: Memory, access: Access, entries: Mapping[Access, Size] | None = None) -> Operand:
    kind = memory_type(access.source.dtype)
    first = memory.sizes(access.offset) if entries is None else entries[access]
    pointer = memory.builder.gep(memory.pointers[access.source], [as_value(first)], source_etype=kind)
    row, column = (memory.sizes(stride) for stride in access.strides[-2:])
    return Operand(pointer, kind, row, column)
