"""A plan becomes machine code, and machine code a function of NumPy arrays."""

import ctypes
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llvmlite import ir

from chainrule.execute.llvm.buffers import Buffers, lives_of, placed
from chainrule.execute.llvm.cache import library_of
from chainrule.execute.llvm.elementwise import is_native
from chainrule.execute.llvm.kernels.faults import FAULTS, can_fault
from chainrule.execute.llvm.kernels.kernel import emit_kernels
from chainrule.execute.llvm.kernels.memory import scalar_constant
from chainrule.execute.llvm.kernels.product_kernel import Packed, packed_factors
from chainrule.execute.llvm.machine_code import Library
from chainrule.execute.llvm.plan_text import graph_text
from chainrule.execute.llvm.registers import INDEX, has_registers
from chainrule.execute.llvm.targets import Target, host
from chainrule.graph import Graph, Node
from chainrule.transforms.fuse import Group, Plan, fuse
from chainrule.transforms.lower import lower
from chainrule.transforms.simplify import simplify

__all__ = ["SCRATCH", "Code", "Program", "memory_of", "plan_of", "program_of", "scratch_of", "write_scratch"]

Part = list[Group] | Group
_POINTER = ir.PointerType()
_FROM_MEMORY = {"matmul": 2, "index": 1, "cumsum": 1, "cumprod": 1}  # how many inputs are read in an order of their own
SCRATCH = "scratch"  # name of the number of bytes that kernels use for themselves


def _is_native_node(node: Node) -> bool:
    """Whether there is machine code for the node."""
    dtypes = [each.dtype for each in node.inputs]
    if node.op.kind == "elementwise":
        return is_native(node.op.name, dtypes, node.dtype)
    if any(scalar_constant(each) is not None for each in node.inputs[: _FROM_MEMORY.get(node.op.name, 0)]):
        return False  # an array of equal numbers has no memory
    if node.op.name == "matmul":
        return node.dtype.kind == "f" and all(each == node.dtype for each in dtypes) and has_registers(node.dtype)
    return all(has_registers(each) for each in (*dtypes, node.dtype))


@dataclass(frozen=True)
class Code:
    """The machine code of a program.

    Attributes:
        functions: one for each native part: ``void part(table, ROWS)``, so that this number means itself in a length.
            The table holds the address of the scratch memory, then one for every value of ``Program.memory``.
        scratch: bytes of the scratch memory.
        was_kept: it has been compiled before, and was found in memory or on disk.
        owner: keeps the functions alive.
    """

    functions: Mapping[int, int]
    scratch: int
    was_kept: bool
    owner: object


@dataclass(frozen=True)
class Program:
    """A graph as machine code, with the interpreter for what has none.

    Attributes:
        plan: its kernels.
        parts: some kernels in a row that have machine code, or one node that has none, in order.
        memory: the values to whose memory the code is given pointers.
        packed: factors of products that are copied into another order first.
        buffers: the places of the values that stay inside.
        code: of the native parts.
        seconds: that it took to make all this.
    """

    plan: Plan
    parts: tuple[Part, ...]
    memory: tuple[Node, ...]
    packed: Mapping[Node, Packed]
    buffers: Buffers
    code: Code
    seconds: float


def program_of(graph: Graph, target: Target | None = None) -> Program:
    """Compile a graph for a processor, by default for this one."""
    start = time.perf_counter()
    target = target or host()
    plan = plan_of(graph)
    parts = _parts(plan)
    packed = packed_factors(plan, target)
    memory = memory_of(plan, packed)
    guards = [plan.views[guard.node].source for guard in plan.graph.guards]
    shown = [plan.views[node].source for node in plan.graph.outputs]
    buffers = placed(lives_of(plan, packed, [*guards, *shown]))
    code = _code(target, plan, parts, packed, memory)
    return Program(plan, parts, memory, packed, buffers, code, time.perf_counter() - start)


def plan_of(graph: Graph) -> Plan:
    """The kernels of a graph for which there is machine code."""
    return fuse(simplify(lower(simplify(graph))), _is_native_node)


def _parts(plan: Plan) -> tuple[Part, ...]:
    parts: list[Part] = []
    for group in plan.groups:
        if group.is_alone:
            parts.append(group)
        elif parts and isinstance(parts[-1], list):
            parts[-1].append(group)
        else:
            parts.append([group])
    return tuple(parts)


def memory_of(plan: Plan, packed: Mapping[Node, Packed]) -> tuple[Node, ...]:
    """All that has memory: inputs, array constants, what kernels store, packed factors."""
    read = [plan.views[each].source for group in plan.groups for each in group.reads()]
    stored = dict.fromkeys(node for group in plan.groups for node in group.stores)
    shown = [plan.views[node].source for node in (*plan.graph.outputs, *(each.node for each in plan.graph.guards))]
    every = dict.fromkeys([*plan.graph.inputs, *read, *stored, *shown])
    kept = [each for each in every if each in stored or scalar_constant(each) is None]
    faults = [FAULTS] if any(can_fault(plan, group) for group in plan.groups) else []
    return (*kept, *(each.memory for each in packed.values()), *faults)


# --- code -------------------------------------------------------------------------------------------------------


def _code(
    target: Target, plan: Plan, parts: Sequence[Part], packed: Mapping[Node, Packed], memory: Sequence[Node]
) -> Code:
    native = {k: part for k, part in enumerate(parts) if isinstance(part, list)}
    if not native:
        return Code({}, 0, was_kept=True, owner=None)
    built: list[ir.Module] = []

    def build() -> ir.Module:
        built.append(_module(target, plan, native, packed, memory))
        return built[0]

    names = [_name(k) for k in native]
    library = library_of(graph_text(plan.graph), target, [*names, SCRATCH], build)
    functions = {k: library[_name(k)] for k in native}
    return Code(functions, scratch_of(library), not built, library)


def _name(part: int) -> str:
    return f"part{part}"


def _module(
    target: Target,
    plan: Plan,
    native: Mapping[int, Sequence[Group]],
    packed: Mapping[Node, Packed],
    memory: Sequence[Node],
) -> ir.Module:
    module = ir.Module("chainrule")
    write_scratch(
        module, max(_emit_part(module, target, plan, part, packed, _name(k), memory) for k, part in native.items())
    )
    return module


def write_scratch(module: ir.Module, size: int, name: str = SCRATCH) -> None:
    """Keep with the code how many bytes of scratch memory it needs: who finds it on disk has not written it."""
    word = ir.GlobalVariable(module, INDEX, name)
    word.initializer, word.global_constant = INDEX(size), True


def scratch_of(library: Library, name: str = SCRATCH) -> int:
    """The bytes of scratch memory that a library says it needs."""
    return ctypes.c_int64.from_address(library[name]).value


def _emit_part(
    module: ir.Module,
    target: Target,
    plan: Plan,
    groups: Sequence[Group],
    packed: Mapping[Node, Packed],
    name: str,
    memory: Sequence[Node],
) -> int:
    """Write the function that calls some kernels in a row; return the bytes of scratch memory that they need."""
    kernels = emit_kernels(module, target, plan, groups, packed)
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [_POINTER, INDEX]), name)
    table, rows = function.args
    builder = ir.IRBuilder(function.append_basic_block())
    slots = {node: k for k, node in enumerate(memory)}
    scratch = builder.load(table, typ=_POINTER)
    for kernel in kernels:
        pointers = [
            builder.load(builder.gep(table, [INDEX(slots[node] + 1)], source_etype=_POINTER), typ=_POINTER)
            for node in kernel.memory
        ]
        builder.call(kernel.function, [*pointers, scratch, rows, INDEX(0), INDEX(kernel.units)])
    builder.ret_void()
    return max(kernel.scratch for kernel in kernels)
