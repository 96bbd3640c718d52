"""Writes graphs to models/hostile/onnx. Needs the Python package onnx (Debian: python3-onnx)."""
import os
import sys

try:
    from onnx import TensorProto, helper
except ImportError as error:
    print(
        "onnx/hostile.py: SKIPPED, models/hostile/onnx stays as it is: %s" % error,
        file=sys.stderr,
    )
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "hostile", "onnx")
F, I, S = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING
ML = "ai.onnx.ml"
value = helper.make_tensor_value_info


def write(name, data):
    with open(os.path.join(FOLDER, name + ".onnx"), "wb") as file:
        file.write(data)


def node(op, inputs=("X",), outputs=("Y",), domain="", **attributes):
    return helper.make_node(op, list(inputs), list(outputs), domain=domain, **attributes)


def ml(op, inputs=("X",), outputs=("Y",), **attributes):
    return node(op, inputs, outputs, ML, **attributes)


def model(nodes, inputs=None, outputs=None, initializers=(), opset=17, ml_opset=3):
    inputs = [value("X", F, ["N", 3])] if inputs is None else inputs
    outputs = [value("Y", F, ["N", 3])] if outputs is None else outputs
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(initializers))
    made = helper.make_model(
        graph,
        producer_name="pgscore",
        opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)],
    )
    made.ir_version = 8
    return made


def graph_case(name, *args, **more):
    write(name, model(*args, **more).SerializeToString(deterministic=True))


def changed(name, change, nodes=None, **more):
    made = model(nodes or [node("Add", ["X", "C"])], **more)
    change(made)
    write(name, made.SerializeToString(deterministic=True))


def tensor(name, kind, dims, values):
    return helper.make_tensor(name, kind, dims, values)


C = tensor("C", F, [3], [1, 2, 3])
ADD = [node("Add", ["X", "C"])]


def varint(value):
    out = b""
    while True:
        out += bytes([value & 127 | (128 if value > 127 else 0)])
        value >>= 7
        if not value:
            return out


def field(number, data):
    """A length-delimited field, or a number."""
    return (
        varint(number << 3) + varint(data)
        if isinstance(data, int)
        else varint(number << 3 | 2) + varint(len(data)) + data
    )
