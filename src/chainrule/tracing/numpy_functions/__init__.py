"""NumPy's array functions on tracers: one row for each, composed of primitives and of other rows.

The tables stand in one file for each concern. A row has NumPy's own name and signature. What it computes last it
returns at once: that is the node which gets the user's variable name.
"""

import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from chainrule import trees
from chainrule.tracing.numpy_functions import (
    calculus,
    choice,
    creation,
    diagonals,
    joining,
    linear_algebra,
    own,
    predicates,
    products,
    reductions,
    shape,
    sorting,
    statistics,
)
from chainrule.tracing.operands import Array
from chainrule.tracing.origin import hands_on, untraceable
from chainrule.tracing.recording import fresh
from chainrule.tracing.tracer import Tracer

__all__ = ["FUNCTIONS", "call_function"]

Row = Callable[..., Any]


def _numpy_function(name: str) -> Any:
    """``np.name`` or ``np.linalg.name``; None where this version of NumPy has none."""
    module, _, function = name.rpartition(".")
    return getattr(getattr(np, module) if module else np, function, None)


def _assembled(*tables: Mapping[str, Row]) -> dict[Callable[..., Any], Row]:
    rows = {name: row for table in tables for name, row in table.items()}
    return {_numpy_function(name): row for name, row in rows.items() if _numpy_function(name) is not None}


FUNCTIONS: Mapping[Callable[..., Any], Row] = MappingProxyType(
    {
        **_assembled(
            reductions.ROWS,
            statistics.ROWS,
            shape.ROWS,
            joining.ROWS,
            products.ROWS,
            linear_algebra.ROWS,
            choice.ROWS,
            sorting.ROWS,
            diagonals.ROWS,
            calculus.ROWS,
            creation.ROWS,
            predicates.ROWS,
        ),
        **own.ROWS,
    }
)

_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "out": "leave it away and use the returned array",
        "initial": "write it as a second operation, such as np.maximum(np.max(x), y)",
        "order": "entries are in C order; write x.T.reshape(shape[::-1]).T for Fortran order",
    }
)


_NEUTRAL: Mapping[str, str] = MappingProxyType(  # what takes the place of an entry that is left out
    {"sum": "0", "nansum": "0", "prod": "1", "nanprod": "1", "any": "False", "all": "True"}
    | dict.fromkeys(("max", "min", "amax", "amin", "nanmax", "nanmin"), "initial")
)


# Compositions whose parts may leave a view, another order of entries in memory, or an array without axes, where NumPy
# makes a new array or a number: by the order of the new array, "C", that of the argument ("K"), or Fortran's if the
# argument has it ("A").
_NEW_IN_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "C": (
            "take", "compress", "extract", "resize", "repeat", "interp", "inner", "select", "choose", "nanmax",
            "nanmin", "std", "nanstd", "median", "quantile", "percentile", "linalg.norm", "linalg.vector_norm",
            "linalg.matrix_norm",
        ),
        "K": ("sort", "roll", "gradient", "piecewise", "sinc"),
        "A": ("insert", "delete", "pad"),
    }
)  # fmt: skip
_NEW = {_numpy_function(name): order for order, names in _NEW_IN_ORDER.items() for name in names}


def _new(x: Array, first: Any, order: str) -> Array:
    if not isinstance(x, Tracer):
        return x
    argument = first.value if isinstance(first, Tracer) else first
    return fresh(x, argument if isinstance(argument, np.ndarray) else x.value, order)


@hands_on
def call_function(like: Tracer, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Answer NumPy's ``__array_function__``; ``like`` is a tracer among the arguments, or given as ``like=``."""
    if function in creation.WITH_LIKE:
        return creation.WITH_LIKE[function](like, *args, **kwargs)
    row = FUNCTIONS.get(function)
    if row is None:
        raise untraceable(
            f"{_full_name(function)} is not among the functions that are traced; compose it of functions that are, "
            "such as np.where, np.sum and np.einsum"
        )
    _check_names(function, row, kwargs)
    result = row(*args, **kwargs)
    if function not in _NEW:
        return result
    return trees.tree_map(lambda each: _new(each, args[0] if args else None, _NEW[function]), result)


def _check_names(function: Callable[..., Any], row: Row, kwargs: Mapping[str, Any]) -> None:
    """Refuse arguments of NumPy's that the row does not know."""
    unknown = [name for name in kwargs if name not in _parameters(row)]
    if unknown:
        name = _full_name(function)
        advice = _without_where(name) if unknown[0] == "where" else _INSTEAD.get(unknown[0], "")
        raise untraceable(f"{name} is traced without {unknown[0]}={advice and '; '}{advice}")


def _without_where(name: str) -> str:
    """What to write for ``where=``, by which only a sum may take zeros."""
    neutral = _NEUTRAL.get(name.rpartition(".")[2])
    if neutral:
        return f"write {name}(np.where(c, x, {neutral}))"
    mean = "; along an axis the mean is np.sum(np.where(c, x, 0), axis) / np.sum(c, axis)"
    return f"write {name}(x[c]){mean if name.endswith('mean') else ''}"


@functools.cache
def _parameters(row: Row) -> frozenset[str]:
    return frozenset(inspect.signature(row).parameters)


def _full_name(function: Callable[..., Any]) -> str:
    module = function.__module__.replace("numpy", "np", 1)
    return f"{module}.{function.__name__}"
