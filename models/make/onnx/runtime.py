"""What a graph gives when ONNX Runtime runs it, as cells of tables. Of the makers, and of
test/oracle/onnx_random.py. Needs the Python packages onnx and onnxruntime."""
import numpy as np
import onnxruntime
from onnx import TensorProto, helper

F, D, I, S, B = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.STRING,
    TensorProto.BOOL,
)
NUMPY = {F: np.float32, D: np.float64, I: np.int64, S: object, B: np.bool_}
ML = "ai.onnx.ml"
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1  # several threads add trees in another order
options.log_severity_level = 4


def cell(value):
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer, str)):
        return str(value)
    if value != value:
        return ""
    return repr(float(value))


def columns(name, value, rows):
    """Output or input -> [(column, cells)]."""
    if isinstance(value, list):  # ZipMap
        return [("%s(%s)" % (name, key), [cell(row[key]) for row in value]) for key in value[0]]
    flat = np.asarray(value).reshape(rows, -1)
    names = [name] if flat.shape[1] == 1 else ["%s_%d" % (name, i) for i in range(flat.shape[1])]
    return [
        (n, [cell(v.item() if hasattr(v, "item") else v) for v in flat[:, i]])
        for i, n in enumerate(names)
    ]


def change_attributes(node, changes):
    """Sets attributes to other values; None removes one."""
    for key, value in changes.items():
        kept = [a for a in node.attribute if a.name != key]
        if value is not None:
            kept.append(helper.make_attribute(key, value))
        del node.attribute[:]
        node.attribute.extend(kept)


def run(model, arrays):
    """-> the bytes of the model, the names of its outputs, what they are for `arrays`"""
    data = model.SerializeToString(deterministic=True)
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return data, [output.name for output in session.get_outputs()], session.run(None, arrays)
