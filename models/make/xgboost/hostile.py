#!/usr/bin/env python3
"""Makes models/hostile/xgboost: the smallest malformed XGBoost files, each refused with its own
message (test/unit/formats/xgboost/hostile_test.cpp says which). They are also seeds of the fuzzers.
Needs nothing but Python."""
import copy
import json
import os
import struct

HOSTILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "hostile", "xgboost")


def tree(**changes):
    """x0 < 0.5 ? 1 : 2"""
    out = {
        "base_weights": [0.0, 1.0, 2.0],
        "categories": [],
        "categories_nodes": [],
        "categories_segments": [],
        "categories_sizes": [],
        "default_left": [0, 0, 0],
        "id": 0,
        "left_children": [1, -1, -1],
        "loss_changes": [1.0, 0.0, 0.0],
        "parents": [2147483647, 0, 0],
        "right_children": [2, -1, -1],
        "split_conditions": [0.5, 1.0, 2.0],
        "split_indices": [0, 0, 0],
        "split_type": [0, 0, 0],
        "sum_hessian": [2.0, 1.0, 1.0],
        "tree_param": {
            "num_deleted": "0",
            "num_feature": "2",
            "num_nodes": "3",
            "size_leaf_vector": "1",
        },
    }
    for key, value in changes.items():
        out[key] = value
    return out


def model(*trees, **param):
    trees = [dict(t, id=i) if t.get("id") == 0 else t for i, t in enumerate(trees or [tree()])]
    learner_param = {"base_score": "5E-1", "num_class": "0", "num_feature": "2", "num_target": "1"}
    learner_param.update(param)
    return {
        "learner": {
            "attributes": {},
            "feature_names": [],
            "feature_types": [],
            "gradient_booster": {
                "model": {
                    "gbtree_model_param": {"num_parallel_tree": "1", "num_trees": str(len(trees))},
                    "tree_info": [0] * len(trees),
                    "trees": trees,
                },
                "name": "gbtree",
            },
            "learner_model_param": learner_param,
            "objective": {"name": "reg:squarederror", "reg_loss_param": {"scale_pos_weight": "1"}},
        },
        "version": [1, 7, 4],
    }


def changed(path, value, base=None):
    doc = copy.deepcopy(base or model())
    at = doc
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return doc


def text_of(document):
    return json.dumps(document, separators=(",", ":"), sort_keys=True)


def write(name, data):
    raw = data if isinstance(data, bytes) else text_of(data).encode()
    with open(os.path.join(HOSTILE, name), "wb") as file:
        file.write(raw)


BOOSTER = ["learner", "gradient_booster"]
INNER = BOOSTER + ["model"]


def syntax():
    text = text_of(model())
    write("truncated.json", text[: len(text) // 2].encode())
    write("truncated_number.json", text[: text.index("0.5") + 2].encode())
    write("trailing.json", (text + "{}").encode())
    write("missing_comma.json", text.replace(',"id":', '"id":').encode())
    write("wrong_bracket.json", text.replace("[1.0,0.0,0.0]", "[1.0,0.0,0.0}").encode())
    write("nesting.json", ('{"learner":{"objective":{"reg_loss_param":' + "[" * 1000).encode())
    write(
        "nesting_mixed.json",
        ('{"learner":{"objective":{"reg_loss_param":' + '{"a":[' * 200).encode(),
    )
    write("learner_twice.json", (text[:-1] + ',"learner":{}}').encode())


def names():
    names = text_of(changed(["learner", "feature_names"], ["aXb", "b"]))
    write("bad_escape.json", names.replace("aXb", "\\ud800").encode())
    write("control_character.json", names.replace("aXb", "a\nb").encode())
    write("duplicate_names.json", changed(["learner", "feature_names"], ["age", "age"]))
    write("name_count.json", changed(["learner", "feature_names"], ["age"]))
    write("empty_name.json", changed(["learner", "feature_names"], ["", "b"]))


def trees():
    write("cycle.json", model(tree(left_children=[1, 0, -1], right_children=[2, 2, -1])))
    write("self_child.json", model(tree(left_children=[0, -1, -1])))
    write("two_parents.json", model(tree(left_children=[1, -1, -1], right_children=[1, -1, -1])))
    write("child_out_of_range.json", model(tree(left_children=[7, -1, -1])))
    write("child_negative.json", model(tree(right_children=[-5, -1, -1])))
    write("feature_out_of_range.json", model(tree(split_indices=[2, 0, 0])))
    write("feature_negative.json", model(tree(split_indices=[-1, 0, 0])))
    write(
        "nan_threshold.json",
        json.dumps(model(tree(split_conditions=[float("nan"), 1.0, 2.0])), sort_keys=True).encode(),
    )
    write("array_lengths.json", model(tree(default_left=[0, 0])))
    write(
        "num_nodes.json",
        model(tree(tree_param={"num_nodes": "2147483647", "size_leaf_vector": "1"})),
    )
    write(
        "num_nodes_wrong.json", model(tree(tree_param={"num_nodes": "5", "size_leaf_vector": "1"}))
    )
    write(
        "empty_tree.json",
        model(
            tree(
                **{
                    k: []
                    for k in (
                        "left_children",
                        "right_children",
                        "split_conditions",
                        "split_indices",
                        "default_left",
                        "split_type",
                    )
                },
                tree_param={"num_nodes": "0"}
            )
        ),
    )


def numbers_of_trees():
    write("tree_id.json", model(tree(id=3)))
    write("num_trees.json", changed(INNER + ["gbtree_model_param", "num_trees"], "2147483647"))
    write("tree_info_short.json", changed(INNER + ["tree_info"], []))
    write("group_out_of_range.json", changed(INNER + ["tree_info"], [1]))
    write("group_negative.json", changed(INNER + ["tree_info"], [-1]))
    write("iteration_indptr.json", changed(INNER + ["iteration_indptr"], [0, 5]))
    write("weight_drop.json", changed(INNER + ["weight_drop"], [1.0, 1.0]))
    write("integer_overflow.json", model(tree(left_children=[99999999999, -1, -1])))
    write("fraction_child.json", model(tree(left_children=[1.5, -1, -1])))
    write("split_type.json", model(tree(split_type=[9, 0, 0])))


def categories():
    category = dict(
        split_type=[1, 0, 0],
        categories=[1, 2],
        categories_nodes=[0],
        categories_segments=[0],
        categories_sizes=[2],
    )
    write(
        "category_none.json",
        model(
            tree(**dict(category, categories_nodes=[], categories_segments=[], categories_sizes=[]))
        ),
    )
    write("category_segment.json", model(tree(**dict(category, categories_sizes=[2147483647]))))
    write("category_negative.json", model(tree(**dict(category, categories=[-1, 2]))))
    write("category_huge.json", model(tree(**dict(category, categories=[1, 16777215]))))
    write(
        "category_order.json",
        model(
            tree(
                **dict(
                    category,
                    categories_nodes=[1, 0],
                    categories_segments=[0, 0],
                    categories_sizes=[1, 1],
                )
            )
        ),
    )
    write(
        "categories_offsets.json",
        changed(
            INNER + ["cats"],
            {"enc": [{"offsets": [0, 9], "values": [97]}, {"offsets": [], "values": []}]},
        ),
    )
    write(
        "categories_twice.json",
        changed(
            INNER + ["cats"],
            {"enc": [{"offsets": [0, 1, 2], "values": [97, 97]}, {"offsets": [], "values": []}]},
        ),
    )


def parameters():
    write(
        "leaf_vector_width.json",
        model(tree(tree_param={"num_nodes": "3", "size_leaf_vector": "7"})),
    )
    write(
        "leaf_vector_short.json",
        model(
            tree(base_weights=[0.0], tree_param={"num_nodes": "3", "size_leaf_vector": "2"}),
            num_target="2",
        ),
    )
    write("base_score_text.json", model(base_score="half"))
    write("base_score_nan.json", model(base_score="NaN"))
    write("base_score_count.json", model(base_score="[1E0,2E0,3E0]"))
    write(
        "base_score_range.json",
        changed(["learner", "objective", "name"], "binary:logistic", model(base_score="2E0")),
    )
    write("num_feature.json", model(num_feature="2147483647"))
    write("num_class.json", model(num_class="2147483647"))
    write("num_class_text.json", model(num_class="three"))
    write(
        "one_class.json",
        changed(["learner", "objective", "name"], "multi:softprob", model(num_class="1")),
    )
    write("classes_and_targets.json", model(num_class="3", num_target="2"))


def kinds():
    write(
        "unknown_objective.json", changed(["learner", "objective", "name"], "reg:magic\u00e9\u0007")
    )
    write("unknown_booster.json", changed(BOOSTER + ["name"], "gbforest"))
    write(
        "quantiles.json",
        changed(["learner", "objective", "name"], "reg:quantileerror", model(num_target="5000")),
    )
    write(
        "linear_weights.json",
        changed(BOOSTER, {"name": "gblinear", "model": {"weights": [1.0, 2.0]}}),
    )
    write("no_trees_key.json", changed(BOOSTER, {"name": "gbtree", "model": {"tree_info": [0]}}))
    write("no_learner.json", {"version": [1, 7, 4]})
    write("learner_text.json", {"learner": "none", "version": [1, 7, 4]})
    write("version.json", changed(["version"], [1, 7]))


def length(count):
    return b"L" + struct.pack(">q", count)


def key(name):
    return length(len(name)) + name.encode()


def ubjson_models():
    start = b"{" + key("learner") + b"{" + key("gradient_booster") + b"{" + key("model") + b"{"
    trees = start + key("trees") + b"[#" + length(1) + b"{"
    write("count.ubj", start + key("trees") + b"[#" + length(2**62))
    write(
        "typed_count.ubj",
        trees + key("left_children") + b"[$l#" + length(2**61) + struct.pack(">i", 1),
    )
    write(
        "typed_overflow.ubj",
        trees + key("base_weights") + b"[$d#" + length(2**62 + 1) + b"\0" * 8,
    )
    write("negative_count.ubj", trees + key("left_children") + b"[$l#" + length(-1))
    write("null_elements.ubj", trees + key("loss_changes") + b"[$Z#" + length(2**62))
    write("nested_types.ubj", trees + key("loss_changes") + b"[$[#" + length(4) + b"]]]]")
    write("key_length.ubj", b"{" + key("learner") + b"{" + length(2**62) + b"x")
    write(
        "text_length.ubj",
        b"{"
        + key("learner")
        + b"{"
        + key("feature_names")
        + b"[#"
        + length(1)
        + b"S"
        + length(2**40)
        + b"a",
    )
    write(
        "nesting.ubj",
        b"{"
        + key("learner")
        + b"{"
        + key("objective")
        + b"{"
        + key("reg_loss_param")
        + b"[" * 1000,
    )
    write("marker.ubj", b"{" + key("learner") + b"{" + key("objective") + b"?")
    write("truncated.ubj", b"{" + key("learner") + b"{" + key("attributes"))


def binary_learner(
    features=2,
    classes=0,
    extra=0,
    major=1,
    minor=7,
    objective=b"reg:squarederror",
    booster=b"gbtree",
):
    param = (
        struct.pack("<fIiiiiI", 0.5, features, classes, extra, 0, major, minor)
        + struct.pack("<Ii", 1, 1)
        + b"\0" * 100
    )
    return (
        b"binf"
        + param
        + struct.pack("<Q", len(objective))
        + objective
        + struct.pack("<Q", len(booster))
        + booster
    )


def binary_trees(count):
    return struct.pack("<iiiiqii", count, 1, 2, 0, 0, 1, 0) + b"\0" * 128


def binary_tree(nodes, roots=1, announced=None):
    out = (
        struct.pack("<iiiiii", roots, len(nodes) if announced is None else announced, 0, 0, 2, 0)
        + b"\0" * 124
    )
    for left, right, sindex, value in nodes:
        out += struct.pack("<iiiIf", -1, left, right, sindex, value)
    return out + b"\0" * (16 * len(nodes))


def binary_models():
    good = [(1, 2, 0, 0.5), (-1, -1, 0, 1.0), (-1, -1, 0, 2.0)]
    whole = binary_learner() + binary_trees(1) + binary_tree(good) + struct.pack("<i", 0)
    write("truncated.bin", whole[:400])
    write("num_trees.bin", binary_learner() + binary_trees(2**31 - 1) + binary_tree(good))
    write("negative_trees.bin", binary_learner() + binary_trees(-1))
    write(
        "num_nodes.bin",
        binary_learner() + binary_trees(1) + binary_tree(good, announced=2**31 - 1),
    )
    write(
        "negative_nodes.bin", binary_learner() + binary_trees(1) + binary_tree(good, announced=-3)
    )
    write(
        "roots.bin",
        binary_learner() + binary_trees(1) + binary_tree(good, roots=2) + struct.pack("<i", 0),
    )
    write(
        "cycle.bin",
        binary_learner()
        + binary_trees(1)
        + binary_tree([(1, 2, 0, 0.5), (0, 2, 0, 1.0), (-1, -1, 0, 2.0)])
        + struct.pack("<i", 0),
    )
    write(
        "nan_threshold.bin",
        binary_learner()
        + binary_trees(1)
        + binary_tree([(1, 2, 0, float("nan"))] + good[1:])
        + struct.pack("<i", 0),
    )
    write(
        "attributes.bin",
        binary_learner(extra=1)
        + binary_trees(1)
        + binary_tree(good)
        + struct.pack("<iQ", 0, 2**62),
    )
    write(
        "attribute_length.bin",
        binary_learner(extra=1)
        + binary_trees(1)
        + binary_tree(good)
        + struct.pack("<iQQ", 0, 1, 2**63)
        + b"best",
    )
    write(
        "weights.bin",
        binary_learner(booster=b"gblinear") + b"\0" * 136 + struct.pack("<Q", 2**62),
    )
    write("features.bin", binary_learner(features=2**31 + 5) + binary_trees(0))
    write("no_objective.bin", binary_learner(objective=b"magic:objective") + binary_trees(0))
    write("base64.bin", b"bs64\tAAAA")


def main():
    os.makedirs(HOSTILE, exist_ok=True)
    for old in os.listdir(HOSTILE):
        os.remove(os.path.join(HOSTILE, old))
    syntax()
    names()
    trees()
    numbers_of_trees()
    categories()
    parameters()
    kinds()
    ubjson_models()
    binary_models()


if __name__ == "__main__":
    main()
