"""Random arrays: all dtypes, special values, and every way in which an array can lie in memory."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Fill = Callable[[np.random.Generator, int], Any]

DTYPES = [np.dtype(each) for each in ("f8", "f4", "i8", "?", "i4", "u1", "i1", "u2", "i2", "u4", "u8")]
_SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, np.inf, -np.inf, np.nan]


def _special(rng: np.random.Generator, size: int) -> Any:
    limits = np.finfo(np.float64)
    edges = [*_SPECIAL, limits.tiny, -limits.max, limits.smallest_subnormal, 1e-40, -1e-45, 3e38, 1e-20, 88.8, -709.8]
    return rng.choice(edges, size)


FLOATS: Mapping[str, Fill] = {
    "plain": lambda rng, size: rng.normal(size=size),
    "integers": lambda rng, size: rng.integers(-3, 4, size).astype(float),
    "positive": lambda rng, size: rng.exponential(size=size),
    "wide": lambda rng, size: rng.normal(size=size) * 10.0 ** rng.integers(-30, 30, size),
    "special": _special,
    "mixed": lambda rng, size: np.where(rng.random(size) < 0.2, _special(rng, size), rng.normal(size=size)),
}


def filled(rng: np.random.Generator, shape: tuple[int, ...], dtype: np.dtype[Any], fill: str) -> Array:
    """An array with random entries; integers and booleans are small or any."""
    size = int(np.prod(shape))
    if dtype.kind == "b":
        flat = rng.integers(0, 2, size).astype(bool)
    elif dtype.kind in "iu":
        flat = _integers(rng, size, dtype, any_number=fill in ("wide", "special"))
    else:
        with np.errstate(over="ignore"):
            flat = np.asarray(FLOATS[fill](rng, size)).astype(dtype)
    return flat.reshape(shape)


def _integers(rng: np.random.Generator, size: int, dtype: np.dtype[Any], *, any_number: bool) -> Array:
    limits = np.iinfo(dtype)
    if any_number:
        return rng.integers(limits.min, limits.max, size, dtype, endpoint=True)
    return rng.integers(max(-4, limits.min), 5, size).astype(dtype)


# --- layouts ------------------------------------------------------------------------------------------------


def _strided(x: Array) -> Array:
    wide = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)
    wide[..., ::2] = x
    return wide[..., ::2]


def _backwards(x: Array) -> Array:
    return np.ascontiguousarray(x[..., ::-1])[..., ::-1]


def _read_only(x: Array) -> Array:
    x = x.copy()
    x.flags.writeable = False
    return x


def _unaligned(x: Array) -> Array:
    memory = np.zeros(x.nbytes + 1, np.uint8)
    y: Array = memory[1:].view(x.dtype).reshape(x.shape)
    y[...] = x
    return y


LAYOUTS: Mapping[str, Callable[[Array], Array]] = {
    "plain": lambda x: x,
    "strided": lambda x: _strided(x) if x.ndim else x,
    "backwards": lambda x: _backwards(x) if x.ndim else x,
    "Fortran": lambda x: np.array(x, order="F"),
    "read-only": _read_only,
    "unaligned": _unaligned,
    "turned": lambda x: np.array(x.T, order="C").T,
    "other bytes": lambda x: x.astype(x.dtype.newbyteorder()),
}
