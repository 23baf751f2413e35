"""Values of variables as words."""

import math

import pytest

from chainrule.cli.values import values_of
from chainrule.errors import InputError


@pytest.mark.parametrize(
    ("text", "value"),
    [("-2", -2.0), ("1e-3", 1e-3), ("[1, 2.5]", [1, 2.5]), ("[[1],[2]]", [[1], [2]]), ("inf", math.inf), (" 3 ", 3.0)],
)
def test_a_value_is_a_number_or_a_list(text, value):
    assert values_of(["x"], [f"x={text}"]) == {"x": value}


def test_values_come_in_the_order_of_the_variables():
    assert list(values_of(["b", "a"], ["a=1", "b=2"])) == ["b", "a"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "x, y in the formula has no value; add x=1 y=1"),
        (["x=1"], "y in the formula has no value; add y=1"),
        (["x=1", "y=2", "z=3"], "the formula has no variable z; its variables are x, y"),
        (["x=1", "x=2", "y=3"], "x has two values"),
        (["x"], "'x' gives no value to a variable"),
        (["x", "=2"], "'x' gives no value to a variable; write NAME=VALUE without a space, such as x=-2"),
        (["=2"], "'=2' gives no value to a variable; write NAME=VALUE without a space, such as x=-2"),
        (["--magic"], "there is no option --magic; --help names all"),
        (["--magic=3"], "there is no option --magic; --help names all"),
        (["x=", "y=1"], "'x=' gives no number"),
        (["x=one", "y=1"], "'x=one' gives no number; write x=-2"),
        (["x=[1", "y=1"], r"'x=\[1' gives no number"),
        (["x=" + "[" * 100_000, "y=1"], "gives no number"),
    ],
)
def test_what_is_no_value_is_one_clear_error(words, message):
    with pytest.raises(InputError, match=message):
        values_of(["x", "y"], words)


def test_a_formula_without_variables_takes_no_values():
    assert values_of([], []) == {}
    with pytest.raises(InputError, match="has no variable x; it has no variables"):
        values_of([], ["x=1"])
