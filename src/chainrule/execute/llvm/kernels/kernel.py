"""A group of a plan becomes one function in LLVM.

Its arguments are a pointer to every stored value that it reads or writes, the number of rows, and the range of units
that it is to compute: a unit is an entry of the first axis that stays, so a kernel can be shared among threads.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.kernels.axes import Access, Axes, collapsed, ordered
from chainrule.execute.llvm.kernels.elsewhere import Elsewhere, Window, reads_elsewhere
from chainrule.execute.llvm.kernels.faults import FAULTS, can_fault
from chainrule.execute.llvm.kernels.memory import Memory, scalar_constant
from chainrule.execute.llvm.kernels.nest import Nest
from chainrule.execute.llvm.kernels.product_kernel import Form, Packed, emit_packing, emit_product_kernel
from chainrule.execute.llvm.kernels.scan_kernel import Scan
from chainrule.execute.llvm.kernels.scatter_kernel import Scatter
from chainrule.execute.llvm.registers import INDEX
from chainrule.execute.llvm.sizes import Lengths
from chainrule.execute.llvm.targets import Target
from chainrule.graph import Node
from chainrule.graph.graph import frozen_params
from chainrule.transforms.fuse import AT_A_PLACE, Group, Plan, at_place
from chainrule.transforms.rows import ROWS
from chainrule.transforms.views import View, stored_view

__all__ = ["Kernel", "emit_kernels", "stored_strides"]

_POINTER = ir.PointerType()
_TYPICAL_ROWS = 64
_COPY = 8  # operations in whose time an entry is packed


@dataclass(frozen=True)
class Kernel:
    """One function of the code: ``void kernel(pointers ..., scratch, rows, begin, end)``.

    Attributes:
        function: in LLVM.
        memory: the stored values and constants to whose memory it takes pointers, in the order of its arguments.
        scratch: bytes of memory that it uses for itself, maybe a multiple of ``ROWS``.
        writes: those among them that it writes.
        units: how many units there are; 1 if it cannot be shared.
        is_by_rows: units are rows, or a fixed number of them are one row, and each is computed from its own row.
        work: about how many entries it computes; a product counts each of its factors' pairs.
    """

    function: ir.Function
    memory: tuple[Node, ...]
    scratch: int
    writes: tuple[Node, ...]
    units: int
    is_by_rows: bool
    work: int


def emit_kernels(
    module: ir.Module,
    target: Target,
    plan: Plan,
    groups: Sequence[Group],
    packed: Mapping[Node, Packed],
    form: Form = Form.PLAIN,
) -> list[Kernel]:
    """Write the functions of some groups, in order; a factor is packed before the first of them that uses it.

    ``form`` is that of products of matrices.
    """
    writer = _Writer(module, target, plan, packed, form)
    kernels: list[Kernel] = []
    waiting = dict(packed)
    for group in groups:
        factor = waiting.pop(group.product.inputs[1], None) if group.product is not None else None
        if factor is not None:
            kernels.append(writer.packing(factor))
        kernels.append(writer.kernel(group))
    return kernels


class _Writer:
    """Writes functions into a module; kernels that do the same on other memory share one."""

    def __init__(
        self, module: ir.Module, target: Target, plan: Plan, packed: Mapping[Node, Packed], form: Form
    ) -> None:
        self._module = module
        self._target = target
        self._plan = plan
        self._packed = packed
        self._form = form
        self._written: dict[Hashable, tuple[ir.Function, int, int]] = {}

    def packing(self, packed: Packed) -> Kernel:
        """The kernel that packs the second factor of products."""
        access = Access.through(packed.matrix, self._plan.views[packed.matrix])
        memory = (access.source, packed.memory)
        key = ("pack", packed.matrix.shape, packed.matrix.dtype, access.strides, access.offset)

        def write(frame: Memory, scratch: ir.Value, bounds: tuple[ir.Value, ir.Value]) -> tuple[int, int]:
            del scratch
            return 0, emit_packing(frame, self._target, access, packed, bounds)

        function, scratch, units = self._function(key, memory, write)
        return Kernel(
            function, memory, scratch, (packed.memory,), units, is_by_rows=False, work=_COPY * packed.matrix.size
        )

    def kernel(self, group: Group) -> Kernel:
        """The kernel of a group."""
        role = self._plan.roles[group.nodes[0]]
        if role == "scatter":
            return self._scattering(group)
        return self._scanning(group) if role == "scan" else self._nest_or_product(group)

    def _scattering(self, group: Group) -> Kernel:
        """The kernel that copies an array and assigns to it through index arrays."""
        (node,) = group.nodes
        x, plan = node.inputs[0], self._plan
        scatter = Scatter.of(plan, node)
        reads = {x: Access.through(x, plan.views[x])} if scalar_constant(x) is None else {}
        writes = {x: Access.through(node, stored_view(node))}
        accesses = (*reads.values(), *writes.values(), *scatter.reads)
        memory = (*dict.fromkeys(each.source for each in accesses), FAULTS)
        copying = Group(x.shape, [node])

        def write(frame: Memory, scratch: ir.Value, bounds: tuple[ir.Value, ir.Value]) -> tuple[int, int]:
            del scratch, bounds
            _emit_nest(frame, self._target, plan, copying, reads, writes, {}, {}, None)
            scatter.emit(frame, self._target)
            return 0, 1

        function, size, units = self._function(self._key(group, accesses, memory), memory, write)
        return Kernel(function, memory, size, (node,), units, is_by_rows=False, work=x.size)

    def _scanning(self, group: Group) -> Kernel:
        """The kernel of a running sum or product."""
        (node,) = group.nodes
        scan = Scan.of(self._plan, node)
        memory = tuple(dict.fromkeys((scan.read.source, node)))

        def write(frame: Memory, scratch: ir.Value, bounds: tuple[ir.Value, ir.Value]) -> tuple[int, int]:
            del scratch
            scan.emit(frame, self._target, bounds)
            return 0, scan.units

        function, size, units = self._function(self._key(group, (scan.read, scan.write), memory), memory, write)
        return Kernel(function, memory, size, (node,), units, is_by_rows=False, work=node.size)

    def _key(self, group: Group, accesses: Sequence[Access], memory: Sequence[Node]) -> Hashable:
        """What decides the code of a group."""
        return _code_of(group), tuple(_place_of(each, memory) for each in accesses)

    def _nest_or_product(self, group: Group) -> Kernel:
        """The kernel of loops, or of a matrix product and what follows it."""
        plan, product = self._plan, group.product
        factor = self._packed.get(product.inputs[1]) if product is not None else None
        packed = {factor.matrix} - set(product.inputs[:1]) if product is not None and factor is not None else set()
        elsewhere = reads_elsewhere(plan, group)
        far = [access for each in elsewhere.values() for access in each.reads]
        reads = {
            each: Access.through(each, plan.views[each].broadcast_to(_read_over(group, each)))
            for each in _read_at_place(plan, group)
            if scalar_constant(each) is None and each not in packed
        }
        writes = {
            _written(plan, node): Access.through(node, _whole(node, group.domain))
            for node in group.stores
            if node not in group.reductions
        }
        results = {node: Access.through(node, _result(node, group.domain)) for node in group.reductions}
        accesses = (*reads.values(), *writes.values(), *results.values())
        others = [*([factor.memory] if factor else []), *([FAULTS] if can_fault(plan, group) else [])]
        memory = tuple(dict.fromkeys([*(each.source for each in (*accesses, *far)), *others]))

        def write(frame: Memory, scratch: ir.Value, bounds: tuple[ir.Value, ir.Value]) -> tuple[int, int]:
            if product is None:
                return 0, _emit_nest(frame, self._target, plan, group, reads, writes, results, elsewhere, bounds)
            parts = reads, writes, elsewhere, factor, scratch, bounds
            return emit_product_kernel(frame, self._target, group, *parts, self._form), group.domain[0]

        key = (self._key(group, (*accesses, *far), memory), factor is None)
        function, scratch, units = self._function(key, memory, write)
        written = tuple(dict.fromkeys(each.source for each in (*writes.values(), *results.values())))
        by_rows = _is_by_rows(group, (*accesses, *_rows_read(elsewhere)))
        return Kernel(function, memory, scratch, written, units, by_rows, _work(group))

    def _function(
        self,
        key: Hashable,
        memory: Sequence[Node],
        write: Callable[[Memory, ir.Value, tuple[ir.Value, ir.Value]], tuple[int, int]],
    ) -> tuple[ir.Function, int, int]:
        """The function for a key, the bytes of its scratch memory, and its units."""
        if key not in self._written:
            kinds = [_POINTER] * (len(memory) + 1) + [INDEX] * 3
            name = self._module.get_unique_name("kernel")
            function = ir.Function(self._module, ir.FunctionType(ir.VoidType(), kinds), name)
            function.linkage = "internal"
            function.attributes.add("noinline")
            *pointers, scratch, rows, begin, end = function.args
            builder = ir.IRBuilder(function.append_basic_block())
            frame = Memory(builder, Lengths(builder, rows), dict(zip(memory, pointers, strict=True)))
            self._written[key] = (function, *write(frame, scratch, (begin, end)))
            builder.ret_void()
        return self._written[key]


def _code_of(group: Group) -> Hashable:
    """What a group computes, without the memory that it works on."""
    number = {node: k for k, node in enumerate((*group.nodes, *group.reads()))}
    own = len(group.nodes)
    nodes = tuple(
        (node.op.name, frozen_params(node), node.shape, node.dtype, tuple(number[each] for each in node.inputs))
        for node in group.nodes
    )
    read = tuple(
        (each.shape, each.dtype, None if (value := scalar_constant(each)) is None else value.tobytes())
        for each in list(number)[own:]
    )
    stores = tuple(number[node] for node in group.stores)
    return group.domain, nodes, read, stores


def _place_of(access: Access, memory: Sequence[Node]) -> Hashable:
    return memory.index(access.source), access.source.shape, access.source.dtype, access.offset, access.strides


def _emit_nest(
    memory: Memory,
    target: Target,
    plan: Plan,
    group: Group,
    reads: Mapping[Node, Access],
    writes: Mapping[Node, Access],
    results: Mapping[Node, Access],
    elsewhere: Mapping[Node, Elsewhere],
    bounds: tuple[ir.Value, ir.Value] | None,
) -> int:
    reduced = _reduced(group)
    positions = {node: _position(node, group.domain) for node in results if node.op.name in ("argmax", "argmin")}
    far = [access for each in elsewhere.values() for access in each.accesses]
    accesses = (*reads.values(), *writes.values(), *results.values(), *positions.values(), *far)
    axes = collapsed(Axes(group.domain, tuple(k in reduced for k in range(len(group.domain))), accesses))
    if not axes.lengths:
        axes = Axes(
            (1,), (bool(reduced),), tuple(Access(each.node, each.source, each.offset, (0,)) for each in accesses)
        )
    if not positions and ROWS not in group.domain:  # positions tell ties apart by the order in which they come
        axes = ordered(axes)
    by_old = dict(zip(accesses, axes.accesses, strict=True))
    computed = [node for node in group.nodes if plan.roles[node] in AT_A_PLACE]
    nest = Nest(
        target,
        memory,
        axes,
        computed,
        {node: by_old[each] for node, each in reads.items()},
        {node: by_old[each] for node, each in writes.items()},
        {node: by_old[each] for node, each in results.items()},
        {node: by_old[each] for node, each in positions.items()},
        bounds,
        _lanes(target, group, axes.lengths[-1]),
        {node: each.on_axes(by_old) for node, each in elsewhere.items()},
    )
    nest.emit()
    return nest.units


def _work(group: Group) -> int:
    inner = group.product.inputs[0].shape[-1:] if group.product is not None else ()
    work = 1
    for n in (*group.domain, *inner):
        while n and n % ROWS == 0:
            n = n // ROWS * _TYPICAL_ROWS
        work *= n
    return work


def _read_at_place(plan: Plan, group: Group) -> tuple[Node, ...]:
    """The nodes that it takes from memory or from constants for the place where it is."""
    read = [each for node in group.nodes for each in at_place(node, plan.roles[node])]
    return tuple(dict.fromkeys(each for each in read if each not in set(group.nodes)))


def _rows_read(elsewhere: Mapping[Node, Elsewhere]) -> Iterator[Access]:
    """What is read elsewhere, for the question of rows: a window's values from their own first entry on."""
    for each in elsewhere.values():
        if isinstance(each, Window) and each.values is not None:
            moves_rows = any(test.coordinate.strides[0] for test in each.tests)
            yield replace(each.values, offset=-1 if moves_rows else each.offset)
        else:
            yield from each.reads


def _is_by_rows(group: Group, accesses: Sequence[Access]) -> bool:
    """Does every unit read and write its own row of what has rows?"""
    if group.domain[:1] != (ROWS,) or 0 in _reduced(group):
        return False
    own = (
        set(group.product.inputs[1:]) if group.product is not None and len(group.domain) == 2 else set()
    )  # the columns' operand is read as a whole
    return all(
        not any(n % ROWS == 0 for n in each.source.shape) or (each.node not in own and _in_its_row(each))
        for each in accesses
    )


def _in_its_row(access: Access) -> bool:
    step = stored_strides(access.source.shape)[0]
    return access.source.shape[0] == ROWS and access.strides[0] == step and 0 <= access.offset < max(step, 1)


def _read_over(group: Group, node: Node) -> tuple[int, ...]:
    """The shape over which the kernel reads a value: a product's operands have their own."""
    if group.product is None or node not in group.product.inputs:
        return group.domain
    return (*group.domain[:-2], *node.shape[-2:])


def _written(plan: Plan, node: Node) -> Node:
    """The value that is written for a node: a copy is what it copies."""
    return node.inputs[0] if plan.roles[node] == "move" else node


def _whole(node: Node, domain: tuple[int, ...]) -> View:
    """Where the entries of a stored value go: with the kernel's axes, which a copy in another shape has not."""
    stored = stored_view(node)
    if stored.shape == domain:
        return stored
    return View(node, domain, stored_strides(domain))


def stored_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """Steps along the axes of an array without gaps."""
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def _result(node: Node, domain: tuple[int, ...]) -> View:
    """Where the results of a reduction go: along reduced axes it stays where it is."""
    axes = node.params["axes"]
    kept = [n for k, n in enumerate(domain) if k not in axes]
    strides = iter(stored_strides(kept))
    return View(node, domain, tuple(0 if k in axes else next(strides) for k in range(len(domain))))


def _position(node: Node, domain: tuple[int, ...]) -> Access:
    """How the position of an entry along the reduced axes follows from its place."""
    axes = node.params["axes"]
    strides = iter(stored_strides([n for k, n in enumerate(domain) if k in axes]))
    return Access(node, node, 0, tuple(next(strides) if k in axes else 0 for k in range(len(domain))))


def _reduced(group: Group) -> Sequence[int]:
    axes: Sequence[int] = group.reductions[0].params["axes"] if group.reductions else ()
    return axes


def _lanes(target: Target, group: Group, length: int) -> int:
    """As many numbers as fill a register, or less if there are fewer."""
    involved: list[Any] = [*group.nodes, *(each for each in group.reads() if scalar_constant(each) is None)]
    widest = max([each.dtype.itemsize for each in involved if each.dtype.kind != "b"], default=4)
    lanes = target.lanes(max(widest, 4))
    while length % ROWS and lanes // 2 >= length:
        lanes //= 2
    return lanes
