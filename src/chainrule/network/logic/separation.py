"""Can one neuron compute a logic function? Its weights, or a certificate that there are none.

A bias is needed exactly where the output at the input of zeros is 1, since z is 0 there without one. Where that output
is 0 a bias adds nothing: w . x + b > 0.5 with b < 0.5 is the same as w' . x > 0.5 with w' = w / (1 - 2b).
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from chainrule.network.logic.certificate import Certificate, find_certificate
from chainrule.network.logic.tables import Inputs, TruthTable, all_inputs, n_inputs_of, truth_table
from chainrule.network.logic.text import weighted_sum
from chainrule.network.perceptron import Perceptron

__all__ = ["Separation", "roundest_scale", "separate"]

_THRESHOLD = Fraction(1, 2)
_MOST_ROWS_SHOWN = 16


@dataclass(frozen=True)
class Separation:
    """The neuron that computes a logic function, or why there is none.

    Attributes:
        outputs: the truth table, in counting order.
        strict: the convention of the step, z > 0.5 or z >= 0.5. The weights hold for both.
        weights: one for each input; None if no neuron computes the function.
        bias: 0 wherever the function can be computed without one, as in the lecture.
        certificate: the contradiction, if there are no weights; without a bias, as in the lecture, if the output at the
            input of zeros is 0.
        certificate_with_bias: the contradiction that a bias does not help either.
    """

    outputs: tuple[int, ...]
    strict: bool
    weights: tuple[float, ...] | None
    bias: float
    certificate: Certificate | None
    certificate_with_bias: Certificate | None

    @property
    def threshold(self) -> float:
        """What z is compared with: 0.5, as in the lecture."""
        return float(_THRESHOLD)

    @property
    def separable(self) -> bool:
        """Whether a neuron computes the function."""
        return self.weights is not None

    @property
    def perceptron(self) -> Perceptron | None:
        """The neuron itself, if there is one."""
        return None if self.weights is None else Perceptron(self.weights, self.bias, self.threshold, self.strict)

    def __str__(self) -> str:
        return _found(self) if self.separable else _contradicted(self)


def separate(table: TruthTable, strict: bool = True) -> Separation:
    """Find a neuron, y = 1 where z = w . x (+ b) > 0.5, that computes a logic function; or say why there is none.

    The weights have the widest margin for their size, by a linear program; they are made round and checked exactly.

    Args:
        table: a truth table as `truth_table` takes it: a name such as "XOR" or "AND3", or the outputs.
        strict: whether the neuron fires at z > 0.5, or at z >= 0.5.

    Raises:
        InputError: there is no such truth table.

    Example:
        >>> separate("AND").weights, separate("OR").weights
        ((0.4, 0.4), (1.0, 1.0))
        >>> print(separate("XOR").certificate)
        (1, 0) -> 1 needs w1 > 0.5
        (0, 1) -> 1 needs w2 > 0.5
        (1, 1) -> 0 needs w1 + w2 <= 0.5
        together: w1 + w2 > 1 and w1 + w2 <= 0.5
    """
    outputs = truth_table(table)
    rows = all_inputs(n_inputs_of(outputs))
    ones = [x for x, y in zip(rows, outputs, strict=True) if y]
    zeros = [x for x, y in zip(rows, outputs, strict=True) if not y]
    needs_bias = outputs[0] == 1
    certificate = find_certificate(ones, zeros, strict)
    if certificate:
        first = certificate if needs_bias else certificate.without_bias()
        return Separation(outputs, strict, None, 0.0, first, certificate)
    weights, bias = _neuron(ones, zeros, needs_bias)
    return Separation(outputs, strict, weights, bias, None, None)


def _neuron(ones: Sequence[Inputs], zeros: Sequence[Inputs], needs_bias: bool) -> tuple[tuple[float, ...], float]:
    """Round weights and a bias, checked exactly."""
    whole = _whole_weights(ones, zeros)
    low, high = _limits(whole, ones, zeros)
    scale = Fraction(1) if needs_bias else roundest_scale(low, high)
    bias = float(_THRESHOLD - (low + high) / 2) if needs_bias else 0.0
    weights = [float(scale * weight) for weight in whole]
    low, high = _limits([Fraction(weight) for weight in weights], ones, zeros)
    assert low + Fraction(bias) < _THRESHOLD < high + Fraction(bias), "the linear program has missed the weights"
    return tuple(weights), bias


def _whole_weights(ones: Sequence[Inputs], zeros: Sequence[Inputs]) -> list[Fraction]:
    """The smallest weights (sum of sizes) with a gap of 1 between the two outputs, times their common denominator.

    A corner of this linear program has denominators of at most 144, the largest determinant of nine rows of 0 and 1.
    """
    from scipy.optimize import linprog

    rows = np.array([*ones, *zeros], dtype=float)
    sides = np.array([[-1.0]] * len(ones) + [[1.0]] * len(zeros))
    n_inputs = rows.shape[1]
    program = linprog(  # of the positive and the negative parts of w, and the limit that w . x has at the zeros
        c=[1.0] * (2 * n_inputs) + [0.0],
        A_ub=sides * np.hstack([rows, -rows, -np.ones_like(sides)]),
        b_ub=[-1.0] * len(ones) + [0.0] * len(zeros),
        bounds=[(0, None)] * (2 * n_inputs) + [(None, None)],
        method="highs-ds",
    )
    corner = np.asarray(program.x, dtype=float)
    weights = [Fraction(w).limit_denominator(144) for w in corner[:n_inputs] - corner[n_inputs:-1]]
    return [weight * math.lcm(*(other.denominator for other in weights)) for weight in weights]


def _limits(weights: Sequence[Fraction], ones: Sequence[Inputs], zeros: Sequence[Inputs]) -> tuple[Fraction, Fraction]:
    """The largest w . x at an output 0 and the smallest at an output 1; 1 apart if there is only one kind of output."""
    low = [_dot(weights, x) for x in zeros]
    high = [_dot(weights, x) for x in ones]
    if not ones:
        return max(low), max(low) + 1
    if not zeros:
        return min(high) - 1, min(high)
    return max(low), min(high)


def _dot(weights: Sequence[Fraction], x: Inputs) -> Fraction:
    return sum((weight for weight, bit in zip(weights, x, strict=True) if bit), Fraction(0))


def roundest_scale(low: Fraction, high: Fraction) -> Fraction:
    """The number s of fewest decimals near the middle of s * low < 0.5 < s * high, for 0 <= low < high.

    Example:
        >>> print(roundest_scale(Fraction(0), Fraction(1)), float(roundest_scale(Fraction(1), Fraction(2))))
        1 0.4
    """
    least = _THRESHOLD / high
    most = _THRESHOLD / low if low else 3 * least
    middle = (least + most) / 2
    return next(s for s in (round(middle, digits) for digits in itertools.count()) if least < s < most)


def _found(separation: Separation) -> str:
    terms = [(w, f"x{i}") for i, w in enumerate(separation.weights or (), start=1)]
    relation = ">" if separation.strict else ">="
    z = weighted_sum([*terms, (separation.bias, "")])
    lines = [f"one neuron computes it: y = 1 if z {relation} {separation.threshold}, z = {z}"]
    if separation.bias:
        lines.append("it needs the bias: without one z is 0 at the input of zeros, where the output is 1")
    if separation.perceptron and len(separation.outputs) <= _MOST_ROWS_SHOWN:
        rows = all_inputs(len(terms))
        sums = separation.perceptron.net_input(rows)
        lines += [
            f"({', '.join(map(str, x))}) -> {y}  z = {z:g}"
            for x, y, z in zip(rows, separation.outputs, sums, strict=True)
        ]
    return "\n".join(lines)


def _contradicted(separation: Separation) -> str:
    blocks = ["no neuron computes it"]
    if separation.certificate != separation.certificate_with_bias:
        blocks += [str(separation.certificate), "a bias does not help"]
    return "\n".join([*blocks, str(separation.certificate_with_bias)])
