"""Gates and wires: what becomes a gate, what is folded into one, where copies are."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.explanation.circuit import circuit
from chainrule.explanation.gates import Circuit


def drawn(f: Any, *args: Any, grouped: bool = True) -> Circuit:
    function = cr.formula(f) if isinstance(f, str) else f
    return circuit(cr.trace(function, *args), grouped=grouped)


def symbols(found: Circuit) -> list[str]:
    return [gate.symbol for gate in found.gates if gate.inside]


@pytest.mark.parametrize(
    ("formula", "symbol"),
    [
        ("x+1", "+1"), ("1+x", "+1"), ("x+(-1)", "−1"), ("x-1", "−1"), ("1-x", "1−x"), ("x-(-2)", "+2"),
        ("2*x", "×2"), ("x*(-1)", "×-1"), ("-x", "×−1"), ("1/x", "1/x"), ("x/2", "÷2"), ("3/x", "3/x"),
        ("x**2", "x²"), ("x**3", "x³"), ("x**(-1)", "x⁻¹"), ("x**0.5", "x^0.5"), ("2**x", "2ˣ"),
        ("max(x,0)", "max 0"), ("exp(x)", "exp"), ("sigmoid(x)", "σ"), ("abs(x)", "|x|"), ("softplus(x)", "softplus"),
    ],
)  # fmt: skip
def test_an_operation_with_a_constant_is_one_gate_with_one_wire(formula: str, symbol: str) -> None:
    found = drawn(formula, 0.5)
    assert symbols(found) == [symbol.replace("-", "−")]
    assert [(wire.source.kind, wire.target.kind) for wire in found.wires] == [
        ("input", "operation"),
        ("operation", "output"),
    ]


def test_what_is_the_same_in_every_entry_is_folded() -> None:
    found = drawn(lambda x: np.sum(x * np.full(3, 2.0)), np.ones(3))
    assert symbols(found) == ["×2", "sum"]


def test_other_constant_arrays_are_sources() -> None:
    found = drawn(lambda x: np.sum(x * np.array([1.0, 2.0])), np.ones(2))
    assert [gate.kind for gate in found.gates] == ["constant", "input", "operation", "operation", "output"]


def test_a_value_that_is_used_several_times_is_copied() -> None:
    found = drawn("x*x+x", 3.0)
    (copy,) = (gate for gate in found.gates if gate.kind == "copy")
    assert [wire.source.kind for wire in found.into(copy)] == ["input"]
    assert [wire.target.symbol for wire in found.out_of(copy)] == ["×", "×", "+"]
    assert copy.pattern == "gradient adder"


def test_gates_are_in_topological_order() -> None:
    found = drawn("x*y+exp(x*y)*x", 1.0, 2.0)
    place = {gate: i for i, gate in enumerate(found.gates)}
    assert all(place[wire.source] < place[wire.target] for wire in found.wires)
    assert len({gate.id for gate in found.gates}) == len(found.gates)


def test_each_call_of_our_function_is_a_gate() -> None:
    def f(x: Any) -> Any:
        return cr.functions.silu(cr.functions.silu(x)) + cr.functions.log_sigmoid(x)

    assert symbols(drawn(f, 1.0)) == ["silu", "silu", "log_sigmoid", "+"]
    assert "silu" not in symbols(drawn(f, 1.0, grouped=False))


def test_our_function_traced_by_itself_is_one_gate() -> None:
    assert symbols(drawn(cr.functions.gelu, 1.0)) == ["gelu"]


def test_a_function_within_our_function_belongs_to_it() -> None:
    assert symbols(drawn(cr.functions.selu, 1.0)) == ["selu"]


def test_functions_of_the_user_are_not_grouped() -> None:
    def silu(x: Any) -> Any:
        return x / (1 + np.exp(-x))

    assert symbols(drawn(silu, 1.0)) == ["×−1", "exp", "+1", "÷"]


def test_targets_that_the_user_captured_are_shown_but_not_the_numbers_of_the_rows() -> None:
    labels = np.array([0, 1])
    found = drawn(lambda z: np.sum(cr.functions.categorical_cross_entropy(z, labels)), np.ones((2, 3)))
    assert symbols(found) == ["categorical_cross_entropy", "sum"]
    assert "constant" not in {gate.kind for gate in found.gates}
    found = drawn(lambda z: np.sum(cr.functions.squared_error(z, np.array([1.0, 2.0]))), np.ones(2))
    assert "constant" in {gate.kind for gate in found.gates}


def test_names() -> None:
    def f(x: Any) -> Any:
        h = x * 2
        h = h + x
        return np.exp(h) * h

    found = drawn(f, 1.0)
    assert list(found.names.values()) == ["x", "h", "h₂", "v₁", "f"]
