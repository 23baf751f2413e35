"""Elementary functions as LLVM instructions: a formula of each, for scalars and vectors, float32 and float64.

They are right to an ulp or two over the whole range of floats, subnormal numbers included, and branch-free.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.elementary.exponential import exp, exp2, expm1
from chainrule.execute.llvm.elementary.lanes import Lanes, Unit
from chainrule.execute.llvm.elementary.logarithm import log, log1p, softplus
from chainrule.execute.llvm.elementary.sigmoids import sigmoid, tanh
from chainrule.execute.llvm.targets import Target

__all__ = ["ELEMENTARY", "elementary"]

ELEMENTARY: Mapping[str, Callable[..., Lanes]] = MappingProxyType(
    {
        "exp": exp,
        "exp2": exp2,
        "expm1": expm1,
        "log": log,
        "log1p": log1p,
        "sigmoid": sigmoid,
        "softplus": softplus,
        "tanh": tanh,
    }
)


def elementary(name: str, target: Target) -> Callable[..., Any]:
    """The builder of an elementary function: ``build(ir_builder, x, ...)`` writes its instructions."""
    function = ELEMENTARY[name]

    def build(builder: ir.IRBuilder, *inputs: Any) -> Any:
        unit = Unit(builder, target, inputs[0].type)
        return function(*(Lanes(unit, each) for each in inputs)).value

    return build
