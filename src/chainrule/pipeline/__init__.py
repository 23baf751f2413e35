"""The road from a NumPy function to its derivatives, as users call it: trace, differentiate, interpret.

Every function here takes plain NumPy functions and gives plain NumPy functions, which can be traced and differentiated
again.
"""

from chainrule.pipeline.gradients import elementwise_grad, grad, value_and_grad
from chainrule.pipeline.matrices import hessian, jacobian
from chainrule.pipeline.prepared import prepared
from chainrule.pipeline.products import hvp, jvp, vjp

__all__ = ["elementwise_grad", "grad", "hessian", "hvp", "jacobian", "jvp", "prepared", "value_and_grad", "vjp"]
