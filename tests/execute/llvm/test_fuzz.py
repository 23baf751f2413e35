"""Random graphs, interpreted and compiled: the same results within the bounds, and no crash."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import chainrule as cr
from chainrule.execute.llvm.native import NativeFunction, Otherwise
from chainrule.execute.llvm.targets import Target
from fuzzing.cases import Case, as_function, decision, gradient_of, joined, parts
from fuzzing.graphs import cases
from fuzzing.isolated import ChildError, isolated, needs_fork
from fuzzing.tolerance import may_decide, wrong_outputs
from kernels import TARGETS

pytestmark = needs_fork

Run = Callable[[Case, Target | None], Any]


def compiled(case: Case, target: Target | None) -> Any:
    """The results of native code, twice: the second call meets the memory that the first one has left."""
    native = NativeFunction(case.graph, [_kind(each) for each in case.arguments], target)
    first, second = native.run(case.arguments), native.run(case.arguments)
    if isinstance(first, Otherwise):
        return tuple(first)
    assert [each.tobytes() for each in first] == [each.tobytes() for each in second], "a second call differs"
    return first


def called(case: Case, target: Target | None) -> Any:
    """The results of the same as a NumPy function that is compiled."""
    assert target is None
    function = cr.compile(as_function(case.graph))
    arguments = [np.float64(each) if type(each) is float else each for each in case.arguments]  # the graph's dtype
    first, second = function(*arguments), function(*arguments)
    assert [np.asarray(each).tobytes() for each in first] == [np.asarray(each).tobytes() for each in second]
    return list(first)


def _kind(value: Any) -> type:
    return np.ndarray if isinstance(value, np.ndarray) else type(value)


def faults(case: Case, target: Target | None, run: Run = compiled) -> list[str]:
    """What is wrong with the results of native code."""
    before = [np.copy(each) for each in case.arguments]
    try:
        found = isolated(lambda: run(case, target))
    except ChildError as error:
        return [str(error)]
    if any(each.tobytes() != np.asarray(now).tobytes() for each, now in zip(before, case.arguments, strict=True)):
        return ["an argument has been changed"]
    if isinstance(found, list):
        return wrong_outputs(case.graph, case.arguments, found)
    position, made = found
    is_open = made in may_decide(case.graph, case.arguments, position, decision)
    return [] if is_open else [f"guard {position} is {made!r:.60}"]


def check(some: Sequence[Case], target: Target | None = None, run: Run = compiled) -> None:
    """Run some cases at once; of what fails, show the least part."""
    if not some or not faults(joined(some), target, run):
        return
    for case in (*some, joined(some)):
        found = faults(case, target, run)
        if found:
            part = next((each for each in parts(case) if faults(each, target, run)), case)
            raise AssertionError("\n".join([str(part), *(faults(part, target, run) or found)]))
    raise AssertionError(f"sometimes wrong:\n{joined(some)}")


def searched(examples: int) -> Any:
    """Many examples; what fails is made smaller by ``check``, in less time than hypothesis would take."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
    return settings(max_examples=examples, phases=[Phase.generate], suppress_health_check=slow)


graphs = st.lists(cases(), min_size=1, max_size=8)
float_graphs = st.lists(cases(floats_only=True, most_nodes=8), min_size=1, max_size=4)


@pytest.mark.parametrize("target", TARGETS)
@searched(40)
@given(graphs)
def test_random_graphs(target: str, some: list[Case]) -> None:
    check(some, TARGETS[target])


@searched(40)
@given(float_graphs)
def test_gradients_of_random_graphs(some: list[Case]) -> None:
    check([gradient for case in some if (gradient := gradient_of(case))])


@searched(20)
@given(st.lists(cases(), min_size=1, max_size=4))
def test_random_functions(some: list[Case]) -> None:
    check(some, run=called)


@searched(10)
@given(cases())
def test_threads_share_a_function(case: Case) -> None:
    native = NativeFunction(case.graph, [_kind(each) for each in case.arguments])
    expected = repr(native.run(case.arguments))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: repr(native.run(case.arguments)), range(32)))
    assert found == [expected] * 32, case


@pytest.mark.fuzz
@pytest.mark.parametrize("target", TARGETS)
@searched(2000)
@given(graphs)
def test_thousands_of_random_graphs(target: str, some: list[Case]) -> None:
    check(some, TARGETS[target])


@pytest.mark.fuzz
@searched(1000)
@given(float_graphs)
def test_thousands_of_gradients(some: list[Case]) -> None:
    check([gradient for case in some if (gradient := gradient_of(case))])


@pytest.mark.fuzz
@searched(500)
@given(st.lists(cases(), min_size=1, max_size=4))
def test_thousands_of_functions(some: list[Case]) -> None:
    check(some, run=called)
