"""The order of kernels in a step, and which thread computes what."""

from llvmlite import ir

from chainrule.execute.llvm.kernels.kernel import Kernel
from chainrule.execute.llvm.steps.phases import Phase, in_phases
from chainrule.graph import Node, input_node

FUNCTION = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), []), "f")


def value(name: str) -> Node:
    return input_node(name, (100, 100), "float32")


def kernel(reads: list[Node], writes: list[Node], *, by_rows: bool = False, work: int = 10**6) -> Kernel:
    return Kernel(FUNCTION, (*reads, *writes), 0, tuple(writes), 100, by_rows, work)


def positions(phase: Phase) -> list[tuple[int, int]]:
    return [(task.begin, task.end) for task in phase.line]


X, W, V, A, D, NEW_W, NEW_V, S, T = (value(name) for name in ("x", "w", "v", "a", "d", "w'", "v'", "s", "t"))


def test_rows_go_through_all_layers_before_the_first_barrier_and_updates_come_after_it() -> None:
    forward, backward = kernel([X, W], [A], by_rows=True), kernel([A, V], [D], by_rows=True)
    updates = kernel([X, D, W], [NEW_W]), kernel([A, D, V], [NEW_V], work=3 * 10**6)
    first, second = in_phases([forward, backward, *updates], {NEW_W: W, NEW_V: V})
    assert first.by_rows == (forward, backward)
    assert not first.line
    assert [task.kernel for task in second.line] == list(updates)
    assert positions(second) == [(0, 10**6), (10**6, 4 * 10**6)]
    assert second.length == 4 * 10**6


def test_a_value_is_not_written_over_before_all_have_read_it() -> None:
    update, late = kernel([W, X], [NEW_W]), kernel([W], [A], by_rows=True)
    phases = in_phases([update, late], {NEW_W: W})
    assert [bool(phase.by_rows) for phase in phases] == [True, False]


def test_small_kernels_that_follow_from_each_other_go_to_one_thread() -> None:
    total, other = kernel([X], [S], work=100), kernel([X], [D], work=200)
    small = kernel([S, W], [T], work=10)
    (phase,) = in_phases([total, other, small])
    begins = {task.kernel: task.begin for task in phase.line}
    assert not any(task.is_shared for task in phase.line)
    assert begins[total] == begins[small] == 0
    assert begins[other] == 100
