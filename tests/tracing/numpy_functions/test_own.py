import pytest

from faithful import check_expression, check_slope, function_of, lines

SMOOTH = lines("""
    cr.functions.sigmoid(A)
    cr.functions.softplus(A)
    cr.functions.log1mexp(-P)
    cr.functions.xlogy(A, P)
    cr.functions.erf(A)
    cr.functions.erfc(A)
    cr.functions.softmax(A)
    cr.functions.softmax(T, axis=0)
    cr.functions.softmax(T, axis=None)
    cr.functions.softmax(T, axis=(2, 0)) * T
    cr.functions.softmax(s)
    cr.functions.log_softmax(s, axis=0) * s
    cr.functions.log_softmax(A)
    cr.functions.log_softmax(T, axis=-2)
    cr.functions.logsumexp(A)
    cr.functions.logsumexp(T, axis=(0, 2), keepdims=True)
    cr.functions.silu(A)
    cr.functions.gelu(A)
""")


@pytest.mark.parametrize("expression", SMOOTH)
def test_values_are_those_of_plain_arrays(expression: str) -> None:
    check_expression(expression, dtypes=["float32"])


@pytest.mark.parametrize("expression", SMOOTH)
def test_slopes_are_those_of_differences(expression: str) -> None:
    check_slope(*function_of(expression))
