"""Random tree ensembles. Used by onnx_random.py."""
import numpy as np
from onnx import helper
from onnx_graph import D, F, I, PLAIN, S, Graph, edge_rows


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


def regressor(rng, graph, x, outputs, transform, of_trees, more):
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
    graph.write("trees", True, {"Y": F}, margins=(PLAIN, "Y", range(outputs)))


def classifier(rng, graph, x, outputs, transform, one_class, of_trees, more):
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
    if classify:
        classifier(rng, graph, x, outputs, transform, one_class, of_trees, more)
    else:
        regressor(rng, graph, x, outputs, transform, of_trees, more)
