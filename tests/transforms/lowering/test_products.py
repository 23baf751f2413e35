from typing import Any

import numpy as np
import pytest

from compiled import assert_same

SUMS = [
    ("ij,jk->ik", [(3, 4), (4, 5)]), ("ij->ji", [(3, 4)]), ("ii->i", [(4, 4)]), ("ii", [(4, 4)]),
    ("ij,ij->", [(3, 4), (3, 4)]), ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]), ("i,j->ij", [(3,), (4,)]),
    ("ij,j,i->", [(3, 4), (4,), (3,)]), ("ijk,jil->kl", [(3, 4, 5), (4, 3, 2)]), ("iij,jk->ik", [(3, 3, 4), (4, 5)]),
    ("ijj,jk->", [(3, 4, 4), (4, 5)]), ("ab,bc,cd,de->ae", [(2, 3), (3, 4), (4, 5), (5, 6)]),
    ("ij,ij->ij", [(1, 4), (3, 4)]), ("ij,jk->ik", [(3, 1), (4, 5)]), ("iii->", [(3, 3, 3)]), ("ij->", [(3, 4)]),
    ("ij,kl->", [(3, 4), (2, 2)]), ("abc,cd,bde->ae", [(2, 3, 4), (4, 5), (3, 5, 6)]), ("ij,jk->ki", [(0, 4), (4, 5)]),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_einstein_sums(dtype: str) -> None:
    arrays = [((np.arange(np.prod(s)) * 37) % 7 - 3).reshape(s).astype(dtype) for _, shapes in SUMS for s in shapes]

    def f(*arrays: Any) -> Any:
        left = list(arrays)
        return tuple(np.einsum(sub, *[left.pop(0) for _ in shapes]) for sub, shapes in SUMS)

    assert_same(f, *arrays)


def test_an_einstein_sum_of_nothing_is_0_whatever_its_factors() -> None:
    x = np.array([[np.inf, np.nan], [1.0, 2.0]])
    assert_same(lambda x, nothing: np.einsum("ab,ef->fb", x, nothing), x, np.zeros((0, 3)))
