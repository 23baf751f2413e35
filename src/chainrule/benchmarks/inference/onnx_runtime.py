"""ONNX Runtime: the network as a graph of Gemm nodes."""

from collections.abc import Callable
from typing import Any

from chainrule.benchmarks.cases import Net

__all__ = ["predictor"]

Array = Any

_NODES = {"relu": "Relu", "tanh": "Tanh"}
_OPSET = 17


def predictor(net: Net, arrays: dict[str, Array], threads: int) -> Callable[[Array], Array]:
    """Return the function that predicts."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(_model(net, arrays), options, providers=["CPUExecutionProvider"])

    def predict(X: Array) -> Array:
        return session.run(None, {"x": X})[0]

    return predict


def _model(net: Net, arrays: dict[str, Array]) -> bytes:
    """The file of the network: x -> Gemm -> Relu -> ... -> Gemm -> Softmax -> a."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, last, before = [], net.n_layers, "x"
    for layer in range(1, last + 1):
        z, a = f"z{layer}", f"a{layer}"
        nodes.append(helper.make_node("Gemm", [before, f"W{layer}", f"b{layer}"], [z], transB=1))
        kind = "Softmax" if layer == last else _NODES[net.activation]
        nodes.append(helper.make_node(kind, [z], [a]))
        before = a
    tensors = [numpy_helper.from_array(array, name) for name, array in arrays.items() if name != "X"]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", net.widths[0]])
    a = helper.make_tensor_value_info(before, TensorProto.FLOAT, ["rows", net.widths[-1]])
    graph = helper.make_graph(nodes, "network", [x], [a], tensors)
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    return bytes(model.SerializeToString())
