"""``load``: read any file that a model of chainrule wrote."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from chainrule.errors import ModelFileError
from chainrule.export import weights
from chainrule.network import files, table_files
from chainrule.network.network import Network
from chainrule.network.table_model import TableModel

__all__ = ["load"]

Model = Network | TableModel
Restore = Callable[[str | os.PathLike[str], Mapping[str, Any], Mapping[str, Any]], Model]

_KINDS: dict[Any, Restore] = {files.KIND: Network._restore, table_files.KIND: TableModel._restore}


def load(path: str | os.PathLike[str]) -> Model:
    """Return the network or table model that was saved there, bit for bit; loading never runs code.

    Raises:
        ModelFileError: the file is missing, damaged, foreign, or of a later version.

    Example:
        >>> import chainrule as cr, numpy as np, tempfile, os
        >>> net = cr.Network(widths=[2, 3, 1], output="sigmoid", seed=7)
        >>> path = os.path.join(tempfile.mkdtemp(), "net.chainrule")
        >>> net.save(path)
        >>> bool(np.all(cr.load(path).predict(np.ones((5, 2))) == net.predict(np.ones((5, 2)))))
        True
    """
    arrays, header = weights.read(path)
    kind = header.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ModelFileError(f"{os.fspath(path)} holds {kind!r}, which is neither a {' nor a '.join(_KINDS)}")
    return _KINDS[kind](path, arrays, header)
