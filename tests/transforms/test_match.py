"""Patterns are found in any order, up to a factor, with a rest, and nowhere else."""

import numpy as np
import pytest

from chainrule.graph import Node, constant, input_node, make
from chainrule.transforms import patterns as p
from chainrule.transforms.match import Found, Matcher
from chainrule.transforms.pool import Pool

x, y, z = (input_node(name, (), np.dtype(float)) for name in "xyz")
a, b = p.reals("ab")
(c,) = p.numbers("c")


def exp(node: Node) -> Node:
    return make("exp", node)


def found(pattern: p.Expression, node: Node) -> list[Found]:
    pool = Pool()
    same: dict[Node, Node] = {}

    def shared(each: Node) -> Node:
        if each not in same:
            inputs = [shared(inner) for inner in each.inputs]
            same[each] = pool.same(make(each.op.name, *inputs, **each.params) if inputs else each)
        return same[each]

    return list(Matcher(pool, {}, node.dtype).find(pattern, shared(node)))


@pytest.mark.parametrize(
    "node",
    [1 + exp(x), exp(x) + 1, exp(x) - (-1.0), 1 - -exp(x), exp(x) + constant(1.0)],
    ids=["1 + e", "e + 1", "e - (-1)", "1 - (-e)", "constant"],
)
def test_sums_in_any_order(node: Node) -> None:
    (match,) = found(1 + p.exp(a), node)
    assert match.bound["a"] is x
    assert match.scale == 1
    assert not match.rest


def test_scale_and_rest() -> None:
    (match,) = found(p.exp(a) - 1, y - 3 * exp(2 * x) + 3)
    assert match.scale == -3
    assert match.rest == {y: 1.0}
    assert match.bound["a"].op.name == "multiply"


@pytest.mark.parametrize("node", [exp(x) + 1, exp(x) - 2, exp(x) * 1, 2 * exp(x) - 1, exp(x) - y])
def test_other_sums_do_not_match(node: Node) -> None:
    assert not found(p.exp(a) - 1, node)


def test_repeated_variables_are_equal_by_structure() -> None:
    assert found(p.exp(a) - p.exp(-a), exp(x * y) - exp(-(x * y)))
    assert found(p.exp(a) - p.exp(-a), exp(x - y) - exp(y - x))
    assert not found(p.exp(a) - p.exp(-a), exp(x) - exp(-y))


def test_a_variable_takes_the_rest_of_an_inner_sum() -> None:
    (match,) = found(p.log(1 + a), make("log", x + 1 + y))
    assert match.bound["a"].op.name == "add"
    assert set(match.bound["a"].inputs) == {x, y}


@pytest.mark.parametrize("square", [x * x, make("square", x), x ** constant(2.0), x / (1 / x)])
def test_powers_in_any_form(square: Node) -> None:
    (match, *_) = found(p.sqrt(a**2), make("sqrt", square))
    assert match.bound["a"] is x


def test_products_with_a_rest() -> None:
    (match,) = found(p.sin(a) / a, 2 * y * make("sin", x) / x / x)
    assert match.bound["a"] is x
    assert match.scale == 2
    assert match.rest == {y: 1, x: -1}


def test_numbers_of_the_code() -> None:
    (match,) = found(p.log(p.exp(a) + c), make("log", exp(x) + 5))
    assert match.bound["c"].params["value"] == 5
    assert not found(p.log(p.exp(a) + c), make("log", exp(x) + y))


def test_terms_that_cancel_are_left_to_the_user() -> None:
    """Compensated summation takes the rounding error of a sum so."""
    assert found(p.exp(a) - 1, (y + exp(x)) - 1)
    assert not found(p.exp(a) - 1, ((y + exp(x)) - y) - 1)


def test_other_dtypes_do_not_match() -> None:
    single = input_node("s", (), np.dtype(np.float32))
    assert found(p.log(1 + a), make("log", 1 + single))
    assert not found(p.log(1 + a), make("log", make("add", constant(1.0), single)))


def test_params_are_equal() -> None:
    m = input_node("m", (2, 3), np.dtype(float))
    share = p.total(p.exp(a))
    rows = make("sum", exp(m), axes=(1,), keepdims=True)
    (match,) = found(p.log(share), make("log", rows))
    assert match.bound["params"] == {"axes": (1,), "keepdims": True}
