"""A formula as a NumPy function: what `cr.formula` returns."""

import inspect
import math
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from chainrule.errors import FormulaError, InputError, InputTypeError
from chainrule.formulas.names import Function
from chainrule.formulas.parser import columns, parse
from chainrule.formulas.scanner import scan

__all__ = ["Formula", "formula"]


class Formula:
    """A function of the variables of a formula, in the order in which they first appear; made by `formula`.

    It is called by position or by name. Two formulas are equal when their texts are.

    Attributes:
        text: the formula as it was written.
        variables: the names of the variables, in the order of the parameters.
    """

    __name__ = "formula"

    def __init__(self, text: str) -> None:
        scan(text)
        self._program = parse(text)
        self.text = text
        self.variables = tuple(dict.fromkeys(step for step in self._program if isinstance(step, str)))
        self.__signature__ = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in self.variables]
        )
        self.__doc__ = f"{text}\n\nA formula of {', '.join(self.variables) or 'no variables'}."

    def __call__(self, /, *values: Any, **named: Any) -> Any:
        """Return the value of the formula; an InputError says which variable has no value, two, or one of no number.

        A FormulaError marks the sign between operands whose shapes do not fit.
        """
        try:
            bound = self.__signature__.bind(*values, **named)
        except TypeError as error:
            variables = ", ".join(self.variables)
            raise InputError(f"{self!r} cannot be called so: {error}; its variables are ({variables})") from None
        for name, value in bound.arguments.items():
            _require_number(name, value)
        return self._run(bound.arguments)

    def _run(self, arguments: Mapping[str, Any]) -> Any:
        stack: list[Any] = []
        traced = next(filter(_is_foreign, arguments.values()), None)
        for place, step in enumerate(self._program):
            if isinstance(step, Function):
                operands = stack[-step.arity :]
                stack[-step.arity :] = [self._applied(step, operands, place, traced)]
            else:
                stack.append(arguments[step] if isinstance(step, str) else step)
        return stack.pop()

    def _applied(self, function: Function, operands: Sequence[Any], place: int, traced: Any) -> Any:
        try:
            return _apply(function.call, operands, traced)
        except ValueError as error:
            shapes = dict.fromkeys(shape for shape in map(np.shape, operands) if shape)
            if _fit(shapes):
                raise
            which = " and ".join(str(list(shape)) for shape in shapes)
            message = f"the shapes {which} do not fit together; axes must have equal lengths, or one of them 1"
            raise FormulaError(message, self.text, columns(self.text)[place]) from error

    def __repr__(self) -> str:
        return f"formula({reprlib.repr(self.text)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.text == other.text

    def __hash__(self) -> int:
        return hash((Formula, self.text))

    def __reduce__(self) -> tuple[type["Formula"], tuple[str]]:
        return Formula, (self.text,)


def formula(text: str) -> Formula:
    """Read a formula; return the NumPy function that it describes.

    A formula is made of numbers, variables, ``pi``, the operators ``+ - * / **``, comparisons ``< <= > >= == !=``,
    parentheses, and calls of known functions (`chainrule.formulas.names.FUNCTIONS`). Precedence is Python's:
    ``-x**2`` is ``-(x**2)``, ``a**b**c`` is ``a**(b**c)``. The text is parsed and never run.

    Numbers are real numbers: ``2`` means 2.0, and takes the dtype of the arrays that it meets. Where all operands are
    Python numbers the result is one too, with the value that NumPy gives in float64 and without its warnings:
    ``1/0`` is inf, ``(-1)**0.5`` is nan.

    Args:
        text: the formula; at most 10,000 characters, 2,000 numbers, names and signs, 100 nested parentheses.

    Returns:
        A function of the variables of the formula, in the order in which they appear. It takes NumPy arrays,
        Python numbers, and whatever else implements Python's operators and NumPy's protocols.

    Raises:
        FormulaError: the text is no formula; the message marks the column and says what to write instead.

    Example:
        >>> f = formula("(x + y)*z")
        >>> f
        formula('(x + y)*z')
        >>> f(-2, 5, -4)
        -12.0
        >>> f(x=np.array([1.0, 2.0]), y=1.0, z=10.0)
        array([20., 30.])
        >>> formula("2x")
        Traceback (most recent call last):
        chainrule.errors.FormulaError: an operator is missing; to multiply write 2*x
          2x
           ^
    """
    return Formula(text)


_NO_NUMBERS = (str, bytes, type(None), dict, set, list, tuple)


def _require_number(name: str, value: Any) -> None:
    if isinstance(value, _NO_NUMBERS):
        instead = f"; write {name}=np.array({value!r:.60})" if isinstance(value, (list, tuple)) else ""
        raise InputTypeError(f"{name} in the formula is a number or an array, not {value!r:.60}{instead}")


def _fit(shapes: Iterable[tuple[int, ...]]) -> bool:
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return True


def _is_foreign(value: Any) -> bool:
    """Is this an array of another kind than NumPy's, such as the stand-in of a trace?"""
    return hasattr(type(value), "__array_function__") and not issubclass(type(value), (np.ndarray, np.generic))


def _apply(function: Callable[..., Any], operands: Sequence[Any], traced: Any = None) -> Any:
    """Apply a function; of Python numbers it makes a Python number, so that arrays keep their dtype.

    What is beyond all numbers, as exp(999) and exp(-999) are, remains a formula if there is an array that can hold one.
    """
    if any(type(operand) not in (bool, int, float) for operand in operands):
        return function(*operands)
    with np.errstate(all="ignore"):
        value = function(*map(np.float64, operands)).item()
    if traced is None or (math.isfinite(value) and (value or not all(operands))):
        return value
    return function(*(np.full((), operand, traced.dtype, like=traced) for operand in operands))
