"""One neuron: the numbers of the lecture, the known counts of threshold functions, all checked in exact arithmetic."""

import itertools
import random
from fractions import Fraction

import numpy as np
import pytest

from chainrule.errors import InputError
from chainrule.network.logic import Separation, separate, truth_table
from chainrule.network.logic.separation import roundest_scale

HALF = Fraction(1, 2)


def check(result: Separation) -> None:
    """Verify weights or certificates against the truth table by whole numbers and fractions only."""
    n_inputs = len(result.outputs).bit_length() - 1
    table = dict(zip(itertools.product((0, 1), repeat=n_inputs), result.outputs, strict=True))
    if result.weights is not None:
        assert result.certificate is result.certificate_with_bias is None
        for x, y in table.items():
            z = sum(Fraction(w) * bit for w, bit in zip(result.weights, x, strict=True)) + Fraction(result.bias)
            assert (z > HALF) == y
            assert z != HALF
        return
    assert result.certificate is not None
    assert result.certificate_with_bias is not None
    for certificate in (result.certificate, result.certificate_with_bias):
        assert all(table[x] == 1 for x in certificate.ones)
        assert all(table[x] == 0 for x in certificate.zeros)
        np.testing.assert_array_equal(np.sum(certificate.ones, axis=0), np.sum(certificate.zeros, axis=0))
        assert len(certificate.ones) >= len(certificate.zeros) >= 1
    assert len(result.certificate_with_bias.ones) == len(result.certificate_with_bias.zeros) == 2
    assert result.certificate.with_bias == bool(result.outputs[0])


# the lecture


def test_and() -> None:
    result = separate("AND")
    assert result.separable
    assert (result.weights, result.bias, result.threshold) == ((0.4, 0.4), 0.0, 0.5)
    w1, w2 = result.weights
    assert w1 <= 0.5
    assert w2 <= 0.5
    assert w1 + w2 > 0.5
    np.testing.assert_array_equal(result.perceptron.net_input([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 0.4, 0.4, 0.8])


def test_or() -> None:
    result = separate("OR")
    assert (result.weights, result.bias) == ((1.0, 1.0), 0.0)
    np.testing.assert_array_equal(result.perceptron.net_input([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 2])


def test_xor() -> None:
    result = separate("XOR")
    assert not result.separable
    assert result.weights is result.perceptron is None
    assert result.certificate.inequalities == ("w1 > 0.5", "w2 > 0.5", "w1 + w2 <= 0.5")
    assert result.certificate_with_bias.inequalities == (
        "w1 + b > 0.5",
        "w2 + b > 0.5",
        "w1 + w2 + b <= 0.5",
        "b <= 0.5",
    )


# the others


@pytest.mark.parametrize(
    ("name", "weights", "bias"),
    [
        ("NAND", (-1, -1), 2),
        ("NOR", (-1, -1), 1),
        ("NOT", (-1,), 1),
        ("IMPLIES", (-1, 1), 1),
        ("MAJORITY", (0.4, 0.4, 0.4), 0),
        ("AND3", (0.2, 0.2, 0.2), 0),
        ("OR3", (1, 1, 1), 0),
        ("00", (0,), 0),
        ("11", (0,), 1),
        ("0010", (1, -1), 0),
    ],
)
def test_weights_are_round(name: str, weights: tuple[float, ...], bias: float) -> None:
    result = separate(name)
    assert (result.weights, result.bias) == (weights, bias)


def test_xnor_has_one_certificate() -> None:
    result = separate("XNOR")
    assert result.certificate == result.certificate_with_bias
    assert result.certificate.contradiction == ("w1 + w2 + 2*b > 1", "w1 + w2 + 2*b <= 1")


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize(("n_inputs", "count"), [(1, 4), (2, 14), (3, 104)])
def test_known_numbers_of_threshold_functions(n_inputs: int, count: int, strict: bool) -> None:
    """Muroga (1971): 4, 14, 104, 1,882 functions of 1 to 4 variables."""
    results = [separate(outputs, strict) for outputs in itertools.product((0, 1), repeat=2**n_inputs)]
    for result in results:
        check(result)
    assert sum(result.separable for result in results) == count


def test_a_bias_is_used_only_where_zeros_give_one() -> None:
    for outputs in itertools.product((0, 1), repeat=8):
        result = separate(outputs)
        assert (result.bias != 0) == (result.separable and outputs[0] == 1)


@pytest.mark.parametrize("n_inputs", [4, 5, 6, 7, 8])
def test_functions_close_to_a_neuron(n_inputs: int) -> None:
    """Random neurons, some with one output next to the threshold flipped."""
    draw = random.Random(n_inputs)
    inputs = np.array(list(itertools.product((0, 1), repeat=n_inputs)))
    for flipped in [False, False, True, True] * 3:
        z = inputs @ [draw.randint(-9, 9) for _ in range(n_inputs)] - draw.randint(-9, 9) - 0.5
        outputs = (z > 0).astype(int)
        if flipped:
            outputs[draw.choice(np.argsort(abs(z))[:8])] ^= 1
        result = separate(outputs.tolist())
        check(result)
        assert result.separable or flipped


def test_agrees_with_brute_force_on_four_inputs() -> None:
    """Every threshold function of 4 variables has whole weights of size 3 at most (Muroga 1971)."""
    inputs = np.array(list(itertools.product((0, 1), repeat=4)))
    sums = np.array(list(itertools.product(range(-3, 4), repeat=4))) @ inputs.T
    found = {row.tobytes() for limit in range(-13, 14) for row in np.unique(sums >= limit, axis=0)}
    assert len(found) == 1882
    draw = random.Random(4)
    neighbors = [
        bytes(bit ^ (place == flip) for place, bit in enumerate(row)) for row in found for flip in [draw.randrange(16)]
    ]
    for row in draw.sample(sorted(found), 40) + draw.sample(sorted(neighbors), 60):
        result = separate(list(row))
        check(result)
        assert result.separable == (row in found)


# text, errors


def test_text_of_what_can_be_computed() -> None:
    assert str(separate("AND")).split("\n") == [
        "one neuron computes it: y = 1 if z > 0.5, z = 0.4*x1 + 0.4*x2",
        "(0, 0) -> 0  z = 0",
        "(0, 1) -> 0  z = 0.4",
        "(1, 0) -> 0  z = 0.4",
        "(1, 1) -> 1  z = 0.8",
    ]
    assert "z >= 0.5" in str(separate("AND", strict=False))
    assert "it needs the bias" in str(separate("NAND"))
    assert len(str(separate("AND8")).split("\n")) == 1


def test_text_of_what_cannot() -> None:
    text = str(separate("XOR"))
    assert "together: w1 + w2 > 1 and w1 + w2 <= 0.5\na bias does not help" in text
    assert text.endswith("together: w1 + w2 + 2*b > 1 and w1 + w2 + 2*b <= 1")
    assert "a bias does not help" not in str(separate("XNOR"))


def test_the_table_is_read_by_truth_table() -> None:
    assert separate({(0,): 1, (1,): 0}).outputs == truth_table("NOT")
    with pytest.raises(InputError, match="did you mean XOR"):
        separate("XORR")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 2), (2, 3), (7, 8), (0, 40), (99, 100), (5, 11)])
def test_scale_lies_inside(low: int, high: int) -> None:
    scale = roundest_scale(Fraction(low), Fraction(high))
    assert scale * low < HALF < scale * high
