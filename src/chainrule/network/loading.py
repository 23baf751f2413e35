"""``load``: read any file that a model of chainrule wrote."""

import os

from chainrule.network.network import Network

__all__ = ["load"]


def load(path: str | os.PathLike[str]) -> Network:
    """Return the network that ``net.save(path)`` wrote, bit for bit; loading never runs code.

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
    return Network.load(path)
