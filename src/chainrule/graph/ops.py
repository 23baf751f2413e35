r"""The closed set of primitives, as data.

A graph is made of these operations and of nothing else; the rest of NumPy is composition. What an operation *does* is
not said here but in one table for each concern, whose rows stand in the order of this page:

- shapes and dtypes: ``chainrule.graph.shapes``
- NumPy value: ``chainrule.execute.interpret``
- instructions of machine code: ``chainrule.execute.llvm.elementwise.instructions`` and ``reductions.table``
- derivative: ``chainrule.transforms.derivatives``, and ``pullbacks`` beside it for what moves or mixes entries
- textbook definition of a composite gate: ``chainrule.transforms.expand``
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["OPS", "DtypeRule", "Kind", "Op"]

Kind = Literal["source", "elementwise", "reduction", "axis", "structure", "contraction", "linear algebra"]
DtypeRule = Literal["common", "number", "float", "division", "bool", "index", "own"]


@dataclass(frozen=True)
class Op:
    r"""One primitive operation.

    Attributes:
        name: NumPy's name where NumPy has the function.
        arity: number of inputs; None when it varies.
        kind: what the operation does with axes; decides how the sweeps treat it.
        dtype: how the result's dtype follows from the inputs' (``chainrule.graph.shapes``).
        symbol: what stands in the circle of a drawing.
        latex: template of the formula, ``{0}`` being the first input, ``{all}`` all of them with commas between.
        precedence: how strongly the template binds (0 logic, 1 comparison, 2 sum, 3 sum over axes, 4 product, 5 power
            and fraction, 6 function); decides about parentheses (``chainrule.graph.latex``).
        domain: the inputs for which the value is a finite real number.
        meaning: one line.
        singular: a local gradient can be infinite or NaN at a finite input, be it because of the other input. A
            structurally zero upstream gradient must then be kept apart from such a local gradient, because 0 x inf is
            NaN.
    """

    name: str
    arity: int | None
    kind: Kind
    dtype: DtypeRule
    symbol: str
    latex: str
    precedence: int
    domain: str
    meaning: str
    singular: bool = False

    def __repr__(self) -> str:
        return self.name


def _function(
    name: str, latex: str, domain: str, meaning: str, *, singular: bool = False, symbol: str = "", precedence: int = 6
) -> Op:
    """A real function of one real number."""
    return Op(name, 1, "elementwise", "float", symbol or name, latex, precedence, domain, meaning, singular)


def _binary(
    name: str,
    symbol: str,
    latex: str,
    precedence: int,
    domain: str,
    meaning: str,
    dtype: DtypeRule = "common",
    *,
    singular: bool = False,
) -> Op:
    """A function of two numbers."""
    return Op(name, 2, "elementwise", dtype, symbol, latex, precedence, domain, meaning, singular)


def _test(name: str, arity: int, symbol: str, latex: str, meaning: str, *, precedence: int = 1) -> Op:
    """A yes-or-no question about numbers; its derivative is zero."""
    return Op(name, arity, "elementwise", "bool", symbol, latex, precedence, "all", meaning)


def _rounding(name: str, latex: str, meaning: str, dtype: DtypeRule = "common") -> Op:
    """A step function; its derivative is zero."""
    return Op(name, 1, "elementwise", dtype, name, latex, 6, "all real x", meaning)


def _bits(name: str, symbol: str, latex: str, meaning: str, dtype: DtypeRule = "common") -> Op:
    """A function of the bits of two integers."""
    return Op(name, 2, "elementwise", dtype, symbol, latex, 1, "integers", meaning)


def _axes(
    name: str,
    kind: Kind,
    dtype: DtypeRule,
    latex: str,
    domain: str,
    meaning: str,
    *,
    singular: bool = False,
    precedence: int = 6,
) -> Op:
    """A function along one or several axes of one array."""
    return Op(name, 1, kind, dtype, name, latex, precedence, domain, meaning, singular)


def _structure(name: str, arity: int | None, latex: str, meaning: str, *, precedence: int = 6) -> Op:
    """Moves entries, computes nothing."""
    return Op(name, arity, "structure", "own", name, latex, precedence, "all", meaning)


_ROWS = (
    # --- sources --------------------------------------------------------------------------------------------
    Op("input", 0, "source", "own", "input", "{0}", 6, "all", "an argument of the traced function"),
    Op(
        "constant", 0, "source", "own", "const", "{0}", 6, "all", "a number or array that is the same for all arguments"
    ),
    # --- arithmetic -----------------------------------------------------------------------------------------
    _binary("add", "+", "{0} + {1}", 2, "all real x, y", "sum"),
    _binary("subtract", "−", "{0} - {1}", 2, "all real x, y", "difference"),
    _binary("multiply", "×", r"{0} \, {1}", 4, "all real x, y", "product", singular=True),
    _binary("divide", "÷", r"\frac{{{0}}}{{{1}}}", 5, "y != 0", "quotient", "division", singular=True),
    _binary("power", "^", "{0}^{{{1}}}", 5, "x > 0, or x != 0 and y an integer", "power", "number", singular=True),
    _binary("floor_divide", "//", r"\lfloor {0} / {1} \rfloor", 6, "y != 0", "quotient, rounded down", "number"),
    _binary("remainder", "mod", r"{0} \bmod {1}", 1, "y != 0", "x - y floor(x / y)", "number", singular=True),
    Op("negative", 1, "elementwise", "common", "×−1", "-{0}", 2, "all real x", "change of sign"),
    Op("reciprocal", 1, "elementwise", "number", "1/x", r"\frac{{1}}{{{0}}}", 5, "x != 0", "1 / x", singular=True),
    Op("square", 1, "elementwise", "number", "x²", "{0}^2", 5, "all real x", "x times x", singular=True),
    Op("absolute", 1, "elementwise", "common", "|x|", r"\left|{0}\right|", 6, "all real x", "distance from 0"),
    Op("sign", 1, "elementwise", "common", "sign", r"\operatorname{{sign}}({0})", 6, "all real x", "-1, 0 or 1"),
    _function("sqrt", r"\sqrt{{{0}}}", "x >= 0", "square root", singular=True),
    _function("cbrt", r"\sqrt[3]{{{0}}}", "all real x", "cube root", singular=True),
    _binary(
        "hypot",
        "hypot",
        r"\sqrt{{{0}^2 + {1}^2}}",
        6,
        "all real x, y",
        "length of the vector (x, y)",
        "float",
        singular=True,
    ),
    # --- exponentials and logarithms ------------------------------------------------------------------------
    _function("exp", "e^{{{0}}}", "all real x", "exponential", singular=True, precedence=5),
    _function("exp2", "2^{{{0}}}", "all real x", "power of 2", singular=True, precedence=5),
    _function("expm1", r"\operatorname{{expm1}}({0})", "all real x", "e^x - 1", singular=True),
    _function("log", r"\ln({0})", "x > 0", "natural logarithm", singular=True),
    _function("log2", r"\log_2({0})", "x > 0", "logarithm to base 2", singular=True),
    _function("log10", r"\log_{{10}}({0})", "x > 0", "logarithm to base 10", singular=True),
    _function("log1p", r"\operatorname{{log1p}}({0})", "x > -1", "ln(1 + x)", singular=True),
    _function("log1mexp", r"\operatorname{{log1mexp}}({0})", "x < 0", "ln(1 - e^x)", singular=True),
    _binary(
        "logaddexp",
        "logaddexp",
        r"\ln(e^{{{0}}} + e^{{{1}}})",
        6,
        "all real x, y",
        "ln(e^x + e^y)",
        "float",
        singular=True,
    ),
    _binary("xlogy", "xlogy", r"{0} \ln({1})", 4, "y > 0, or x = 0", "x ln(y), and 0 at x = 0", "float", singular=True),
    # --- trigonometric and hyperbolic -----------------------------------------------------------------------
    _function("sin", r"\sin({0})", "all real x", "sine"),
    _function("cos", r"\cos({0})", "all real x", "cosine"),
    _function("tan", r"\tan({0})", "x != pi/2 + k pi", "tangent", singular=True),
    _function("arcsin", r"\arcsin({0})", "-1 <= x <= 1", "inverse sine", singular=True),
    _function("arccos", r"\arccos({0})", "-1 <= x <= 1", "inverse cosine", singular=True),
    _function("arctan", r"\arctan({0})", "all real x", "inverse tangent"),
    _binary(
        "arctan2",
        "atan2",
        r"\operatorname{{atan2}}({0}, {1})",
        6,
        "(x, y) != (0, 0)",
        "angle of the point (y, x)",
        "float",
        singular=True,
    ),
    _function("sinh", r"\sinh({0})", "all real x", "hyperbolic sine", singular=True),
    _function("cosh", r"\cosh({0})", "all real x", "hyperbolic cosine", singular=True),
    _function("tanh", r"\tanh({0})", "all real x", "hyperbolic tangent"),
    _function("arcsinh", r"\operatorname{{arsinh}}({0})", "all real x", "inverse hyperbolic sine"),
    _function("arccosh", r"\operatorname{{arcosh}}({0})", "x >= 1", "inverse hyperbolic cosine", singular=True),
    _function("arctanh", r"\operatorname{{artanh}}({0})", "-1 < x < 1", "inverse hyperbolic tangent", singular=True),
    # --- functions of neural networks and statistics --------------------------------------------------------
    _function("sigmoid", r"\sigma({0})", "all real x", "1 / (1 + e^-x)", symbol="σ"),
    _function("softplus", r"\operatorname{{softplus}}({0})", "all real x", "ln(1 + e^x)"),
    _function("erf", r"\operatorname{{erf}}({0})", "all real x", "error function"),
    _function("erfc", r"\operatorname{{erfc}}({0})", "all real x", "1 - erf(x)"),
    # --- choice ---------------------------------------------------------------------------------------------
    _binary("maximum", "max", r"\max({0}, {1})", 6, "all real x, y", "the greater of two"),
    _binary("minimum", "min", r"\min({0}, {1})", 6, "all real x, y", "the lesser of two"),
    Op(
        "where",
        3,
        "elementwise",
        "own",
        "where",
        r"\operatorname{{where}}({0}, {1}, {2})",
        6,
        "all",
        "x where the condition holds, else y",
    ),
    # --- rounding -------------------------------------------------------------------------------------------
    _rounding("floor", r"\lfloor {0} \rfloor", "greatest integer not above x"),
    _rounding("ceil", r"\lceil {0} \rceil", "least integer not below x"),
    _rounding("trunc", r"\operatorname{{trunc}}({0})", "integer part"),
    _rounding("rint", r"\operatorname{{rint}}({0})", "nearest integer, halves to even", "float"),
    # --- comparison and logic -------------------------------------------------------------------------------
    _test("less", 2, "<", "{0} < {1}", "is x < y?"),
    _test("less_equal", 2, "≤", r"{0} \le {1}", "is x <= y?"),
    _test("equal", 2, "=", "{0} = {1}", "is x = y?"),
    _test("not_equal", 2, "≠", r"{0} \ne {1}", "is x != y?"),
    _test("greater", 2, ">", "{0} > {1}", "is x > y?"),
    _test("greater_equal", 2, "≥", r"{0} \ge {1}", "is x >= y?"),
    _test("logical_and", 2, "and", r"{0} \wedge {1}", "do both hold?", precedence=0),
    _test("logical_or", 2, "or", r"{0} \vee {1}", "does one hold?", precedence=0),
    _test("logical_xor", 2, "xor", r"{0} \oplus {1}", "does exactly one hold?", precedence=0),
    _test("logical_not", 1, "not", r"\neg {0}", "does it not hold?"),
    _test("isnan", 1, "isnan", r"\operatorname{{isnan}}({0})", "is x not a number?", precedence=6),
    _test("isinf", 1, "isinf", r"\operatorname{{isinf}}({0})", "is x infinite?", precedence=6),
    _test("isfinite", 1, "isfinite", r"\operatorname{{isfinite}}({0})", "is x a finite number?", precedence=6),
    _test("signbit", 1, "signbit", r"\operatorname{{signbit}}({0})", "is the sign bit of x set?", precedence=6),
    # --- bits of integers -----------------------------------------------------------------------------------
    _bits("bitwise_and", "&", r"{0} \mathbin{{\&}} {1}", "and of the bits"),
    _bits("bitwise_or", "|", r"{0} \mathbin{{|}} {1}", "or of the bits"),
    _bits("bitwise_xor", "xor", r"{0} \oplus {1}", "exclusive or of the bits"),
    _bits("left_shift", "<<", r"{0} \ll {1}", "bits moved to the left", "number"),
    _bits("right_shift", ">>", r"{0} \gg {1}", "bits moved to the right", "number"),
    Op("invert", 1, "elementwise", "common", "~", r"\sim {0}", 5, "integers", "every bit changed"),
    # --- dtype ----------------------------------------------------------------------------------------------
    Op("astype", 1, "elementwise", "own", "cast", "{0}", 6, "all", "the same number in another dtype"),
    # --- reductions: params axes, keepdims ------------------------------------------------------------------
    _axes("sum", "reduction", "own", r"\sum {0}", "all", "sum over axes", precedence=3),
    _axes("prod", "reduction", "own", r"\prod {0}", "all", "product over axes", singular=True, precedence=3),
    _axes("max", "reduction", "common", r"\max({0})", "all", "greatest entry over axes"),
    _axes("min", "reduction", "common", r"\min({0})", "all", "least entry over axes"),
    _axes(
        "logsumexp",
        "reduction",
        "float",
        r"\ln \sum e^{{{0}}}",
        "all real x",
        "ln of the sum of e^x over axes",
        precedence=3,
    ),
    _axes("any", "reduction", "bool", r"\bigvee {0}", "all", "does one hold?", precedence=3),
    _axes("all", "reduction", "bool", r"\bigwedge {0}", "all", "do all hold?", precedence=3),
    _axes("argmax", "reduction", "index", r"\operatorname{{argmax}}({0})", "all", "position of the greatest entry"),
    _axes("argmin", "reduction", "index", r"\operatorname{{argmin}}({0})", "all", "position of the least entry"),
    # --- along one axis, shape kept: param axis -------------------------------------------------------------
    _axes("cumsum", "axis", "own", r"\operatorname{{cumsum}}({0})", "all", "running sum"),
    _axes("cumprod", "axis", "own", r"\operatorname{{cumprod}}({0})", "all", "running product", singular=True),
    _axes("softmax", "axis", "float", r"\operatorname{{softmax}}({0})", "all real x", "e^x_i / sum of e^x_j"),
    _axes(
        "log_softmax",
        "axis",
        "float",
        r"\operatorname{{logsoftmax}}({0})",
        "all real x",
        "x_i - ln of the sum of e^x_j",
    ),
    _axes("argsort", "axis", "index", r"\operatorname{{argsort}}({0})", "all", "the order that sorts"),
    # --- structure ------------------------------------------------------------------------------------------
    _structure("reshape", 1, r"\operatorname{{reshape}}({0})", "the same entries in another shape (param shape)"),
    _structure("transpose", 1, "{0}^T", "axes in another order (param axes)", precedence=5),
    _structure("broadcast_to", 1, r"\operatorname{{broadcast}}({0})", "copies along new axes (param shape)"),
    _structure("index", None, r"{0}[\cdot]", "selected entries: x, index arrays (param key)"),
    _structure(
        "index_set",
        None,
        r"{0}[\cdot] := {1}",
        "a copy with entries replaced: x, values, index arrays (param key)",
        precedence=0,
    ),
    _structure(
        "index_add",
        None,
        r"{0}[\cdot] \mathrel{{+}}= {1}",
        "a copy with values added: x, values, index arrays (param key)",
        precedence=0,
    ),
    _structure("concatenate", None, "[{all}]", "arrays joined along an axis (param axis)"),
    # --- contraction ----------------------------------------------------------------------------------------
    Op(
        "matmul",
        2,
        "contraction",
        "common",
        "@",
        "{0} {1}",
        4,
        "all",
        "matrix product over the last two axes, NumPy's rules",
    ),
    Op(
        "einsum",
        None,
        "contraction",
        "common",
        "einsum",
        r"\operatorname{{einsum}}({all})",
        6,
        "all",
        "Einstein sum (param subscripts)",
    ),
    # --- linear algebra -------------------------------------------------------------------------------------
    Op(
        "inv",
        1,
        "linear algebra",
        "own",
        "inv",
        "{0}^{{-1}}",
        5,
        "invertible matrices",
        "inverse matrix",
        singular=True,
    ),
    Op("det", 1, "linear algebra", "own", "det", r"\det {0}", 3, "all square matrices", "determinant", singular=True),
    Op(
        "solve",
        2,
        "linear algebra",
        "own",
        "solve",
        "{0}^{{-1}} {1}",
        4,
        "invertible matrices",
        "x with A x = b",
        singular=True,
    ),
)

OPS = MappingProxyType({op.name: op for op in _ROWS})
