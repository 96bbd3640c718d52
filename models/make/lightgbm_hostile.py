#!/usr/bin/env python3
"""Makes models/hostile/lightgbm_*: the smallest malformed LightGBM models, one fault each.
test/unit/lightgbm_hostile_test.cpp knows what is said of each. A good model of two features is
written here and then broken."""
import json
import os

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "hostile")

HEADER = """tree
version=v4
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=regression
feature_names=x job
feature_infos=[-0.5:1.5] -1:0:1:2
tree_sizes=300

"""
TREE = """Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=1 1
threshold=0.5 0
decision_type=10 1
left_child=-1 -2
right_child=1 -3
leaf_value=0.1 0.2 0.3
cat_boundaries=0 1
cat_threshold=5
is_linear=0
shrinkage=1


"""
TRAILER = 'end of trees\n\npandas_categorical:[["a", "b", "c"]]\n'
GOOD = HEADER + TREE + TRAILER
LINEAR = GOOD.replace(
    "is_linear=0",
    "is_linear=1\nleaf_const=1 2 3\nnum_features=1 0 1\n"
    "leaf_features=0   0 \nleaf_coeff=0.5   0.25 ",
)

# name -> (what is replaced, by what)
CHANGES = {
    "version": ("version=v4", "version=v9"),
    "no_num_class": ("num_class=1\n", ""),
    "num_class_text": ("num_class=1", "num_class=one"),
    "num_class_huge": ("num_class=1", "num_class=99999999"),
    "no_max_feature": ("max_feature_idx=1\n", ""),
    "features_huge": ("max_feature_idx=1", "max_feature_idx=2147483647"),
    "feature_names": ("feature_names=x job", "feature_names=x"),
    "feature_twice": ("feature_names=x job", "feature_names=x x"),
    "feature_infos": ("feature_infos=[-0.5:1.5] -1:0:1:2", "feature_infos=[-0.5:1.5]"),
    "per_iteration": ("num_tree_per_iteration=1", "num_tree_per_iteration=0"),
    "multiple": ("num_tree_per_iteration=1\n", "num_tree_per_iteration=2\n"),
    "objective": ("objective=regression", "objective=magic"),
    "objective_classes": ("objective=regression", "objective=multiclass num_class:3"),
    "objective_outputs": ("objective=regression", "objective=multiclass"),
    "sigmoid": ("objective=regression", "objective=binary sigmoid:-1"),
    "tree_sizes": ("tree_sizes=300", "tree_sizes=300 300"),
    "no_num_leaves": ("num_leaves=3\n", ""),
    "leaves_zero": ("num_leaves=3", "num_leaves=0"),
    "leaves_huge": ("num_leaves=3", "num_leaves=2147483647"),
    "leaves_many": ("num_leaves=3", "num_leaves=4000000"),
    "leaf_count": ("leaf_value=0.1 0.2 0.3", "leaf_value=0.1 0.2"),
    "leaf_text": ("leaf_value=0.1 0.2 0.3", "leaf_value=0.1 0.2 zero"),
    "no_leaf_value": ("leaf_value=0.1 0.2 0.3\n", ""),
    "no_equals": ("shrinkage=1", "shrinkage"),
    "feature_range": ("split_feature=0 1", "split_feature=0 2"),
    "feature_negative": ("split_feature=0 1", "split_feature=-1 1"),
    "child_range": ("right_child=1 -3", "right_child=1 -4"),
    "child_split_range": ("right_child=1 -3", "right_child=2 -3"),
    "root_child": ("right_child=1 -3", "right_child=1 0"),
    "two_parents": ("right_child=1 -3", "right_child=1 -2"),
    "self_child": ("left_child=-1 -2", "left_child=-1 1"),
    "nan_threshold": ("threshold=0.5 0", "threshold=nan 0"),
    "decision_type": ("decision_type=10 1", "decision_type=10 99"),
    "set_range": ("threshold=0.5 0", "threshold=0.5 1"),
    "set_negative": ("threshold=0.5 0", "threshold=0.5 -1"),
    "boundaries": ("cat_boundaries=0 1", "cat_boundaries=1 0"),
    "boundaries_huge": ("cat_boundaries=0 1", "cat_boundaries=0 4294967295"),
    "set_words": ("cat_threshold=5", "cat_threshold=5 5"),
    "set_word_range": ("cat_threshold=5", "cat_threshold=4294967296"),
    "num_cat_huge": ("num_cat=1", "num_cat=2147483647"),
    "trailing_tree": ("end of trees", "end of trees\nTree=1"),
    "categories_json": ('[["a", "b", "c"]]', '[["a", "b"'),
    "categories_null": ('[["a", "b", "c"]]', '[["a", null, "c"]]'),
    "categories_twice": ('[["a", "b", "c"]]', '[["a", "a", "c"]]'),
    "categories_object": ('[["a", "b", "c"]]', '{"a": 1}'),
    "categories_few": ('[["a", "b", "c"]]', '[["a", "b"]]'),
    "categories_lists": ('[["a", "b", "c"]]', '[["a", "b", "c"], ["d"]]'),
}
LINEAR_CHANGES = {
    "linear_const": ("leaf_const=1 2 3", "leaf_const=1 2"),
    "linear_counts": ("num_features=1 0 1", "num_features=1 0 4294967295"),
    "linear_features": ("leaf_features=0   0 ", "leaf_features=0 "),
    "linear_feature_range": ("leaf_features=0   0 ", "leaf_features=0   7 "),
    "linear_coeff": ("leaf_coeff=0.5   0.25 ", "leaf_coeff=0.5"),
}


def leaf(index):
    return {"leaf_index": index, "leaf_value": index / 10}


def split(left, right, **more):
    return dict(
        {
            "split_index": 0,
            "split_feature": 0,
            "threshold": 0.5,
            "decision_type": "<=",
            "default_left": True,
            "missing_type": "NaN",
            "left_child": left,
            "right_child": right,
        },
        **more
    )


def dump(tree, **more):
    return dict(
        {
            "name": "tree",
            "version": "v4",
            "num_class": 1,
            "num_tree_per_iteration": 1,
            "label_index": 0,
            "max_feature_idx": 1,
            "objective": "regression",
            "average_output": False,
            "feature_names": ["x", "job"],
            "feature_infos": {},
            "tree_info": [{"tree_index": 0, "tree_structure": tree}],
        },
        **more
    )


def deep(splits):
    """A text model whose tree is one chain."""

    def line(key, values):
        return key + "=" + " ".join(str(value) for value in values) + "\n"

    return (
        HEADER
        + "Tree=0\nnum_leaves=%d\nnum_cat=0\n" % (splits + 1)
        + line("split_feature", [0] * splits)
        + line("threshold", [0] * splits)
        + line("left_child", list(range(1, splits)) + [-1])
        + line("right_child", [-2 - i for i in range(splits)])
        + line("leaf_value", [0] * (splits + 1))
        + "\n"
        + TRAILER
    )


DUMPS = {
    "leaf_index": dump(split(leaf(0), leaf(2))),
    "leaf_twice": dump(split(leaf(0), leaf(0))),
    "no_right_child": dump(
        {k: v for k, v in split(leaf(0), leaf(1)).items() if k != "right_child"}
    ),
    "no_leaf_value": dump(split(leaf(0), {"leaf_index": 1})),
    "decision_type": dump(split(leaf(0), leaf(1), decision_type="<")),
    "missing_type": dump(split(leaf(0), leaf(1), missing_type="Null")),
    "no_missing_type": dump(
        {k: v for k, v in split(leaf(0), leaf(1)).items() if k != "missing_type"}
    ),
    "categories": dump(split(leaf(0), leaf(1), decision_type="==", threshold="1||x")),
    "category_huge": dump(split(leaf(0), leaf(1), decision_type="==", threshold="4294967295")),
    "feature_range": dump(split(leaf(0), leaf(1), split_feature=2)),
    "threshold_text": dump(split(leaf(0), leaf(1), threshold="0.5")),
    "no_trees": {k: v for k, v in dump(0).items() if k != "tree_info"},
    "trees_object": dump(0, tree_info={"a": 1}),
    "no_structure": dump(0, tree_info=[{}]),
    "no_objective": {
        k: v for k, v in dump(leaf(0)).items() if k not in ("objective", "average_output")
    },
    "feature_names": dump(leaf(0), feature_names=["x"]),
    "linear_lengths": dump(dict(leaf(0), leaf_const=1, leaf_features=[0, 1], leaf_coeff=[0.5])),
    "nesting": '{"tree_info": ' + "[" * 5000,
}


def main():
    for changes, good in ((CHANGES, GOOD), (LINEAR_CHANGES, LINEAR)):
        for name, (old, new) in changes.items():
            assert old in good, name
            with open(
                os.path.join(FOLDER, "lightgbm_%s.txt" % name), "w", encoding="utf-8"
            ) as file:
                file.write(good.replace(old, new, 1))
    with open(os.path.join(FOLDER, "lightgbm_truncated.txt"), "w", encoding="utf-8") as file:
        file.write(GOOD[: GOOD.index("cat_threshold")])
    with open(os.path.join(FOLDER, "lightgbm_depth.txt"), "w", encoding="utf-8") as file:
        file.write(deep(4097))
    for name, document in DUMPS.items():
        with open(os.path.join(FOLDER, "lightgbm_%s.json" % name), "w", encoding="utf-8") as file:
            file.write(document if isinstance(document, str) else json.dumps(document))


if __name__ == "__main__":
    main()
