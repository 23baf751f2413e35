"""The circuits of the lecture that several tests explain."""

import chainrule as cr
from chainrule.explanation import Explanation

SIGMOID = "1/(1+exp(-(w0*x0+w1*x1+w2)))"
SIGMOID_INPUTS = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}


def product() -> Explanation:
    return cr.explain("(x+y)*z", x=-2, y=5, z=-4)


def sigmoid_circuit() -> Explanation:
    return cr.explain(SIGMOID, **SIGMOID_INPUTS)
