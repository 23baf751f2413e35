"""TracedArray: a tracer that behaves as the array it stands for: operators, NumPy's functions, methods, brackets.

Its text is for people: ``print(f"{x:.3f}")`` shows ``Tracer(2.500)``, which neither ``float`` nor a table of numbers
takes for a number. Otherwise ``float(f"{x}")`` would cut x out of the graph, and its gradient would silently be zero.
Integers and booleans, which have no gradient, are texts as usual; a guard remembers which.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

import numpy as np

from chainrule.tracing.indexing import get, put
from chainrule.tracing.methods import method
from chainrule.tracing.numpy_functions import call_function
from chainrule.tracing.operands import holds_tracers
from chainrule.tracing.operators import OPERATORS
from chainrule.tracing.origin import LibraryCall, library_call, untraceable
from chainrule.tracing.tracer import Tracer
from chainrule.tracing.ufuncs import call_ufunc

__all__ = ["TracedArray"]

_CUT = "which would cut x out of the graph: its gradient would silently be zero"
_NO_NUMBER = (
    f"a plain number is needed here, {_CUT}; write x for float(x) and x.item(), np.exp(x) for math.exp(x), "
    "f'{x:.3f}' for '%.3f' % x, and where x is stored in a plain array, make that array with np.zeros(shape, like=x)"
)
_NO_ARRAY = (
    f"a plain array is needed here, {_CUT}; write np.stack([x, y]) or np.array([x, y], like=x) for np.array([x, y]) "
    "and for a list that a function of NumPy is given, x for np.asarray(x), x.copy() for np.array(x), m + s * noise "
    "for np.random.normal(m, s), and where x is stored in a plain array, make that array with np.zeros(shape, like=x)"
)
_NO_ARRAY_IN = f"{{}}'s {{}} needs a plain array, {_CUT}; {{}}"
_OF_A_LIST = (
    "a list that it is given holds traced arrays: write np.stack([x, y]) for [x, y], and np.array(rows, like=x) for "
    "lists in a list"
)
_INSTEAD: Mapping[tuple[str, str], str] = MappingProxyType(  # by library and the first part of the function's name
    {
        ("numpy", "vectorize"): "write the function with functions of NumPy, which take whole arrays",
        ("numpy", "MaskedArray"): "write np.where(mask, value, x) with the value to take where it is masked",
        ("numpy", "AxisConcatenator"): "write np.concatenate([x, y]) for np.r_[x, y] and np.column_stack([x, y]) for "
        "np.c_[x, y]",
        ("numpy", "nd_grid"): "give it plain numbers, and multiply: x * np.mgrid[0:1:5j]",
        ("numpy", "full"): "write np.full(shape, x, like=x)",
        ("numpy", ""): "where x is stored in a plain array, make that array with np.zeros(shape, like=x)",
        ("scipy", ""): "write it with functions of NumPy",
    }
)


class TracedArray(Tracer):
    """An array during tracing. Code that is traced sees it in place of its arguments."""

    __slots__ = ()

    @property  # type: ignore[misc]  # as in unittest.mock, it is only read
    def __class__(self) -> type[Any]:
        """What ``isinstance`` shall see: the type on plain arguments, so that tests of it choose the same branch."""
        return type(self.value.item() if self.weak else self.value)

    # --- NumPy's protocols ---------------------------------------------------------------------------------

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return call_ufunc(ufunc, method, inputs, kwargs)

    def __array_function__(self, function: Callable[..., Any], types: Any, args: Any, kwargs: Any) -> Any:
        return call_function(self, function, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        return method(self, name)

    def __getitem__(self, key: Any) -> Any:
        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        put(self, key, value)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a number")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tracer]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, item: Any) -> bool:
        return bool((self == item).any())

    # --- what Python makes of a number ---------------------------------------------------------------------

    def __round__(self, digits: int | None = None) -> Any:
        return np.round(self, digits) if digits is not None else _as_python_integer(np.rint(self))

    def __floor__(self) -> Any:
        return _as_python_integer(np.floor(self))

    def __ceil__(self) -> Any:
        return _as_python_integer(np.ceil(self))

    def __trunc__(self) -> Any:
        return _as_python_integer(np.trunc(self))

    def __copy__(self, memo: Any = None) -> Any:
        return self.copy()

    __deepcopy__ = __copy__

    # --- what Python makes of it as a text: to be read, and no number for the code that goes on with it -------

    def __str__(self) -> str:
        return format(self, "")

    def __format__(self, spec: str) -> str:
        if not self.shape and self.dtype.kind in "biu":  # has no gradient, and counts and names things
            return format(self.decide(bool if self.dtype.kind == "b" else int), spec)
        return f"Tracer({format(self.value, spec).strip()})" if spec else repr(self)

    # --- decisions by value: recorded as guards ------------------------------------------------------------

    def __bool__(self) -> bool:
        return bool(self.decide(bool))

    def __int__(self) -> int:
        return int(self.decide(int))

    def __index__(self) -> int:
        if self.dtype.kind not in "biu":
            raise TypeError(f"only integers can be an index or a count, not {self.dtype}")
        return int(self.decide(int))

    def __hash__(self) -> int:
        if isinstance(self.value, np.ndarray):
            raise TypeError("unhashable type: an array, here a traced one")
        if self.dtype.kind not in "biu":
            raise untraceable(f"a traced array of {self.dtype} is no key of a dict or set; use an integer or a text")
        return hash(self.decide(int))

    # --- ways out of the graph: an error that says what to write -------------------------------------------

    def __float__(self) -> float:
        if self.dtype.kind in "biu":
            return float(self.decide(int))
        raise untraceable(_NO_NUMBER)

    def __complex__(self) -> NoReturn:
        raise untraceable("complex numbers are not traced; write real and imaginary part as two arrays")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        call = library_call()
        raise untraceable(_NO_ARRAY_IN.format(call.library, call.function, _instead(call)) if call else _NO_ARRAY)


def _instead(call: LibraryCall) -> str:
    """What to write for a call of a function that needs plain arrays."""
    kind = call.function.partition(".")[0]
    if (call.library, kind) in _INSTEAD:
        return _INSTEAD[call.library, kind]
    lists = (value for value in call.values if isinstance(value, (list, tuple)))
    if call.library == "numpy" and any(map(holds_tracers, lists)):
        return _OF_A_LIST
    return _INSTEAD.get((call.library, ""), "write it with functions of NumPy")


def _as_python_integer(x: Any) -> Any:
    """What ``round`` and ``math.floor`` return: an integer without a dtype of its own."""
    integer = x.astype(np.int64)
    integer.weak = True
    return integer


for _name, _operator in OPERATORS.items():  # Python looks operators up in the class
    setattr(TracedArray, _name, _operator)
