"""The model file: named arrays and a JSON header, in one file, without pickle.

The file is a safetensors file (https://huggingface.co/docs/safetensors), so that other programs can read the arrays.
Its metadata has one entry, ``chainrule``, a JSON text::

    {"format": "chainrule model", "version": 1, "sha256": "...", "arrays": ["W1", "b1"], "header": {...}}

The SHA-256 is that of the header, of the names, dtypes and shapes, and of all the bits of the arrays. Without it a
flipped bit in a weight would go unnoticed: every pattern of bits is a number. It guards against accidents, not against
somebody who wants to deceive.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from chainrule.errors import InputError, ModelFileError, ModelFileNotFoundError
from chainrule.files import write_atomically

__all__ = ["FORMAT", "MOST_HEADER_BYTES", "VERSION", "read", "write"]

FORMAT = "chainrule model"
VERSION = 1
MOST_HEADER_BYTES = 16 * 2**20  # of the JSON at the start of the file

_KEY = "chainrule"  # in the metadata of the safetensors file
_DTYPES = ("bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)))
_DTYPES += ("float16", "float32", "float64")

Arrays = dict[str, NDArray[Any]]
Header = dict[str, Any]


def write(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]], header: Header) -> None:
    """Write a model file; a crash on the way leaves what stood there before.

    Args:
        path: where to write.
        arrays: by name; truth values, integers and floats of 16, 32 and 64 bits, of any shape and memory layout.
        header: what else belongs to the model, as JSON: dicts with text as keys, lists, text, finite numbers, None.

    Raises:
        InputError: an array or a header that the file cannot hold.
        ModelFileError: the file cannot be written; the reason is in the message.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "and.chainrule"
        >>> write(path, {"W1": np.array([[0.4, 0.4]])}, {"widths": [2, 1]})
        >>> read(path)
        ({'W1': array([[0.4, 0.4]])}, {'widths': [2, 1]})
    """
    data = _serialized(arrays, header)
    try:
        write_atomically(path, data)
    except FileNotFoundError:
        raise ModelFileNotFoundError(f"{path} cannot be written: there is no such folder; make it first") from None
    except OSError as error:
        raise ModelFileError(f"{path} cannot be written: {error.strerror or error}") from None


def read(path: str | os.PathLike[str]) -> tuple[Arrays, Header]:
    """Return the arrays and the header of a model file, as they were written, bit for bit.

    Raises:
        ModelFileNotFoundError: there is no such file.
        ModelFileError: not a model file, damaged, or written by a later version.
    """
    try:
        with open(path, "rb") as file:
            return _deserialized(file, os.fspath(path))
    except FileNotFoundError:
        raise ModelFileNotFoundError(f"there is no model file {os.fspath(path)!r}") from None
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}") from None


def _serialized(arrays: Mapping[str, NDArray[Any]], header: Header) -> bytes:
    from safetensors.numpy import save

    plain = {name: _plain(array, name) for name, array in arrays.items()}
    _require_json(header)
    record = {"format": FORMAT, "version": VERSION, "sha256": _digest(plain, header)}
    text = json.dumps({**record, "arrays": list(plain), "header": header}, allow_nan=False)
    data = bytes(save(plain, metadata={_KEY: text}))
    length = int.from_bytes(data[:8], "little")
    if length > MOST_HEADER_BYTES:
        raise InputError(f"the header of the model takes {length:,} bytes; at most {MOST_HEADER_BYTES:,} are possible")
    return data


def _plain(array: NDArray[Any], name: str) -> NDArray[Any]:
    """The array in C order and little-endian."""
    if not isinstance(name, str) or name == "__metadata__" or not name.isprintable():
        raise InputError(f"an array in a model file needs a printable name other than '__metadata__'; got {name!r}")
    if array.dtype.name not in _DTYPES:
        raise InputError(f"array {name!r} has dtype {array.dtype}; a model file holds {', '.join(_DTYPES)}")
    return np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")


def _require_json(header: Header) -> None:
    try:
        same = json.loads(json.dumps(header, allow_nan=False)) == header
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"the header of a model must be JSON: {error}") from None
    if not same:
        raise InputError("the header of a model must be JSON: dicts with text as keys, lists in place of tuples")


def _digest(arrays: Arrays, header: Header) -> str:
    described = [[name, array.dtype.name, array.shape] for name, array in arrays.items()]
    digest = hashlib.sha256(json.dumps([header, described]).encode())
    for array in arrays.values():
        digest.update(array.reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _deserialized(file: BinaryIO, path: str) -> tuple[Arrays, Header]:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    start, record = _record(file, path)
    try:
        found = load(start + file.read())
        arrays = {name: np.require(found.pop(name), requirements="W") for name in record["arrays"]}
        intact = not found and _digest(arrays, record["header"]) == record["sha256"]
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path} is damaged: {error}") from None
    if not intact:
        raise ModelFileError(f"{path} is damaged: its contents do not have the checksum that was written with them")
    return arrays, record["header"]


def _record(file: BinaryIO, path: str) -> tuple[bytes, dict[str, Any]]:
    """The bytes up to the arrays, and what chainrule wrote there, of which the version is known."""
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise ModelFileError(f"{path} is not a file")
    prefix = file.read(8)
    length = int.from_bytes(prefix, "little")
    if len(prefix) < 8 or length > min(found.st_size - 8, MOST_HEADER_BYTES):
        raise ModelFileError(f"{path} ({found.st_size:,} bytes) is not a model file, or the rest of it is missing")
    start = file.read(length)
    metadata = _parsed(start, path).get("__metadata__")
    text = metadata.get(_KEY) if isinstance(metadata, dict) else None
    if not isinstance(text, str):
        raise ModelFileError(f"{path} is a safetensors file, but not one that chainrule wrote: it has no header")
    record = _parsed(text, path)
    _require_known(record, path)
    return prefix + start, record


def _require_known(record: dict[str, Any], path: str) -> None:
    version = record.get("version")
    if record.get("format") != FORMAT or type(version) is not int or version < 1:
        raise ModelFileError(f"{path} is not a model file: its header does not say {FORMAT!r} and a version")
    if version > VERSION:
        raise ModelFileError(
            f"{path} was written by a later version of chainrule (format {version}; this one reads up to {VERSION}): "
            "pip install --upgrade chainrule"
        )
    if not isinstance(record.get("header"), dict) or not isinstance(record.get("arrays"), list):
        raise ModelFileError(f"{path} is damaged: its header has no list of arrays or no contents")


def _parsed(text: str | bytes, path: str) -> dict[str, Any]:
    """A JSON object; NaN and infinity, which are not JSON, are refused."""
    try:
        parsed = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ModelFileError(f"{path} is not a model file, or its header is damaged: {error}") from None
    if not isinstance(parsed, dict):
        raise ModelFileError(f"{path} is not a model file: its header is not a JSON object")
    return parsed


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
