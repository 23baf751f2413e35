"""Names, scopes and lines that nodes get from the user's code. The bytecode differs between versions of Python."""

# ruff: noqa: RET504 - the assignments are what is tested

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.graph import Graph

Function = Callable[..., Any]


def names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes if node.op.name not in ("input", "constant")]


def helper(x: Any) -> Any:
    return x * x


def helper_with_names(x: Any) -> Any:
    y = x * x
    return y + 1


def assigned(x: Any, y: Any) -> Any:
    q = x + y
    return q * y


def annotated(x: Any) -> Any:
    q: Any = x * x
    return q


def returned_by_a_helper(x: Any) -> Any:
    q = helper(x)
    return q


def named_in_a_helper(x: Any) -> Any:
    q = helper_with_names(x)
    return q


def augmented(x: Any) -> Any:
    q = x * 2
    q += x
    return q


def in_a_loop(x: Any) -> Any:
    for _ in range(3):
        x = x * x
    return x


def renamed(x: Any) -> Any:
    q = x * x
    r = q
    return r


def in_an_attribute(x: Any) -> Any:
    helper.last = x * x
    return helper.last


def in_an_entry(x: Any) -> Any:
    table = {}
    table["q"] = x * x
    return table["q"]


def of_one_of_two_branches(x: Any) -> Any:
    q = x * x if x > 0 else -x
    return q


def by_an_inner_function(x: Any) -> Any:
    q = x * x

    def inner() -> Any:
        return q

    return inner()


def by_the_walrus(x: Any) -> Any:
    return np.sin(q := x * x) + q


def by_unpacking(x: Any) -> Any:
    a, b = helper(x), helper(x)
    return a + b


def by_unpacking_in_place(x: Any) -> Any:
    a, b = x * x, x + x
    return a + b


def by_unpacking_a_call(x: Any) -> Any:
    a, b = np.divmod(x, 2.0)
    return a + b


def by_unpacking_an_array(x: Any) -> Any:
    a, b = np.stack([x, x])
    return a * b


def by_a_comprehension(x: Any) -> Any:
    parts = [x * n for n in (2, 3)]
    return parts[0] + parts[1]


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (assigned, ["q", ""]),
        (annotated, ["q"]),
        (returned_by_a_helper, ["q"]),
        (named_in_a_helper, ["y", "q"]),
        (augmented, ["q", "q"]),
        (in_a_loop, ["x", "x", "x"]),
        (renamed, ["q"]),
        (in_an_attribute, [""]),
        (in_an_entry, [""]),
        (of_one_of_two_branches, ["", "q"]),
        (by_an_inner_function, ["q"]),
        (by_unpacking, ["", "", ""]),
        (by_unpacking_in_place, ["", "", ""]),
        (by_a_comprehension, ["", "", ""]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_names(function: Function, expected: list[str]) -> None:
    arguments = [1.5] * function.__code__.co_argcount
    found = names(cr.trace(function, *arguments))
    assert found == expected


@pytest.mark.parametrize("function", [by_unpacking_a_call, by_unpacking_an_array])
def test_the_parts_of_one_value_have_no_name(function: Function) -> None:
    assert set(names(cr.trace(function, 1.5))) == {""}


@pytest.mark.parametrize("function", [returned_by_a_helper, named_in_a_helper, of_one_of_two_branches])
def test_names_are_the_same_after_python_has_specialized_the_bytecode(function: Function) -> None:
    assert len({tuple(names(cr.trace(function, 1.5))) for _ in range(50)}) == 1


def test_arguments_have_the_names_of_the_parameters() -> None:
    graph = cr.trace(lambda x, *rest, key: x, 1.0, 2.0, [3.0, 4.0], key={"a": 5.0})
    assert [node.name for node in graph.inputs] == ["x", "rest[0]", "rest[1][0]", "rest[1][1]", "key['a']"]


# --- scopes -------------------------------------------------------------------------------------------------


def twice(x: Any) -> Any:
    return helper(x) + helper(x)


def nested(x: Any) -> Any:
    def inner(x: Any) -> Any:
        return helper(x) + 1

    return inner(x) * 2


def scopes(graph: Graph) -> list[tuple[str, ...]]:
    inner = (node for node in graph.nodes if node.op.name not in ("input", "constant"))
    return [tuple(scope.name for scope in node.scope) for node in inner]


def test_two_calls_of_a_helper_are_told_apart() -> None:
    first, second, total = cr.trace(twice, 1.5).nodes[1:]
    assert [node.scope[0].name for node in (first, second)] == ["helper", "helper"]
    assert first.scope[0].module == __name__
    assert first.scope[0] != second.scope[0]
    assert total.scope == ()


def test_scopes_are_nested() -> None:
    assert scopes(cr.trace(nested, 1.5)) == [("inner", "helper"), ("inner",), ()]


def test_comprehensions_and_lambdas_are_no_scopes() -> None:
    assert set(scopes(cr.trace(lambda x: (lambda y: y * y)(x) + sum(x * n for n in (1, 2)), 1.5))) == {()}


def test_functions_of_chainrule_are_scopes_and_their_wrappers_are_not() -> None:
    assert set(scopes(cr.trace(lambda x: cr.functions.silu(x), 1.5))) == {("silu",)}
    assert set(scopes(cr.trace(cr.functions.silu, 1.5))) == {("silu",)}


def test_compositions_of_numpys_functions_are_no_scopes() -> None:
    assert set(scopes(cr.trace(lambda x: np.std(x) + np.linalg.norm(x), np.ones(3)))) == {()}


def test_gradients_keep_the_origin_of_what_they_compute() -> None:
    graph = cr.trace(cr.grad(named_in_a_helper), 1.5)
    assert "y" in names(graph) or all(name == "" for name in names(graph))
    outer = cr.trace(cr.value_and_grad(named_in_a_helper), 1.5)
    assert "y" in names(outer)


# --- lines --------------------------------------------------------------------------------------------------


def on_two_lines(x: Any) -> Any:
    y = np.std(x)
    return y + cr.functions.silu(y)


def test_lines_are_those_of_the_users_code() -> None:
    first = on_two_lines.__code__.co_firstlineno
    nodes = [node for node in cr.trace(on_two_lines, np.ones(3)).nodes if node.where]
    assert {node.where.file for node in nodes if node.where} == {__file__}
    assert {node.where.line for node in nodes if node.where} == {first + 1, first + 2}


def test_constants_and_inputs_have_no_line() -> None:
    graph = cr.trace(on_two_lines, np.ones(3))
    assert all(node.where is None for node in graph.nodes if node.op.name in ("input", "constant"))
