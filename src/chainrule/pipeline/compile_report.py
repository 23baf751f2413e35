"""What ``compile`` made of a function: kernels, memory, decisions; as data, and as text to be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from chainrule.execute.llvm.costs import cost_of
from chainrule.execute.llvm.program import Program
from chainrule.graph import Graph, Guard, Node
from chainrule.graph.show import call_text, computed, labels
from chainrule.pipeline.variants import Branches, Variant
from chainrule.transforms.fuse import Group

__all__ = ["CompileReport", "KernelReport", "VariantReport", "report_of"]


@dataclass(frozen=True)
class KernelReport:
    """One pass over memory.

    Attributes:
        domain: the shape that it goes over.
        ops: what is computed at each place, in order.
        note: the product and its factors, or why it runs in the interpreter.
        is_native: it is machine code.
        operations: one for each entry and op; a product counts two for each pair of entries.
        bytes: that it reads and writes.
    """

    domain: tuple[int, ...]
    ops: tuple[str, ...]
    note: str
    is_native: bool
    operations: int
    bytes: int


@dataclass(frozen=True)
class VariantReport:
    """The function for one form of call and one way through its decisions.

    Attributes:
        arguments: name, dtype and shape of each.
        results: dtype and shape of each.
        decisions: what holds on this way.
        kernels: in the order in which they run.
        buffers: how many values stay inside.
        workspace: bytes that these take.
        unshared: bytes that they would take if no two shared a place.
        seconds: that it took to compile, after tracing.
        was_kept: the code was there from an earlier time.
    """

    arguments: tuple[str, ...]
    results: tuple[str, ...]
    decisions: tuple[str, ...]
    kernels: tuple[KernelReport, ...]
    buffers: int
    workspace: int
    unshared: int
    seconds: float
    was_kept: bool

    def __str__(self) -> str:
        signature = f"({', '.join(self.arguments)}) -> {', '.join(self.results) or 'nothing'}"
        origin = "found in the cache" if self.was_kept else "compiled"
        operations, moved = (sum(each) for each in _columns(self.kernels))
        lines = [
            *wrap(signature, _WIDTH, subsequent_indent=" ", break_long_words=False),
            *(f"  where {each}" for each in self.decisions),
            f"  {_many(len(self.kernels), 'kernel')}, {_count(operations, '')} operations, {_count(moved, 'B')} moved; "
            f"{origin} in {1000 * self.seconds:.1f} ms",
            f"  {_many(self.buffers, 'buffer')} in {_count(self.workspace, 'B')} of workspace"
            + (f" ({_count(self.unshared, 'B')} if none were shared)" if self.unshared > self.workspace else ""),
        ]
        return "\n".join([*lines, *_table(self.kernels)])


@dataclass(frozen=True)
class CompileReport:
    """All that was made of a function so far.

    Attributes:
        name: of the function.
        variants: in the order in which they were needed.
        misses: how often a call began with a variant whose decisions were not its own.
        interpreted: how many calls ran in the interpreter, because there are too many ways through the function.
    """

    name: str
    variants: tuple[VariantReport, ...]
    misses: int
    interpreted: int

    def __str__(self) -> str:
        if not self.variants:
            return f"{self.name}: not called yet, so nothing is compiled"
        head = f"{self.name}: {_many(len(self.variants), 'variant')}"
        if any(each.decisions for each in self.variants):
            head += f"; a guard failed {_times(self.misses)}"
        if self.interpreted:
            head += f"; {_times(self.interpreted)} in the interpreter"
        return "\n\n".join([head, *map(str, self.variants)])


def report_of(name: str, branches: Iterable[Branches]) -> CompileReport:
    """Return the report of a function."""
    every = list(branches)
    return CompileReport(
        name,
        tuple(_variant(each) for some in every for each in some.variants),
        sum(each.misses for each in every),
        sum(each.interpreted for each in every),
    )


def _variant(variant: Variant) -> VariantReport:
    program = variant.native.program
    graph = variant.graph
    names = _names(graph)
    return VariantReport(
        tuple(f"{node.name}: {_form(node)}" for node in graph.inputs),
        tuple(_form(node) for node in graph.outputs),
        tuple(_decision(guard, names) for guard in graph.guards),
        tuple(_kernel(program, group) for group in program.plan.groups),
        len(program.buffers.offsets),
        program.buffers.size,
        program.buffers.unshared,
        program.seconds,
        program.code.was_kept,
    )


def _form(node: Node) -> str:
    return f"{node.dtype}{list(node.shape)}"


def _names(graph: Graph) -> dict[Node, str]:
    """What is written for each node: its name, or for short how it is computed."""
    names = labels(graph)
    for node in computed(graph):
        if names[node].startswith("%"):
            formula = call_text(node, names)
            names[node] = formula if len(formula) <= _FORMULA else names[node]
    return names


def _decision(guard: Guard, names: Mapping[Node, str]) -> str:
    """What was looked at, what was seen, and where."""
    mask = guard.value if isinstance(guard.value, bytes) else None
    seen = str(guard.value) if mask is None else f"True at {sum(mask)} of {len(mask)} places"
    line = f"  ({guard.node.where})" if guard.node.where else ""
    return f"{names[guard.node]} is {seen}{line}"


def _kernel(program: Program, group: Group) -> KernelReport:
    cost = cost_of(program.plan, group)
    ops = tuple(node.op.name for node in group.nodes)
    return KernelReport(group.domain, ops, _note(program, group), not group.is_alone, *cost)


def _note(program: Program, group: Group) -> str:
    if group.is_alone:
        (node,) = group.nodes
        return f"in the interpreter: no machine code for {node.op.name} of {', '.join(map(_form, node.inputs))}"
    if group.product is None:
        return ""
    a, b = group.product.inputs
    return f"{_factor(program, a)} times {_factor(program, b)}"


def _factor(program: Program, node: Node) -> str:
    """A factor of a product, and how it is read."""
    if node in program.packed:
        return f"{list(node.shape)} packed"
    rows, columns = program.plan.views[node].strides
    return f"{list(node.shape)}{' transposed' if rows == 1 and columns != 1 else ''}"


# --- text -------------------------------------------------------------------------------------------------------

_WIDTH = 100
_FORMULA = 40  # characters of one that stands for a name
_HEAD = ("", "over", "operations", "bytes", "computes")
_OPS = 8  # shown of a kernel


def _table(kernels: Sequence[KernelReport]) -> list[str]:
    rows = [_HEAD, *(_row(k, kernel) for k, kernel in enumerate(kernels, 1))] if kernels else []
    number, over, operations, moved, _ = (max((len(row[k]) for row in rows), default=0) for k in range(len(_HEAD)))
    return [f"  {a:>{number}}  {b:<{over}}  {c:>{operations}}  {d:>{moved}}  {e}".rstrip() for a, b, c, d, e in rows]


def _row(number: int, kernel: KernelReport) -> tuple[str, str, str, str, str]:
    shape = " x ".join(map(str, kernel.domain)) or "1"
    what = kernel.note if not kernel.is_native else "; then ".join(filter(None, (kernel.note, _chain(kernel))))
    return str(number), shape, _count(kernel.operations, ""), _count(kernel.bytes, "B"), what


def _chain(kernel: KernelReport) -> str:
    """The ops in order, equal neighbors counted, a long middle left out."""
    ops = [op for op in kernel.ops if not (kernel.note and op == "matmul")]
    if len(ops) > _OPS:
        ops = [*ops[: _OPS // 2], f"... {len(ops) - _OPS} more ...", *ops[-_OPS // 2 :]]
    return ", ".join(ops)


def _columns(kernels: Sequence[KernelReport]) -> tuple[list[int], list[int]]:
    return [each.operations for each in kernels], [each.bytes for each in kernels]


def _many(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def _count(n: float, unit: str) -> str:
    """A number with three digits and a prefix."""
    for prefix in ("", "k", "M", "G"):
        if n < 1000 or prefix == "G":
            break
        n /= 1000
    text = f"{n:.0f}" if prefix == "" or n >= 100 else f"{n:.3g}"
    return f"{text} {prefix}{unit}".strip() if prefix or unit else text
