#!/usr/bin/env python3
"""Writes models/credit/xgboost.onnx: the trees of models/credit/xgboost.json in ONNX, with
onnx.helper alone.

One named input per column; texts become category codes by a LabelEncoder whose default, NaN, is
XGBoost's missing value. Sets of categories are chains of equalities that share their true child.
The base score is a tree of one leaf in front of the others, so that the sum is XGBoost's: ONNX
Runtime adds base_values at the end. Needs the Python package onnx (Debian: python3-onnx).
"""
import json
import math
import os
import sys

try:
    from onnx import TensorProto, ValueInfoProto, helper
except ImportError as error:
    print(
        "credit_onnx.py: SKIPPED, models/credit/xgboost.onnx stays as it is: %s" % error,
        file=sys.stderr,
    )
    sys.exit(0)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "credit")
ML = "ai.onnx.ml"


class Ensemble:
    """The attributes of a TreeEnsembleClassifier with two classes and one score."""

    def __init__(self):
        self.nodes = {
            k: []
            for k in (
                "treeids nodeids featureids modes values truenodeids falsenodeids "
                "missing_value_tracks_true"
            ).split()
        }
        self.leaves = {k: [] for k in "ids nodeids treeids weights".split()}
        self.num_trees = 0

    def node(self, tree, number, mode, feature=0, value=0.0, yes=0, no=0, missing_is_true=False):
        row = dict(
            treeids=tree,
            nodeids=number,
            featureids=feature,
            modes=mode,
            values=value,
            truenodeids=yes,
            falsenodeids=no,
            missing_value_tracks_true=int(missing_is_true),
        )
        for key, column in self.nodes.items():
            column.append(row[key])

    def leaf(self, tree, number, weight):
        self.node(tree, number, "LEAF")
        for key, value in dict(ids=0, nodeids=number, treeids=tree, weights=weight).items():
            self.leaves[key].append(value)

    def add_constant(self, weight):
        self.leaf(self.num_trees, 0, weight)
        self.num_trees += 1

    def add_xgboost(self, tree):
        number, count = self.num_trees, len(tree["left_children"])
        sets = {
            node: tree["categories"][start : start + size]
            for node, start, size in zip(
                tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"]
            )
        }
        more = count  # numbers of the further nodes of chains
        for i in range(count):
            left, right = tree["left_children"][i], tree["right_children"][i]
            feature, default_left = tree["split_indices"][i], bool(tree["default_left"][i])
            if left == -1:
                self.leaf(number, i, tree["split_conditions"][i])
            elif i not in sets:
                self.node(
                    number,
                    i,
                    "BRANCH_LT",
                    feature,
                    tree["split_conditions"][i],
                    left,
                    right,
                    default_left,
                )
            else:
                # What is in the set goes right (XGBoost 1.7.4, src/common/categorical.h Decision).
                at = i
                for k, category in enumerate(sets[i]):
                    last = k + 1 == len(sets[i])
                    self.node(
                        number,
                        at,
                        "BRANCH_EQ",
                        feature,
                        float(category),
                        right,
                        left if last else more,
                        not default_left,
                    )
                    if not last:
                        at, more = more, more + 1
        self.num_trees += 1

    def attributes(self):
        out = {"nodes_" + key: value for key, value in self.nodes.items()}
        out.update({"class_" + key: value for key, value in self.leaves.items()})
        return out


LABELS = ["good", "default"]


def read_json(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def features_of(features):
    """-> inputs of the graph, nodes that encode their categories, names of the encoded columns"""
    inputs, nodes, columns = [], [], []
    for feature in features:
        name, categories = feature["name"], feature.get("categories")
        inputs.append(
            helper.make_tensor_value_info(
                name, TensorProto.STRING if categories else TensorProto.FLOAT, ["N", 1]
            )
        )
        columns.append(name + "_code" if categories else name)
        if categories:
            nodes.append(
                helper.make_node(
                    "LabelEncoder",
                    [name],
                    [columns[-1]],
                    domain=ML,
                    keys_strings=categories,
                    values_floats=[float(k) for k in range(len(categories))],
                    default_float=float("nan"),
                )
            )
    return inputs, nodes, columns


def classifier_of(learner):
    """The node of the trees."""
    base = float(learner["learner_model_param"]["base_score"])
    ensemble = Ensemble()
    ensemble.add_constant(-math.log(1 / base - 1))
    for tree in learner["gradient_booster"]["model"]["trees"]:
        ensemble.add_xgboost(tree)
    return helper.make_node(
        "TreeEnsembleClassifier",
        ["row"],
        ["label", "scores"],
        domain=ML,
        post_transform="LOGISTIC",
        classlabels_strings=LABELS,
        **ensemble.attributes()
    )


def main():
    inputs, nodes, columns = features_of(read_json("features.json"))
    nodes.append(helper.make_node("Concat", columns, ["row"], axis=1))
    nodes.append(classifier_of(read_json("xgboost.json")["learner"]))
    nodes.append(
        helper.make_node(
            "ZipMap", ["scores"], ["probability"], domain=ML, classlabels_strings=LABELS
        )
    )
    probability = ValueInfoProto(name="probability")  # sequence(map(string, tensor(float)))
    a_map = probability.type.sequence_type.elem_type.map_type
    a_map.key_type = TensorProto.STRING
    a_map.value_type.tensor_type.elem_type = TensorProto.FLOAT
    outputs = [helper.make_tensor_value_info("label", TensorProto.STRING, ["N"]), probability]
    model = helper.make_model(
        helper.make_graph(nodes, "credit", inputs, outputs),
        producer_name="pgscore",
        opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid(ML, 2)],
    )
    model.ir_version = 8
    with open(os.path.join(FOLDER, "xgboost.onnx"), "wb") as file:
        file.write(model.SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
