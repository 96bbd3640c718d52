#!/usr/bin/env python3
"""Makes models/edge/xgboost, but its dumps (dump_*): the smallest XGBoost models for one trap each,
with the scores of XGBoost itself.

  <name>.json, .ubj or .bin   the model
  <name>.rows.csv             rows: the model's features; an empty cell is missing
  <name>.scores.csv           margin<i>: Booster.predict(output_margin=True);
                              prediction<i>: Booster.predict; leaf<i>: pred_leaf

Floats are written with all digits that float32 has. Layouts that the installed XGBoost (1.7) cannot
write, those of 2.0 to 3.4, are made here from its JSON; their scores come from the same model in
the old layout, so every number is of the library.
"""
import copy
import os
import sys

import numpy as np
import xgboost as xgb
from judged import EDGE, booster_of, document, emit, hostile_rows, scores, write_csv


def numbers(rows=300, features=4, missing=0.2, seed=3):
    rng = np.random.RandomState(seed)
    x = rng.normal(size=(rows, features)).astype(np.float32)
    x[:, 1] = np.round(x[:, 1] * 4) / 4
    y = x[:, 0] + 0.5 * x[:, 1] * (x[:, 2] > 0) - 0.3 * x[:, 3] + 0.1 * rng.normal(size=rows)
    x[rng.uniform(size=x.shape) < missing] = np.nan
    return x, y


def coded(rows=400, seed=5):
    """A number and two category columns, of 6 and 40 levels."""
    rng = np.random.RandomState(seed)
    x = np.column_stack(
        [rng.normal(size=rows), rng.randint(0, 6, rows), rng.randint(0, 40, rows)]
    ).astype(np.float32)
    y = x[:, 0] + (x[:, 1] % 3) - 1.5 * (x[:, 2] % 7 > 3)
    x[rng.uniform(size=x.shape) < 0.1] = np.nan
    return x, y


def train(params, x, y, rounds=3, names=None, **options):
    base = {
        "max_depth": 2,
        "nthread": 1,
        "seed": 7,
        "tree_method": "exact" if "tree_method" not in params else params["tree_method"],
    }
    base.update(params)
    matrix = xgb.DMatrix(
        x,
        y,
        feature_names=names,
        **{k: options.pop(k) for k in ("feature_types", "enable_categorical") if k in options}
    )
    setup = options.pop("setup", None)
    if setup:
        setup(matrix)
    return xgb.train(base, matrix, rounds, **options)


def simple(name, params, y, form="json", rounds=3, names=None, rows=24, setup=None):
    x, _ = numbers()
    booster = train(params, x, y, rounds, names, setup=setup)
    emit(name, booster, hostile_rows(booster, rows), form)
    return booster


X, Y = numbers()
POSITIVE = np.exp(0.5 * Y)
BINARY = (Y > 0.2).astype(int)
CLASSES = np.digitize(Y, [-0.7, 0.4])


def regressions_and_two_classes():
    simple(
        "squarederror",
        {"objective": "reg:squarederror"},
        Y,
        names=["age", "Größe", 'a "quoted" name', "x=1"],
    )
    simple(
        "squarederror_ubj",
        {"objective": "reg:squarederror"},
        Y,
        "ubj",
        names=["age", "Größe", 'a "quoted" name', "x=1"],
    )
    simple("squarederror_bin", {"objective": "reg:squarederror", "base_score": 0.25}, Y, "bin")
    simple("squaredlogerror", {"objective": "reg:squaredlogerror"}, POSITIVE)
    simple("pseudohuber", {"objective": "reg:pseudohubererror"}, Y)
    simple("absoluteerror", {"objective": "reg:absoluteerror"}, Y)
    simple(
        "logistic_regression",
        {"objective": "reg:logistic", "base_score": 0.3},
        1 / (1 + np.exp(-Y)),
    )
    simple("logistic", {"objective": "binary:logistic"}, BINARY)
    simple("logistic_base_score", {"objective": "binary:logistic", "base_score": 0.97}, BINARY)
    simple("logistic_bin", {"objective": "binary:logistic", "base_score": 0.13}, BINARY, "bin")
    simple("logitraw", {"objective": "binary:logitraw", "base_score": 0.4}, BINARY)
    simple("hinge", {"objective": "binary:hinge"}, BINARY)


def other_objectives():
    simple("softmax", {"objective": "multi:softmax", "num_class": 3}, CLASSES)
    simple("softprob_ubj", {"objective": "multi:softprob", "num_class": 3}, CLASSES, "ubj")
    simple("softprob_bin", {"objective": "multi:softprob", "num_class": 3}, CLASSES, "bin")
    simple("poisson", {"objective": "count:poisson", "base_score": 1.7}, np.floor(POSITIVE))
    simple("gamma", {"objective": "reg:gamma"}, POSITIVE + 0.01)
    simple("tweedie", {"objective": "reg:tweedie", "tweedie_variance_power": 1.3}, POSITIVE)
    simple("cox", {"objective": "survival:cox"}, np.where(BINARY, POSITIVE, -POSITIVE))
    simple(
        "rank", {"objective": "rank:ndcg"}, CLASSES, setup=lambda m: m.set_group([100, 100, 100])
    )

    def bounds(matrix):
        matrix.set_float_info("label_lower_bound", POSITIVE + 0.1)
        matrix.set_float_info("label_upper_bound", np.where(BINARY, POSITIVE + 0.1, np.inf))

    simple("aft", {"objective": "survival:aft"}, None, setup=bounds)


def targets_and_boosters():
    simple(
        "two_targets",
        {"objective": "reg:squarederror", "tree_method": "hist"},
        np.column_stack([Y, -2 * Y]),
    )
    simple(
        "two_labels",
        {"objective": "binary:logistic", "tree_method": "hist"},
        np.column_stack([BINARY, 1 - BINARY]),
    )
    simple(
        "forest",
        {
            "objective": "binary:logistic",
            "num_parallel_tree": 3,
            "subsample": 0.6,
            "learning_rate": 1,
        },
        BINARY,
        rounds=2,
    )
    simple(
        "dart",
        {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.5, "one_drop": 1},
        Y,
        rounds=6,
    )
    simple(
        "dart_bin",
        {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "one_drop": 1},
        CLASSES,
        "bin",
        rounds=4,
    )
    linear = {"booster": "gblinear", "updater": "coord_descent"}
    simple("linear", {"objective": "reg:squarederror", **linear}, Y, names=["a", "b", "c", "d"])
    simple("linear_softprob", {"objective": "multi:softprob", "num_class": 3, **linear}, CLASSES)
    simple(
        "linear_bin", {"objective": "binary:logistic", "base_score": 0.4, **linear}, BINARY, "bin"
    )


def shapes_of_trees():
    # Missing values that were learned to go left and right, and a tree that is a leaf.
    for side, sign in (("left", -1), ("right", 1)):
        xs = np.array([[0.5], [1.5], [np.nan]] * 20, dtype=np.float32)
        ys = np.array([-1, 1, sign] * 20)
        booster = train({"max_depth": 1, "objective": "reg:squarederror"}, xs, ys, 1)
        emit("missing_" + side, booster, hostile_rows(booster, 16))
    booster = train({"objective": "reg:squarederror"}, X, np.ones(len(X)), 2)
    emit("bare_leaf", booster, hostile_rows(booster, 4))
    # Pruning leaves deleted nodes in the arrays; deep trees; early stopping.
    booster = train({"objective": "reg:squarederror", "gamma": 1.0, "max_depth": 6}, X, Y, 2)
    emit("pruned", booster, hostile_rows(booster, 24))
    held_out = xgb.DMatrix(X[:100], -Y[:100])
    booster = train(
        {"objective": "reg:squarederror"},
        X,
        Y,
        10,
        evals=[(held_out, "eval")],
        early_stopping_rounds=3,
        verbose_eval=False,
    )
    emit("best_iteration", booster, hostile_rows(booster, 16), rounds=booster.best_iteration + 1)


def texts(values):
    """Categories as texts, as the files store them since 3.1."""
    encoded = [v.encode() for v in values]
    offsets = [0]
    for e in encoded:
        offsets.append(offsets[-1] + len(e))
    return {
        "offsets": offsets,
        "values": [b - 256 if b > 127 else b for e in encoded for b in e],
    }


def categories_as_codes():
    """Returns the last booster."""
    x, y = coded()
    types = ["q", "c", "c"]
    for name, one_hot in (("one_hot", 100), ("partition", 1)):
        booster = train(
            {"tree_method": "hist", "max_cat_to_onehot": one_hot, "max_depth": 3},
            x,
            y,
            3,
            feature_types=types,
            enable_categorical=True,
            names=["amount", "kind", "code"],
        )
        rows = hostile_rows(booster, 40, categories=(1, 2))
        rows = np.vstack([rows, [[0, -1, -1], [0, 16777216, 1e9], [0, 1.75, 33.5]]]).astype(
            np.float32
        )
        emit("category_" + name, booster, rows, types=types)
        emit("category_%s_ubj" % name, booster, rows, "ubj", types=types)
    return booster


def categories_stored(booster):
    types = ["q", "c", "c"]
    # The same model with its categories stored, as texts and as integers: since 3.1, and right for
    # texts beyond ASCII since 3.4.
    doc = document(booster)
    doc["version"] = [3, 4, 0]
    kinds = ["red", "", "dark blue", 'a "b"', "Grün", "NULL"]
    codes = [str(-3 + 7 * i) for i in range(40)]

    doc["learner"]["gradient_booster"]["model"]["cats"] = {
        "enc": [
            {"offsets": [], "values": []},
            texts(kinds),
            {"type": 15, "values": [int(c) for c in codes]},
        ],
        "feature_segments": [0, 0, 6, 46],
        "sorted_idx": [],
    }
    doc["learner"]["learner_model_param"]["base_score"] = "[5E-1]"
    rows = hostile_rows(booster, 60, categories=(1, 2))
    rows = np.array([r for r in rows if not (r[1] > 5 or r[2] > 39)], dtype=np.float32)
    # One cell of "kind" is the empty text, which CSV cannot tell from missing: that category gets
    # no row.
    rows = np.array([r for r in rows if r[1] != 1], dtype=np.float32)
    emit("category_texts", booster, rows, doc=doc, types=types, cells={1: kinds, 2: codes})
    emit(
        "category_texts_ubj", booster, rows, "ubj", doc=doc, types=types, cells={1: kinds, 2: codes}
    )
    # Unsigned integers of 16 bits, which UBJSON stores as signed.
    wide = [str(40000 + 100 * i) for i in range(40)]
    doc["learner"]["gradient_booster"]["model"]["cats"]["enc"][2] = {
        "type": 12,
        "values": [int(w) - 65536 if int(w) > 32767 else int(w) for w in wide],
    }
    emit(
        "category_unsigned_ubj",
        booster,
        rows,
        "ubj",
        doc=doc,
        types=types,
        cells={1: kinds, 2: wide},
    )


def dart_layouts():
    """The same numbers in layouts of later versions."""
    x, y = numbers()
    booster = train(
        {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "one_drop": 1},
        x,
        np.digitize(y, [-0.7, 0.4]),
        4,
    )
    rows = hostile_rows(booster, 16)
    old = document(booster)
    inner = old["learner"]["gradient_booster"]["gbtree"]["model"]
    weights = old["learner"]["gradient_booster"]["weight_drop"]

    doc = copy.deepcopy(old)
    doc["version"] = [3, 3, 0]
    doc["learner"]["gradient_booster"] = {"name": "gbtree", "model": inner, "weight_drop": weights}
    doc["learner"]["learner_model_param"]["base_score"] = "[5E-1,5E-1,5E-1]"
    emit("dart_3_3", booster, rows, doc=doc)
    doc = copy.deepcopy(doc)
    doc["version"] = [3, 4, 0]
    doc["learner"]["gradient_booster"] = {
        "name": "gbtree",
        "model": dict(inner, weight_drop=weights),
    }
    emit("dart_3_4_ubj", booster, rows, "ubj", doc=doc)

    # What Python pickles: the model beside its configuration.
    emit(
        "snapshot", booster, rows, doc={"Config": {"learner": {"generic_param": {}}}, "Model": old}
    )


def as_two_groups(scalar, pairs):
    """The document with two trees for each, of two groups."""
    two = copy.deepcopy(scalar)
    two["learner"]["learner_model_param"].update({"num_target": "2"})
    two_model = two["learner"]["gradient_booster"]["model"]
    two_model["trees"] = [
        dict(copy.deepcopy(t), id=i) for i, t in enumerate(t for pair in pairs for t in pair)
    ]
    two_model["tree_info"] = [0, 1] * len(pairs)
    two_model["gbtree_model_param"]["num_trees"] = str(2 * len(pairs))
    return two


def vector_tree(first, second, i, version):
    """One tree whose leaves have the values of both trees."""
    tree = dict(copy.deepcopy(first), id=i)
    size = len(tree["left_children"])
    tree["tree_param"] = dict(tree["tree_param"], size_leaf_vector="2")
    values = [[first["split_conditions"][n], second["split_conditions"][n]] for n in range(size)]
    tree["split_conditions"] = [
        c if l != -1 else 0.0 for c, l in zip(tree["split_conditions"], tree["left_children"])
    ]
    if version[0] == 2:
        tree["base_weights"] = [v for pair in values for v in pair]
    else:
        leaves = [n for n in range(size) if tree["left_children"][n] == -1]
        tree["base_weights"] = [0.0] * (2 * size)
        tree["leaf_weights"] = [v for n in leaves for v in values[n]]
        tree["right_children"] = [
            leaves.index(n) if n in leaves else r for n, r in enumerate(tree["right_children"])
        ]
    return tree


def with_vector_leaves(two, pairs, version):
    doc = copy.deepcopy(two)
    doc["version"] = version
    doc_model = doc["learner"]["gradient_booster"]["model"]
    doc_model["trees"] = [
        vector_tree(first, second, i, version) for i, (first, second) in enumerate(pairs)
    ]
    doc_model["tree_info"] = [0] * len(pairs)
    doc_model["gbtree_model_param"]["num_trees"] = str(len(pairs))
    doc_model["iteration_indptr"] = list(range(len(pairs) + 1))
    return doc


def write_leaves_once(name, judge, rows):
    """pred_leaf of the judge lists each tree twice."""
    path = os.path.join(EDGE, name + ".scores.csv")
    header, table = scores(judge, rows, None)
    keep = [i for i, h in enumerate(header) if not h.startswith("leaf") or int(h[4:]) % 2 == 0]
    renamed = [
        header[i] if not header[i].startswith("leaf") else "leaf%d" % (int(header[i][4:]) // 2)
        for i in keep
    ]
    write_csv(path, renamed, [[row[i] for i in keep] for row in table])


def vector_leaves():
    """Trees of two groups with the same splits are one tree whose leaves have two values."""
    booster = train({"objective": "reg:squarederror"}, X, Y, 3)
    scalar = document(booster)
    model = scalar["learner"]["gradient_booster"]["model"]
    pairs = []
    for tree in model["trees"]:
        other = copy.deepcopy(tree)
        other["split_conditions"] = [
            c if l != -1 else 3 * c + 0.125
            for c, l in zip(tree["split_conditions"], tree["left_children"])
        ]
        pairs.append((tree, other))
    two = as_two_groups(scalar, pairs)
    judge = booster_of(two)
    for name, version, form in (
        ("vector_leaf_2_0", [2, 0, 0], "json"),
        ("vector_leaf_3_2_ubj", [3, 2, 0], "ubj"),
    ):
        rows = hostile_rows(judge, 16)
        emit(name, judge, rows, form, doc=with_vector_leaves(two, pairs, version))
        write_leaves_once(name, judge, rows)


def own_files():
    return [f for f in os.listdir(EDGE) if not f.startswith("dump_")]


def main():
    os.makedirs(EDGE, exist_ok=True)
    for old in own_files():
        os.remove(os.path.join(EDGE, old))
    regressions_and_two_classes()
    other_objectives()
    targets_and_boosters()
    shapes_of_trees()
    categories_stored(categories_as_codes())
    dart_layouts()
    vector_leaves()
    print(
        "models/edge/xgboost: %d models by XGBoost %s"
        % (
            sum(1 for f in own_files() if not f.endswith(".csv")),
            xgb.__version__,
        ),
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
