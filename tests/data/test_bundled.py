import numpy as np
import pytest
from sklearn import datasets

from chainrule.data import read_table
from chainrule.data.bundled import BUNDLED


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [
        ("breast_cancer", (569, 30), ("benign", "malignant")),
        ("diabetes", (442, 10), ()),
        ("digits", (1797, 64), tuple(range(10))),
        ("iris", (150, 4), ("setosa", "versicolor", "virginica")),
        ("wine", (178, 13), ("class_0", "class_1", "class_2")),
    ],
)
def test_each_bundled_table_knows_its_target_and_task(name, shape, classes):
    table = read_table(name)
    samples = table.split_target()
    assert samples.X.shape == shape
    assert samples.task.classes == classes
    assert samples.task.kind == ("classification" if classes else "regression")
    assert "target" not in samples.feature_names


def test_labels_and_features_belong_together():
    bunch = datasets.load_breast_cancer()
    samples = read_table("breast_cancer").split_target()
    assert np.array_equal(samples.X, bunch.data)
    assert samples.task.decode(samples.y) == bunch.target_names[bunch.target].tolist()


def test_every_name_is_tested():
    assert BUNDLED == ("breast_cancer", "diabetes", "digits", "iris", "wine")
