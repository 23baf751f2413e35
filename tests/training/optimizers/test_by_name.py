import pytest

from chainrule.errors import InputError
from chainrule.training.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    GradientDescent,
    Lion,
    Momentum,
    NAdam,
    RAdam,
    RMSProp,
)
from chainrule.training.optimizers.by_name import resolve


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [
        ("gradient_descent", GradientDescent()),
        ("sgd", GradientDescent()),
        ("momentum", Momentum()),
        ("adam", Adam()),
        ("adamw", AdamW()),
        ("adagrad", AdaGrad()),
        ("rmsprop", RMSProp()),
        ("amsgrad", AMSGrad()),
        ("nadam", NAdam()),
        ("radam", RAdam()),
        ("lion", Lion()),
    ],
)
def test_names(name, optimizer):
    assert resolve(name) == optimizer
    assert resolve(name, learning_rate=0.25).learning_rate == 0.25
    assert resolve(optimizer) is optimizer


class Standing:
    def init(self, params):
        return {}

    def step(self, params, gradients, state):
        return params, state


def test_any_object_with_init_and_step_is_an_optimizer():
    standing = Standing()
    assert resolve(standing) is standing


@pytest.mark.parametrize(
    ("optimizer", "settings", "words"),
    [
        ("Adamm", {}, r"no optimizer 'Adamm'; there are 'gradient_descent', 'sgd'.*did you mean 'adam'\?"),
        ("", {}, "no optimizer ''"),
        (Adam, {}, r"such as Adam\(\)"),
        (0.1, {}, r"got 0\.1"),
        ("adam", {"lr": 0.1}, "no setting 'lr'; it has learning_rate, beta1"),
        (Adam(), {"learning_rate": 0.1}, r"settings \(learning_rate\)"),
        ("adam", {"learning_rate": -1}, "got -1"),
    ],
)
def test_what_is_no_optimizer(optimizer, settings, words):
    with pytest.raises(InputError, match=words):
        resolve(optimizer, **settings)
