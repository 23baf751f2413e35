"""Table models as files: the network's arrays and the scales, everything else in the header."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.data import Standardizer, Task
from chainrule.errors import InputError
from chainrule.network.evaluation import evaluation_from
from chainrule.network.files import described, network_header
from chainrule.network.network import Network

__all__ = ["KIND", "pack", "unpack"]

KIND = "table model"

Fields = dict[str, Any]  # of a TableModel
Arrays = Mapping[str, Any]

_SCALES = ("features", "quantity")  # the fields that are standardizers


def pack(fields: Fields) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arrays and the header of the file that holds a model with these fields."""
    network, task, evaluation = fields["network"], fields["task"], fields["evaluation"]
    arrays = dict(network.params)
    for name in _SCALES:
        if fields[name] is not None:
            arrays |= {f"{name}.mean": np.asarray(fields[name].mean), f"{name}.scale": np.asarray(fields[name].scale)}
    return arrays, {
        "kind": KIND,
        "source": fields["source"],
        "target": fields["target"],
        "features": list(fields["feature_names"]),
        "task": {"kind": task.kind, "classes": list(task.classes)},
        "evaluation": None if evaluation is None else evaluation.to_dict(),
        "network": network_header(network.architecture, network.seed, network.history),
    }


def unpack(path: str | os.PathLike[str], arrays: Arrays, header: Mapping[str, Any]) -> Fields:
    """Return the fields of the model that arrays and header of a file describe.

    Raises:
        ModelFileError: they do not describe one.
    """
    with described(path, KIND):
        parameters = {name: array for name, array in arrays.items() if "." not in name}
        network = Network._restore(path, parameters, header["network"])
        names, task = _names(header["features"]), _task(**header["task"])
        _require_fitting(network, names, task)
        evaluation = header["evaluation"]
        return {
            "network": network,
            "feature_names": names,
            "target": str(header["target"]),
            "task": task,
            "features": _standardizer(arrays, "features", (len(names),)),
            "quantity": None if task.classes else _standardizer(arrays, "quantity", ()),
            "evaluation": None if evaluation is None else evaluation_from(evaluation),
            "source": str(header["source"]),
        }


def _task(kind: Any, classes: Any) -> Task:
    if kind not in ("classification", "regression") or (kind == "classification") != bool(classes):
        raise InputError(f"there is no task of kind {kind!r} with {len(classes)} classes")
    if not all(type(label) in (int, float, str) for label in classes):
        raise InputError("a class is a number or a text")
    return Task(kind, tuple(classes))


def _names(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError("the features are not a list of names")
    return tuple(names)


def _standardizer(arrays: Arrays, name: str, shape: tuple[int, ...]) -> Standardizer:
    mean, scale = (np.asarray(arrays[f"{name}.{part}"], dtype=np.float64) for part in ("mean", "scale"))
    if mean.shape != shape or scale.shape != shape or not (np.isfinite(mean) & np.isfinite(scale) & (scale > 0)).all():
        raise InputError(f"mean and scale of the {name} are not finite numbers of shape {list(shape)}")
    return Standardizer(mean, scale)


def _require_fitting(network: Network, feature_names: tuple[str, ...], task: Task) -> None:
    expected = (len(feature_names), len(task.classes) or 1, "softmax" if task.classes else "identity")
    if (network.widths[0], network.widths[-1], network.architecture.output) != expected:
        raise InputError(f"{network!r} does not fit {len(feature_names)} features and {len(task.classes)} classes")
