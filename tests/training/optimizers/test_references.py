"""Every optimizer goes where PyTorch's goes; ``tools/optimizer_references.py`` wrote down where that is."""

import json
from pathlib import Path

import numpy as np
import pytest

from chainrule.training import optimizers
from chainrule.training.optimizers.by_name import OPTIMIZERS

REFERENCES = json.loads(Path(__file__).with_name("references.json").read_text(encoding="utf-8"))


def optimizer_of(text):
    kind, _, settings = text.rstrip(")").partition("(")
    pairs = (setting.split("=") for setting in settings.split(", "))
    return getattr(optimizers, kind)(**{name: json.loads(value.lower()) for name, value in pairs})


def run(optimizer, dtype):
    theta = np.array(REFERENCES["start"], dtype)
    state, values = optimizer.init(theta), []
    for gradient in REFERENCES["gradients"]:
        theta, state = optimizer.step(theta, np.array(gradient, dtype), state)
        values.append(float(theta))
    return values


@pytest.mark.parametrize(("text", "expected"), REFERENCES["paths"].items(), ids=list(REFERENCES["paths"]))
@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 1e-10), (np.float32, 1e-5)])
def test_a_hundred_steps_lead_where_those_of_pytorch_lead(text, expected, dtype, close):
    assert run(optimizer_of(text), dtype) == pytest.approx(expected, rel=close, abs=close)


def test_every_optimizer_has_a_reference():
    without = {"Lion"}  # PyTorch has none; its own tests hold it to its paper
    assert {text.partition("(")[0] for text in REFERENCES["paths"]} | without == {
        kind.__name__ for kind in OPTIMIZERS.values()
    }
