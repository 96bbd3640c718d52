#!/usr/bin/env python3
"""Makes the models and the data of onnx_bench.sh in a folder: a scaler, a one-hot encoder and a
random forest in one graph, and a perceptron of three layers, both in ONNX; and the rows to score,
one file of float32 in column-major order per model."""
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPRegressor

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(7)
OPSETS = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)]


def save(name, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(graph, opset_imports=OPSETS, producer_name="pgscore benchmark")
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / f"{name}.onnx"))


def forest_attributes(forest):
    """A forest of scikit-learn as attributes of TreeEnsembleClassifier: x <= threshold goes left,
    leaves add their share of votes."""
    a = {
        key: []
        for key in (
            "nodes_treeids nodes_nodeids nodes_featureids nodes_modes nodes_values "
            "nodes_truenodeids nodes_falsenodeids "
            "class_treeids class_nodeids class_ids class_weights"
        ).split()
    }
    for t, estimator in enumerate(forest.estimators_):
        tree = estimator.tree_
        for n in range(tree.node_count):
            leaf = tree.children_left[n] < 0
            a["nodes_treeids"].append(t)
            a["nodes_nodeids"].append(n)
            a["nodes_featureids"].append(0 if leaf else int(tree.feature[n]))
            a["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
            a["nodes_values"].append(0.0 if leaf else float(np.float32(tree.threshold[n])))
            a["nodes_truenodeids"].append(0 if leaf else int(tree.children_left[n]))
            a["nodes_falsenodeids"].append(0 if leaf else int(tree.children_right[n]))
            if leaf:
                votes = tree.value[n][0] / tree.value[n][0].sum() / len(forest.estimators_)
                for k, vote in enumerate(votes):
                    a["class_treeids"].append(t)
                    a["class_nodeids"].append(n)
                    a["class_ids"].append(k)
                    a["class_weights"].append(float(vote))
    return a


# ---- scaler, one-hot, forest ----
NUMBERS, CATEGORIES = 12, [5, 8, 12]
numbers = rng.normal(3, 2, size=(rows, NUMBERS)).astype(np.float32)
codes = np.column_stack([rng.integers(0, n, rows) for n in CATEGORIES]).astype(np.float32)
data = np.column_stack([numbers, codes])
mean, scale = numbers[:20000].mean(axis=0), numbers[:20000].std(axis=0)
train = data[:20000]
encoded = np.column_stack(
    [(train[:, :NUMBERS] - mean) / scale]
    + [train[:, NUMBERS + i, None] == np.arange(n) for i, n in enumerate(CATEGORIES)]
)
target = (
    encoded @ rng.normal(size=encoded.shape[1])
    + np.sin(2 * encoded[:, 0])
    + rng.normal(size=len(train))
    > 0
).astype(int)
forest = RandomForestClassifier(100, max_depth=10, random_state=1, n_jobs=1).fit(encoded, target)
inputs = [helper.make_tensor_value_info("numbers", TensorProto.FLOAT, [None, NUMBERS])]
nodes = [
    helper.make_node(
        "Scaler",
        ["numbers"],
        ["scaled"],
        domain="ai.onnx.ml",
        offset=mean.tolist(),
        scale=(1 / scale).tolist(),
    )
]
parts = ["scaled"]
for i, n in enumerate(CATEGORIES):
    inputs.append(helper.make_tensor_value_info(f"category{i}", TensorProto.INT64, [None, 1]))
    nodes.append(
        helper.make_node(
            "OneHotEncoder",
            [f"category{i}"],
            [f"hot3_{i}"],
            domain="ai.onnx.ml",
            cats_int64s=list(range(n)),
            zeros=1,
        )
    )
    nodes.append(helper.make_node("Reshape", [f"hot3_{i}", f"shape{i}"], [f"hot{i}"]))
    parts.append(f"hot{i}")
nodes.append(helper.make_node("Concat", parts, ["features"], axis=1))
nodes.append(
    helper.make_node(
        "TreeEnsembleClassifier",
        ["features"],
        ["label", "probabilities"],
        domain="ai.onnx.ml",
        classlabels_int64s=[0, 1],
        post_transform="NONE",
        **forest_attributes(forest),
    )
)
save(
    "forest",
    nodes,
    inputs,
    [
        helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
        helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2]),
    ],
    [
        helper.make_tensor(f"shape{i}", TensorProto.INT64, [2], [-1, n])
        for i, n in enumerate(CATEGORIES)
    ],
)
np.asfortranarray(data).T.tofile(folder / "forest.rows")

# ---- perceptron ----
WIDTH = 20
data = rng.normal(size=(rows, WIDTH)).astype(np.float32)
train = data[:20000]
network = MLPRegressor((64, 32), max_iter=5, random_state=1).fit(
    train, np.sin(train[:, 0]) + train[:, 1] * train[:, 2]
)
initializers, nodes, last = [], [], "x"
for i, (weights, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
    initializers.append(
        helper.make_tensor(
            f"w{i}", TensorProto.FLOAT, weights.shape, weights.astype(np.float32).ravel().tolist()
        )
    )
    initializers.append(
        helper.make_tensor(f"b{i}", TensorProto.FLOAT, bias.shape, bias.astype(np.float32).tolist())
    )
    is_last = i + 1 == len(network.coefs_)
    nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], ["y" if is_last else f"g{i}"]))
    if not is_last:
        nodes.append(helper.make_node("Relu", [f"g{i}"], [f"h{i}"]))
        last = f"h{i}"
save(
    "perceptron",
    nodes,
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, WIDTH])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
    initializers,
)
np.asfortranarray(data).T.tofile(folder / "perceptron.rows")
print(
    f"forest: {len(forest.estimators_)} trees, "
    f"{sum(e.tree_.node_count for e in forest.estimators_)} nodes, "
    f"{NUMBERS} numbers, {len(CATEGORIES)} categories in {sum(CATEGORIES)} columns; "
    f"perceptron: {WIDTH}-64-32-1"
)
