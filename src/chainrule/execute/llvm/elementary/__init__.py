"""Elementary functions as LLVM instructions: a formula of each, for scalars and vectors, float32 and float64.

They are right to two units in the last place over the whole range of floats, and mostly to one; subnormal numbers
count, as arguments and as values. There is no branch but one in sin, cos and tan, for angles that are very great.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.elementary.error_function import erf, erfc
from chainrule.execute.llvm.elementary.exponential import exp, exp2, expm1
from chainrule.execute.llvm.elementary.exponential_sums import log1mexp, logaddexp, softplus
from chainrule.execute.llvm.elementary.hyperbolic import arccosh, arcsinh, arctanh, cosh, sinh
from chainrule.execute.llvm.elementary.inverse_trigonometric import arccos, arcsin, arctan, arctan2
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit
from chainrule.execute.llvm.elementary.logarithm import log, log1p, log2, log10, xlogy
from chainrule.execute.llvm.elementary.power import power
from chainrule.execute.llvm.elementary.roots import cbrt, hypot, sqrt
from chainrule.execute.llvm.elementary.sigmoids import sigmoid, tanh
from chainrule.execute.llvm.elementary.trigonometric import cos, sin, tan
from chainrule.execute.llvm.targets import Target

__all__ = ["ELEMENTARY", "elementary"]

ELEMENTARY: Mapping[str, Callable[..., Lanes]] = MappingProxyType(
    {
        "sqrt": sqrt,
        "cbrt": cbrt,
        "hypot": hypot,
        "power": power,
        # exponentials and logarithms
        "exp": exp,
        "exp2": exp2,
        "expm1": expm1,
        "log": log,
        "log2": log2,
        "log10": log10,
        "log1p": log1p,
        "log1mexp": log1mexp,
        "logaddexp": logaddexp,
        "xlogy": xlogy,
        # trigonometric and hyperbolic
        "sin": sin,
        "cos": cos,
        "tan": tan,
        "arcsin": arcsin,
        "arccos": arccos,
        "arctan": arctan,
        "arctan2": arctan2,
        "sinh": sinh,
        "cosh": cosh,
        "tanh": tanh,
        "arcsinh": arcsinh,
        "arccosh": arccosh,
        "arctanh": arctanh,
        # functions of neural networks and statistics
        "sigmoid": sigmoid,
        "softplus": softplus,
        "erf": erf,
        "erfc": erfc,
    }
)


def elementary(name: str, target: Target) -> Callable[..., Any]:
    """The builder of an elementary function.

    ``build(ir_builder, x, ...)`` writes the instructions for values of one type, float or double or a vector of one of
    them, and returns the value. Afterwards ``ir_builder`` may stand in another block than before.

    Example:
        >>> from llvmlite import ir
        >>> from chainrule.execute.llvm.targets import SSE2
        >>> vector = ir.VectorType(ir.FloatType(), 4)
        >>> function = ir.Function(ir.Module(), ir.FunctionType(vector, [vector]), "f")
        >>> builder = ir.IRBuilder(function.append_basic_block())
        >>> builder.ret(elementary("tanh", SSE2)(builder, *function.args))
        <ir.Ret ...>
    """
    function = ELEMENTARY[name]

    def build(builder: ir.IRBuilder, *inputs: Any) -> Any:
        unit = Unit(builder, target, inputs[0].type)
        return function(*(Lanes(unit, each) for each in inputs)).value

    return build
