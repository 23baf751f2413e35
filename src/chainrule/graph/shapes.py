"""Shape and dtype of every primitive's value: one table, rows in the order of ``ops.py``.

A row takes the inputs (anything with ``shape`` and ``dtype``) and the params and returns the shape and, where the
rule of the op's
``dtype`` column is "own", the dtype. Elementwise operations broadcast; they share one row.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from chainrule.errors import ShapeError
from chainrule.graph.keys import Key, indexed_shape
from chainrule.graph.ops import Op

__all__ = ["OWN_DTYPES", "SHAPES", "Typed", "infer"]

Shape = tuple[int, ...]
Dtype = np.dtype[Any]
Params = Mapping[str, Any]


class Typed(Protocol):
    """Whatever has a shape and a dtype."""

    @property
    def shape(self) -> Shape:
        """Lengths of the axes."""

    @property
    def dtype(self) -> Dtype:
        """Type of the entries."""


Inputs = Sequence[Typed]


def infer(op: Op, inputs: Inputs, params: Params) -> tuple[Shape, Dtype]:
    """Return shape and dtype of ``op`` applied to inputs.

    Raises:
        ShapeError: the inputs do not fit the operation; names the shapes.
    """
    if op.arity is not None and len(inputs) != op.arity:
        raise ShapeError(f"{op.name} takes {op.arity} inputs and was given {len(inputs)}")
    try:
        shape = SHAPES.get(op.name, _broadcast)(inputs, params)
        return shape, _dtype(op, inputs, params)
    except (ValueError, TypeError) as error:
        if isinstance(error, ShapeError):
            raise
        shapes = " and ".join(f"{each.dtype}{list(each.shape)}" for each in inputs)
        raise ShapeError(f"{op.name} does not fit {shapes}: {error}") from error


# --- shapes -------------------------------------------------------------------------------------------------


def _broadcast(inputs: Inputs, params: Params) -> Shape:
    shapes = {each.shape for each in inputs}
    return shapes.pop() if len(shapes) == 1 else np.broadcast_shapes(*shapes)


def _reduced(inputs: Inputs, params: Params) -> Shape:
    axes, keepdims = params["axes"], params["keepdims"]
    return tuple(1 if i in axes else n for i, n in enumerate(inputs[0].shape) if keepdims or i not in axes)


def _nonempty(inputs: Inputs, params: Params) -> Shape:
    shape = inputs[0].shape
    if any(shape[axis] == 0 for axis in params["axes"]):
        raise ShapeError(
            f"an empty axis has no greatest or least entry: shape {list(shape)}, axes {list(params['axes'])}"
        )
    return _reduced(inputs, params)


def _same(inputs: Inputs, params: Params) -> Shape:
    return inputs[0].shape


def _reshaped(inputs: Inputs, params: Params) -> Shape:
    shape: Shape = params["shape"]
    if int(np.prod(shape)) != int(np.prod(inputs[0].shape)):
        raise ShapeError(f"cannot reshape {list(inputs[0].shape)} into {list(shape)}: the number of entries differs")
    return shape


def _transposed(inputs: Inputs, params: Params) -> Shape:
    return tuple(inputs[0].shape[axis] for axis in params["axes"])


def _broadcast_to(inputs: Inputs, params: Params) -> Shape:
    shape: Shape = params["shape"]
    if np.broadcast_shapes(inputs[0].shape, shape) != shape:
        raise ShapeError(f"cannot broadcast {list(inputs[0].shape)} to {list(shape)}")
    return shape


def _index(inputs: Inputs, params: Params) -> Shape:
    key: Key = params["key"]
    return indexed_shape(inputs[0].shape, key, [each.shape for each in inputs[1:]])


def _concatenated(inputs: Inputs, params: Params) -> Shape:
    axis = params["axis"]
    shapes = [each.shape for each in inputs]
    rests = {shape[:axis] + shape[axis + 1 :] for shape in shapes}
    if len(rests) != 1:
        raise ShapeError(f"cannot join shapes {', '.join(str(list(s)) for s in shapes)} along axis {axis}")
    first = shapes[0]
    return (*first[:axis], sum(shape[axis] for shape in shapes), *first[axis + 1 :])


def _matmul(inputs: Inputs, params: Params) -> Shape:
    a, b = inputs[0].shape, inputs[1].shape
    if not a or not b:
        raise ShapeError("a matrix product needs arrays; write * for a number")
    rows, inner_a = (a[:-1][-1:], a[-1])
    columns, inner_b = (b[-1:], b[-2]) if len(b) > 1 else ((), b[0])
    if inner_a != inner_b:
        raise ShapeError(f"matrix product of {list(a)} and {list(b)}: {inner_a} columns meet {inner_b} rows")
    return (*np.broadcast_shapes(a[:-2], b[:-2]), *rows, *columns)


def _einsum(inputs: Inputs, params: Params) -> Shape:
    terms, result = params["subscripts"].split("->")
    lengths: dict[str, int] = {}
    for letters, each in zip(terms.split(","), inputs, strict=True):
        for letter, length in zip(letters, each.shape, strict=True):
            if lengths.setdefault(letter, length) not in (length, 1) and length != 1:
                raise ShapeError(
                    f"einsum {params['subscripts']!r}: axis {letter} is {lengths[letter]} long and {length} long"
                )
            lengths[letter] = max(lengths[letter], length) if 0 not in (lengths[letter], length) else 0
    return tuple(lengths[letter] for letter in result)


def _square(inputs: Inputs, params: Params) -> Shape:
    shape = inputs[0].shape
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"a square matrix is needed, the shape is {list(shape)}")
    return shape


def _det(inputs: Inputs, params: Params) -> Shape:
    return _square(inputs, params)[:-2]


def _solve(inputs: Inputs, params: Params) -> Shape:
    matrix, right = _square(inputs, params), inputs[1].shape
    if len(right) == 1:  # NumPy 2: only a vector is a vector, all else is a stack of matrices
        return (*matrix[:-2], *_matmul_vector(matrix, right))
    if matrix[-1] != right[-2]:
        raise ShapeError(f"solve: the matrix is {list(matrix)}, the right side {list(right)}")
    return (*np.broadcast_shapes(matrix[:-2], right[:-2]), *right[-2:])


def _matmul_vector(matrix: Shape, right: Shape) -> Shape:
    if matrix[-1] != right[0]:
        raise ShapeError(f"solve: the matrix is {list(matrix)}, the right side {list(right)}")
    return right


SHAPES: Mapping[str, Callable[[Inputs, Params], Shape]] = MappingProxyType(
    {
        # reductions
        "sum": _reduced,
        "prod": _reduced,
        "max": _nonempty,
        "min": _nonempty,
        "logsumexp": _reduced,
        "any": _reduced,
        "all": _reduced,
        "argmax": _nonempty,
        "argmin": _nonempty,
        # along one axis
        "cumsum": _same,
        "cumprod": _same,
        "softmax": _same,
        "log_softmax": _same,
        "argsort": _same,
        # structure
        "reshape": _reshaped,
        "transpose": _transposed,
        "broadcast_to": _broadcast_to,
        "index": _index,
        "index_set": _same,
        "index_add": _same,
        "concatenate": _concatenated,
        # contraction
        "matmul": _matmul,
        "einsum": _einsum,
        # linear algebra
        "inv": _square,
        "det": _det,
        "solve": _solve,
    }
)


# --- dtypes -------------------------------------------------------------------------------------------------

_BOOL, _INT8, _INDEX = np.dtype(bool), np.dtype(np.int8), np.dtype(np.intp)
_FLOAT32, _FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


def _dtype(op: Op, inputs: Inputs, params: Params) -> Dtype:
    if op.dtype == "bool":
        return _BOOL
    if op.dtype == "index":
        return _INDEX
    if op.dtype == "own":
        return OWN_DTYPES.get(op.name, _first)(inputs, params)
    if op.dtype == "float":
        return np.result_type(*(_float_for(each.dtype) for each in inputs))
    common = _common(inputs, params)
    if op.dtype == "number" and common == _BOOL:
        return _INT8
    return _FLOAT64 if op.dtype == "division" and common.kind != "f" else common


def _float_for(dtype: Dtype) -> Dtype:
    """NumPy's choice of a float for the functions of an integer: the least that holds most of its values."""
    return np.result_type(dtype, np.float16)


def _first(inputs: Inputs, params: Params) -> Dtype:
    return inputs[0].dtype


def _param(inputs: Inputs, params: Params) -> Dtype:
    return np.dtype(params["dtype"])


def _accumulated(inputs: Inputs, params: Params) -> Dtype:
    """NumPy adds booleans and short integers as long ones."""
    dtype = inputs[0].dtype
    if dtype.kind in "bi" and dtype.itemsize < 8:
        return np.dtype(np.int64)
    if dtype.kind == "u" and dtype.itemsize < 8:
        return np.dtype(np.uint64)
    return dtype


def _common(inputs: Inputs, params: Params) -> Dtype:
    return np.result_type(*(each.dtype for each in inputs))


def _chosen(inputs: Inputs, params: Params) -> Dtype:
    return _common(inputs[1:], params)


def _linear_algebra(inputs: Inputs, params: Params) -> Dtype:
    """NumPy's linear algebra works in float64, and in float32 if that is all it gets."""
    return _FLOAT32 if all(each.dtype == _FLOAT32 for each in inputs) else _FLOAT64


OWN_DTYPES: Mapping[str, Callable[[Inputs, Params], Dtype]] = MappingProxyType(
    {
        "where": _chosen,
        "astype": _param,
        "sum": _accumulated,
        "prod": _accumulated,
        "cumsum": _accumulated,
        "cumprod": _accumulated,
        "concatenate": _common,
        "inv": _linear_algebra,
        "det": _linear_algebra,
        "solve": _linear_algebra,
    }
)
