"""The first wall: only the tokens of a formula, in an order that a formula can have, reach Python's parser.

In a formula operands (numbers, names, parentheses) and operators take turns, and the parentheses match. That is all
there is to check, and every fault found this way has an exact place. Precedence is left to the parser.
"""

import itertools
import keyword
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from chainrule.errors import FormulaError
from chainrule.formulas.names import ADVICE, FUNCTIONS, GREEK

__all__ = ["scan"]

_MOST_CHARACTERS = 10_000
_MOST_TOKENS = 2_000  # bounds the depth of the tree, so that the parser's own stack is never at risk
_MOST_OPEN = 100  # parentheses inside of each other
_LONGEST_NAME = 50

_TOKEN = re.compile(
    rf"""
    (?P<space>    [ \t\r\n]+ )
  | (?P<number>   (?: [0-9]+ \.? [0-9]* | \.[0-9]+ ) (?: [eE] [+-]? [0-9]+ )? )
  | (?P<name>     [A-Za-z{GREEK}] [A-Za-z0-9_{GREEK}]* )
  | (?P<foreign>  // | => | =< | <> )
  | (?P<operator> \*\* | <= | >= | == | != | [-+*/<>] )
  | (?P<open>     \( )
  | (?P<close>    \) )
  | (?P<comma>    , )
  | (?P<unknown>  . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ENDS_OPERAND = {"number", "name", "close"}
_BEGINS_OPERAND = {"number", "name", "open"}
_ALPHABET = "the operators are + - * / ** < <= > >= == !=, and names are of a to z, A to Z, 0 to 9, _ and Greek letters"


class _Token(NamedTuple):
    kind: str  # a group of _TOKEN, or "start" and "end" around the formula
    text: str
    column: int  # counted from 1

    def __str__(self) -> str:
        return self.text if len(self.text) <= 20 else f"{self.text[:17]}..."


class _Fault(NamedTuple):
    column: int
    message: str


def scan(text: str) -> None:
    """Raise a FormulaError at the first place where ``text`` cannot be a formula."""
    if not isinstance(text, str):
        raise FormulaError(f"a formula is a text such as 'x**2 + 1', but this is of type {type(text).__name__}")
    if len(text) > _MOST_CHARACTERS:
        message = f"the formula has {len(text):,} characters; the most is {_MOST_CHARACTERS:,}"
        raise FormulaError(message, text, _MOST_CHARACTERS + 1)
    tokens = _tokens(text)
    if len(tokens) > _MOST_TOKENS:
        message = f"the formula has more than {_MOST_TOKENS:,} numbers, names and signs"
        raise FormulaError(message, text, tokens[_MOST_TOKENS].column)
    around = [_Token("start", "", 0), *tokens, _Token("end", "", len(text) + 1)]
    firsts = [next(check(around), None) for check in (_foreign, _out_of_turn, _unpaired)]
    faults = [fault for fault in firsts if fault]
    if faults:
        first = min(faults, key=lambda fault: fault.column)
        raise FormulaError(first.message, text, first.column)


def _tokens(text: str) -> list[_Token]:
    """The tokens of a text, as many as matter."""
    matches = (match for match in _TOKEN.finditer(text) if match.lastgroup != "space")
    return [
        _Token(str(match.lastgroup), match.group(), match.start() + 1)
        for match in itertools.islice(matches, _MOST_TOKENS + 1)
    ]


def _foreign(tokens: Sequence[_Token]) -> Iterator[_Fault]:
    """What has no meaning wherever it stands."""
    for token in tokens:
        if token.kind == "unknown":
            yield _Fault(token.column, _about_character(token.text))
        elif token.kind == "foreign" or keyword.iskeyword(token.text):
            advice = ADVICE.get(token.text, "it is a word of Python; choose another name")
            yield _Fault(token.column, f"{token.text!r} has no meaning in a formula; {advice}")
        elif token.kind == "name" and len(token.text) > _LONGEST_NAME:
            yield _Fault(token.column, f"a name has at most {_LONGEST_NAME} characters")
        elif token.kind == "number" and float(token.text) == float("inf"):
            yield _Fault(token.column, "this number is beyond the largest float, 1.8e308")
        elif token.kind == "number" and re.fullmatch("0[0-9]+", token.text):
            yield _Fault(token.column, "a whole number has no leading zeros")


def _about_character(character: str) -> str:
    shown = repr(character)
    if not character.isascii():
        shown += f" (U+{ord(character):04X} {unicodedata.name(character, 'without a name')})"
    return f"{shown} has no meaning in a formula; {_advice(character)}"


def _advice(character: str) -> str:
    """What to write instead, by our table or by Unicode's table of compatible characters."""
    plain = unicodedata.normalize("NFKC", character)
    if character in ADVICE or plain in ADVICE:
        return ADVICE.get(character) or ADVICE[plain]
    if plain == " ":
        return "write a plain space"
    if character == plain or all(token.kind == "unknown" for token in _tokens(plain)):
        return _ALPHABET
    return f"write **{plain}" if unicodedata.decomposition(character).startswith("<super>") else f"write {plain}"


def _out_of_turn(tokens: Sequence[_Token]) -> Iterator[_Fault]:
    """Operands and operators take turns; but a sign may stand before an operand, and ``(`` after a name."""
    for before, token in itertools.pairwise(tokens):
        ends, begins = before.kind in _ENDS_OPERAND, token.kind in _BEGINS_OPERAND
        call = before.kind == "name" and token.kind == "open"
        sign = token.text in ("+", "-")
        if ends and begins and not call:
            yield _Fault(token.column, _about_missing_operator(before, token))
        elif not ends and not begins and not sign:
            yield _Fault(token.column, _about_missing_operand(before, token))


def _about_missing_operator(before: _Token, token: _Token) -> str:
    if before.text in FUNCTIONS:
        return f"the operand of {before} stands in parentheses; write {before}({token})"
    return f"an operator is missing; to multiply write {before}*{token}"


def _about_missing_operand(before: _Token, token: _Token) -> str:
    if before.kind == "start" and token.kind == "end":
        return "the formula is empty; write for example x**2 + 1"
    return f"a number, a variable or ( is missing {'at the end' if token.kind == 'end' else f'before {token}'}"


def _unpaired(tokens: Sequence[_Token]) -> Iterator[_Fault]:
    """Each parenthesis has its partner, and commas stand only between the operands of a function."""
    opened: list[tuple[int, bool]] = []  # where each open ( stands, and whether it holds the operands of a function
    for before, token in itertools.pairwise(tokens):
        if token.kind == "open":
            opened.append((token.column, before.kind == "name"))
            if len(opened) > _MOST_OPEN:
                yield _Fault(token.column, f"more than {_MOST_OPEN} parentheses are open here")
        elif token.kind == "close" and opened:
            opened.pop()
        elif token.kind == "close":
            yield _Fault(token.column, "this ) closes nothing")
        elif token.kind == "comma" and not (opened and opened[-1][1]):
            yield _Fault(token.column, "a comma stands only between the operands of a function; decimals have a point")
    for column, _ in reversed(opened):
        yield _Fault(column, "this ( is never closed")
