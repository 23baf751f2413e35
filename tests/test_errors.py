"""The tree of errors: what its docstring draws is what the classes are."""

import builtins
import pickle
import re

import pytest

from chainrule import errors
from chainrule.errors import ChainruleError, DataNotFoundError, FormulaError

CLASSES = [getattr(errors, name) for name in errors.__all__]
DRAWN = re.findall(r"─ (\w+) +(\w+)", errors.__doc__ or "")


def test_the_drawing_shows_every_error() -> None:
    assert {name for name, _ in DRAWN} == set(errors.__all__) - {"ChainruleError"}


@pytest.mark.parametrize(("name", "builtin"), DRAWN)
def test_an_error_is_the_builtin_that_is_drawn_beside_it(name: str, builtin: str) -> None:
    assert issubclass(getattr(errors, name), getattr(builtins, builtin))


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_is_caught_at_the_root_and_shows_its_message(error: type[ChainruleError]) -> None:
    with pytest.raises(ChainruleError) as raised:
        raise error("what happened")
    assert str(raised.value) == "what happened"


@pytest.mark.parametrize("error", CLASSES)
def test_an_error_travels_between_processes(error: type[ChainruleError]) -> None:
    sent = error("what happened")
    received = pickle.loads(pickle.dumps(sent))
    assert type(received) is error
    assert str(received) == "what happened"


def test_a_missing_table_is_a_data_error_too() -> None:
    assert issubclass(DataNotFoundError, errors.DataError)


def test_a_formula_error_travels_with_its_column() -> None:
    received = pickle.loads(pickle.dumps(FormulaError("no name", "x + * y", 5)))
    assert str(received) == "no name\n  x + * y\n      ^"
    assert (received.text, received.column) == ("x + * y", 5)


def test_a_formula_error_without_column_is_its_message_alone() -> None:
    assert str(FormulaError("empty formula", "")) == "empty formula"


@pytest.mark.parametrize("length", [1, 29, 30, 31, 59, 60, 61, 62, 200, 100_000])
@pytest.mark.parametrize("place", [0.0, 0.3, 0.5, 1.0])
def test_the_caret_stands_under_the_column(length: int, place: float) -> None:
    column = 1 + int(place * (length - 1))
    text = "a" * (column - 1) + "!" + "b" * (length - column)
    _, formula, caret = str(FormulaError("here", text, column)).split("\n")
    assert formula[caret.index("^")] == "!"
    assert len(formula) <= 62


def test_the_caret_may_stand_after_the_end() -> None:
    assert str(FormulaError("unfinished", "x +", 4)) == "unfinished\n  x +\n     ^"


@pytest.mark.parametrize("text", ["x +\n* y", "x\t+\t* y"])
def test_a_formula_stays_on_one_line(text: str) -> None:
    column = text.index("*") + 1
    _, formula, caret = str(FormulaError("here", text, column)).split("\n")
    assert formula[caret.index("^")] == "*"
