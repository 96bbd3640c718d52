#!/usr/bin/env python3
"""Makes models/edge/onnx_*: the smallest graphs for one operator or trap each, with the outputs of
ONNX Runtime.

Needs the Python packages onnx and onnxruntime (Debian 13 has both); without them it says so and
changes nothing. Everything is drawn from a fixed seed. An empty cell is NaN.
"""
import os
import sys

try:
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper
except ImportError as error:
    print("onnx_edge.py: SKIPPED, models/edge/onnx_* stay as they are: %s" % error, file=sys.stderr)
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "edge")
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
    path = os.path.join(FOLDER, "onnx_" + name)
    with open(path + ".onnx", "wb") as file:
        file.write(data)
    write_csv(path + ".rows.csv", [c for n, a in arrays.items() for c in columns(n, a, rows)])
    write_csv(path + ".scores.csv", table)


rng = np.random.default_rng(20)
EDGES = [-np.inf, -2.5, -1.0, -0.0, 0.0, 0.5, 1.0, 1.0000001, 2.0, 3.0, 1e-45, 3e38, np.inf, nan]


def draw_from(seed):
    """A generator of its own makes a function's files the same whether or not others are made."""
    global rng
    rng = np.random.default_rng(seed)


def edge_rows(width, count=40):
    """Rows of values that thresholds sit on, and of random ones."""
    return np.where(
        rng.random((count, width)) < 0.6,
        rng.choice(EDGES, (count, width)),
        rng.normal(0, 2, (count, width)),
    )


class Trees:
    """Attributes of random trees; `modes`: what splits may be."""

    def __init__(
        self,
        count,
        features,
        outputs,
        modes,
        depth=3,
        missing=True,
        weights=None,
        partial=False,
        as_vector=False,
        kind=F,
        values=(-1, 0, 0.5, 1, 2, 0.1),
    ):
        self.a = {
            k: []
            for k in (
                "nodes_treeids nodes_nodeids nodes_featureids nodes_modes nodes_values "
                "nodes_truenodeids nodes_falsenodeids nodes_missing_value_tracks_true"
            ).split()
        }
        self.w = {k: [] for k in "ids nodeids treeids weights".split()}
        self.features, self.outputs, self.modes, self.missing = features, outputs, modes, missing
        self.weights = weights or (lambda: round(float(rng.normal()), 3))
        self.partial, self.as_vector, self.kind, self.values = partial, as_vector, kind, values
        for tree in range(count):
            self.next = 0
            self.add(tree, depth)

    def add(self, tree, depth):
        me, self.next = self.next, self.next + 1
        leaf = depth == 0 or (me > 0 and rng.random() < 0.2)
        mode = "LEAF" if leaf else str(rng.choice(self.modes))
        row = dict(
            nodes_treeids=tree,
            nodes_nodeids=me,
            nodes_featureids=0 if leaf else int(rng.integers(self.features)),
            nodes_modes=mode,
            nodes_values=0.0 if leaf else float(np.float32(rng.choice(self.values))),
            nodes_truenodeids=0,
            nodes_falsenodeids=0,
            nodes_missing_value_tracks_true=int(rng.integers(2)),
        )
        place = len(self.a["nodes_modes"])
        for key, value in row.items():
            self.a[key].append(value)
        if leaf:
            targets = range(self.outputs) if self.as_vector else [tree % self.outputs]
            targets = [t for t in targets if not self.partial or rng.random() < 0.6] or [
                tree % self.outputs
            ]
            for t in targets:
                for key, value in zip(self.w, (t, me, tree, self.weights())):
                    self.w[key].append(value)
        else:
            self.a["nodes_truenodeids"][place] = self.add(tree, depth - 1)
            self.a["nodes_falsenodeids"][place] = self.add(tree, depth - 1)
        return me

    def attributes(self, prefix):
        out = dict(self.a)
        if not self.missing:
            del out["nodes_missing_value_tracks_true"]
        out.update({prefix + "_" + key: value for key, value in self.w.items()})
        if self.kind == D:
            for key in ("nodes_values", prefix + "_weights"):
                out[key + "_as_tensor"] = helper.make_tensor(
                    key, D, [len(out[key])], [v + 0.1 for v in out.pop(key)]
                )
        return out


ALL = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]


def regressor(name, trees, targets=1, x=None, kind=F, **attributes):
    x = edge_rows(trees.features) if x is None else x
    case(
        name,
        [
            ml(
                "TreeEnsembleRegressor",
                ["X"],
                ["Y"],
                n_targets=targets,
                **trees.attributes("target"),
                **attributes
            )
        ],
        {"X": (kind, x)},
        {"Y": (F, [targets])},
    )


def classifier(name, trees, labels, x=None, kind=F, zipmap=False, **attributes):
    x = edge_rows(trees.features) if x is None else x
    text = isinstance(labels[0], str)
    attributes["classlabels_strings" if text else "classlabels_int64s"] = labels
    nodes = [
        ml(
            "TreeEnsembleClassifier",
            ["X"],
            ["label", "scores"],
            **trees.attributes("class"),
            **attributes
        )
    ]
    outputs = {"label": (S if text else I, []), "scores": (F, [len(labels)])}
    if zipmap:
        nodes.append(
            ml(
                "ZipMap",
                ["scores"],
                ["probability"],
                **{"classlabels_strings" if text else "classlabels_int64s": labels}
            )
        )
        outputs = {"label": outputs["label"], "probability": None}
    case(name, nodes, {"X": (kind, x)}, outputs)


def trees():
    for mode in ALL:
        for missing in (False, True):
            # ONNX Runtime 1.21 takes equality with 1, 2, ... for a set, and loses it when all
            # splits of a model are equalities.
            values = (-1, 0, 0.5, 0.1) if mode == "BRANCH_EQ" else (-1, 0, 0.5, 1, 2, 0.1)
            regressor(
                "tree_%s%s" % (mode[7:].lower(), "_missing" if missing else ""),
                Trees(3, 2, 1, [mode], missing=missing, values=values),
            )
    regressor("tree_mixed_modes", Trees(8, 3, 1, ALL))
    regressor("tree_base", Trees(30, 3, 1, ["BRANCH_LEQ"]), base_values=[0.3])
    regressor(
        "tree_average",
        Trees(7, 3, 1, ["BRANCH_LT"]),
        base_values=[0.7],
        aggregate_function="AVERAGE",
    )
    for aggregate in ("SUM", "AVERAGE", "MIN", "MAX"):
        low = aggregate.lower()
        regressor(
            "tree_%s_vectors" % low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True),
            3,
            base_values=[0.1, 0.2, 0.3],
            aggregate_function=aggregate,
        )
        regressor(
            "tree_%s_partial" % low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
            3,
            aggregate_function=aggregate,
        )
        regressor(
            "tree_%s_partial_base" % low,
            Trees(2, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
            3,
            aggregate_function=aggregate,
            base_values=[0.1, 0.2, 0.3],
        )
        regressor(
            "tree_%s_groups" % low, Trees(6, 3, 2, ["BRANCH_LEQ"]), 2, aggregate_function=aggregate
        )
        regressor(
            "tree_%s_single" % low,
            Trees(5, 3, 1, ["BRANCH_LEQ"]),
            base_values=[0.25],
            aggregate_function=aggregate,
        )
    for transform in ("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"):
        low = transform.lower()
        probability = transform == "PROBIT"
        weights = (lambda: round(float(rng.random()) / 8, 3)) if probability else None
        regressor(
            "tree_post_" + low,
            Trees(4, 3, 3, ["BRANCH_LEQ"], weights=weights),
            3,
            post_transform=transform,
        )
        regressor(
            "tree_post_one_" + low,
            Trees(4, 3, 1, ["BRANCH_LEQ"], weights=weights),
            1,
            post_transform=transform,
        )
        classifier(
            "tree_classes_" + low,
            Trees(6, 3, 3, ["BRANCH_LEQ"], weights=weights),
            ["a", "b", "c"],
            post_transform=transform,
        )
        for sign in ("mixed", "positive"):
            w = (
                (lambda: round(float(rng.random()) / 4, 3))
                if sign == "positive" or probability
                else None
            )
            if not probability:  # ONNX Runtime leaves the second score unset
                classifier(
                    "tree_binary_%s_%s" % (sign, low),
                    Trees(3, 3, 1, ["BRANCH_LEQ"], weights=w),
                    [0, 1],
                    post_transform=transform,
                )
        classifier(
            "tree_two_" + low,
            Trees(4, 3, 2, ["BRANCH_LEQ"], weights=weights, as_vector=True),
            [0, 1],
            post_transform=transform,
        )
    positive = lambda: round(float(rng.random()) / 4, 3)
    classifier(
        "tree_binary_base",
        Trees(3, 3, 1, ["BRANCH_LEQ"]),
        [0, 1],
        base_values=[0.4],
        post_transform="LOGISTIC",
    )
    classifier(
        "tree_binary_bases",
        Trees(3, 3, 1, ["BRANCH_LEQ"]),
        [0, 1],
        base_values=[0.4, 0.3],
        post_transform="LOGISTIC",
    )
    classifier(
        "tree_two_base", Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True), [0, 1], base_values=[0.4]
    )
    classifier(
        "tree_two_bases",
        Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True),
        [0, 1],
        base_values=[0.4, -0.2],
    )
    classifier(
        "tree_two_partial", Trees(3, 3, 2, ["BRANCH_LEQ"], as_vector=True, partial=True), [0, 1]
    )
    classifier("tree_two_turned", Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True), [1, 0])
    classifier(
        "tree_two_texts",
        Trees(4, 3, 2, ["BRANCH_LEQ"], as_vector=True, weights=positive),
        ["no", "yes"],
        zipmap=True,
    )
    classifier(
        "tree_binary_texts",
        Trees(3, 3, 1, ["BRANCH_LEQ"], weights=positive),
        ["no", "yes"],
        zipmap=True,
    )
    classifier("tree_binary_labels", Trees(3, 3, 1, ["BRANCH_LEQ"]), [10, 20])
    classifier(
        "tree_classes_partial",
        Trees(3, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
        [5, 6, 7],
    )
    classifier(
        "tree_classes_base",
        Trees(3, 3, 3, ["BRANCH_LEQ"], as_vector=True, partial=True),
        [5, 6, 7],
        base_values=[-0.5, 0.1, 0.2],
        zipmap=True,
        post_transform="SOFTMAX",
    )
    classifier(
        "tree_classes_forest",
        Trees(4, 3, 3, ["BRANCH_LEQ"], as_vector=True, weights=positive),
        [0, 1, 2],
        zipmap=True,
    )
    regressor("tree_double", Trees(6, 3, 1, ALL, kind=D), kind=D, x=edge_rows(3) + 0.1)
    regressor(
        "tree_double_floats", Trees(6, 3, 2, ["BRANCH_LT"]), 2, kind=D, base_values=[0.1, 0.2]
    )
    classifier(
        "tree_double_classes",
        Trees(6, 3, 3, ["BRANCH_LEQ"], kind=D),
        [1, 2, 3],
        kind=D,
        post_transform="SOFTMAX",
    )
    classifier(
        "tree_integers", Trees(6, 3, 3, ALL), [0, 1, 2], kind=I, x=rng.integers(-3, 4, (40, 3))
    )
    # LightGBM's categories: equalities in a chain that share their true child.
    case(
        "tree_equal_chain",
        [
            ml(
                "TreeEnsembleRegressor",
                ["X"],
                ["Y"],
                n_targets=1,
                nodes_treeids=[0] * 7,
                nodes_nodeids=list(range(7)),
                nodes_featureids=[0, 0, 0, 1, 0, 0, 0],
                nodes_modes=["BRANCH_EQ"] * 3 + ["BRANCH_LEQ"] + ["LEAF"] * 3,
                nodes_values=[1.0, 4.0, 7.0, 0.5, 0, 0, 0],
                nodes_truenodeids=[3, 3, 3, 4, 0, 0, 0],
                nodes_falsenodeids=[1, 2, 6, 5, 0, 0, 0],
                target_treeids=[0, 0, 0],
                target_nodeids=[4, 5, 6],
                target_ids=[0, 0, 0],
                target_weights=[1.5, -2.5, 0.75],
            )
        ],
        {"X": (F, [[c, v] for c in (1, 4, 7, 2, nan, 1.5) for v in (0, 1, nan)])},
        {"Y": (F, [1])},
    )


def trees_5():
    for kind, name in ((F, "float"), (D, "double")):
        modes = helper.make_tensor("nodes_modes", TensorProto.UINT8, [4], [6, 0, 3, 5])
        case(
            "tree5_" + name,
            [
                ml(
                    "TreeEnsemble",
                    ["X"],
                    ["Y"],
                    n_targets=2,
                    aggregate_function=1,
                    post_transform=0,
                    nodes_modes=modes,
                    nodes_featureids=[0, 1, 0, 1],
                    nodes_splits=helper.make_tensor("s", kind, [4], [0, 0.5, 2.5, 1.0]),
                    nodes_truenodeids=[1, 0, 2, 4],
                    nodes_trueleafs=[0, 1, 1, 1],
                    nodes_falsenodeids=[2, 1, 3, 5],
                    nodes_falseleafs=[0, 1, 0, 1],
                    nodes_missing_value_tracks_true=[0, 1, 0, 0],
                    tree_roots=[0],
                    membership_values=helper.make_tensor("m", kind, [4], [1.0, 2.0, 7.5, nan]),
                    leaf_targetids=[0, 1, 0, 1, 0, 1],
                    leaf_weights=helper.make_tensor("w", kind, [6], [1, 2, 3, 4, 5, 6]),
                )
            ],
            {"X": (kind, [[a, b] for a in (1, 2, 7.5, 3, 2.5, nan) for b in (0.5, 1, nan)])},
            {"Y": (kind, [2])},
            ml_opset=5,
        )


def linear_and_svm():
    x = rng.normal(0, 2, (12, 3))
    c = [round(float(v), 3) for v in rng.normal(0, 1, 9)]
    for targets in (1, 3):
        for transform in ("NONE", "SOFTMAX", "LOGISTIC"):
            case(
                "linear_%d_%s" % (targets, transform.lower()),
                [
                    ml(
                        "LinearRegressor",
                        ["X"],
                        ["Y"],
                        targets=targets,
                        coefficients=c[: 3 * targets],
                        intercepts=[0.5, -0.25, 0.125][:targets],
                        post_transform=transform,
                    )
                ],
                {"X": (F, x)},
                {"Y": (F, [targets])},
            )
    for name, labels, count in (
        ("classes", ["a", "b", "c"], 3),
        ("binary", [0, 1], 1),
        ("two", [7, 9], 2),
    ):
        for transform in ("NONE", "SOFTMAX", "LOGISTIC"):
            text = isinstance(labels[0], str)
            case(
                "linear_%s_%s" % (name, transform.lower()),
                [
                    ml(
                        "LinearClassifier",
                        ["X"],
                        ["label", "scores"],
                        coefficients=c[: 3 * count],
                        intercepts=[0.5, -0.25, 0.125][:count],
                        post_transform=transform,
                        **{"classlabels_strings" if text else "classlabels_ints": labels}
                    )
                ],
                {"X": (F, x)},
                {"label": (S if text else I, []), "scores": (F, [len(labels)])},
            )
    vectors = [round(float(v), 3) for v in rng.normal(0, 1, 15)]
    for kernel in ("LINEAR", "POLY", "RBF", "SIGMOID"):
        low = kernel.lower()
        case(
            "svm_" + low,
            [
                ml(
                    "SVMRegressor",
                    ["X"],
                    ["Y"],
                    kernel_type=kernel,
                    kernel_params=[0.25, 0.5, 3.0],
                    n_supports=5,
                    coefficients=[1.0, -0.5, 0.25, -0.75, 0.3],
                    rho=[0.125],
                    support_vectors=vectors,
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [1])},
        )
        for classes, per_class in ((2, [3, 2]), (3, [2, 2, 1])):
            pairs = classes * (classes - 1) // 2
            common = dict(
                kernel_type=kernel,
                kernel_params=[0.25, 0.5, 3.0],
                classlabels_ints=list(range(classes)),
                vectors_per_class=per_class,
                support_vectors=vectors,
                rho=[0.1, -0.2, 0.3][:pairs],
                coefficients=[round(float(v), 3) for v in rng.normal(0, 1, 5 * (classes - 1))],
            )
            case(
                "svm_%d_%s" % (classes, low),
                [ml("SVMClassifier", ["X"], ["label", "scores"], **common)],
                {"X": (F, x)},
                {"label": (I, []), "scores": (F, [pairs if classes > 2 else 2])},
            )
            case(
                "svm_%d_%s_proba" % (classes, low),
                [
                    ml(
                        "SVMClassifier",
                        ["X"],
                        ["label", "scores"],
                        prob_a=[-1.2, -0.8, -1.5][:pairs],
                        prob_b=[0.1, 0.2, -0.1][:pairs],
                        **common
                    )
                ],
                {"X": (F, x)},
                {"label": (I, []), "scores": (F, [classes])},
            )
    case(
        "svm_one_class",
        [
            ml(
                "SVMRegressor",
                ["X"],
                ["Y"],
                kernel_type="RBF",
                kernel_params=[0.25, 0.0, 3.0],
                n_supports=5,
                one_class=1,
                coefficients=[1.0, 0.5, 0.25, 0.75, 0.3],
                rho=[-1.0],
                support_vectors=vectors,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [1])},
    )
    case(
        "svm_without_vectors",
        [
            ml(
                "SVMClassifier",
                ["X"],
                ["label", "scores"],
                kernel_params=[0.0, 0.0, 0.0],
                classlabels_strings=["a", "b", "c"],
                coefficients=c,
                rho=[0.5],
            )
        ],
        {"X": (F, x)},
        {"label": (S, []), "scores": (F, [3])},
    )


def features():
    x = edge_rows(3, 25)
    finite = rng.normal(0, 2, (10, 3))
    integers = rng.integers(-4, 5, (10, 3))
    for kind, rows, name in ((F, x, "float"), (D, finite, "double"), (I, integers, "int64")):
        case(
            "scaler_" + name,
            [ml("Scaler", ["X"], ["Y"], offset=[0.1, -0.5, 3.0], scale=[2.0, 0.3, 0.1])],
            {"X": (kind, rows)},
            {"Y": (F, [3])},
        )
    for norm in ("MAX", "L1", "L2"):
        rows = np.vstack([finite, np.zeros((1, 3)), -np.abs(finite[:1])])
        case(
            "normalizer_" + norm.lower(),
            [ml("Normalizer", ["X"], ["Y"], norm=norm)],
            {"X": (F, rows)},
            {"Y": (F, [3])},
        )
    case(
        "imputer_nan",
        [
            ml(
                "Imputer",
                ["X"],
                ["Y"],
                imputed_value_floats=[1.0, 2.0, 3.0],
                replaced_value_float=nan,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [3])},
    )
    case(
        "imputer_value",
        [ml("Imputer", ["X"], ["Y"], imputed_value_floats=[9.0], replaced_value_float=0.5)],
        {"X": (F, x)},
        {"Y": (F, [3])},
    )
    case(
        "imputer_int64",
        [ml("Imputer", ["X"], ["Y"], imputed_value_int64s=[9], replaced_value_int64=-1)],
        {"X": (I, integers)},
        {"Y": (I, [3])},
    )
    case(
        "binarizer",
        [ml("Binarizer", ["X"], ["Y"], threshold=0.5)],
        {"X": (F, finite)},
        {"Y": (F, [3])},
    )
    case(
        "one_hot_int64",
        [ml("OneHotEncoder", ["X"], ["Y"], cats_int64s=[-2, 0, 3])],
        {"X": (I, integers)},
        {"Y": (F, [3, 3])},
    )
    case(
        "one_hot_float",
        [ml("OneHotEncoder", ["X"], ["Y"], cats_int64s=[-1, 0, 2])],
        {"X": (F, finite)},
        {"Y": (F, [3, 3])},
    )
    words = [[w] for w in ("red", "green", "blue", "", "Red", "grün")]
    case(
        "one_hot_text",
        [ml("OneHotEncoder", ["colour"], ["Y"], cats_strings=["blue", "red", "", "grün"])],
        {"colour": (S, words)},
        {"Y": (F, [1, 4])},
    )
    case(
        "label_encoder_texts",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_strings=["red", "blue", "red"],
                values_floats=[0.1, 0.2, 0.3],
                default_float=-1.5,
            )
        ],
        {"X": (S, words)},
        {"Y": (F, [1])},
        ml_opset=2,
    )
    case(
        "label_encoder_float",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_floats=[0.5, 1.0, 0.1],
                values_strings=["half", "one", "tenth"],
                default_string="other",
            )
        ],
        {"X": (F, [[0.5], [1], [0.1], [2], [1.0000001]])},
        {"Y": (S, [1])},
        ml_opset=2,
    )
    case(
        "label_encoder_nan",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                keys_floats=[1.0, nan],
                values_floats=[10.0, 20.0],
                default_float=30.0,
            )
        ],
        {"X": (F, [[1], [nan], [2]])},
        {"Y": (F, [1])},
        ml_opset=4,
    )
    case(
        "label_encoder_1",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Y"],
                classes_strings=["red", "blue"],
                default_int64=-7,
                default_string="?",
            )
        ],
        {"X": (S, words)},
        {"Y": (I, [1])},
        ml_opset=1,
    )
    case(
        "label_encoder_twice",
        [
            ml(
                "LabelEncoder",
                ["X"],
                ["Z"],
                keys_strings=["red", "blue"],
                values_strings=["warm", "cold"],
                default_string="?",
            ),
            ml(
                "LabelEncoder",
                ["Z"],
                ["Y"],
                keys_strings=["warm", "?"],
                values_int64s=[1, 2],
                default_int64=3,
            ),
        ],
        {"X": (S, words)},
        {"Y": (I, [1])},
        ml_opset=2,
    )
    case(
        "category_mapper",
        [
            ml(
                "CategoryMapper",
                ["X"],
                ["Y"],
                cats_strings=["red", "blue"],
                cats_int64s=[5, 6],
                default_int64=9,
            )
        ],
        {"X": (S, words)},
        {"Y": (I, [1])},
    )
    case(
        "feature_vectorizer",
        [ml("FeatureVectorizer", ["A", "B"], ["Y"], inputdimensions=[3, 3])],
        {"A": (F, finite), "B": (F, finite * 2)},
        {"Y": (F, [6])},
    )
    case(
        "array_feature_extractor",
        [ml("ArrayFeatureExtractor", ["X", "at"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [2])},
        [constant("at", [2, 0], I)],
    )


REDUCTIONS = (
    "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceSumSquare ReduceL1 ReduceL2 "
    "ReduceLogSumExp"
).split()


def each(name, operators, more, inputs, kind, initializers=()):
    """One graph with an output for each operator, of the same input."""
    case(
        name,
        [node(op, ["X"] + more, [op]) for op in operators],
        inputs,
        {op: (kind, [3]) for op in operators},
        initializers,
    )


def functions():
    x = edge_rows(3, 25)
    finite = np.round(rng.normal(0, 2, (12, 3)), 3)
    unary = (
        "Abs Neg Sign Floor Ceil Round Exp Log Sqrt Erf Sin Cos Tan Atan Sinh Cosh Reciprocal "
        "Relu LeakyRelu ThresholdedRelu Elu Selu Sigmoid HardSigmoid Tanh Softplus Softsign"
    ).split()
    half = np.vstack([finite, [[0.5, 1.5, 2.5], [-0.5, -1.5, 0.0]]])
    each("functions", unary, [], {"X": (F, half)}, F)
    each(
        "functions_double",
        ["Abs", "Floor", "Exp", "Sqrt", "Round"],
        [],
        {"X": (D, np.abs(finite))},
        D,
    )
    each("functions_arc", ["Asin", "Acos"], [], {"X": (F, finite / 10)}, F)
    arithmetic = ["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum"]
    each(
        "arithmetic",
        arithmetic + ["Mean"],
        ["C"],
        {"X": (F, x)},
        F,
        [constant("C", [[0.5, 2.0, -3.0]], F)],
    )
    each(
        "arithmetic_double",
        arithmetic,
        ["C"],
        {"X": (D, finite)},
        D,
        [constant("C", [[0.5, 2.0, 3.0]], D)],
    )
    for kind, name in ((F, "float"), (D, "double")):
        case(
            "op_pow_" + name,
            [node("Pow", ["X", "C"], ["Y"])],
            {"X": (kind, np.abs(finite))},
            {"Y": (kind, [3])},
            [constant("C", [[0.5, 2.0, -3.0]], kind)],
        )
    case(
        "op_div_int64",
        [node("Div", ["X", "C"], ["Y"])],
        {"X": (I, [[-7, 7, 5]])},
        {"Y": (I, [3])},
        [constant("C", [2, -2, 3], I)],
    )
    case(
        "op_mod_int64",
        [node("Mod", ["X", "C"], ["Y"])],
        {"X": (I, [[-7, 7, 5]])},
        {"Y": (I, [3])},
        [constant("C", [3, -3, 3], I)],
    )
    case(
        "op_mod_float",
        [node("Mod", ["X", "C"], ["Y"], fmod=1)],
        {"X": (F, [[-7.5, 7.5, 5]])},
        {"Y": (F, [3])},
        [constant("C", [3, -3, 3], F)],
    )
    case(
        "op_pow_square",
        [node("Pow", ["X", "C"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        [constant("C", 2.0, F)],
    )
    each(
        "comparisons",
        ["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"],
        ["C"],
        {"X": (F, x)},
        B,
        [constant("C", [0.5, 1.0, 0.0], F)],
    )
    case(
        "op_logic",
        [
            node("Greater", ["X", "C"], ["A"]),
            node("Less", ["X", "C2"], ["B"]),
            node("And", ["A", "B"], ["both"]),
            node("Or", ["A", "B"], ["any"]),
            node("Xor", ["A", "B"], ["one"]),
            node("Not", ["A"], ["none"]),
            node("IsNaN", ["X"], ["nans"]),
            node("IsInf", ["X"], ["infs"]),
        ],
        {"X": (F, x)},
        {n: (B, [3]) for n in ("both", "any", "one", "none", "nans", "infs")},
        [constant("C", [0.0], F), constant("C2", [2.0], F)],
    )
    case(
        "op_where",
        [node("Greater", ["X", "C"], ["B"]), node("Where", ["B", "X", "C"], ["Y"])],
        {"X": (F, x)},
        {"Y": (F, [3])},
        [constant("C", [0.5], F)],
    )
    case(
        "op_equal_text",
        [node("Equal", ["X", "C"], ["B"]), node("Cast", ["B"], ["Y"], to=F)],
        {"X": (S, [["a"], ["b"], [""], ["A"]])},
        {"Y": (F, [1])},
        [constant("C", ["a"], S)],
        opset=19,
    )
    case(
        "op_clip",
        [node("Clip", ["X", "low", "high"], ["Y"])],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        [constant("low", -1.0, F), constant("high", 1.5, F)],
    )
    case(
        "op_clip_6",
        [node("Clip", ["X"], ["Y"], min=-0.5)],
        {"X": (F, finite)},
        {"Y": (F, [3])},
        opset=10,
    )
    for kind, name in ((I, "int64"), (D, "double"), (B, "bool")):
        case(
            "op_cast_" + name,
            [node("Cast", ["X"], ["Y"], to=kind)],
            {"X": (F, finite)},
            {"Y": (kind, [3])},
        )
    case(
        "op_cast_float",
        [node("Cast", ["X"], ["Y"], to=F)],
        {"X": (D, finite + 0.1)},
        {"Y": (F, [3])},
    )


def shapes():
    x = np.round(rng.normal(0, 2, (8, 6)), 3)
    same = {"X": (F, x)}
    case(
        "op_reshape",
        [
            node("Reshape", ["X", "s"], ["Z"]),
            node("Transpose", ["Z"], ["T"], perm=[0, 2, 1]),
            node("Flatten", ["T"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("s", [0, 2, -1], I)],
    )
    case(
        "op_slice",
        [node("Slice", ["X", "a", "b", "axes", "steps"], ["Y"])],
        same,
        {"Y": (F, [3])},
        [
            constant("a", [-1], I),
            constant("b", [-100], I),
            constant("axes", [1], I),
            constant("steps", [-2], I),
        ],
    )
    case(
        "op_slice_1",
        [node("Slice", ["X"], ["Y"], starts=[1], ends=[4], axes=[1])],
        same,
        {"Y": (F, [3])},
        opset=9,
    )
    case(
        "op_gather",
        [node("Gather", ["X", "at"], ["Y"], axis=1)],
        same,
        {"Y": (F, [3])},
        [constant("at", [5, 0, -2], I)],
    )
    case(
        "op_split",
        [node("Split", ["X"], ["A", "B"], axis=1), node("Concat", ["B", "A"], ["Y"], axis=1)],
        same,
        {"Y": (F, [6])},
        opset=13,
    )
    case(
        "op_split_sizes",
        [node("Split", ["X", "n"], ["A", "B"], axis=1)],
        same,
        {"A": (F, [2]), "B": (F, [4])},
        [constant("n", [2, 4], I)],
    )
    case(
        "op_squeeze",
        [node("Unsqueeze", ["X", "one"], ["Z"]), node("Squeeze", ["Z", "one"], ["Y"])],
        same,
        {"Y": (F, [6])},
        [constant("one", [1], I)],
    )
    case(
        "op_shape",
        [
            node("Shape", ["X"], ["S"]),
            node("Gather", ["S", "one"], ["n"]),
            node("Cast", ["n"], ["f"], to=F),
            node("Div", ["X", "f"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("one", 1, I)],
    )
    case(
        "op_constants",
        [
            node("Constant", [], ["c"], value_floats=[1.0, 2, 3, 4, 5, 6]),
            node("ConstantOfShape", ["s"], ["z"], value=helper.make_tensor("v", F, [1], [0.5])),
            node("Add", ["X", "c"], ["A"]),
            node("Mul", ["A", "z"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("s", [6], I)],
    )
    case(
        "op_expand",
        [
            node("Expand", ["c", "s"], ["e"]),
            node("Tile", ["e", "t"], ["f"]),
            node("Mul", ["X", "f"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("c", [[2.0]], F), constant("s", [1, 3], I), constant("t", [1, 2], I)],
    )
    case(
        "reductions",
        [node(op, ["X"], [op], keepdims=0, axes=[1]) for op in REDUCTIONS],
        same,
        {op: (F, []) for op in REDUCTIONS},
        opset=11,
    )
    case(
        "reductions_13",
        [node("ReduceSum", ["X", "axes"], ["Y"])],
        same,
        {"Y": (F, [1])},
        [constant("axes", [1], I)],
    )
    case(
        "op_reducemean_18",
        [node("ReduceMean", ["X", "axes"], ["Y"])],
        same,
        {"Y": (F, [1])},
        [constant("axes", [-1], I)],
        opset=18,
    )
    for opset in (11, 13):
        for op in ("Softmax", "LogSoftmax"):
            case(
                "op_%s_%d" % (op.lower(), opset),
                [node("Reshape", ["X", "s"], ["Z"]), node(op, ["Z"], ["Y"])],
                same,
                {"Y": (F, [2, 3])},
                [constant("s", [-1, 2, 3], I)],
                opset=opset,
            )
    case(
        "op_argmax",
        [
            node("ArgMax", ["X"], ["most"], axis=1, keepdims=0),
            node("ArgMin", ["X"], ["least"], axis=1, select_last_index=1),
        ],
        {"X": (F, np.round(x))},
        {"most": (I, []), "least": (I, [1])},
    )
    case(
        "op_gather_by_argmax",
        [
            node("ArgMax", ["X"], ["at"], axis=1, keepdims=0),
            node("Gather", ["names", "at"], ["label"]),
            node("Softmax", ["X"], ["scores"], axis=1),
        ],
        same,
        {"label": (S, []), "scores": (F, [6])},
        [constant("names", list("uvwxyz"), S)],
    )
    case(
        "op_gather_elements",
        [node("ArgMax", ["X"], ["at"], axis=1), node("GatherElements", ["X", "at"], ["Y"], axis=1)],
        same,
        {"Y": (F, [1])},
    )
    case(
        "op_one_hot",
        [
            node("ArgMax", ["X"], ["at"], axis=1, keepdims=0),
            node("OneHot", ["at", "n", "v"], ["Y"]),
        ],
        same,
        {"Y": (F, [6])},
        [constant("n", 6, I), constant("v", [0.5, 2.0], F)],
    )
    w = [
        constant(n, np.round(rng.normal(0, 1, s), 3), F)
        for n, s in (
            ("W1", (6, 5)),
            ("b1", (5,)),
            ("W2", (3, 5)),
            ("b2", (3,)),
            ("g", (5,)),
            ("h", (5,)),
            ("m", (5,)),
        )
    ]
    w.append(constant("v", np.abs(np.round(rng.normal(0, 1, 5), 3)) + 0.1, F))
    case(
        "network_gemm",
        [
            node("Gemm", ["X", "W1", "b1"], ["A"]),
            node("Relu", ["A"], ["R"]),
            node("Gemm", ["R", "W2", "b2"], ["Y"], transB=1),
        ],
        same,
        {"Y": (F, [3])},
        w,
    )
    case(
        "network_gemm_scaled",
        [node("Gemm", ["X", "W1", "b1"], ["Y"], alpha=0.5, beta=2.0)],
        same,
        {"Y": (F, [5])},
        w,
    )
    case(
        "network_matmul",
        [
            node("MatMul", ["X", "W1"], ["M"]),
            node("Add", ["b1", "M"], ["A"]),
            node("Tanh", ["A"], ["T"]),
            node("BatchNormalization", ["T", "g", "h", "m", "v"], ["N"]),
            node("Dropout", ["N"], ["O"]),
            node("Sigmoid", ["O"], ["Y"]),
        ],
        same,
        {"Y": (F, [5])},
        w,
    )
    case(
        "network_double",
        [
            node("Cast", ["X"], ["D"], to=D),
            node("MatMul", ["D", "W"], ["M"]),
            node("Add", ["M", "b"], ["Y"]),
        ],
        same,
        {"Y": (D, [2])},
        [constant("W", np.round(rng.normal(0, 1, (6, 2)), 3), D), constant("b", [0.1, 0.2], D)],
    )
    case(
        "network_products",
        [
            node("Reshape", ["X", "s"], ["A"]),
            node("Transpose", ["A"], ["T"], perm=[0, 2, 1]),
            node("MatMul", ["A", "T"], ["P"]),
            node("Flatten", ["P"], ["Y"]),
        ],
        same,
        {"Y": (F, [4])},
        [constant("s", [-1, 2, 3], I)],
    )


def pipeline():
    rows = 60
    ages, incomes = rng.integers(18, 80, (rows, 1)), np.round(rng.lognormal(3, 1, (rows, 1)), 2)
    jobs = rng.choice(["clerk", "nurse", "smith", "", "pilot"], (rows, 1)).astype(object)
    trees_of = Trees(
        20, 5, 3, ["BRANCH_LEQ"], as_vector=True, weights=lambda: round(float(rng.random()) / 20, 4)
    )
    case(
        "pipeline",
        [
            node("Cast", ["age"], ["age_f"], to=F),
            node("Concat", ["age_f", "income"], ["numbers"], axis=1),
            ml(
                "Imputer",
                ["numbers"],
                ["imputed"],
                imputed_value_floats=[40.0, 20.0],
                replaced_value_float=nan,
            ),
            ml("Scaler", ["imputed"], ["scaled"], offset=[45.0, 25.0], scale=[0.05, 0.04]),
            ml("OneHotEncoder", ["job"], ["hot"], cats_strings=["clerk", "nurse", "smith"]),
            node("Reshape", ["hot", "s"], ["flat"]),
            node("Concat", ["scaled", "flat"], ["all"], axis=1),
            ml(
                "TreeEnsembleClassifier",
                ["all"],
                ["label", "p"],
                classlabels_strings=["high", "low", "none"],
                **trees_of.attributes("class")
            ),
            ml("ZipMap", ["p"], ["probability"], classlabels_strings=["high", "low", "none"]),
        ],
        {
            "age": (I, ages),
            "income": (F, np.where(rng.random((rows, 1)) < 0.1, nan, incomes)),
            "job": (S, jobs),
        },
        {"label": (S, []), "probability": None},
        [constant("s", [-1, 3], I)],
    )


def trees_partial():
    """Classes that only some leaves have a weight for."""
    for bases in ([], [0.4, -0.3]):  # with one, ONNX Runtime may leave the second score unset
        for transform in ("NONE", "LOGISTIC"):
            more = dict(base_values=bases) if bases else {}
            classifier(
                "tree_two_partial_%d_%s" % (len(bases), transform.lower()),
                Trees(2, 3, 2, ["BRANCH_LEQ"], depth=2, as_vector=True, partial=True),
                [0, 1],
                post_transform=transform,
                **more
            )


def margins():
    """predict_raw: what scores are without the transform at their end."""
    positive = lambda: round(float(rng.random()) / 4, 3)
    x = rng.normal(0, 2, (12, 3))
    plain = {"post_transform": "NONE"}

    def classify(name, op, labels, chosen, changes, x=x, zip_map=True, kind=F, **attributes):
        text = isinstance(labels[0], str)
        nodes = [
            ml(
                op,
                ["X"],
                ["label", "scores"],
                **attributes,
                **{
                    "classlabels_"
                    + ("strings" if text else "int64s" if op.startswith("Tree") else "ints"): labels
                }
            )
        ]
        label = {"label": (S if text else I, [])}
        case(
            "margin_" + name,
            nodes,
            {"X": (kind, x)},
            dict(label, scores=(F, [len(labels)])),
            margins=(changes, 1, chosen),
        )
        if zip_map:  # a map and a normalization in between change nothing
            nodes += [
                ml("Normalizer", ["scores"], ["normal"], norm="L1"),
                node("Identity", ["normal"], ["same"]),
                ml(
                    "ZipMap",
                    ["same"],
                    ["probability"],
                    **{"classlabels_" + ("strings" if text else "int64s"): labels[::-1]}
                ),
            ]
            case(
                "margin_%s_map" % name,
                nodes,
                {"X": (kind, x)},
                dict(label, probability=None, scores=(F, [len(labels)])),
                margins=(changes, 2, chosen if len(chosen) < len(labels) else chosen[::-1]),
            )

    for transform in ("LOGISTIC", "SOFTMAX"):
        low = transform.lower()
        tree = lambda *more, **options: Trees(4, 3, *more, **options).attributes("class")
        classify(
            "tree_classes_" + low,
            "TreeEnsembleClassifier",
            ["a", "b", "c"],
            [0, 1, 2],
            plain,
            post_transform=transform,
            base_values=[0.1, 0.2, 0.3],
            **tree(3, ["BRANCH_LEQ"], as_vector=True)
        )
        classify(
            "tree_binary_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [1],
            plain,
            post_transform=transform,
            **tree(1, ["BRANCH_LEQ"])
        )
        classify(
            "tree_binary_positive_" + low,
            "TreeEnsembleClassifier",
            ["no", "yes"],
            [1],
            plain,
            post_transform=transform,
            base_values=[0.4],
            **tree(1, ["BRANCH_LEQ"], weights=positive)
        )
        classify(
            "tree_two_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [0, 1],
            plain,
            post_transform=transform,
            **tree(2, ["BRANCH_LEQ"], as_vector=True)
        )
        classify(
            "tree_two_partial_" + low,
            "TreeEnsembleClassifier",
            [0, 1],
            [0, 1],
            plain,
            post_transform=transform,
            **tree(2, ["BRANCH_LEQ"], as_vector=True, partial=True)
        )
        classify(
            "tree_double_" + low,
            "TreeEnsembleClassifier",
            [0, 1, 2],
            [0, 1, 2],
            plain,
            kind=D,
            zip_map=False,
            post_transform=transform,
            **tree(3, ["BRANCH_LEQ"], kind=D)
        )
        c = [round(float(v), 3) for v in rng.normal(0, 1, 9)]
        for name, labels, count in (
            ("classes", ["a", "b", "c"], 3),
            ("two", [7, 9], 2),
            ("binary", [0, 1], 1),
        ):
            classify(
                "linear_%s_%s" % (name, low),
                "LinearClassifier",
                labels,
                list(range(count)) if count > 1 else [1],
                plain,
                post_transform=transform,
                coefficients=c[: 3 * count],
                intercepts=[0.5, -0.25, 0.125][:count],
            )
        case(
            "margin_linear_regressor_" + low,
            [
                ml(
                    "LinearRegressor",
                    ["X"],
                    ["Y"],
                    targets=3,
                    coefficients=c,
                    post_transform=transform,
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [3])},
            margins=(plain, 0, [0, 1, 2]),
        )
        case(
            "margin_tree_regressor_" + low,
            [
                ml(
                    "TreeEnsembleRegressor",
                    ["X"],
                    ["Y"],
                    n_targets=2,
                    post_transform=transform,
                    **Trees(4, 3, 2, ["BRANCH_LEQ"]).attributes("target")
                )
            ],
            {"X": (F, x)},
            {"Y": (F, [2])},
            margins=(plain, 0, [0, 1]),
        )
    vectors = [round(float(v), 3) for v in rng.normal(0, 1, 15)]
    for classes, per_class in ((2, [3, 2]), (3, [2, 2, 1])):
        pairs = classes * (classes - 1) // 2
        common = dict(
            kernel_type="RBF",
            kernel_params=[0.25, 0.5, 3.0],
            vectors_per_class=per_class,
            support_vectors=vectors,
            rho=[0.1, -0.2, 0.3][:pairs],
            coefficients=[round(float(v), 3) for v in rng.normal(0, 1, 5 * (classes - 1))],
        )
        chosen, labels = list(range(pairs)) if classes > 2 else [1], list(range(classes))
        # Decisions for pairs of classes are not the classes' scores, although there are three of
        # each.
        classify("svm_%d" % classes, "SVMClassifier", labels, chosen, {}, zip_map=False, **common)
        classify(
            "svm_%d_proba" % classes,
            "SVMClassifier",
            labels,
            chosen,
            {"prob_a": None, "prob_b": None},
            zip_map=False,
            prob_a=[-1.2, -0.8, -1.5][:pairs],
            prob_b=[0.1, 0.2, -0.1][:pairs],
            **common
        )
    case(
        "margin_svm_one_class",
        [
            ml(
                "SVMRegressor",
                ["X"],
                ["Y"],
                kernel_type="RBF",
                kernel_params=[0.25, 0.0, 3.0],
                n_supports=5,
                one_class=1,
                rho=[-1.0],
                coefficients=[1.0, 0.5, 0.25, 0.75, 0.3],
                support_vectors=vectors,
            )
        ],
        {"X": (F, x)},
        {"Y": (F, [1])},
        margins=({"one_class": 0}, 0, [0]),
    )
    for op in ("Softmax", "Sigmoid"):  # the transform is a node of its own, here the first one
        case(
            "margin_op_" + op.lower(),
            [
                node(op, ["X"], ["scores"]),
                node("ArgMax", ["scores"], ["at"], axis=1, keepdims=0),
                node("Gather", ["names", "at"], ["label"]),
                node("Identity", ["X"], ["before"]),
            ],
            {"X": (F, x)},
            {"label": (S, []), "scores": (F, [3]), "before": (F, [3])},
            [constant("names", list("uvw"), S)],
            margins=({}, 2, [0, 1, 2]),
        )


def large_integers():
    """Bounds beyond 2^53 mean "to the end"; PyTorch writes them."""
    x = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]
    greatest, least = 2**63 - 1, -(2**63)
    case(
        "op_slice_to_end",
        [
            node("Slice", ["X", "a", "b", "axes"], ["Y"]),
            node("Slice", ["X", "b", "c", "axes", "back"], ["Z"]),
            node("Constant", [], ["b"], value=constant("", [greatest], I)),
        ][::-1],
        {"X": (F, x)},
        {"Y": (F, [3]), "Z": (F, [4])},
        [
            constant("a", [1], I),
            constant("c", [least], I),
            constant("axes", [1], I),
            constant("back", [-1], I),
        ],
    )
    case(
        "op_equal_exact",
        [node("Equal", ["X", "C"], ["B"]), node("Cast", ["B"], ["Y"], to=F)],
        {"X": (I, [[2**53 - 1], [2**53 - 2], [1 - 2**53]])},
        {"Y": (F, [1])},
        [constant("C", [2**53 - 1], I)],
    )


def lenient():
    """What ONNX Runtime takes but the specification does not: its outputs say what it means."""
    draw_from(21)
    x = rng.normal(0, 2, (12, 2))
    case(
        "unsorted",
        [
            node("Mul", ["s", "k"], ["Y"]),
            ml("Scaler", ["X"], ["s"], offset=[1.0, 2.0], scale=[0.5, 2.0]),
        ],
        {"X": (F, [[3, 1], [0.5, -2]])},
        {"Y": (F, [2])},
        [constant("k", [4.0], F)],
    )
    case(
        "linear_extra_coefficients",
        [
            ml(
                "LinearRegressor",
                ["X"],
                ["Y"],
                coefficients=[2.0, -1.0, 0.5, 7.0, 9.0],
                intercepts=[10.0],
                targets=1,
            )
        ],
        {"X": (F, [[3, 4, 2], [0, 1, -2]])},
        {"Y": (F, [1])},
    )
    case(
        "linear_extra_classes",
        [
            ml(
                "LinearClassifier",
                ["X"],
                ["label", "scores"],
                classlabels_ints=[10, 20, 30],
                post_transform="SOFTMAX",
                coefficients=[1.0, -1.0, 2.0, 0.0, 0.0, 3.0, 77.0, 88.0, 99.0],
                intercepts=[0.25, 0.0, -1.0],
            )
        ],
        {"X": (F, [[1, 0.5], [-1, 0.25]])},
        {"label": (I, []), "scores": (F, [3])},
    )
    for transform in ("NONE", "LOGISTIC", "SOFTMAX", "PROBIT"):
        low = transform.lower()
        rows = rng.random((12, 2)) / 4 if transform == "PROBIT" else x
        for labels in ([], [7], [7, 8, 9]):  # one score without two labels: the classes are 0 and 1
            case(
                "linear_one_score_%d_%s" % (len(labels), low),
                [
                    ml(
                        "LinearClassifier",
                        ["X"],
                        ["label", "scores"],
                        coefficients=[0.5, -0.25],
                        intercepts=[0.125],
                        post_transform=transform,
                        **({"classlabels_ints": labels} if labels else {})
                    )
                ],
                {"X": (F, rows)},
                {"label": (I, []), "scores": (F, [1])},
            )
        weights = (lambda: round(float(rng.random()) / 4, 3)) if transform == "PROBIT" else None
        classifier(
            "tree_one_label_" + low,
            Trees(3, 2, 1, ["BRANCH_LEQ"], weights=weights),
            [7],
            post_transform=transform,
        )
    classifier("tree_one_label_base", Trees(3, 2, 1, ["BRANCH_LEQ"]), [1], base_values=[0.25])
    classifier("tree_one_label_double", Trees(3, 2, 1, ["BRANCH_LT"], kind=D), [0], kind=D)


def operators():
    """Operators that exports of scikit-learn need: nearest neighbours, one against the rest,
    AdaBoost."""
    draw_from(22)
    x = rng.normal(0, 2, (10, 4))
    ties = np.array([[1, 2, 2, 1], [3, 3, 3, 3], [0, -1, 5, 5], [-2, 0.5, -2, 0.5]])
    for p in (1, 2):
        rows = np.vstack([x, np.zeros((1, 4))])
        case(
            "op_lp_normalization_%d" % p,
            [node("LpNormalization", ["X"], ["Y"], axis=1, p=p)],
            {"X": (F, rows)},
            {"Y": (F, [4])},
        )
    case(
        "op_lp_normalization_double",
        [node("LpNormalization", ["X"], ["Y"])],
        {"X": (D, x)},
        {"Y": (D, [4])},
    )
    for largest in (0, 1):
        case(
            "op_top_k_%d" % largest,
            [node("TopK", ["X", "k"], ["V", "I"], largest=largest)],
            {"X": (F, np.vstack([x, ties]))},
            {"V": (F, [3]), "I": (I, [3])},
            [constant("k", [3], I)],
        )
    case(
        "op_top_k_axis",
        [
            node("Reshape", ["X", "shape"], ["m"]),
            node("TopK", ["m", "k"], ["v", "i"], axis=1),
            node("Flatten", ["v"], ["V"]),
            node("Flatten", ["i"], ["I"]),
        ],
        {"X": (F, x)},
        {"V": (F, [2]), "I": (I, [2])},
        [constant("k", [1], I), constant("shape", [-1, 2, 2], I)],
    )
    case(
        "op_top_k_9",
        [node("TopK", ["X"], ["V", "I"], k=2, axis=1)],
        {"X": (F, x)},
        {"V": (F, [2]), "I": (I, [2])},
        opset=9,
    )
    for exclusive in (0, 1):
        for reverse in (0, 1):
            case(
                "op_cum_sum_%d%d" % (exclusive, reverse),
                [node("CumSum", ["X", "axis"], ["Y"], exclusive=exclusive, reverse=reverse)],
                {"X": (F, x)},
                {"Y": (F, [4])},
                [constant("axis", 1, I)],
            )
    case(
        "op_layer_normalization",
        [node("LayerNormalization", ["X", "g", "b"], ["Y"], axis=-1)],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("g", rng.normal(0, 1, 4), F), constant("b", rng.normal(0, 1, 4), F)],
    )
    case(
        "op_layer_normalization_plain",
        [node("LayerNormalization", ["X", "g"], ["Y", "M", "D"], axis=1, epsilon=1e-3)],
        {"X": (F, x)},
        {"Y": (F, [4]), "M": (F, [1]), "D": (F, [1])},
        [constant("g", np.ones(4), F)],
    )
    case(
        "op_prelu",
        [node("PRelu", ["X", "s"], ["Y"])],
        {"X": (F, edge_rows(4, 20))},
        {"Y": (F, [4])},
        [constant("s", [0.25, -1.0, 0.1, 2.0], F)],
    )
    case(
        "op_range",
        [node("Range", ["a", "b", "c"], ["r"]), node("Mul", ["X", "r"], ["Y"])],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("a", 0.1, F), constant("b", 1.25, F), constant("c", 0.3, F)],
    )
    case(
        "op_eye_like",
        [
            node("EyeLike", ["C"], ["e"], k=1, dtype=F),
            node("Reshape", ["X", "shape"], ["m"]),
            node("Mul", ["m", "e"], ["p"]),
            node("Flatten", ["p"], ["Y"]),
        ],
        {"X": (F, x)},
        {"Y": (F, [4])},
        [constant("C", np.zeros((2, 2)), I), constant("shape", [-1, 2, 2], I)],
    )

    def body(nodes, inputs, outputs):
        return helper.make_graph(
            nodes,
            "body",
            [helper.make_tensor_value_info(n, F, None) for n in inputs],
            [helper.make_tensor_value_info(n, F, None) for n in outputs],
        )

    points = constant("P", rng.normal(0, 2, (7, 4)), F)
    distance = body(
        [
            node("Identity", ["q"], ["r"]),
            node("Sub", ["q", "p"], ["d"]),
            node("ReduceSumSquare", ["d"], ["s"], axes=[1], keepdims=0),
        ],
        ["q", "p"],
        ["r", "s"],
    )
    case(
        "scan_neighbours",
        [
            node("Scan", ["X", "P"], ["Q", "D"], body=distance, num_scan_inputs=1),
            node("Transpose", ["D"], ["T"], perm=[1, 0]),
            node("TopK", ["T", "k"], ["V", "near"], largest=0),
            ml("ArrayFeatureExtractor", ["classes", "near"], ["votes"]),
            node("Cast", ["votes"], ["Y"], to=F),
        ],
        {"X": (F, x)},
        {"V": (F, [3]), "near": (I, [3]), "Y": (F, [3])},
        [points, constant("k", [3], I), constant("classes", [0, 1, 0, 2, 1, 1, 0], I)],
    )
    # Of one row alone: the batch is no scanned axis.
    running = body(
        [
            node("Mul", ["s", "half"], ["h"]),
            node("Add", ["h", "c"], ["t"]),
            node("Mul", ["t", "K"], ["o"]),
        ],
        ["s", "c"],
        ["t", "o"],
    )
    for direction in (0, 1):
        case(
            "scan_state_%d" % direction,
            [
                node("Squeeze", ["X", "zero"], ["v"]),
                node(
                    "Scan",
                    ["start", "v"],
                    ["S", "O"],
                    body=running,
                    num_scan_inputs=1,
                    scan_input_directions=[direction],
                    scan_output_directions=[direction],
                ),
            ],
            {"X": (F, x[:1])},
            {"S": (F, None), "O": (F, None)},
            [
                constant("start", 1.5, F),
                constant("zero", [0], I),
                constant("half", 0.5, F),
                constant("K", 3.0, F),
            ],
        )

    # One against the rest: the label goes through floats.
    case(
        "one_against_rest",
        [
            node("Concat", ["zero", "X"], ["m"], axis=1),
            node("ArgMax", ["m"], ["at"], axis=1),
            node("LpNormalization", ["m"], ["scores"], axis=1, p=1),
            ml("ArrayFeatureExtractor", ["classes", "at"], ["c"]),
            node("Cast", ["c"], ["f"], to=F),
            node("Reshape", ["f", "shape"], ["r"]),
            node("Cast", ["r"], ["label"], to=I),
        ],
        {"X": (F, rng.random((8, 2))[:1])},
        {"label": (I, []), "scores": (F, [3])},
        [
            constant("zero", [[0.4]], F),
            constant("classes", [5, 6, 9], I),
            constant("shape", [-1], I),
        ],
    )

    def functions(made):
        made.opset_import.append(helper.make_opsetid("own", 1))
        scale = helper.make_node("LeakyRelu", ["A"], ["T"])
        reference = scale.attribute.add()
        reference.name, reference.ref_attr_name, reference.type = (
            "alpha",
            "slope",
            onnx.AttributeProto.FLOAT,
        )
        opset = [helper.make_opsetid("", 13), helper.make_opsetid("own", 1)]
        made.functions.append(
            helper.make_function(
                "own",
                "Bend",
                ["A", "C"],
                ["B"],
                [scale, helper.make_node("Add", ["T", "C"], ["B"])],
                opset,
                ["slope"],
            )
        )
        made.functions.append(
            helper.make_function(
                "own",
                "BendTwice",
                ["A"],
                ["B"],
                [
                    helper.make_node("Constant", [], ["C"], value_float=0.5),
                    helper.make_node("Bend", ["A", "C"], ["T"], domain="own", slope=0.25),
                    helper.make_node("Bend", ["T", "C"], ["B"], domain="own"),
                ],
                opset,
            )
        )

    case(
        "local_functions",
        [
            node("BendTwice", ["X"], ["T"], "own"),
            node("Bend", ["T", "X"], ["Y"], "own", slope=-1.0),
        ],
        {"X": (F, x)},
        {"Y": (F, [4])},
        change=functions,
    )


if __name__ == "__main__":
    if sys.argv[1:]:  # names of functions: only their files
        for name in sys.argv[1:]:
            globals()[name]()
        sys.exit(0)
    for old in os.listdir(FOLDER):
        if old.startswith("onnx_"):
            os.remove(os.path.join(FOLDER, old))
    for make in (
        trees,
        trees_5,
        linear_and_svm,
        features,
        functions,
        shapes,
        pipeline,
        trees_partial,
        margins,
        large_integers,
        lenient,
        operators,
    ):
        make()
