"""Write the formula as in the textbook, in plain NumPy: chainrule draws it, differentiates it, trains networks with it.

The public names load on first use, so that ``import chainrule`` costs next to nothing.
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOME = {  # public name -> the module it is imported from; a public module is its own home
    "errors": "chainrule.errors",
}

__all__ = [*_HOME]

if TYPE_CHECKING:  # the same rows for type checkers and editors, which thus find a misspelled name
    from chainrule import errors as errors
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
