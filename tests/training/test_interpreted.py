"""Steps by NumPy."""

import numpy as np
from threadpoolctl import threadpool_info

from chainrule.layers.dense import Architecture
from chainrule.layers.initializers import initial_parameters
from chainrule.training.interpreted import Interpreted
from chainrule.training.objective import objective_for
from chainrule.training.optimizers import GradientDescent
from chainrule.training.samples import Samples


def blas_threads() -> set[int]:
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_products_take_one_thread_while_it_works_only() -> None:
    seen: list[set[int]] = []

    def loss(z: object, y: object) -> object:
        seen.append(blas_threads())
        return np.mean((z - y) ** 2, axis=1)  # type: ignore[operator]

    architecture = Architecture((3, 2), "relu", "identity")
    params = initial_parameters(architecture, 0, np.dtype(float))
    engine = Interpreted(architecture, objective_for(architecture, loss), GradientDescent(), params)
    before = blas_threads()
    samples = Samples(np.ones((4, 3)), np.ones((4, 2)))
    engine.epochs(samples, 2, 0, 1, 1)
    engine.evaluate(params, samples)
    assert set().union(*seen) == {1}
    assert blas_threads() == before
