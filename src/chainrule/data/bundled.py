"""The data sets that scikit-learn carries with it, as tables."""

from collections.abc import Callable
from typing import Any

from chainrule.data.tables import Table

__all__ = ["BUNDLED", "load_bundled"]

BUNDLED = ("breast_cancer", "diabetes", "digits", "iris", "wine")

TARGET = "target"


def load_bundled(name: str) -> Table:
    """Return a bundled data set; its column ``target`` is what is to be predicted.

    ============= ===== ======== ============================================================
    name          rows  features target
    ============= ===== ======== ============================================================
    breast_cancer   569       30 malignant or benign
    diabetes        442       10 disease progression, a quantity; features in their own units
    digits         1797       64 the digit 0 to 9 on an image of 8 x 8 pixels
    iris            150        4 setosa, versicolor or virginica
    wine            178       13 class_0, class_1 or class_2
    ============= ===== ======== ============================================================

    Source: scikit-learn's toy data sets, https://scikit-learn.org/stable/datasets/toy_dataset.html
    """
    bunch = _loader(name)
    columns = dict(zip(map(str, bunch.feature_names), bunch.data.T, strict=True))
    columns[TARGET] = bunch.target if name in ("diabetes", "digits") else bunch.target_names[bunch.target]
    return Table(columns, name, default_target=TARGET)


def _loader(name: str) -> Any:
    from sklearn import datasets  # loaded here because it costs more time than all of chainrule

    loaders: dict[str, Callable[[], Any]] = {
        "breast_cancer": datasets.load_breast_cancer,
        "diabetes": lambda: datasets.load_diabetes(scaled=False),
        "digits": datasets.load_digits,
        "iris": datasets.load_iris,
        "wine": datasets.load_wine,
    }
    return loaders[name]()
