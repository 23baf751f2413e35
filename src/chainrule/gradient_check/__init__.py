"""Is a gradient right? It is compared with numerical derivatives, and what is wrong is named.

``check.py`` is the function that users call, ``numerical.py`` takes derivatives from values alone, ``comparison.py``
holds the two gradients side by side, ``findings.py`` says what is wrong, and ``factors.py`` lists the factors that are
forgotten most.
"""

from chainrule.gradient_check.check import GradientCheck, check_grad

__all__ = ["GradientCheck", "check_grad"]
