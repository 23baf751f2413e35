"""Networks: ``network.py`` is the face that joins layers, training and files; ``parameters.py`` is what it learns.

``table_model.py`` is a network for the rows of a table.
Beside it the lecture's first neurons: ``perceptron.py``, and ``logic.py`` with what one neuron can and cannot compute.
"""

from chainrule.network import logic
from chainrule.network.loading import load
from chainrule.network.network import Network
from chainrule.network.perceptron import Perceptron
from chainrule.network.table_model import TableModel

__all__ = ["Network", "Perceptron", "TableModel", "load", "logic"]
