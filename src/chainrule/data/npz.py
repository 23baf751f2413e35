"""Tables in NumPy's .npz files: one array for each column or block of columns."""

import io
import math
import zipfile
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.data.tables import Table
from chainrule.errors import DataError

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "parse_npz"]

MOST_BYTES = 4 * 2**30  # of all arrays of a file, numbers as float64
MOST_COLUMNS = 2**20

_READ_HEADER = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
_NAMING = ("feature_names", "target_names")


def parse_npz(data: bytes, source: str) -> Table:
    """Return the table in an .npz file.

    An array of shape (N,) or (N, 1) is a column of its own name. An array ``X`` of shape (N, M) is the columns ``X1``
    to ``XM``, or those that an array ``feature_names`` (M,) names; further axes, as of images, are flattened. An
    array ``target_names`` gives the labels for an array ``y`` of class numbers 0, 1, 2, ...

    Nothing is unpickled, and declared sizes are compared with each other and with a limit before anything is unpacked.

    Raises:
        DataError: not an .npz file, damaged, too large, or arrays that do not make a table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            arrays = _arrays(archive, source)
    except DataError:
        raise
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, RuntimeError) as error:
        raise DataError(f"{source} cannot be read as an .npz file of NumPy: {error}") from None
    return Table(_columns(arrays, source), source)


def _arrays(archive: zipfile.ZipFile, source: str) -> dict[str, NDArray[Any]]:
    members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
    if not members:
        raise DataError(f"{source} holds no arrays")
    size = 0
    for info in members:
        size += _declared_bytes(archive, info, source)
        if size > MOST_BYTES:
            raise DataError(f"{source} would take {size:,} bytes or more in memory; at most {MOST_BYTES:,} are read")
    return {info.filename.removesuffix(".npy"): _read(archive, info) for info in members}


def _declared_bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, source: str) -> int:
    """The size of an array by its header, which must agree with the size that the archive declares."""
    name = info.filename.removesuffix(".npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(
            f"{source}: array {name!r} is compressed in a way that NumPy does not use; save it with np.savez"
        )
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        if version not in _READ_HEADER:
            raise DataError(f"{source}: array {name!r} has version {version} of NumPy's format; save it with np.savez")
        shape, _, dtype = _READ_HEADER[version](member)
        header = member.tell()
    if dtype.hasobject:
        raise DataError(
            f"{source}: array {name!r} holds Python objects, which are never unpickled: "
            "save it with a dtype of numbers or text, as in array.astype(float) or array.astype(str)"
        )
    count = math.prod(shape)
    if count < 0 or header + count * dtype.itemsize != info.file_size:
        raise DataError(f"{source}: array {name!r} of shape {shape} does not fill its {info.file_size:,} bytes")
    return count * max(8, dtype.itemsize)


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NDArray[Any]:
    with archive.open(info) as member:
        array: NDArray[Any] = np.lib.format.read_array(member, allow_pickle=False)
    return np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array


def _columns(arrays: dict[str, NDArray[Any]], source: str) -> dict[str, NDArray[Any]]:
    """The columns of all arrays, of which ``feature_names`` and ``target_names`` only name others."""
    columns: dict[str, NDArray[Any]] = {}
    for array_name, array in arrays.items():
        if array_name in _NAMING:
            continue
        block = _labelled(array, arrays["target_names"], source) if _is_coded(array_name, arrays) else array
        for name, values in _block(array_name, block, arrays, source).items():
            if name in columns:
                raise DataError(f"{source} has more than one column of the name {name!r}: give each its own name")
            columns[name] = values
    return columns


def _block(name: str, array: NDArray[Any], arrays: dict[str, NDArray[Any]], source: str) -> dict[str, NDArray[Any]]:
    """The columns of one array, by name."""
    if array.ndim == 0 or array.size == 0:
        raise DataError(f"{source}: array {name!r} has shape {array.shape}; a column has a value for each row")
    rows = array.reshape(len(array), -1)
    width = rows.shape[1]
    if width > MOST_COLUMNS:
        raise DataError(f"{source}: array {name!r} has {width:,} columns; at most {MOST_COLUMNS:,} are read")
    names = [f"{name}{position}" for position in range(1, width + 1)] if width > 1 else [name]
    if name == "X" and "feature_names" in arrays:
        names = [str(given) for given in arrays["feature_names"].ravel()]
    if not len(set(names)) == len(names) == width:
        different = len(set(names))
        raise DataError(f"{source}: X has {width} columns, but feature_names has {different} different names")
    return dict(zip(names, rows.T, strict=True))


def _is_coded(name: str, arrays: dict[str, NDArray[Any]]) -> bool:
    return name == "y" and "target_names" in arrays and arrays["y"].dtype.kind in "iu"


def _labelled(numbers: NDArray[Any], names: NDArray[Any], source: str) -> NDArray[Any]:
    """The labels of class numbers."""
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < names.size:
        raise DataError(
            f"{source}: y has class numbers from {numbers.min()} to {numbers.max()}, "
            f"but target_names has {names.size} names"
        )
    labels: NDArray[Any] = names.ravel()[numbers]
    return labels
