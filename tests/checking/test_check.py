import json
import math

import mpmath
import numpy as np
import pytest

import chainrule as cr
from chainrule.errors import InputError, InputTypeError, TraceError


def found(check, dtype="float64"):
    return {(each.kind, each.formula): each for each in check.findings if each.dtype == dtype}


def steps_between(a, b):
    """The number of floats from a to b, both positive and finite."""
    return abs(int(np.float64(a).view(np.int64)) - int(np.float64(b).view(np.int64)))


@pytest.fixture(scope="module")
def softplus():
    return cr.check("log(1 + exp(x))", x=(-1000, 1000))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_overflow_begins_where_exp_becomes_infinite(softplus, dtype):
    finding = found(softplus, dtype)["overflow", "exp(x)"]
    x = finding.at["x"]
    assert x.dtype == dtype
    with np.errstate(over="ignore"):
        assert np.isinf(np.exp(x))
        assert np.isfinite(np.exp(np.nextafter(x, x.dtype.type(0))))
    assert finding.stretches == ((float(x), 1000.0),)
    assert np.isinf(finding.value)
    assert finding.truth == finding.worst["x"]  # log(1 + e^x) is x there, to the last bit


def test_lost_bits_are_the_floats_between_value_and_truth(softplus):
    finding = found(softplus)["rounding", "log(1 + exp(x))"]
    (stretch,) = finding.stretches
    assert -740 < stretch[0] < -700 < -12 < stretch[1] < -5
    for x in (finding.worst["x"], np.float64(stretch[1])):
        with mpmath.workdps(60):
            truth = float(mpmath.log1p(mpmath.exp(mpmath.mpf(float(x)))))
        lost = math.log2(1 + steps_between(np.log(1 + np.exp(x)), truth))
        assert lost > softplus.most
        if x == finding.worst["x"]:
            assert lost == finding.lost


def test_next_to_the_first_bad_input_all_is_well(softplus):
    x = found(softplus)["rounding", "log(1 + exp(x))"].at["x"]
    inner = np.nextafter(x, 0)
    with mpmath.workdps(60):
        truth = float(mpmath.log1p(mpmath.exp(mpmath.mpf(float(inner)))))
    assert math.log2(1 + steps_between(np.log(1 + np.exp(inner)), truth)) <= softplus.most


@pytest.mark.parametrize(
    ("text", "ranges", "kind", "formula"),
    [
        ("1 - cos(x)", {"x": (1e-9, 1e-3)}, "cancellation", "1 - cos(x)"),
        ("sqrt(x + 1) - sqrt(x)", {"x": (1, 1e18)}, "cancellation", "sqrt(x + 1) - sqrt(x)"),
        ("1/(1 - cos(x))", {"x": (1e-9, 1e-3)}, "cancellation", "1 - cos(x)"),
        ("1/(x - 0.3)", {"x": (0, 1)}, "division by zero", "1/(x - 0.3)"),
        ("x/(x - y)", {"x": (0.1, 1), "y": (0.1, 1)}, "division by zero", "x/(x - y)"),
        ("log(x)", {"x": (0, 1)}, "division by zero", "log(x)"),
        ("log(x)", {"x": (-1, 1)}, "undefined", "log(x)"),
        ("x*log(x)", {"x": (0, 1)}, "undefined", "x*log(x)"),
        ("log(x*x)", {"x": (1e-300, 1e-100)}, "underflow", "x*x"),
        ("exp(x)/exp(y)", {"x": (800, 900), "y": (800, 900)}, "overflow", "exp(y)"),
        ("x*x", {"x": (1, 1e300)}, "overflow", "x*x"),
    ],
)
def test_the_node_at_fault(text, ranges, kind, formula):
    check = cr.check(text, dtypes=["float64"], **ranges)
    assert (kind, formula) in found(check)
    assert not check.ok


def test_an_invalid_operation_of_infinities_that_are_right():
    def gap(x):
        return np.where(x > 0, 1 / (x - x), 1.0) - np.where(x > 0, 1 / (x - x), 0.0)

    (finding,) = cr.check(gap, x=(1, 2), dtypes=["float64"]).findings
    assert finding.kind == "undefined"  # inf - inf has no value in mathematics either


@pytest.mark.parametrize("text", ["sin(x)", "x + 1", "exp(-x*x)", "log1p(x*x)", "x/(1 + x*x)"])
def test_good_formulas_are_good_and_bounds_say_so(text):
    check = cr.check(text, x=(-10, 10))
    assert check.ok
    assert check.inputs > 300
    for dtype in ("float32", "float64"):
        assert check.errors[dtype] < 7  # exp(-100) magnifies the rounding of x*x
        assert check.excluded[dtype] == ("overflow", "division by zero", "invalid", "undefined")


def test_bounds_count_the_rounding_of_floats():
    """In mathematics the divisor is positive, in floats it is 0."""
    check = cr.check("1/(1 - cos(x))", x=(1e-9, 2e-9), dtypes=["float64"])
    assert "division by zero" not in check.excluded["float64"]
    with np.errstate(divide="ignore"):
        assert np.isinf(1 / (1 - np.cos(1.5e-9)))


def test_bounds_know_the_greatest_float():
    assert cr.check("log(x)", x=(-1, 1), dtypes=["float64"]).excluded["float64"] == ()
    assert "overflow" not in cr.check("exp(x)", x=(0, 710), dtypes=["float64"]).excluded["float64"]
    assert "overflow" in cr.check("exp(x)", x=(0, 709), dtypes=["float64"]).excluded["float64"]
    assert "overflow" not in cr.check("exp(x)", x=(0, 709), dtypes=["float32"]).excluded["float32"]


def test_bounds_count_what_a_sum_meets_on_the_way():
    """The sum is small, but in floats its first two terms overflow, or leave rounding errors."""

    def total(x):
        return np.sum(x * np.array([1.0, 1.0, -1.0]))

    assert cr.check(total, x=(np.full(3, 1e300), 1e307), dtypes=["float64"]).excluded["float64"]
    assert not cr.check(total, x=(np.full(3, 1e300), 1e308), dtypes=["float64"]).excluded["float64"]

    def quotient(x):
        return 1 / np.sum(x * np.array([1e16, 1.0, -1e16]))

    assert not cr.check(quotient, x=(np.ones(3), 1.0), dtypes=["float64"]).excluded["float64"]
    assert np.sum(np.array([1e16, 1.0, -1e16])) == 0  # where mathematics has 1


def test_bounds_are_silent_about_what_they_cannot_bound():
    assert cr.check(lambda x: np.prod(x), x=(np.ones(3), 2.0), dtypes=["float64"]).excluded["float64"] == ()


def test_all_floats():
    check = cr.check("x/(1 + abs(x))", x=(-np.inf, np.inf))
    assert check.ok
    assert check.ranges["x"] == (np.finfo(float).min, np.finfo(float).max)
    assert max(len(line) for line in str(check).splitlines()) <= 80
    assert cr.check("x/(1 + abs(x))", x=(-1e307, 1e307)).excluded["float64"]
    assert ("overflow", "x + x") in found(cr.check("x + x", x=(-np.inf, np.inf)))


def test_a_finding_names_the_line():
    def loss(x):
        p = 1 / (1 + np.exp(-x))
        return -np.log(1 - p)

    finding = found(cr.check(loss, x=(0, 100)))["cancellation", "1 - p"]
    file, _, line = finding.where.rpartition(":")
    assert file == __file__
    assert int(line) == loss.__code__.co_firstlineno + 2


def test_both_ways_of_a_decision_are_looked_at():
    def f(x):
        if x > 1:
            return np.exp(x)
        return 1 - np.cos(x)

    kinds = {finding.kind for finding in cr.check(f, x=(0, 1000), dtypes=["float64"]).findings}
    assert kinds == {"overflow", "cancellation"}


def test_arrays_have_bounds_for_each_entry():
    check = cr.check(
        lambda x, w: np.log(np.sum(np.exp(w * x))),
        x=(np.zeros(3), np.array([1.0, 1.0, 900.0])),
        w=1.0,
        dtypes=["float64"],
    )
    finding = found(check)["overflow", "exp(w*x)"]
    assert finding.at["x"].shape == (3,)
    assert finding.at["x"][2] > 709.7
    assert finding.stretches == ()
    assert check.variable is None


def test_defaults_and_fixed_arguments():
    def f(x, power=2.0):
        return x**power

    assert cr.check(f, x=(0.5, 2)).ok
    assert not cr.check(f, x=(0.5, 2), power=2000.0).ok


def test_how_many_bits_may_be_wrong():
    text, ranges = "(x + 1) - x", {"x": (1, 1000), "dtypes": ["float64"]}
    assert not cr.check(text, bits=3, **ranges).ok
    assert cr.check(text, bits=12, **ranges).ok


def test_the_curve_is_the_error_along_the_range(softplus):
    single, double = softplus.curves
    assert (single.dtype, double.dtype) == ("float32", "float64")
    assert list(double.x) == sorted(double.x)
    assert double.x[0] == -1000
    assert double.x[-1] == 1000
    assert max(double.bits) == softplus.errors["float64"] > 60


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cr.check("x", x=(2, 1)), InputError, "lower bound first"),
        (lambda: cr.check("x", x=(1, 2, 3)), InputError, "3 bounds"),
        (lambda: cr.check("x", x=(0, math.nan)), InputError, "NaN"),
        (lambda: cr.check("x", x="0:1"), InputTypeError, "not '0:1'"),
        (lambda: cr.check("x + y", x=1), InputError, "y has no range"),
        (lambda: cr.check("x", x=1, z=2), InputError, "no argument z"),
        (lambda: cr.check("x", x=1, dtypes=["int8"]), InputError, "int8"),
        (lambda: cr.check(3, x=1), InputTypeError, "not 3"),
        (lambda: cr.check(lambda x: x > 0, x=1), InputError, "returned bool"),
        (lambda: cr.check(lambda x: math.exp(x), x=(0, 1)), TraceError, "np.exp"),
    ],
)
def test_errors_say_what_to_write(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_json_is_complete(softplus):
    document = json.loads(softplus.to_json())
    assert document["ok"] is False
    assert document["ranges"] == {"x": [-1000.0, 1000.0]}
    assert [each["kind"] for each in document["findings"]] == [each.kind for each in softplus.findings]
    assert document["findings"][1]["value"] == "inf"


@pytest.mark.parametrize(
    ("text", "ranges", "stable"),
    [
        ("log(1 + exp(x))", {"x": (-1000, 1000)}, "softplus(x)"),
        ("sqrt(x + 1) - sqrt(x)", {"x": (1, 1e18)}, "1/(sqrt(x + 1) + sqrt(x))"),
        ("sqrt(x*x + y*y)", {"x": (1, 1e300), "y": (1, 1e300)}, "hypot(x, y)"),
        ("exp(x)", {"x": (0, 1000)}, ""),
        ("(x + y) - x", {"x": (1e15, 1e17), "y": (0, 1)}, ""),
    ],
)
def test_the_stable_form_is_named_where_it_helps(text, ranges, stable):
    for finding in cr.check(text, dtypes=["float64"], **ranges).findings:
        assert finding.stable == stable
        if stable:
            value = cr.formula(stable)(**finding.worst)
            assert abs(value - finding.truth) <= 1e-12 * abs(finding.truth)
