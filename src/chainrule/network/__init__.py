"""Networks: ``network.py`` is the face that joins layers, training and files; ``parameters.py`` is what it learns."""

from chainrule.network.loading import load
from chainrule.network.network import Network

__all__ = ["Network", "load"]
