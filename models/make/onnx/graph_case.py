"""A case: a graph, rows for it and the outputs of ONNX Runtime, written to models/edge/onnx."""
import os
import sys

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:
    print("onnx/edge.py: SKIPPED, models/edge/onnx stays as it is: %s" % error, file=sys.stderr)
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "edge", "onnx")
F, D, I, S, B = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.STRING,
    TensorProto.BOOL,
)
NUMPY = {F: np.float32, D: np.float64, I: np.int64, S: object, B: np.bool_}
ML = "ai.onnx.ml"
nan = float("nan")
session_options = onnxruntime.SessionOptions()
session_options.intra_op_num_threads = 1
session_options.log_severity_level = 3


def node(op, inputs, outputs, domain="", **attributes):
    return helper.make_node(op, inputs, outputs, domain=domain, **attributes)


def ml(op, inputs, outputs, **attributes):
    return node(op, inputs, outputs, ML, **attributes)


def constant(name, values, kind):
    return (
        numpy_helper.from_array(np.array(values, NUMPY[kind]), name)
        if kind != S
        else helper.make_tensor(
            name, S, np.array(values).shape, [v.encode() for v in np.array(values, object).ravel()]
        )
    )


def cell(value):
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer, str)):
        return str(value)
    if value != value:
        return ""
    return repr(float(value))


def quoted(text):
    return (
        '"%s"' % text.replace('"', '""') if any(c in text for c in ',"\n') or text == "" else text
    )


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


def write_csv(path, table):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(quoted(name) for name, _ in table) + "\n")
        for row in zip(*(cells for _, cells in table)):
            # A row of one empty cell would be an empty line.
            file.write((",".join(quoted(c) if c else "" for c in row) or '""') + "\n")


def case(
    name, nodes, inputs, outputs, initializers=(), opset=17, ml_opset=3, margins=None, change=None
):
    """inputs: {name: (type, array with a row per record)}; outputs: {name: (type, shape of one row)
    or None for maps}.

    margins: (changes of the first node's attributes, number of an output, columns of it): what that
    output is then must be predict_raw, in the columns margin_0, margin_1, ...
    """
    rows = len(next(iter(inputs.values()))[1])
    arrays = {n: np.asarray(a, NUMPY[t]) for n, (t, a) in inputs.items()}
    value_infos = [
        helper.make_tensor_value_info(n, t, ["N"] + list(arrays[n].shape[1:]))
        for n, (t, _) in inputs.items()
    ]
    output_infos = []
    for n, kind in outputs.items():
        if kind is None:
            info = onnx.ValueInfoProto()
            info.name = n
            output_infos.append(info)
        else:
            output_infos.append(
                helper.make_tensor_value_info(
                    n, kind[0], None if kind[1] is None else ["N"] + list(kind[1])
                )
            )

    def run(changes):
        graph = helper.make_graph(list(nodes), name, value_infos, output_infos, list(initializers))
        model = helper.make_model(
            graph,
            producer_name="pgscore",
            ir_version=8,
            opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)],
        )
        if change:
            change(model)
        for key, value in changes.items():
            attributes = model.graph.node[0].attribute
            kept = [a for a in attributes if a.name != key] + (
                [helper.make_attribute(key, value)] if value is not None else []
            )
            del attributes[:]
            attributes.extend(kept)
        data = model.SerializeToString(deterministic=True)
        session = onnxruntime.InferenceSession(
            data, session_options, providers=["CPUExecutionProvider"]
        )
        return data, session, session.run(None, arrays)

    data, session, results = run({})
    table = [c for o, r in zip(session.get_outputs(), results) for c in columns(o.name, r, rows)]
    if margins:
        changes, output, chosen = margins
        before = [cells for _, cells in columns("", run(changes)[2][output], rows)]
        table += [("margin_%d" % k, before[column]) for k, column in enumerate(chosen)]
    path = os.path.join(FOLDER, name)
    with open(path + ".onnx", "wb") as file:
        file.write(data)
    write_csv(path + ".rows.csv", [c for n, a in arrays.items() for c in columns(n, a, rows)])
    write_csv(path + ".scores.csv", table)


rng = np.random.default_rng(20)
EDGES = [-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 1.0000001, 2.0, 3.0, 1e-45, 3e38, np.inf, nan]


def draw_from(seed):
    """A generator of its own makes a function's files the same whether or not others are made."""
    rng.bit_generator.state = np.random.default_rng(seed).bit_generator.state


def edge_rows(width, count=40):
    """Rows of values that thresholds sit on, and of random ones."""
    return np.where(
        rng.random((count, width)) < 0.6,
        rng.choice(EDGES, (count, width)),
        rng.normal(0, 2, (count, width)),
    )
