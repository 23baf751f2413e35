"""The instructions of every elementwise primitive: one table, rows in the order of ``graph/ops.py``.

A row has a column for each kind of numbers: booleans, integers, floats. The inputs have been brought to one dtype, and
the value is of that dtype or, for questions, boolean. An empty column is a dtype that NumPy does not take, or brings
to another one first, or that is left to the interpreter: powers of integers, where NumPy raises errors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from llvmlite import ir

from chainrule.execute.llvm.elementary import ELEMENTARY
from chainrule.execute.llvm.elementwise import floats, integers
from chainrule.execute.llvm.elementwise.work import Work

__all__ = ["INSTRUCTIONS", "Build", "Row"]

Build = Callable[..., ir.Value]  # takes a Work and the inputs


@dataclass(frozen=True)
class Row:
    """What builds a value of booleans, of integers and of floats."""

    booleans: Build | None = None
    integers: Build | None = None
    floats: Build | None = None

    def column(self, kind: str) -> Build | None:
        """The builder for a kind of dtype, in NumPy's letters."""
        return {"b": self.booleans, "i": self.integers, "u": self.integers, "f": self.floats}[kind]


def _plain(*instructions: str | None) -> Row:
    """One instruction of LLVM for each kind of numbers."""
    return Row(*(each and _one(each) for each in instructions))  # type: ignore[arg-type]


def _one(instruction: str) -> Build:
    return lambda work, *inputs: getattr(work.builder, instruction)(*inputs)


def _elementary(name: str) -> Row:
    return Row(floats=lambda work, *inputs: ELEMENTARY[name](*(work.floats(each) for each in inputs)).value)


def _comparison(how: str) -> Row:
    ordered = "fcmp_unordered" if how == "!=" else "fcmp_ordered"
    return Row(
        lambda work, x, y: work.compare(how, x, y),
        lambda work, x, y: work.compare(how, x, y),
        lambda work, x, y: getattr(work.builder, ordered)(how, x, y),
    )


def _rounding(rounded: Build) -> Row:
    return Row(_same, _same, rounded)


def _same(work: Work, x: ir.Value) -> ir.Value:
    return x


def _always(work: Work, x: ir.Value) -> ir.Value:
    return work.truth(True)


def _never(work: Work, x: ir.Value) -> ir.Value:
    return work.truth(False)


def _negative(work: Work, x: ir.Value) -> ir.Value:
    return work.compare("<", x, work.number(0))


INSTRUCTIONS: Mapping[str, Row] = MappingProxyType(
    {
        # arithmetic
        "add": _plain("or_", "add", "fadd"),
        "subtract": _plain(None, "sub", "fsub"),
        "multiply": _plain("and_", "mul", "fmul"),
        "divide": _plain(None, None, "fdiv"),
        "power": _elementary("power"),
        "floor_divide": Row(None, integers.divide_down, floats.divide_down),
        "remainder": Row(None, integers.remainder, floats.remainder),
        "negative": _plain(None, "neg", "fneg"),
        "reciprocal": Row(None, integers.reciprocal, lambda work, x: work.builder.fdiv(work.number(1.0), x)),
        "square": Row(None, lambda work, x: work.builder.mul(x, x), lambda work, x: work.builder.fmul(x, x)),
        "absolute": Row(_same, integers.absolute, floats.absolute),
        "sign": Row(None, integers.sign, floats.sign),
        "sqrt": _elementary("sqrt"),
        "cbrt": _elementary("cbrt"),
        "hypot": _elementary("hypot"),
        # exponentials and logarithms
        "exp": _elementary("exp"),
        "exp2": _elementary("exp2"),
        "expm1": _elementary("expm1"),
        "log": _elementary("log"),
        "log2": _elementary("log2"),
        "log10": _elementary("log10"),
        "log1p": _elementary("log1p"),
        "log1mexp": _elementary("log1mexp"),
        "logaddexp": _elementary("logaddexp"),
        "xlogy": _elementary("xlogy"),
        # trigonometric and hyperbolic
        "sin": _elementary("sin"),
        "cos": _elementary("cos"),
        "tan": _elementary("tan"),
        "arcsin": _elementary("arcsin"),
        "arccos": _elementary("arccos"),
        "arctan": _elementary("arctan"),
        "arctan2": _elementary("arctan2"),
        "sinh": _elementary("sinh"),
        "cosh": _elementary("cosh"),
        "tanh": _elementary("tanh"),
        "arcsinh": _elementary("arcsinh"),
        "arccosh": _elementary("arccosh"),
        "arctanh": _elementary("arctanh"),
        # functions of neural networks and statistics
        "sigmoid": _elementary("sigmoid"),
        "softplus": _elementary("softplus"),
        "erf": _elementary("erf"),
        "erfc": _elementary("erfc"),
        # choice
        "maximum": Row(_one("or_"), integers.maximum, floats.maximum),
        "minimum": Row(_one("and_"), integers.minimum, floats.minimum),
        "where": _plain("select", "select", "select"),
        # rounding
        "floor": _rounding(floats.floor),
        "ceil": _rounding(floats.ceil),
        "trunc": _rounding(floats.trunc),
        "rint": Row(floats=floats.rint),
        # comparison and logic
        "less": _comparison("<"),
        "less_equal": _comparison("<="),
        "equal": _comparison("=="),
        "not_equal": _comparison("!="),
        "greater": _comparison(">"),
        "greater_equal": _comparison(">="),
        "logical_and": _plain("and_"),
        "logical_or": _plain("or_"),
        "logical_xor": _plain("xor"),
        "logical_not": _plain("not_"),
        "isnan": Row(_never, _never, floats.isnan),
        "isinf": Row(_never, _never, floats.isinf),
        "isfinite": Row(_always, _always, floats.isfinite),
        "signbit": Row(_never, _negative, floats.signbit),
        # bits of integers
        "bitwise_and": _plain("and_", "and_"),
        "bitwise_or": _plain("or_", "or_"),
        "bitwise_xor": _plain("xor", "xor"),
        "left_shift": Row(integers=integers.left_shift),
        "right_shift": Row(integers=integers.right_shift),
        "invert": _plain("not_", "not_"),
        # dtype
        "astype": Row(_same, _same, _same),
    }
)
