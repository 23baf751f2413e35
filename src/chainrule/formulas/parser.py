"""The second wall: of the tree that Python's parser makes, only the listed nodes are taken over, into a program.

The program is in postfix order, ``(x + y) * z`` becomes ``x  y  add  z  mul``: constants and variables are put on a
stack, a function takes its operands from there. Nothing of the tree is evaluated or compiled to Python code.
"""

import ast
import difflib
import operator

from chainrule.errors import FormulaError
from chainrule.formulas.names import CONSTANTS, FUNCTIONS, OTHER_NAMES, Function

__all__ = ["Step", "columns", "parse"]

Step = float | str | Function  # a constant, the name of a variable, or what is applied to the last values

_OPERATORS: dict[type[ast.AST], Function] = {
    ast.UAdd: Function(operator.pos, 1),
    ast.USub: Function(operator.neg, 1),
    ast.Add: Function(operator.add, 2),
    ast.Sub: Function(operator.sub, 2),
    ast.Mult: Function(operator.mul, 2),
    ast.Div: Function(operator.truediv, 2),
    ast.Pow: Function(operator.pow, 2),
    ast.Lt: Function(operator.lt, 2),
    ast.LtE: Function(operator.le, 2),
    ast.Gt: Function(operator.gt, 2),
    ast.GtE: Function(operator.ge, 2),
    ast.Eq: Function(operator.eq, 2),
    ast.NotEq: Function(operator.ne, 2),
}
_CHAIN = "comparisons are not chained; write (a < b) * (b < c) for a < b < c"


def parse(text: str) -> tuple[Step, ...]:
    """Return the program of a scanned formula, operands before what is applied to them, from left to right."""
    return tuple(step for step, _ in _walk(text))


def columns(text: str) -> tuple[int, ...]:
    """Return for each step of the program the column of its number, name or sign, counted from 1."""
    return tuple(_sign(node, text) for _, node in _walk(text))


def _walk(text: str) -> list[tuple[Step, ast.expr]]:
    """The steps of the program, each with its node."""
    one_line = text.translate(dict.fromkeys(map(ord, "\t\r\n"), " "))
    try:
        tree = ast.parse(f"({one_line})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaError(f"the formula cannot be read: {error}", text, 1) from None
    program: list[tuple[Step, ast.expr]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        step, operands = _step(node, text)
        program.append((step, node))
        waiting += operands
    return program[::-1]


def _step(node: ast.expr, text: str) -> tuple[Step, list[ast.expr]]:
    """One node as a step of the program, with the nodes of its operands."""
    match node:
        case ast.Constant(int() | float() as value):
            return float(value), []
        case ast.Name(name) if name in CONSTANTS:
            return CONSTANTS[name], []
        case ast.Name(name) if name not in FUNCTIONS:
            return name, []
        case ast.UnaryOp(op, operand) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)], [operand]
        case ast.BinOp(left, op, right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)], [left, right]
        case ast.Compare(left, [op], [right]) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)], [left, right]
        case ast.Call(ast.Name(name), operands, []) if name in FUNCTIONS and len(operands) == FUNCTIONS[name].arity:
            return FUNCTIONS[name], operands
    raise FormulaError(_about(node), text, _column(node, text))


def _about(node: ast.expr) -> str:
    """Why a node is no part of a formula, and what to write instead."""
    match node:
        case ast.Compare():
            return _CHAIN
        case ast.Name(name):
            operands = ", ".join("xyz"[: FUNCTIONS[name].arity])
            return f"{name} is a function; write {name}({operands}), or choose another name"
        case ast.Call(ast.Name(name), given) if name in FUNCTIONS:
            arity = FUNCTIONS[name].arity
            return f"{name} takes {arity} {'operand' if arity == 1 else 'operands'}, not {len(given)}"
        case ast.Call(ast.Name(name)):
            return f"there is no function {name}{_nearest(name)}; to multiply write {name}*(...)"
    return f"a formula has no {type(node).__name__.lower()}"


def _nearest(name: str) -> str:
    likely = [OTHER_NAMES[name]] if name in OTHER_NAMES else difflib.get_close_matches(name.lower(), FUNCTIONS, n=3)
    return f" (did you mean {', '.join(likely)}?)" if likely else ""


def _column(node: ast.expr, text: str) -> int:
    """Where a node begins in the user's text."""
    return _characters(node.col_offset, text)


def _sign(node: ast.expr, text: str) -> int:
    """Where a number, a name, a function or the sign between two operands stands in the user's text."""
    if not isinstance(node, (ast.BinOp, ast.Compare)):
        return _column(node, text)
    column = _characters(node.left.end_col_offset or 0, text)
    behind = text[column - 1 :]
    return column + len(behind) - len(behind.lstrip(") \t\r\n"))


def _characters(offset: int, text: str) -> int:
    """The column of a place that the parser counts in bytes, after the ( that we put in front."""
    return len(f"({text}".encode()[:offset].decode())
