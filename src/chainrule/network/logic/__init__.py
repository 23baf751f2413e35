"""Logic by neurons: what one neuron can compute, why it cannot compute the rest, and how two layers do.

Source: F. Rosenblatt (1958), "The perceptron: a probabilistic model for information storage and organization in the
brain"; M. Minsky and S. Papert (1969), "Perceptrons"; S. Muroga (1971), "Threshold Logic and Its Applications".

Example:
    >>> import chainrule as cr
    >>> cr.logic.separate("AND").weights
    (0.4, 0.4)
    >>> cr.logic.separate("XOR").certificate.contradiction
    ('w1 + w2 > 1', 'w1 + w2 <= 0.5')
    >>> cr.logic.two_layer("XOR").predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 1, 1, 0])
"""

from chainrule.network.logic.certificate import Certificate
from chainrule.network.logic.construction import TwoLayer, two_layer
from chainrule.network.logic.separation import Separation, separate
from chainrule.network.logic.tables import NAMES, truth_table

__all__ = ["NAMES", "Certificate", "Separation", "TwoLayer", "separate", "truth_table", "two_layer"]
