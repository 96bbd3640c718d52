"""Draws random ONNX models, runs them with ONNX Runtime and writes both as lines of JSON.

    onnx_random.py SEED COUNT

onnx_oracle_test runs this where the Python packages onnx and onnxruntime are (Debian 13 has them)
and compares. A line is {"kind", "exact", "model": base64, "header": [...], "rows": [[cell, ...]],
"outputs": {name: [cell, ...]}}; an empty cell is NaN, null one that is not compared. The outputs
margin_0, margin_1, ... are what predict_raw must be: the scores of the same model without the
transform at its end.
"""
import base64
import json
import sys

import numpy as np
import onnxruntime
from onnx import TensorProto, ValueInfoProto, helper, numpy_helper

F, D, I, S, B = (
    TensorProto.FLOAT,
    TensorProto.DOUBLE,
    TensorProto.INT64,
    TensorProto.STRING,
    TensorProto.BOOL,
)
NUMPY = {F: np.float32, D: np.float64, I: np.int64, S: object, B: np.bool_}
ML = "ai.onnx.ml"
PLAIN = {"post_transform": "NONE"}
EDGES = [-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 1.0000001, 2.0, 3.0, 1e-45, 3e38, np.inf, np.nan]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1  # several threads add trees in another order
options.log_severity_level = 4


def cell(value):
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (int, np.integer, str)):
        return str(value)
    return "" if value != value else repr(float(value))


def columns(name, value, rows):
    if isinstance(value, list):
        return [("%s(%s)" % (name, key), [cell(row[key]) for row in value]) for key in value[0]]
    flat = np.asarray(value).reshape(rows, -1)
    names = [name] if flat.shape[1] == 1 else ["%s_%d" % (name, i) for i in range(flat.shape[1])]
    return [
        (n, [cell(v.item() if hasattr(v, "item") else v) for v in flat[:, i]])
        for i, n in enumerate(names)
    ]


class Graph:
    def __init__(self, rng):
        self.rng, self.nodes, self.initializers, self.inputs, self.count = rng, [], [], {}, 0

    def name(self):
        self.count += 1
        return "v%d" % self.count

    def node(self, op, inputs, outputs=1, domain="", **attributes):
        names = [self.name() for _ in range(outputs)] if isinstance(outputs, int) else outputs
        self.nodes.append(helper.make_node(op, inputs, names, domain=domain, **attributes))
        return names[0]

    def ml(self, op, inputs, outputs=1, **attributes):
        return self.node(op, inputs, outputs, ML, **attributes)

    def constant(self, values, kind=F):
        name = self.name()
        self.initializers.append(numpy_helper.from_array(np.array(values, NUMPY[kind]), name))
        return name

    def input(self, name, kind, array):
        self.inputs[name] = (kind, np.asarray(array, NUMPY[kind]))
        return name

    def write(self, kind, exact, outputs, ml_opset=3, opset=17, margins=None):
        """margins: (changes of the last node's attributes, name of an output, columns of it)."""
        rows = len(next(iter(self.inputs.values()))[1])
        infos = [
            helper.make_tensor_value_info(n, k, ["N"] + list(a.shape[1:]))
            for n, (k, a) in self.inputs.items()
        ]
        outs = []
        for name, of in outputs.items():
            outs.append(
                ValueInfoProto(name=name)
                if of is None
                else helper.make_tensor_value_info(name, of, None)
            )
        graph = helper.make_graph(self.nodes, kind, infos, outs, self.initializers)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", opset), helper.make_opsetid(ML, ml_opset)]
        )
        model.ir_version = 8

        def run():
            data = model.SerializeToString(deterministic=True)
            session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
            return data, dict(
                zip(
                    (o.name for o in session.get_outputs()),
                    session.run(None, {n: a for n, (_, a) in self.inputs.items()}),
                )
            )

        data, results = run()
        outputs = dict(c for name, result in results.items() for c in columns(name, result, rows))
        if (
            not exact and "label" in outputs and np.ndim(results["scores"]) == 2
        ):  # which of two nearly equal scores is the greatest is not compared
            best = np.sort(results["scores"], axis=1)
            outputs["label"] = [
                label if row.size < 2 or row[-1] - row[-2] > 1e-4 else None
                for label, row in zip(outputs["label"], best)
            ]
        if margins:
            changes, output, chosen = margins
            for key, value in changes.items():
                attributes = model.graph.node[-1].attribute
                kept = [a for a in attributes if a.name != key] + (
                    [helper.make_attribute(key, value)] if value is not None else []
                )
                del attributes[:]
                attributes.extend(kept)
            before = columns("", run()[1][output], rows)
            outputs.update(("margin_%d" % k, before[column][1]) for k, column in enumerate(chosen))
        table = [c for n, (_, a) in self.inputs.items() for c in columns(n, a, rows)]
        print(
            json.dumps(
                {
                    "kind": kind,
                    "exact": exact,
                    "model": base64.b64encode(data).decode(),
                    "header": [n for n, _ in table],
                    "rows": [list(r) for r in zip(*(c for _, c in table))],
                    "outputs": outputs,
                }
            )
        )


def edge_rows(rng, width, count=30):
    return np.where(
        rng.random((count, width)) < 0.5,
        rng.choice(EDGES, (count, width)),
        rng.normal(0, 2, (count, width)),
    )


def tree_attributes(
    rng, prefix, count, features, outputs, modes, depth, vectors, partial, weight, as_double
):
    a = {
        k: []
        for k in (
            "treeids nodeids featureids modes values truenodeids falsenodeids "
            "missing_value_tracks_true"
        ).split()
    }
    w = {k: [] for k in "ids nodeids treeids weights".split()}
    values = [-1, 0, 0.5, 1, 2, 0.1, -2.5]

    def add(tree, left):
        me = len(a["treeids"]) - start
        leaf = left == 0 or (me > 0 and rng.random() < 0.2)
        row = dict(
            treeids=tree,
            nodeids=me,
            featureids=0 if leaf else int(rng.integers(features)),
            modes="LEAF" if leaf else str(rng.choice(modes)),
            values=0.0
            if leaf
            else float(np.float32(rng.choice(values) if rng.random() < 0.7 else rng.normal())),
            truenodeids=0,
            falsenodeids=0,
            missing_value_tracks_true=int(rng.integers(2)),
        )
        for key, value in row.items():
            a[key].append(value)
        at = len(a["treeids"]) - 1
        if leaf:
            targets = (
                [t for t in range(outputs) if not partial or rng.random() < 0.7] if vectors else []
            )
            for t in targets or [tree % outputs]:
                for key, value in zip(w, (t, me, tree, weight())):
                    w[key].append(value)
        else:
            a["truenodeids"][at] = add(tree, left - 1)
            a["falsenodeids"][at] = add(tree, left - 1)
        return me

    for tree in range(count):
        start = len(a["treeids"])
        add(tree, depth)
    # ONNX Runtime 1.21 takes equality with 1, 2, ... for a set, and loses it when all splits of a
    # model are equalities.
    if not set(a["modes"]) - {"BRANCH_EQ", "LEAF"}:
        a["values"] = [-v if v in (1, 2) else v for v in a["values"]]
    out = {"nodes_" + k: v for k, v in a.items()}
    if rng.random() < 0.3:
        del out["nodes_missing_value_tracks_true"]
    out.update({prefix + "_" + k: v for k, v in w.items()})
    if as_double:
        for key in ("nodes_values", prefix + "_weights"):
            out[key + "_as_tensor"] = helper.make_tensor(
                key, D, [len(out[key])], [v * 1.1 for v in out.pop(key)]
            )
    return out


def trees(rng):
    graph, features = Graph(rng), int(rng.integers(1, 5))
    kind = D if rng.random() < 0.3 else F
    modes = [
        str(m)
        for m in rng.choice(
            ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"],
            rng.integers(1, 4),
            replace=False,
        )
    ]
    classify = rng.random() < 0.5
    outputs = int(rng.integers(2 if classify else 1, 5))
    transform = str(rng.choice(["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]))
    positive = transform == "PROBIT" or rng.random() < 0.3
    weight = (
        (lambda: float(np.float32(rng.random() / 40)))
        if positive
        else (lambda: float(np.float32(rng.normal())))
    )
    count, vectors = int(rng.integers(1, 20)), bool(rng.random() < 0.5)
    one_class = classify and outputs == 2 and rng.random() < 0.6
    of_trees = lambda prefix, n: tree_attributes(
        rng,
        prefix,
        count,
        features,
        n,
        modes,
        int(rng.integers(0, 6)),
        vectors,
        rng.random() < 0.3,
        weight,
        kind == D and rng.random() < 0.5,
    )
    x = graph.input("X", kind, edge_rows(rng, features))
    more = {}
    if rng.random() < 0.5:
        more["base_values"] = [
            float(np.float32(v))
            for v in rng.normal(
                0,
                0.2 if transform != "PROBIT" else 0.01,
                1 if one_class and rng.random() < 0.5 else outputs,
            )
        ]
    if not classify:
        if rng.random() < 0.6:
            more["aggregate_function"] = str(rng.choice(["SUM", "AVERAGE", "MIN", "MAX"]))
        graph.ml(
            "TreeEnsembleRegressor",
            [x],
            ["Y"],
            n_targets=outputs,
            post_transform=transform,
            **of_trees("target", outputs),
            **more
        )
        return graph.write("trees", True, {"Y": F}, margins=(PLAIN, "Y", range(outputs)))
    if outputs == 2 and transform == "PROBIT":  # ONNX Runtime may leave the second score unset
        transform = "NONE"
    text = rng.random() < 0.5
    labels = ["a", "b", "c", "d"][:outputs] if text else [0, 1, 2, 3][:outputs]
    attributes = of_trees("class", 1 if one_class else outputs)
    graph.ml(
        "TreeEnsembleClassifier",
        [x],
        ["label", "scores"],
        post_transform=transform,
        **{"classlabels_strings" if text else "classlabels_int64s": labels},
        **attributes,
        **more
    )
    # Where only the first of two classes has a score, it is the second one of the two that are
    # written.
    single = (
        outputs == 2 and 1 not in attributes["class_ids"] and len(more.get("base_values", [])) != 2
    )
    graph.write(
        "trees",
        True,
        {"label": S if text else I, "scores": F},
        margins=(PLAIN, "scores", [1] if single else range(outputs)),
    )


def lines(rng):
    """Linear models."""
    graph, features = Graph(rng), int(rng.integers(1, 6))
    x = graph.input("X", F, np.round(rng.normal(0, 2, (20, features)), 3))
    transform = str(rng.choice(["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"]))
    outputs = int(rng.integers(1, 5))
    numbers = lambda count: [float(np.float32(v)) for v in rng.normal(0, 1, count)]
    more = dict(
        coefficients=numbers(outputs * features),
        intercepts=numbers(outputs),
        post_transform=transform,
    )
    if rng.random() < 0.5:
        graph.ml("LinearRegressor", [x], ["Y"], targets=outputs, **more)
        return graph.write("lines", False, {"Y": F}, margins=(PLAIN, "Y", range(outputs)))
    graph.ml(
        "LinearClassifier",
        [x],
        ["label", "scores"],
        classlabels_ints=list(range(max(outputs, 2))),
        **more
    )
    graph.write(
        "lines",
        False,
        {"label": I, "scores": F},
        margins=(PLAIN, "scores", [1] if outputs == 1 else range(outputs)),
    )


def machines(rng):
    """Support vector machines, whose margins are the decisions for pairs of classes."""
    graph, features, classes = Graph(rng), int(rng.integers(1, 5)), int(rng.integers(2, 5))
    x = graph.input("X", F, np.round(rng.normal(0, 1, (20, features)), 3))
    per_class = [int(v) for v in rng.integers(1, 4, classes)]
    count, pairs = sum(per_class), classes * (classes - 1) // 2
    numbers = lambda length: [float(np.float32(v)) for v in np.round(rng.normal(0, 1, length), 3)]
    common = dict(
        kernel_type=str(rng.choice(["LINEAR", "POLY", "RBF", "SIGMOID"])),
        kernel_params=[0.25, 0.5, 2.0],
        support_vectors=numbers(count * features),
    )
    if rng.random() < 0.3:
        graph.ml(
            "SVMRegressor",
            [x],
            ["Y"],
            n_supports=count,
            coefficients=numbers(count),
            rho=numbers(1),
            one_class=int(rng.random() < 0.5),
            **common
        )
        return graph.write("machines", False, {"Y": F}, margins=({"one_class": 0}, "Y", [0]))
    if rng.random() < 0.5:
        common.update(
            prob_a=[-float(np.float32(v)) for v in rng.random(pairs) + 0.5], prob_b=numbers(pairs)
        )
    graph.ml(
        "SVMClassifier",
        [x],
        ["label", "scores"],
        classlabels_ints=list(range(classes)),
        vectors_per_class=per_class,
        rho=numbers(pairs),
        coefficients=numbers(count * (classes - 1)),
        **common
    )
    graph.write(
        "machines",
        False,
        {"label": I, "scores": F},
        margins=({"prob_a": None, "prob_b": None}, "scores", range(pairs) if classes > 2 else [1]),
    )


def expressions(rng):
    """Operators of comparisons, sums and products on matrices of 3 columns, NaN and infinities
    included.

    Not Ceil, Floor and Round: where ONNX Runtime's give 0, its sign depends on the processor, and a
    division shows it.
    """
    graph = Graph(rng)
    numbers, truths = [graph.input("X", F, edge_rows(rng, 3))], []
    pick = lambda values: values[int(rng.integers(len(values)))]
    for _ in range(int(rng.integers(2, 12))):
        x, y = pick(numbers), pick(numbers) if rng.random() < 0.6 else graph.constant(
            np.round(rng.normal(0, 2, pick([1, 3])), 1)
        )
        kind = rng.integers(8)
        if kind <= 2:
            numbers.append(graph.node(pick(["Add", "Sub", "Mul", "Div"]), [x, y]))
        elif kind == 3:
            numbers.append(
                graph.node(pick(["Abs", "Neg", "LeakyRelu", "Reciprocal", "Identity"]), [x])
            )
        elif kind == 4:
            truths.append(
                graph.node(
                    pick(["Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Equal"]), [x, y]
                )
            )
        elif kind == 5 and truths:
            truths.append(
                graph.node(pick(["And", "Or", "Xor"]), [pick(truths), pick(truths)])
                if rng.random() < 0.7
                else graph.node("Not", [pick(truths)])
            )
        elif kind == 6 and truths:
            numbers.append(graph.node("Where", [pick(truths), x, y]))
        else:
            at = graph.constant([int(v) for v in rng.integers(-3, 3, 3)], I)
            numbers.append(graph.node("Gather", [x, at], axis=1))
    graph.node("Concat", [numbers[-1], pick(numbers)], ["Y"], axis=1)
    outputs = {"Y": F}
    if truths:
        graph.node("Cast", [truths[-1]], ["T"], to=F)
        outputs["T"] = F
    graph.write("expressions", True, outputs)


def network(rng):
    graph, width = Graph(rng), int(rng.integers(1, 9))
    x = graph.input("X", F, np.round(rng.normal(0, 2, (20, width)), 3))
    for _ in range(int(rng.integers(1, 4))):
        size = int(rng.integers(1, 12))
        weights, bias = np.round(rng.normal(0, 0.5, (width, size)), 3), graph.constant(
            np.round(rng.normal(0, 0.5, size), 3)
        )
        kind = rng.integers(3)
        if kind == 0:
            x = graph.node("Gemm", [x, graph.constant(weights), bias])
        elif kind == 1:
            x = graph.node("Gemm", [x, graph.constant(weights.T), bias], transB=1)
        else:
            x = graph.node("Add", [graph.node("MatMul", [x, graph.constant(weights)]), bias])
        width = size
        if rng.random() < 0.3:
            v = [graph.constant(np.round(rng.normal(0, 1, width), 3)) for _ in range(3)] + [
                graph.constant(np.round(rng.random(width) + 0.1, 3))
            ]
            x = graph.node("BatchNormalization", [x] + v)
        activation = str(
            rng.choice(
                ["Relu", "Tanh", "Sigmoid", "LeakyRelu", "Elu", "Selu", "Softplus", "Identity"]
            )
        )
        x = graph.node(activation, [x])
    if rng.random() < 0.5:
        graph.node("Softmax", [x], ["scores"], axis=1)
        at = graph.node("ArgMax", ["scores"], axis=1, keepdims=0)
        graph.node("Gather", [graph.constant(list(range(100, 100 + width)), I), at], ["label"])
        return graph.write("network", False, {"scores": F, "label": I})
    graph.node("Identity", [x], ["Y"])
    graph.write("network", False, {"Y": F})


def pipeline(rng):
    graph, rows = Graph(rng), 30
    words = ["red", "green", "blue", "", "über", "Red"]
    parts, width = [], 0
    for i in range(int(rng.integers(1, 4))):
        x = graph.input("n%d" % i, F, edge_rows(rng, 1, rows))
        if rng.random() < 0.7:
            x = graph.ml(
                "Imputer",
                [x],
                imputed_value_floats=[float(np.float32(rng.normal()))],
                replaced_value_float=float("nan") if rng.random() < 0.7 else 1.0,
            )
        if rng.random() < 0.7:
            x = graph.ml(
                "Scaler",
                [x],
                offset=[float(np.float32(rng.normal()))],
                scale=[float(np.float32(rng.normal()))],
            )
        parts.append(x)
        width += 1
    for i in range(int(rng.integers(0, 3))):
        x = graph.input("t%d" % i, S, rng.choice(words, (rows, 1)).astype(object))
        known = [str(v) for v in rng.choice(words, int(rng.integers(1, 5)), replace=False)]
        if rng.random() < 0.5:
            hot = graph.ml("OneHotEncoder", [x], cats_strings=known)
            parts.append(graph.node("Reshape", [hot, graph.constant([-1, len(known)], I)]))
            width += len(known)
        else:
            parts.append(
                graph.ml(
                    "LabelEncoder",
                    [x],
                    keys_strings=known,
                    values_floats=[float(k) for k in range(len(known))],
                    default_float=-1.0,
                )
            )
            width += 1
    row = graph.node("Concat", parts, axis=1)
    weight = lambda: float(np.float32(rng.random() / 20))
    graph.ml(
        "TreeEnsembleClassifier",
        [row],
        ["label", "scores"],
        classlabels_strings=["x", "y", "z"],
        **tree_attributes(rng, "class", 10, width, 3, ["BRANCH_LEQ"], 4, True, False, weight, False)
    )
    graph.ml("ZipMap", ["scores"], ["probability"], classlabels_strings=["x", "y", "z"])
    graph.write("pipeline", True, {"label": S, "probability": None}, ml_opset=2)


def main():
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        (trees, trees, expressions, network, pipeline, lines, machines)[i % 7](rng)


if __name__ == "__main__":
    main()
