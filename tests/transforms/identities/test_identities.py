"""Each identity is applied where its pattern stands, and no digit is lost by it, at any exponent."""

from typing import Any

import numpy as np
import pytest

from chainrule.execute.interpret import Program
from chainrule.execute.referee import bits_of_error, truths
from chainrule.graph import Graph, Node, constant, input_node, make
from chainrule.transforms.identities import IDENTITIES
from chainrule.transforms.identity import Identity
from chainrule.transforms.patterns import Call, Expression, Product, Sum, Variable
from chainrule.transforms.stabilize import stabilize

FLOAT = np.dtype(float)
x, y, z = (input_node(name, (), FLOAT) for name in "xyz")
vector, matrix = input_node("v", (4,), FLOAT), input_node("m", (4, 4), FLOAT)

# What stands for the variables of patterns that ask for something special; else x is x, y is y.
SPECIAL: dict[str, dict[str, Any]] = {
    "logaddexp": {"y": make("exp", y)},
    "share of exponentials": {"y": make("exp", y) + make("exp", z)},
    "log of a product": {"y": make("exp", y)},
    "log of a power": {"x": make("exp", x), "c": 3.0},
    "log of an even power": {"c": 4.0},
    "exponentials that meet": {"x": x + y, "y": -x},
    "logarithm of selected entries": {"y": make("sigmoid", vector)},
    "root near a number": {"a": 9.0 + x, "c": 3.0},
    "difference from a square": {"c": 4.0},
    "variance": {"x": vector, "c": 0.25},
    "length of a vector": {"x": vector},
    "softmax": {"x": vector},
    "share of a sum": {"x": x, "y": vector},
    "exp of log softmax": {"x": vector},
    "log softmax": {"x": vector},
    "logsumexp": {"x": vector},
    "solve": {"a": matrix, "b": vector},
}
PARAMS = {"sum": {"axes": (0,), "keepdims": False}, "softmax": {"axis": 0}, "log_softmax": {"axis": 0}}


def known(identity: Identity) -> dict[str, Any]:
    near = {"a": x + 1.0, "b": x}  # nearly equal where x is large
    if "logarithm" in identity.name and "log1p" in str(identity.pattern):
        near["a"] = x
    return {"x": x, "y": y, "c": 2.0, **near, **SPECIAL.get(identity.name, {})}


def filled(pattern: Expression, given: dict[str, Any]) -> Node:
    """A pattern as a node."""
    if isinstance(pattern, Variable):
        value = given[pattern.name]
        return value if isinstance(value, Node) else constant(value)
    if isinstance(pattern, Sum):
        terms = [filled(term, given) * k if k != 1 else filled(term, given) for k, term in pattern.terms]
        total = terms[0]
        for term in terms[1:]:
            total = total + term
        return total
    if isinstance(pattern, Product):
        result = constant(pattern.coefficient)
        for factor, power in pattern.factors:
            base = filled(factor, given)
            for _ in range(abs(power)):
                result = result * base if power > 0 else result / base
        return result
    assert isinstance(pattern, Call)
    inputs = [filled(each, given) for each in pattern.inputs]
    if pattern.op == "kept":
        return make("reshape", inputs[0], shape=(1,))
    if pattern.op == "moved":
        return make("transpose", inputs[0], axes=(0,))
    return make(pattern.op, *inputs, **PARAMS.get(pattern.op, {}))


def points(graph: Graph, count: int) -> list[list[Any]]:
    """Arguments of all exponents, half of them of moderate ones."""
    rng = np.random.default_rng(0)
    low, high = ((-300, -12), (300, 3))
    return [[_numbers(rng, low[i % 2], high[i % 2], node.shape) for node in graph.inputs] for i in range(count)]


def _numbers(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> Any:
    if len(shape) == 2:
        return rng.normal(size=shape)
    return np.where(rng.random(shape) < 0.5, -1.0, 1.0)[()] * 10.0 ** rng.uniform(low, high, shape)


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda each: each.name)
def test_identity(identity: Identity) -> None:
    node = filled(identity.pattern, known(identity))
    graph = Graph(tuple(each for each in (x, y, z, vector, matrix) if each in Graph((), (node,)).nodes), (node,))
    stable = stabilize(graph)
    assert identity.name in [rewrite.name for rewrite in stable.rewrites]
    before, after = Program(graph), Program(stable.graph)
    worse, better = [], []
    for arguments in points(graph, 40):
        (truth,) = truths(graph, arguments)
        if not np.all(truth.settled) or not np.all(np.isfinite(truth.value)):
            continue
        (written,), (rewritten,) = before.run(arguments), after.run(arguments)
        worse.append(np.mean(bits_of_error(written, truth.value)))
        better.append(np.mean(bits_of_error(rewritten, truth.value)))
    assert better
    assert np.mean(better) <= np.mean(worse) + 0.5
    assert np.mean(better) < 20 or np.mean(better) < np.mean(worse) - 5
