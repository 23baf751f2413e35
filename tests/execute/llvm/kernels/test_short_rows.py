"""Products whose results have few columns, and what is computed of all their entries in one go."""

from typing import Any

import numpy as np
import pytest

import chainrule as cr

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("columns", [1, 2, 3, 10, 15, 17, 31, 33])
@pytest.mark.parametrize("rows", [1, 7, 48, 49, 100])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_an_update_of_a_matrix_with_few_columns(rows: int, columns: int, dtype: Any) -> None:
    W, X, D = (RANDOM.normal(size=shape).astype(dtype) for shape in ((rows, columns), (5, rows), (5, columns)))

    def update(W: Any, X: Any, D: Any) -> Any:
        gradient = X.T @ D
        return W - 0.1 * gradient / (np.sqrt(gradient * gradient) + 1)

    found = cr.compile(update)(W, X, D)
    np.testing.assert_allclose(found, update(W, X, D), rtol=1e-5 if dtype is np.float32 else 1e-13)


def test_what_does_not_follow_row_by_row_is_left_as_it_is() -> None:
    b, V, X, D = (RANDOM.normal(size=shape) for shape in ((3,), (3, 20), (5, 20), (5, 3)))

    def shifted(b: Any, V: Any, X: Any, D: Any) -> Any:
        return X.T @ D + b + V.T

    np.testing.assert_allclose(cr.compile(shifted)(b, V, X, D), shifted(b, V, X, D), rtol=1e-13)
