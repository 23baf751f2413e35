"""Write the formula as in the textbook, in plain NumPy: chainrule draws it, differentiates it and trains with it.

The public names load on first use, so that ``import chainrule`` costs next to nothing.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {  # public name -> the module it is imported from; a public module is its own home
    "Network": "chainrule.network",
    "Perceptron": "chainrule.network",
    "check": "chainrule.checking",
    "check_grad": "chainrule.gradient_check",
    "compile": "chainrule.pipeline.compiled",
    "elementwise_grad": "chainrule.pipeline",
    "errors": "chainrule.errors",
    "explain": "chainrule.explanation",
    "formula": "chainrule.formulas",
    "functions": "chainrule.functions",
    "grad": "chainrule.pipeline",
    "hessian": "chainrule.pipeline",
    "hvp": "chainrule.pipeline",
    "jacobian": "chainrule.pipeline",
    "jvp": "chainrule.pipeline",
    "load": "chainrule.network",
    "logic": "chainrule.network.logic",
    "optimizers": "chainrule.training.optimizers",
    "schedules": "chainrule.training.schedules",
    "stabilize": "chainrule.pipeline.stabilized",
    "trace": "chainrule.tracing",
    "value_and_grad": "chainrule.pipeline",
    "vjp": "chainrule.pipeline",
}

__all__ = [*_HOME]

if TYPE_CHECKING:  # the same rows for type checkers and editors, which thus find a misspelled name
    from chainrule import errors as errors
    from chainrule import functions as functions
    from chainrule.checking import check as check
    from chainrule.explanation import explain as explain
    from chainrule.formulas import formula as formula
    from chainrule.gradient_check import check_grad as check_grad
    from chainrule.network import Network as Network
    from chainrule.network import Perceptron as Perceptron
    from chainrule.network import load as load
    from chainrule.network import logic as logic
    from chainrule.pipeline import elementwise_grad as elementwise_grad
    from chainrule.pipeline import grad as grad
    from chainrule.pipeline import hessian as hessian
    from chainrule.pipeline import hvp as hvp
    from chainrule.pipeline import jacobian as jacobian
    from chainrule.pipeline import jvp as jvp
    from chainrule.pipeline import value_and_grad as value_and_grad
    from chainrule.pipeline import vjp as vjp
    from chainrule.pipeline.compiled import compile as compile
    from chainrule.pipeline.stabilized import stabilize as stabilize
    from chainrule.tracing import trace as trace
    from chainrule.training import optimizers as optimizers
    from chainrule.training import schedules as schedules
else:

    def __getattr__(name: str) -> object:
        """Load a public name on its first use."""
        if name not in _HOME:
            raise AttributeError(f"module 'chainrule' has no attribute {name!r}", name=name, obj=sys.modules[__name__])
        home = import_module(_HOME[name])
        value = home if home.__name__.endswith(f".{name}") else getattr(home, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
