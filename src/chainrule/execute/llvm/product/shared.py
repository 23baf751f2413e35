"""Functions that all products of a module share, each written when it is first needed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from llvmlite import ir

from chainrule.execute.llvm.elementary.lanes import Unit

__all__ = ["shared_function"]


def shared_function(
    unit: Unit, name: str, parameters: Sequence[Any], body: Callable[[Unit, Sequence[ir.Value]], None]
) -> ir.Function:
    """The function of that name in the unit's module; ``body(unit, arguments)`` writes it if it does not exist."""
    module = unit.builder.module
    full_name = f"chainrule.product.{name}"
    if full_name in module.globals:
        return module.globals[full_name]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), parameters), full_name)
    function.linkage = "internal"
    for attribute in ("noinline", "nounwind"):
        function.attributes.add(attribute)
    inside = replace(unit, builder=ir.IRBuilder(function.append_basic_block("entry")))
    body(inside, function.args)
    inside.builder.ret_void()
    return function
