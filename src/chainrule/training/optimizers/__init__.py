"""How parameters move against their gradients: one algorithm a file.

An optimizer is an immutable value with two functions: ``init(params) -> state`` and
``step(params, gradients, state) -> (params, state)``, all of them trees of arrays. A step is plain NumPy out of place,
so that gradient and update are traced together as one graph.

Example:
    >>> import chainrule as cr
    >>> cr.optimizers.GradientDescent(learning_rate=1.0).step({"w": 3.0}, {"w": 0.5}, {})[0]
    {'w': 2.5}
"""

from chainrule.training.optimizers.adagrad import AdaGrad
from chainrule.training.optimizers.adam import Adam
from chainrule.training.optimizers.adamw import AdamW
from chainrule.training.optimizers.amsgrad import AMSGrad
from chainrule.training.optimizers.gradient_descent import GradientDescent
from chainrule.training.optimizers.lion import Lion
from chainrule.training.optimizers.momentum import Momentum
from chainrule.training.optimizers.nadam import NAdam
from chainrule.training.optimizers.radam import RAdam
from chainrule.training.optimizers.rmsprop import RMSProp
from chainrule.training.optimizers.scheduled import Scheduled

__all__ = [
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Lion",
    "Momentum",
    "NAdam",
    "RAdam",
    "RMSProp",
    "Scheduled",
]
