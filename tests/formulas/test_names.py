"""The vocabulary."""

import keyword
import unicodedata

import numpy as np
import pytest

from chainrule.formulas.names import ADVICE, CONSTANTS, FUNCTIONS, GREEK, OTHER_NAMES

EXPECTED = """
exp log log2 log10 log1p expm1 sqrt cbrt abs sign floor ceil square power hypot arctan2 logaddexp
sin cos tan arcsin arccos arctan asin acos atan sinh cosh tanh arcsinh arccosh arctanh
maximum minimum max min where sum mean
sigmoid relu softplus log_sigmoid silu gelu elu leaky_relu selu mish hard_sigmoid step
log1pexp log1mexp xlogy erf erfc softmax log_softmax logsumexp
"""
INSIDE = {"arctanh": 0.5, "log1mexp": -0.5}  # of the domain


def test_the_functions_are_these() -> None:
    assert set(FUNCTIONS) == set(EXPECTED.split())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_arity_is_what_numpy_takes(name: str) -> None:
    call, arity = FUNCTIONS[name]
    assert arity == getattr(call, "nin", arity)
    value = np.full(2, INSIDE.get(name, 1.0))
    assert np.all(np.isfinite(call(*[value] * arity)))


def test_names_are_as_python_keeps_them() -> None:
    for name in [*FUNCTIONS, *CONSTANTS, *GREEK]:
        assert name.isidentifier()
        assert unicodedata.normalize("NFKC", name) == name
        assert not keyword.iskeyword(name)


def test_advice_leads_to_something_known() -> None:
    assert set(OTHER_NAMES.values()) <= set(FUNCTIONS)
    assert not set(OTHER_NAMES) & set(FUNCTIONS)
    assert not set(ADVICE) & set(GREEK)
