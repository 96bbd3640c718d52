#!/usr/bin/env python3
"""Writes models/edge/catboost: the smallest CatBoost models for one trap each, as JSON and as .cbm,
with rows and scores.

CatBoost itself has no part in this. The models are put together by hand, byte by byte
(cbm_file.py), and the scores come from the slow evaluator of evaluator.py, which was written from
CatBoost's sources. If it and the C++ code agree, two independent readings of the specification
agree. test/unit/formats/catboost/conformance_test.cpp compares with real models and CatBoost's own
outputs.
"""
import csv
import os
import sys

from cbm_file import to_cbm
from evaluator import category_hash, outputs, score
from json_file import to_json
from parts import cat, category, ctr, leaf, model, number, number_leaves, split, table

C = [cat(0)]
# Counts of three classes.
THREE = [((w,), counts) for w, counts in (("a", (1, 2, 3)), ("b", (4, 0, 5)))]


def numbers():
    # NaN: three treatments, and one that does not count because the training data had no NaN.
    yield "nan", model(
        [
            number("as_is", 0, [0.5], "AsIs", True),
            number("as_true", 1, [0.5], "AsTrue", True),
            number("as_false", 2, [0.5], "AsFalse", True),
            number("forgotten", 3, [0.5], "AsTrue", False),
        ],
        trees=[([0], [1, 2]), ([1], [10, 20]), ([2], [100, 200]), ([3], [1000, 2000])],
    ), [["", "", "", ""], ["1", "1", "1", "1"], ["0", "0", "0", "0"], ["", "1", "", "1"]]
    # float32: 0.1 is rounded up, so it is not above the border that is 0.1's float32; the next
    # double may round to it too.
    yield "border_ties", model(
        [number("x", 0, [0.1, 1, 16777216])], trees=[([0, 1, 2], [0.1 * k for k in range(8)])]
    ), [
        ["0.1"],
        ["0.10000000149011612"],
        ["0.10000000149011613"],
        ["0.1000000089"],
        ["1"],
        ["1.00000001"],
        ["1.0000001"],
        ["16777217"],
        ["16777218"],
        ["-0.0"],
        ["inf"],
        ["-inf"],
        ["1e300"],
    ]
    # Sums in double, in the order of the trees; then scale, then bias.
    yield "sum_order", model(
        [number("x", 0, [0])],
        trees=[([0], [1e16, 0.1]), ([0], [1, 0.2]), ([0], [-1e16, 0.3]), ([], [0.7])],
        scale=1 / 3,
        bias=[0.1],
    ), [["-1"], ["1"], [""]]
    yield "no_trees", model([number("x", 0, [])], trees=[], bias=[2.5]), [["1"], [""]]


def one_hot():
    values = ["red", "green", "7", "", "a long category!"]
    yield "one_hot", model(
        [number("x", 0, [0.5])],
        [category("colour", 1, values)],
        [([1, 0], [1, 2, 3, 4]), ([2, 3], [5, 6, 7, 8]), ([4], [10, 20]), ([5], [30, 40])],
    ), [["1", v] for v in values[:3] + values[4:]] + [["0", "blue"], ["1", "Red"], ["1", ""]]


def ctr_types():
    """Every kind of CTR on one feature: two and three classes, shift and scale, and a category that
    is in no table."""
    two = [((w,), counts) for w, counts in (("a", (3, 5)), ("b", (0, 9)), ("c", (7, 0)))]
    mean = [((w,), counts) for w, counts in (("a", (2.5, 4)), ("b", (-1.25, 3)))]
    once = [((w,), counts) for w, counts in (("a", (8,)), ("b", (9,)), ("c", (7,)))]
    ctrs = [
        ctr("Borders", C, [0.3, 0.6, 0.9]),
        ctr("Borders", C, [5, 9], prior=(1, 1), scale=15, shift=0),
        ctr("Buckets", C, [0.2, 0.4], target=1),
        ctr("BinarizedTargetMeanValue", C, [0.1, 0.5]),
        ctr("FloatTargetMeanValue", C, [-0.1, 0.1, 0.5], prior=(0, 1), shift=0.25, scale=2),
        ctr("Counter", C, [0.3, 0.35]),
        ctr("FeatureFreq", C, [0.3, 0.37], prior=(0, 1)),
    ]
    tables = [
        table("Borders", C, two),
        table("Buckets", C, THREE),
        table("BinarizedTargetMeanValue", C, mean),
        table("FloatTargetMeanValue", C, mean),
        table("Counter", C, once, 24),
        table("FeatureFreq", C, once, 24),
    ]
    count = sum(len(x["borders"]) for x in ctrs)
    yield "ctr_types", model(
        [], [category("c", 0)], [([i], [0, 2.0**-i]) for i in range(count)], ctrs, tables
    ), [["a"], ["b"], ["c"], ["d"], [""]]


def ctr_three_classes():
    # More than two classes: those above the target border are good.
    ctrs = [ctr("Borders", C, [0.2, 0.5], target=t) for t in (0, 1)]
    yield "ctr_three_classes", model(
        [],
        [category("c", 0)],
        [([i], [0, 2.0**-i]) for i in range(4)],
        ctrs,
        [table("Borders", C, THREE)],
    ), [["a"], ["b"], ["c"]]


def ctr_combination():
    # Combinations: two categories, a split of a number (NaN is above), one value of a category.
    elements = [
        cat(0),
        cat(1),
        {"float_feature_index": 0, "border": 0.5, "combination_element": "float_feature"},
        {
            "cat_feature_index": 1,
            "value": category_hash("y"),
            "combination_element": "cat_feature_exact_value",
        },
    ]
    rows = [
        (("a", "x", 0, 0), (1, 3)),
        (("a", "y", 1, 1), (6, 2)),
        (("b", "y", 0, 1), (0, 4)),
        (("-3", "y", 1, 1), (2, 2)),
    ]
    yield "ctr_combination", model(
        [number("n", 0, [0.5], "AsTrue", True)],
        [category("c", 1), category("d", 2, ["y"])],
        [([0, 2], [1, 2, 3, 4]), ([3, 4], [10, 20, 30, 40]), ([1], [100, 200])],
        [ctr("Borders", elements, [0.4, 0.5, 0.7])],
        [table("Borders", elements, rows)],
    ), [
        ["0", "a", "x"],
        ["1", "a", "y"],
        ["", "a", "y"],
        ["0", "b", "y"],
        ["0.50000001", "b", "y"],
        ["2", "-3", "y"],
        ["1", "a", "x"],
        ["1", "", "y"],
        ["0", "a", ""],
    ]


def nonsymmetric_trees():
    # Trees that are not oblivious; in .cbm a leaf may lie in its parent.
    tree = split(0, leaf(1), split(1, split(2, leaf(2), leaf(3)), leaf(4)))
    other = split(2, split(0, leaf(10), leaf(20)), leaf(30))
    nonsymmetric = model(
        [number("x", 0, [0, 1]), number("y", 1, [0.5], "AsTrue", True)],
        trees=[tree, other, leaf(0.125)],
        oblivious=False,
    )
    for t in nonsymmetric["trees"]:
        number_leaves(t, [0])
    rows = [["-1", "0"], ["0.5", "0"], ["0.5", "1"], ["2", "0"], ["2", ""], ["", ""]]
    yield "nonsymmetric", nonsymmetric, rows
    yield "nonsymmetric_half_leaves", nonsymmetric, rows
    wide = model(
        [number("x", 0, [0, 1])],
        trees=[split(0, leaf(1, 2, 3), split(1, leaf(4, 5, 6), leaf(7, 8, 9)))],
        oblivious=False,
        dimension=3,
        loss="MultiRMSE",
        bias=[0.5, 0, -0.5],
        scale=2,
    )
    number_leaves(wide["trees"][0], [0])
    yield "nonsymmetric_wide", wide, [["-1"], ["0.5"], ["3"]]


def deep_tree():
    # Deeper than a block of six levels.
    yield "deep", model(
        [number("x", 0, [k / 10 for k in range(9)])],
        trees=[(list(range(9)), [k / 7 for k in range(512)])],
    ), [[str(k / 10 - 0.05)] for k in range(11)] + [[""]]


X = [number("x", 0, [0])]


def class_params(kind, names, to_label, count=0):
    return {
        "class_label_type": kind,
        "class_names": names,
        "class_to_label": to_label,
        "classes_count": count,
    }


def two_classes():
    yield "logloss_labels", model(
        X,
        trees=[([0], [-1.5, 0.75])],
        loss="Logloss",
        labels=["no", "yes"],
        class_params=class_params("String", ["no", "yes"], [0, 1]),
    ), [["-1"], ["1"]]
    yield "logloss_threshold", model(
        X, trees=[([0], [0.5, 1.5])], loss="Logloss", labels=["0", "1"], threshold=0.7
    ), [["-1"], ["1"]]


def more_classes():
    yield "multiclass", model(
        X,
        trees=[([0], [1, 2, 3, 3, 2, 3])],
        dimension=3,
        loss="MultiClass",
        labels=["1", "2", "5.5"],
        class_params=class_params("Float", [1, 2, 5.5], [1, 2, 5.5]),
    ), [["-1"], ["1"]]
    # A class that was named but never came has no margin.
    yield "multiclass_absent", model(
        X,
        trees=[([0], [1, 2, 3, 0.5, 2, 1])],
        dimension=3,
        loss="MultiClass",
        labels=["0", "1", "2", "3"],
        class_to_label=[0, 1, 3],
        class_params=class_params("Integer", [], [0, 1, 3], 4),
    ), [["-1"], ["1"]]


def other_losses():
    yield "one_vs_all", model(
        X,
        trees=[([0], [1, 2, 3, 0.5, 2, -1])],
        dimension=3,
        loss="MultiClassOneVsAll",
        labels=["0", "1", "2"],
    ), [["-1"], ["1"]]
    yield "multilabel", model(
        X, trees=[([0], [1, -2, 3, 0.5])], dimension=2, loss="MultiLogloss", labels=["0", "1"]
    ), [["-1"], ["1"]]
    yield "uncertainty", model(
        X, trees=[([0], [1, -2, 3, 0.5])], dimension=2, loss="RMSEWithUncertainty", bias=[10, 0]
    ), [["-1"], ["1"]]
    yield "poisson", model(X, trees=[([0], [1, -2])], loss="Poisson", bias=[0.5]), [["-1"], ["1"]]


MAKERS = (
    numbers,
    one_hot,
    ctr_types,
    ctr_three_classes,
    ctr_combination,
    nonsymmetric_trees,
    deep_tree,
    two_classes,
    more_classes,
    other_losses,
)


def write_table(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def scores_of(m, rows):
    """The table of scores, with its header."""
    out = []
    for row in rows:
        raw, leaves = score(m, row)
        raw = list(raw)
        predicted, label = outputs(m, raw)
        has_class = label is not None
        if not out:
            out.append(
                ["raw%d" % k for k in range(len(raw))]
                + ["prediction%d" % k for k in range(len(predicted))]
                + (["class"] if has_class else [])
                + ["leaf%d" % k for k in range(len(leaves))]
            )
        out.append(
            [repr(float(v)) for v in raw]
            + [repr(float(v)) for v in predicted]
            + ([label] if has_class else [])
            + leaves
        )
    return out


def write(base, m, rows):
    half = base.endswith("half_leaves")
    if not half:
        with open(base + ".json", "w", encoding="utf-8") as file:
            file.write(to_json(m) + "\n")
    with open(base + ".cbm", "wb") as file:
        file.write(to_cbm(m, half))
    write_table(base + ".rows.csv", [[f["id"] for f in m["float"] + m["cat"]]] + rows)
    write_table(base + ".scores.csv", scores_of(m, rows))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if sys.argv[1:] else os.path.join(here, "..", "..", "edge", "catboost")
    for make in MAKERS:
        for name, m, rows in make():
            write(os.path.join(folder, name), m, rows)


if __name__ == "__main__":
    main()
