"""The first wall: where the fault is, and what to write instead."""

import re

import pytest

from chainrule.errors import FormulaError
from chainrule.formulas.scanner import scan

FAULTS = [  # text, column, what the message says
    ("", 1, "empty"),
    (" \t\n ", 5, "empty"),
    # what people write for products, powers and quotients
    ("x^2", 2, r"write \*\* for powers"),
    ("2x", 2, r"write 2\*x"),
    ("x y", 3, r"write x\*y"),
    ("2(x+1)", 2, r"write 2\*\("),
    ("(x+1)(x-1)", 6, r"write \)\*\("),
    ("x²", 2, r"U\+00B2 SUPERSCRIPT TWO.*write \*\*2"),
    ("3×x", 2, r"U\+00D7 MULTIPLICATION SIGN.*write \*$"),
    ("3·x", 2, r"write \*$"),
    ("6÷x", 2, "write /"),
    ("x//2", 2, r"write floor\(a / b\)"),
    ("x % 2", 3, "remainder"),
    ("|x|", 1, r"abs\(x\)"),
    ("√x", 1, r"sqrt\(x\)"),
    ("sin x", 5, r"write sin\(x\)"),
    # signs and letters that only look right
    ("5 − x", 3, r"U\+2212 MINUS SIGN.*write -"),
    ("5 – x", 3, r"U\+2013 EN DASH.*write -"),
    ("1 + х", 5, r"U\+0445 CYRILLIC SMALL LETTER HA"),
    ("θ + о", 5, r"U\+043E CYRILLIC SMALL LETTER O"),
    ("θ + ο", 5, r"U\+03BF GREEK SMALL LETTER OMICRON"),
    ("１+x", 1, r"U\+FF11 FULLWIDTH DIGIT ONE.*write 1$"),
    ("ｘ+1", 1, r"U\+FF58 FULLWIDTH LATIN SMALL LETTER X.*write x$"),
    ("x（1）", 2, r"FULLWIDTH LEFT PARENTHESIS.*write \($"),
    ("x ＝ 1", 3, "right side of an assignment"),
    ("x₁", 2, r"SUBSCRIPT ONE.*write 1$"),
    ("µ", 1, r"U\+00B5 MICRO SIGN.*write μ$"),
    ("π*r", 1, "write pi$"),
    ("x\u00a0+ 1", 2, "plain space"),
    ("x\u202e+ 1", 2, r"U\+202E RIGHT-TO-LEFT OVERRIDE"),
    ("x\x00", 2, "has no meaning"),
    ("\udc80", 1, r"U\+DC80 without a name"),
    # comparisons and logic
    ("y = x + 1", 3, "right side of an assignment"),
    ("(y := 3)", 4, "has no meaning"),
    ("x =< 1", 3, "write <="),
    ("x ≥ 1", 3, "write >="),
    ("x <> 1", 3, "write !="),
    ("a and b", 3, r"write a \* b"),
    ("a or b", 3, "write maximum"),
    ("not a", 1, "write 1 - a"),
    ("a if b else c", 3, "write where"),
    ("True + x", 1, "write 1"),
    # programs
    ("x.real", 2, "no attributes"),
    ("x[0]", 2, "no indices"),
    ("{x}", 1, "to group"),
    ("'os'", 1, "quotes"),
    ("_x", 1, "begins with a letter"),
    ("x # y", 3, "comments"),
    ("lambda + 1", 1, "word of Python"),
    ("sin(x=1)", 6, "right side of an assignment"),
    # turns and parentheses
    ("x + * y", 5, r"missing before \*"),
    ("x +", 4, "missing at the end"),
    ("* x", 1, r"missing before \*"),
    ("()", 2, r"missing before \)"),
    ("sin()", 5, r"missing before \)"),
    ("max(x,)", 7, r"missing before \)"),
    ("max(,x)", 5, "missing before ,"),
    ("sin(*x)", 5, r"missing before \*"),
    ("sin(**x)", 5, r"missing before \*\*"),
    ("((x + 1)", 1, "never closed"),
    ("(x + (1 - x)", 1, "never closed"),
    ("x + 1)", 6, r"this \) closes nothing"),
    (")(", 1, r"missing before \)"),
    ("x, y", 2, "comma"),
    ("(x, y)", 3, "comma"),
    ("sin((x, y))", 7, "comma"),
    ("1,5", 2, "decimals have a point"),
    # numbers and limits
    ("1.2.3", 4, "operator is missing"),
    ("007", 1, "leading zeros"),
    ("1_000", 2, "begins with a letter"),
    ("0x10", 2, r"write 0\*x10"),
    ("1e999", 1, "largest float"),
    ("9" * 400, 1, "largest float"),
    ("x" * 51, 1, "at most 50"),
    ("(" * 101 + "x" + ")" * 101, 101, "more than 100 parentheses"),
    ("x" + " + x" * 1000, 4001, "more than 2,000 numbers"),
    ("-" * 2000 + "x", 2001, "more than 2,000 numbers"),
    ("x" + " " * 10_000, 10_001, "10,001 characters"),
    ("(" * 1_000_000, 10_001, "1,000,000 characters"),
]


@pytest.mark.parametrize(("text", "column", "message"), FAULTS, ids=lambda value: ascii(value)[:30])
def test_marks_the_column_and_says_what_to_write(text: str, column: int, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        scan(text)
    first_line = str(caught.value).split("\n")[0]
    assert caught.value.column == column
    assert re.search(message, first_line)
    assert str(caught.value).encode().count(b"\n") == 2  # printable as it is: the sentence, the formula, the caret


@pytest.mark.parametrize("thing", [None, 3, 2.5, b"x", ["x"], object()])
def test_only_a_text_is_a_formula(thing: object) -> None:
    with pytest.raises(FormulaError, match=f"of type {type(thing).__name__}"):
        scan(thing)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        " -x ",
        "--+x",
        "1.",
        ".5e-3",
        "0",
        "0.5",
        "00.5",
        "sin(x)",
        "sin (x)",
        "maximum(x, -y)",
        "f(x)",
        "a*-b**-c",
        "α_1 + Ω2",
        "x\n\t+ 1\r\n",
        "match + case + type",
        "(" * 100 + "x" + ")" * 100,
        "-" * 1999 + "x",
        "x" + " " * 9_999,
    ],
    ids=lambda text: ascii(text)[:30],
)
def test_lets_formulas_pass(text: str) -> None:
    assert scan(text) is None
