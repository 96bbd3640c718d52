"""A case: a graph, rows for it and the outputs of ONNX Runtime, written to models/edge/onnx."""
import os
import sys

try:
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper
    from runtime import B, D, F, I, ML, NUMPY, S, change_attributes, columns, run
except ImportError as error:
    print("onnx/edge.py: SKIPPED, models/edge/onnx stays as it is: %s" % error, file=sys.stderr)
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "edge", "onnx")
nan = float("nan")


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


def quoted(text):
    return (
        '"%s"' % text.replace('"', '""') if any(c in text for c in ',"\n') or text == "" else text
    )


def write_csv(path, table):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write(",".join(quoted(name) for name, _ in table) + "\n")
        for row in zip(*(cells for _, cells in table)):
            # A row of one empty cell would be an empty line.
            file.write((",".join(quoted(c) if c else "" for c in row) or '""') + "\n")


def output_info(name, kind):
    """`kind`: (type, shape of one row) or None for maps."""
    if kind is None:
        info = onnx.ValueInfoProto()
        info.name = name
        return info
    shape = None if kind[1] is None else ["N"] + list(kind[1])
    return helper.make_tensor_value_info(name, kind[0], shape)


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
    output_infos = [output_info(n, kind) for n, kind in outputs.items()]

    def model_with(changes):
        graph = helper.make_graph(list(nodes), name, value_infos, output_infos, list(initializers))
        model = helper.make_model(
            graph,
            producer_name="pgscore",
            ir_version=8,
            opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)],
        )
        if change:
            change(model)
        change_attributes(model.graph.node[0], changes)
        return model

    data, names, results = run(model_with({}), arrays)
    table = [c for output, r in zip(names, results) for c in columns(output, r, rows)]
    if margins:
        changes, output, chosen = margins
        outputs_before = run(model_with(changes), arrays)[2]
        before = [cells for _, cells in columns("", outputs_before[output], rows)]
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
