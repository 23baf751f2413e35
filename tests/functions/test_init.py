from importlib import import_module

import pytest

from chainrule import functions

MODULES = [
    "activations",
    "decision_losses",
    "error_function",
    "exponential_sums",
    "likelihoods",
    "losses",
    "robust_losses",
    "special",
    "survival",
]
PARTS = ["Example", ">>> ", "Derivative", "Range"]


def test_package_offers_all_that_its_modules_do() -> None:
    modules = [import_module(f"chainrule.functions.{module}") for module in MODULES]
    assert sorted(name for module in modules for name in module.__all__) == sorted(functions.__all__)


@pytest.mark.parametrize("name", functions.__all__)
def test_docstring_says_what_a_reader_looks_for(name: str) -> None:
    text = getattr(functions, name).__doc__
    assert [part for part in PARTS if part not in text] == []
