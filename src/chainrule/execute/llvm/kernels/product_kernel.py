"""A kernel that begins with a matrix product: the elementwise rest is done while its results are in registers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from llvmlite import ir

from chainrule.execute.llvm.control import counted
from chainrule.execute.llvm.kernels.axes import Access
from chainrule.execute.llvm.kernels.body import evaluate
from chainrule.execute.llvm.kernels.elsewhere import Elsewhere, Spot
from chainrule.execute.llvm.kernels.memory import Memory, Place
from chainrule.execute.llvm.kernels.short_rows import are_short, by_many_rows
from chainrule.execute.llvm.product import (
    Fetch,
    Finish,
    Operand,
    Panels,
    emit_pack,
    emit_product,
    fetch,
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
    kernel = _Kernel(memory, target, group, reads, writes, elsewhere, packed, scratch, form)
    kernel.emit(bounds)
    inner, transposed = kernel.first.shape[-1], reads[kernel.first].strides[-2] == 1
    return scratch_entries(target, memory_type(kernel.product.dtype), inner, transposed) * kernel.product.dtype.itemsize


@dataclass(frozen=True)
class _Kernel:
    """One kernel; its parts as in `emit_product_kernel`."""

    memory: Memory
    target: Target
    group: Group
    reads: Mapping[Node, Access]
    writes: Mapping[Node, Access]
    elsewhere: Mapping[Node, Elsewhere]
    packed: Packed | None
    scratch: ir.Value
    form: Form

    @property
    def product(self) -> Node:
        """The product itself."""
        assert self.group.product is not None
        return self.group.product

    @property
    def first(self) -> Node:
        """Its first factor."""
        return self.product.inputs[0]

    @property
    def second(self) -> Node:
        """Its second factor."""
        return self.product.inputs[1]

    @property
    def row_axis(self) -> int:
        """The axis of the rows in the domain; what is before it counts products."""
        return len(self.group.domain) - 2

    @cached_property
    def others(self) -> list[Access]:
        """What is read beside the factors."""
        return [access for node, access in self.reads.items() if node not in self.product.inputs]

    @cached_property
    def far(self) -> list[Access]:
        """What is read at other entries than that of the result."""
        return [access for each in self.elsewhere.values() for access in each.accesses]

    def emit(self, bounds: tuple[Size, Size]) -> None:
        """Write the loops over products, and each of them."""
        entries = self.memory.start([*self.reads.values(), *self.writes.values(), *self.far])
        if self.form is Form.BY_COLUMNS:
            self._one_product(entries, (0, self._size(0)), bounds)
        else:
            self._stack(0, entries, bounds)

    def _size(self, axis: int) -> Size:
        return self.memory.sizes(self.group.domain[axis])

    def _stack(self, axis: int, entries: Mapping[Access, Size], bounds: tuple[Size, Size]) -> None:
        """The products along an axis and those after it; of the first axis those within bounds."""
        bounds = bounds if axis == 0 else (0, self._size(axis))
        if axis == self.row_axis:
            self._one_product(entries, bounds, None)
            return
        with counted(self.memory.builder, *bounds) as index:
            self._stack(axis + 1, self.memory.step(entries, axis, index), bounds)

    def _one_product(
        self, entries: Mapping[Access, Size], rows: tuple[Size, Size], blocks: tuple[Size, Size] | None
    ) -> None:
        memory, domain, lanes = self.memory, self.group.domain, self.target.lanes(self.product.dtype.itemsize)
        inner, finish = memory.sizes(self.first.shape[-1]), self._finish(entries)
        a = _operand(memory, self.reads[self.first], entries)
        b = _operand(memory, self.reads[self.second], entries) if self.packed is None else self._panels(inner)

        def multiply(rows: tuple[Size, Size], finish: Finish, fetch: Fetch | None = None) -> None:
            sizes = rows, self._size(-1), inner
            few = self.form is not Form.PLAIN
            emit_product(memory.builder, self.target, a, b, *sizes, finish, self.scratch, fetch, few=few, blocks=blocks)

        near = [*self.others, *self.writes.values()]
        if self.form is Form.PLAIN and not self.far and are_short(domain, lanes, near):
            by_many_rows(memory.builder, self.product.dtype, domain[1], lanes, rows, multiply, finish)
        else:
            multiply(rows, finish, self._fetch_ahead(entries))

    def _panels(self, inner: Size) -> Panels:
        assert self.packed is not None
        return Panels(self.memory.pointers[self.packed.memory], memory_type(self.second.dtype), inner)

    def _finish(self, entries: Mapping[Access, Size]) -> Finish:
        """What becomes of the results: the nodes that follow, and their memory."""
        after = [node for node in self.group.nodes if node is not self.product]

        def finish(builder: ir.IRBuilder, i: ir.Value, j: ir.Value, value: ir.Value, mask: ir.Value | None) -> None:
            place = self._place(entries, i)
            spot = Spot(self.target, self.memory, place, j, lanes_of(value), mask)

            def read(node: Node) -> ir.Value:
                return self.memory.read(self.reads[node], place, j, spot.lanes, mask)

            values = evaluate(spot, after, read, self.elsewhere, {self.product: value})
            for node, access in self.writes.items():
                self.memory.write(access, place, j, values[node], mask)

        return finish

    def _fetch_ahead(self, entries: Mapping[Access, Size]) -> Fetch:
        """Asks for what `_finish` is going to read and write."""

        def fetch_ahead(builder: ir.IRBuilder, i: ir.Value, j: ir.Value) -> None:
            place = self._place(entries, i)
            for access in _by_rows(self.writes.values()):
                fetch(builder, self.memory.address(access, place, j), writes=True)
            for access in _by_rows(self.others):
                fetch(builder, self.memory.address(access, place, j))

        return fetch_ahead

    def _place(self, entries: Mapping[Access, Size], i: ir.Value) -> Place:
        return Place(self.memory.step(entries, self.row_axis, i), self.row_axis + 1, {})


def _by_rows(accesses: Iterable[Access]) -> list[Access]:
    """Matrices that lie row by row, each row in cache lines of its own."""
    return [each for each in accesses if each.strides[-1] == 1 and each.strides[-2] != 0]


def _operand(memory: Memory, access: Access, entries: Mapping[Access, Size] | None = None) -> Operand:
    kind = memory_type(access.source.dtype)
    first = memory.sizes(access.offset) if entries is None else entries[access]
    pointer = memory.builder.gep(memory.pointers[access.source], [as_value(first)], source_etype=kind)
    row, column = (memory.sizes(stride) for stride in access.strides[-2:])
    return Operand(pointer, kind, row, column)
