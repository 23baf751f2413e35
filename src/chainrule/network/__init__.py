"""Networks: ``network.py`` is the face that joins layers, training and files; ``parameters.py`` is what it learns.

Beside it the lecture's first neurons: ``perceptron.py``, and ``logic``, with what one neuron can and cannot compute.
"""

from chainrule.network import logic
from chainrule.network.loading import load
from chainrule.network.network import Network
from chainrule.network.perceptron import Perceptron

__all__ = ["Network", "Perceptron", "load", "logic"]
