"""The second wall, on its own: what the tree may hold, and in which order the program comes."""

import ast
import operator

import numpy as np
import pytest

from chainrule.errors import FormulaError
from chainrule.formulas import parser
from chainrule.formulas.names import FUNCTIONS
from chainrule.formulas.parser import parse


def words(text: str) -> list[str]:
    """The program of a formula in readable words."""
    return [getattr(step[0], "__name__", "?") if isinstance(step, tuple) else str(step) for step in parse(text)]


@pytest.mark.parametrize(
    ("text", "program"),
    [
        ("(x+y)*z", "x y add z mul"),
        ("x+y*z", "x y z mul add"),
        ("x-y-z", "x y sub z sub"),
        ("x/y/z", "x y truediv z truediv"),
        ("x**y**z", "x y z pow pow"),
        ("-x**2", "x 2.0 pow neg"),
        ("2**-x", "2.0 x neg pow"),
        ("-x*y", "x neg y mul"),
        ("+x", "x pos"),
        ("x+1<y*2", "x 1.0 add y 2.0 mul lt"),
        ("where(x>=0, x, -x)", "x 0.0 ge x x neg where"),
        ("1/(1+exp(-(w0*x0+w1*x1+w2)))", "1.0 1.0 w0 x0 mul w1 x1 mul add w2 add neg exp add truediv"),
        ("\tx\n+\r\n1", "x 1.0 add"),
        ("2*pi", f"2.0 {np.pi} mul"),
    ],
)
def test_program_is_in_postfix_order_from_left_to_right(text: str, program: str) -> None:
    assert words(text) == program.split()


@pytest.mark.parametrize(
    ("symbol", "function"), [("==", operator.eq), ("!=", operator.ne), ("<=", operator.le), (">", operator.gt)]
)
def test_comparisons(symbol: str, function: object) -> None:
    assert parse(f"x{symbol}y") == ("x", "y", (function, 2))


def test_a_long_chain_needs_no_recursion() -> None:
    assert len(parse("x" + "+x" * 999)) == 1999
    assert len(parse("2**" * 999 + "x")) == 1999
    assert len(parse("-" * 1999 + "x")) == 2000


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("0 < x < 1", 1, r"write \(a < b\) \* \(b < c\)"),
        ("1 + sin", 5, r"sin is a function; write sin\(x\)"),
        ("where + 1", 1, r"write where\(x, y, z\)"),
        ("1 + sin(x, y)", 5, "sin takes 1 operand, not 2"),
        ("max(x)", 1, "max takes 2 operands, not 1"),
        ("where(x > 0, x)", 1, "where takes 3 operands, not 2"),
        ("αβγ + tanj(x)", 7, r"no function tanj \(did you mean .*tan"),
        ("ln(x)", 1, r"did you mean log\?"),
        ("Sigmoid(x)", 1, r"did you mean sigmoid"),
        ("x(x + 1)", 1, r"there is no function x; to multiply write x\*"),
        ("pi(2)", 1, r"to multiply write pi\*"),
    ],
)
def test_says_what_is_wrong(text: str, column: int, message: str) -> None:
    with pytest.raises(FormulaError, match=message) as caught:
        parse(text)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "x.real",
        "x[0]",
        "(lambda: x)()",
        "'text'",
        "f'{x}'",
        "b'x'",
        "None",
        "...",
        "1j",
        "(x, y)",
        "[x]",
        "{x: y}",
        "{x}",
        "[x for x in y]",
        "x if y else z",
        "x and y",
        "not x",
        "~x",
        "x // y",
        "x % y",
        "x @ y",
        "x << y",
        "x is y",
        "x in y",
        "(y := x)",
        "(yield)",
        "sin(*x)",
        "sin(x, **y)",
        "sin(x=y)",
        "sin.at(x)",
        "sin(x)(y)",
        "().__class__",
        "__import__('os')",
        "x y",
        "x\x00",
    ],
)
def test_refuses_all_else_without_the_first_wall(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text)


@pytest.mark.parametrize("error", [SyntaxError, ValueError, MemoryError, RecursionError])
def test_no_error_of_the_parser_escapes(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("from inside")

    monkeypatch.setattr(parser.ast, "parse", fail)
    with pytest.raises(FormulaError, match="cannot be read: from inside"):
        parse("x")


def test_the_tree_is_never_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = []
    compiled = compile

    def watched(source: object, *arguments: object, **named: object) -> object:
        flags.append(arguments[2] if len(arguments) > 2 else named.get("flags"))
        return compiled(source, *arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(ast, "compile", watched, raising=False)
    parse("sin(x)")
    assert flags == [ast.PyCF_ONLY_AST]


def test_every_function_can_be_called() -> None:
    for name, (_, arity) in FUNCTIONS.items():
        assert parse(f"{name}({', '.join('xyz'[:arity])})")[-1] == FUNCTIONS[name]
