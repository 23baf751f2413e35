"""Every error that chainrule raises on purpose, in one tree.

Each is also an instance of the builtin exception that fits, so code that knows nothing of chainrule catches it too::

    ChainruleError
    ├── FormulaError            ValueError       a formula that cannot be read, or whose shapes do not fit; its column
    ├── TraceError              TypeError        NumPy code that cannot become a graph; names the user's line
    ├── ShapeError              ValueError       shapes or dtypes that do not fit an operation
    ├── DifferentiationError    TypeError        a gradient that was asked for does not exist
    ├── GradientCheckError      AssertionError   a gradient differs from the finite difference; says by which factor
    ├── InputError              ValueError       an argument outside of what is meant
    │   └── InputTypeError          TypeError        an argument of another type than is meant
    ├── DivergenceError         ArithmeticError  training left the finite numbers
    ├── DataError               ValueError       a table that cannot be used as it is
    │   └── DataNotFoundError   FileNotFoundError
    ├── ModelFileError          ValueError       a model file that is damaged, foreign, from the future or not writable
    │   └── ModelFileNotFoundError  FileNotFoundError
    └── MissingDependencyError  ImportError      an optional library is not installed; says the command that installs it

A message says what happened, why, with the numbers, and what to write instead.

Example:
    >>> raise FormulaError("no number or name after '+'", "x + * y", column=5)
    Traceback (most recent call last):
    ...
    chainrule.errors.FormulaError: no number or name after '+'
      x + * y
          ^
"""

__all__ = [
    "ChainruleError",
    "DataError",
    "DataNotFoundError",
    "DifferentiationError",
    "DivergenceError",
    "FormulaError",
    "GradientCheckError",
    "InputError",
    "InputTypeError",
    "MissingDependencyError",
    "ModelFileError",
    "ModelFileNotFoundError",
    "ShapeError",
    "TraceError",
]


class ChainruleError(Exception):
    """The root: ``except cr.errors.ChainruleError`` catches all that chainrule raises on purpose."""


class FormulaError(ChainruleError, ValueError):
    """A formula that cannot be read, or whose operands have shapes that do not fit together.

    Attributes:
        text: the formula as it was given (shortened in the message when it is long).
        column: where the trouble starts, counted from 1; None when the formula as a whole is at fault.
    """

    def __init__(self, message: str, text: str = "", column: int | None = None) -> None:
        self.text = text
        self.column = column
        super().__init__(message if column is None else f"{message}\n{_marked(text, column)}")


class TraceError(ChainruleError, TypeError):
    """NumPy code that cannot become a graph; the message names the user's line and the way to write it."""


class ShapeError(ChainruleError, ValueError):
    """Shapes or dtypes that do not fit an operation."""


class DifferentiationError(ChainruleError, TypeError):
    """A gradient was asked for that does not exist, such as the gradient of a vector or by an integer."""


class GradientCheckError(ChainruleError, AssertionError):
    """A gradient does not agree with the numerical one; the message says by which factor it is off."""


class InputError(ChainruleError, ValueError):
    """An argument outside of what is meant."""


class InputTypeError(InputError, TypeError):
    """An argument of another type than is meant, such as a text in the place of a number or of a function."""


class DivergenceError(ChainruleError, ArithmeticError):
    """The loss became infinite or NaN during training; the network keeps the last finite parameters."""


class DataError(ChainruleError, ValueError):
    """A table that cannot be used as it is."""


class DataNotFoundError(DataError, FileNotFoundError):
    """There is no table of this name."""


class ModelFileError(ChainruleError, ValueError):
    """A model file that is damaged, foreign, written by a later version, or cannot be written."""


class ModelFileNotFoundError(ModelFileError, FileNotFoundError):
    """There is no model file, or no folder, of this name."""


class MissingDependencyError(ChainruleError, ImportError):
    """An optional library is not installed; the message says the command that installs it."""


_SHOWN = 60  # characters of a formula that a message shows around the column


def _marked(text: str, column: int) -> str:
    """The formula with a caret under the column, cut to a window when it is long."""
    start = max(0, column - 1 - _SHOWN // 2)
    window = "".join(c if c.isprintable() else " " for c in text[start : start + _SHOWN])
    return f"  {window}\n  {' ' * (column - 1 - start)}^"
