"""Why no neuron computes a function: inequalities that contradict each other.

Up to 8 inputs, a function that no neuron computes has two rows of output 1 and two rows of output 0 with the same sum
of inputs. Adding up their inequalities gives z > 1 and z <= 1 for the same z. So the search for a contradiction is a
search for four rows, in whole numbers.

Source: S. Muroga, T. Tsuboi, C. R. Baugh (1970), "Enumeration of threshold functions of eight variables", IEEE
Transactions on Computers C-19: up to 8 variables every completely monotonic function (one without such rows) is a
threshold function. For 9 variables this is false.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from chainrule.network.logic.tables import Inputs
from chainrule.network.logic.text import weighted_sum

__all__ = ["Certificate", "find_certificate"]

_RELATIONS = {(1, True): ">", (0, True): "<=", (1, False): ">=", (0, False): "<"}  # by output and strictness


@dataclass(frozen=True)
class Certificate:
    """Rows of a truth table whose inequalities, each taken once, contradict each other.

    Attributes:
        ones: inputs of output 1, for which z > 0.5 (z >= 0.5 if not ``strict``).
        zeros: inputs of output 0, for which z <= 0.5 (z < 0.5 if not ``strict``); their sum is that of ``ones``.
        with_bias: whether z has a bias. If not, the input of zeros may be left out, as 0 <= 0.5 demands nothing.
        strict: the convention of the step.
    """

    ones: tuple[Inputs, ...]
    zeros: tuple[Inputs, ...]
    with_bias: bool
    strict: bool

    @property
    def inequalities(self) -> tuple[str, ...]:
        """What each row demands of the weights, rows of output 1 first."""
        return tuple([self._sum([x], 1) for x in self.ones] + [self._sum([x], 0) for x in self.zeros])

    @property
    def contradiction(self) -> tuple[str, str]:
        """The sum of what the rows of output 1 demand, and of what the rows of output 0 demand."""
        return self._sum(self.ones, 1), self._sum(self.zeros, 0)

    def without_bias(self) -> "Certificate":
        """The contradiction that is left when there is no bias."""
        zeros = tuple(x for x in self.zeros if any(x))
        return Certificate(self.ones, zeros, with_bias=False, strict=self.strict)

    def __str__(self) -> str:
        rows = [(x, 1) for x in self.ones] + [(x, 0) for x in self.zeros]
        lines = [f"{x} -> {y} needs {text}" for (x, y), text in zip(rows, self.inequalities, strict=True)]
        return "\n".join([*lines, "together: {} and {}".format(*self.contradiction)])

    def _sum(self, rows: Sequence[Inputs], output: int) -> str:
        """The sum of what some rows of one output demand."""
        weights = [(sum(column), f"w{i}") for i, column in enumerate(zip(*rows, strict=True), start=1)]
        z = weighted_sum([*weights, (len(rows) * self.with_bias, "b")])
        return f"{z} {_RELATIONS[output, self.strict]} {len(rows) / 2:g}"


def find_certificate(ones: Sequence[Inputs], zeros: Sequence[Inputs], strict: bool) -> Certificate | None:
    """Return two rows of each output with the same sum; None if there are none, which means that a neuron will do."""
    pairs = {_added(a, b): (a, b) for a, b in itertools.combinations(ones, 2)}
    for c, d in itertools.combinations(zeros, 2):
        if _added(c, d) in pairs:
            a, b = pairs[_added(c, d)]
            return Certificate((b, a), (d, c), with_bias=True, strict=strict)
    return None


def _added(a: Inputs, b: Inputs) -> Inputs:
    return tuple(map(sum, zip(a, b, strict=True)))
