"""Optimizers by name, as a user writes them in ``fit(optimizer="adam")``."""

import inspect
from typing import Any

from chainrule.errors import InputError
from chainrule.training.optimizers.adagrad import AdaGrad
from chainrule.training.optimizers.adam import Adam
from chainrule.training.optimizers.adamw import AdamW
from chainrule.training.optimizers.amsgrad import AMSGrad
from chainrule.training.optimizers.gradient_descent import GradientDescent
from chainrule.training.optimizers.lion import Lion
from chainrule.training.optimizers.momentum import Momentum
from chainrule.training.optimizers.nadam import NAdam
from chainrule.training.optimizers.optimizer import Optimizer
from chainrule.training.optimizers.radam import RAdam
from chainrule.training.optimizers.rmsprop import RMSProp
from chainrule.training.settings import named

__all__ = ["OPTIMIZERS", "resolve"]

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "gradient_descent": GradientDescent,
    "sgd": GradientDescent,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
    "amsgrad": AMSGrad,
    "nadam": NAdam,
    "radam": RAdam,
    "lion": Lion,
}


def resolve(optimizer: str | Optimizer, **settings: Any) -> Optimizer:
    """Return the optimizer of a name, or the given one as it is.

    Args:
        optimizer: a name of ``OPTIMIZERS``, or an object with ``init`` and ``step``.
        settings: its settings, such as ``learning_rate``; only with a name.

    Raises:
        InputError: an unknown name or setting, a class in place of an object, or settings beside an object.

    Example:
        >>> resolve("momentum", learning_rate=0.1)
        Momentum(learning_rate=0.1, momentum=0.9, nesterov=False)
    """
    if isinstance(optimizer, str):
        return _by_name(optimizer, settings)
    if isinstance(optimizer, type) or not isinstance(optimizer, Optimizer):
        raise InputError(f"an optimizer is a name or an object with init and step, such as Adam(); got {optimizer!r}")
    if settings:
        raise InputError(
            f"settings ({', '.join(settings)}) go with the name of an optimizer; {optimizer!r} has its own"
        )
    return optimizer


def _by_name(name: str, settings: dict[str, Any]) -> Optimizer:
    kind = named("optimizer", name, OPTIMIZERS)
    known = list(inspect.signature(kind).parameters)
    unknown = [setting for setting in settings if setting not in known]
    if unknown:
        raise InputError(f"optimizer {name!r} has no setting {unknown[0]!r}; it has {', '.join(known)}")
    return kind(**settings)
